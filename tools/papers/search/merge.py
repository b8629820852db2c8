"""Records of several sources -> papers: which of them are of one paper, and what is best known of it.

Records are of one paper if they share an identifier; or if they have the same title, an author in common and years that are
close, and neither arXiv nor the Anthology tells them apart. The outcome does not depend on the order of the records.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from .model import FoundPaper, Record
from .query import by_doi
from .text import folded, surnames

CLOSE_YEARS = 2
"""A paper is on arXiv for up to so many years before a venue prints it."""
TELLING_WORDS = 4
"""From so many words on, a title alone tells a paper whose authors are not said."""
_TRUSTED = ("arxiv", "acl", "openreview", "semantic_scholar")
"""Whose titles and names are best."""
_VENUES = ("acl", "openreview", "semantic_scholar", "arxiv")
"""Whose word on the venue is best."""
_UNPUBLISHED = re.compile(
    r"arxiv|corr\b|submitted|submission|withdraw|reject|under review|blind|openreview|preprint", re.IGNORECASE
)

Cluster = list[Record]


def merged(records: Iterable[Record]) -> list[Cluster]:
    """The records of each paper together, everything in an order that depends on the records alone."""
    clusters = [sorted(cluster, key=_order) for cluster in _by_identifier(records)]
    return sorted(_by_title(sorted(clusters, key=_first)), key=_first)


def described(cluster: Cluster) -> FoundPaper:
    """What the records of a paper say together."""
    records = sorted(cluster, key=_order)
    best = records[0]
    where = _venue(records)
    authors = max((r.authors for r in records), key=len)
    arxiv, doi, acl, openreview = (
        next((value for r in records if (value := getattr(r, kind))), "")
        for kind in ("arxiv", "doi", "acl", "openreview")
    )
    url = f"https://arxiv.org/abs/{arxiv}" if arxiv else next((r.url for r in records if r.url), "")
    pdf_url = f"https://arxiv.org/pdf/{arxiv}" if arxiv else next((r.pdf_url for r in records if r.pdf_url), "")
    names = (arxiv, acl and f"acl:{acl}", openreview and f"openreview:{openreview}", doi and f"doi:{doi}", pdf_url, url)
    return FoundPaper(
        id=next(filter(None, names), best.title),
        title=best.title,
        authors=list(best.authors or authors),
        year=where.year or min((r.year for r in records if r.year), default=None),
        venue=where.venue or None,
        abstract=max((r.abstract for r in records), key=len),
        url=url or (f"https://doi.org/{doi}" if doi else None),
        pdf_url=pdf_url or None,
        sources=sorted({r.source for r in records}),
    )


def published(venue: str) -> bool:
    """Whether a venue is one that has accepted the paper, not an archive or a mere submission."""
    return bool(venue) and not _UNPUBLISHED.search(venue)


def _venue(records: Cluster) -> Record:
    """The record to be believed on where and when the paper was published."""

    def rank(record: Record) -> tuple[bool, bool, int]:
        return not published(record.venue), not record.venue, _VENUES.index(record.source)

    return min(records, key=rank)


def _by_identifier(records: Iterable[Record]) -> list[Cluster]:
    groups: list[tuple[frozenset[str], Cluster]] = []
    for record in records:
        names, cluster, others = _names(record), [record], []
        for known, members in groups:
            if known & names:
                names, cluster = names | known, members + cluster
            else:
                others.append((known, members))
        groups = [*others, (names, cluster)]
    return [cluster for _, cluster in groups]


def _names(record: Record) -> frozenset[str]:
    """Identifiers, also those that lie in a DOI."""
    inner = by_doi(record.doi)
    names = {f"arxiv:{inner.arxiv}" if inner.arxiv else "", f"acl:{inner.acl.lower()}" if inner.acl else ""}
    return record.names | (names - {""})


def _by_title(clusters: list[Cluster]) -> list[Cluster]:
    """Join what has the same title and is compatible, until nothing is left to join."""
    titled: defaultdict[str, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        for title in sorted({folded(r.title) for r in cluster} - {""}):
            titled[title].append(cluster)
    joined = True
    while joined:
        joined = False
        for title, same in sorted(titled.items()):
            for one, other in combinations(same, 2):
                if one is not other and one and other and _compatible(one, other, title):
                    one += other
                    one.sort(key=_order)
                    _replace(titled, other, one)
                    other.clear()
                    joined = True
    unique = {id(c): c for c in clusters if c}
    return list(unique.values())


def _replace(titled: dict[str, list[Cluster]], old: Cluster, new: Cluster) -> None:
    for title in {folded(r.title) for r in old} - {""}:
        titled[title] = [new if c is old else c for c in titled[title]]


def _compatible(one: Cluster, other: Cluster, title: str) -> bool:
    for kind in ("arxiv", "acl"):
        mine, theirs = ({getattr(r, kind).lower() for r in c if getattr(r, kind)} for c in (one, other))
        if mine and theirs and not mine & theirs:
            return False
    people, others = (surnames(name for r in c for name in r.authors) for c in (one, other))
    if not (people & others if people and others else len(title.split()) >= TELLING_WORDS):
        return False
    years, later = ({r.year for r in c if r.year} for c in (one, other))
    return not years or not later or any(abs(a - b) <= CLOSE_YEARS for a in years for b in later)


def _first(cluster: Cluster) -> tuple[object, ...]:
    return _order(cluster[0])


def _order(record: Record) -> tuple[object, ...]:
    """A total order, best first: by how far the source is trusted, then by what it says."""
    said = (record.arxiv, record.acl, record.openreview, record.doi, record.title, record.authors, record.year or 0)
    return (_TRUSTED.index(record.source), not published(record.venue), *said, *_rest(record))


def _rest(record: Record) -> tuple[object, ...]:
    return record.venue, record.abstract, record.url, record.pdf_url
