"""What the user asks for: words and phrases, or the name of one paper; and the years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from paper_implementer.tools.errors import BadReference, PaperImplementerError

from ..parsing import clean_text
from ..reference import ArxivReference, VenueReference, arxiv_id, parse_reference
from ..sources.venues import bare, by_key
from .text import year_of

MAX_LENGTH = 1000
MAX_WORDS = 50
MAX_TERMS = 16
FIRST_YEAR = 1900

_WORD = re.compile(r"[^\W_]+")
_FIELD = re.compile(r"(?<!\w)(?:ti|au|abs|all|cat|title|author|abstract|year):(?=\S)", re.IGNORECASE)
_OPERATOR = re.compile(r"(?<!\S)(?:AND|OR|NOT|ANDNOT)(?!\S)")
_QUOTES = str.maketrans("“”„«»", '"""""')
# The words that Lucene's English analyser drops: they find nothing at arXiv, which uses it.
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "for",
        "from",
        "if",
        "in",
        "into",
        "is",
        "it",
        "no",
        "not",
        "of",
        "on",
        "or",
        "such",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "will",
        "with",
    ]
)

_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(?P<id>\S+)", re.IGNORECASE)
_PREFIXED = re.compile(r"([A-Za-z-]{2,20})\s*:\s*(?!//)(\S+)")
_HOST_FIRST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}(?:org|net|com|info|cc|edu)/\S+", re.IGNORECASE)
_REVISION = re.compile(r"(?<=\d)v\d+$")


@dataclass(frozen=True)
class Named:
    """The identifiers of one paper, as far as they are known; like those of a `Record`."""

    arxiv: str = ""
    doi: str = ""
    acl: str = ""
    openreview: str = ""

    def __bool__(self) -> bool:
        return bool(self.arxiv or self.doi or self.acl or self.openreview)


@dataclass(frozen=True)
class Query:
    """A search.

    **Arguments:**

    - `text`: as typed, on one line; `words`: its words.
    - `terms`: its words, those without meaning and years left out, and the phrases that were in quotes, as words with spaces.
    - `named`: the one paper that the text names, if it does.
    - `year_from`, `year_to`: the years of publication, both included.
    """

    text: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    named: Named
    year_from: int | None = None
    year_to: int | None = None

    def covers(self, year: int | None) -> bool:
        """Whether a paper of this year is asked for; one of unknown year only if any year will do."""
        if year is None:
            return self.year_from is None and self.year_to is None
        return (self.year_from or 0) <= year <= (self.year_to or year)


def parse_query(text: str, year_from: int | None = None, year_to: int | None = None) -> Query:
    """Understand what was asked. Raises `BadReference` for an empty or endless query and for impossible years."""
    typed = " ".join(clean_text(text).split())
    if not _terms(typed)[0]:
        raise BadReference("The search query is empty.", "Pass words of a title, a topic, names, an arXiv id or a DOI.")
    if len(typed) > MAX_LENGTH:
        raise BadReference(
            f"The search query has {len(typed)} characters; {MAX_LENGTH} is the most.", "Pass the words that matter."
        )
    latest = datetime.now(UTC).year + 1
    for name, year in (("year_from", year_from), ("year_to", year_to)):
        if year is not None and not FIRST_YEAR <= year <= latest:
            raise BadReference(f"{name} is {year}.", f"Pass a year from {FIRST_YEAR} to {latest}.")
    if year_from is not None and year_to is not None and year_from > year_to:
        raise BadReference(f"year_from ({year_from}) is later than year_to ({year_to}).", "Exchange the two.")
    return Query(typed, *_terms(typed), named_paper(typed), year_from, year_to)


def named_paper(text: str) -> Named:
    """The paper that an id, DOI or address names; nothing for other texts. Raises `BadReference` for other addresses."""
    typed = text.strip()
    prefixed = _PREFIXED.fullmatch(typed)
    kind, key = (prefixed[1].lower(), prefixed[2]) if prefixed else ("", typed)
    if kind in ("", "arxiv") and (found := arxiv_id(key)):
        return Named(arxiv=found.id)
    if kind in ("", "doi") and (named := by_doi(key)):
        return named
    if at_venue := by_key(kind, key) if kind else bare(key):
        return _at(*at_venue) or Named()
    if _HOST_FIRST.fullmatch(typed):
        typed = f"https://{typed}"
    if not re.match(r"https?://\S+$", typed, re.IGNORECASE):
        return Named()
    match parse_reference(typed):
        case ArxivReference(paper_id, _):
            return Named(arxiv=paper_id)
        case VenueReference(venue, key) if named := _at(venue, key):
            return named
    raise BadReference(
        f"{typed[:80]!r} is the address of one paper or file.", "Pass it to fetch_paper, which reads it."
    )


def by_doi(doi: str) -> Named:
    """The identifiers in a DOI: arXiv and the ACL Anthology mint DOIs from ids of their own. Nothing for what is no DOI."""
    doi = doi.strip().rstrip("/.,;").lower()
    match = _ARXIV_DOI.fullmatch(doi)
    if match and (found := arxiv_id(match["id"])):
        return Named(arxiv=found.id)
    known = by_key("doi", doi)
    if known is None:
        return Named()
    return Named(doi=doi, acl=acl_id(known[1]) if known[0] == "acl" else "")


def by_link(url: str) -> Named:
    """The identifiers in an address, if it is that of a paper."""
    try:
        return named_paper(url) if url else Named()
    except PaperImplementerError:
        return Named()


def acl_id(text: str) -> str:
    """An id of the ACL Anthology without its revision, as the Anthology writes it itself, or ""."""
    found = by_key("acl", text)
    return _REVISION.sub("", found[1]) if found else ""


def _at(venue: str, key: str) -> Named:
    match venue:
        case "acl":
            return Named(acl=acl_id(key))
        case "openreview":
            return Named(openreview=key)
        case "doi":
            return by_doi(key)
    return Named()


def _terms(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a text without the syntax of search engines; and of these the terms that mean something."""
    bare_text = _OPERATOR.sub(" ", _FIELD.sub(" ", text.translate(_QUOTES)))
    parts = bare_text.split('"')
    terms: list[str] = []
    for i, part in enumerate(parts):
        words = _WORD.findall(part)
        in_quotes = i % 2 == 1 and i < len(parts) - 1
        terms += [" ".join(words)] if in_quotes and words else words
    words = [word for term in terms for word in term.split()]
    once = list(dict.fromkeys(terms))
    meant = [term for term in once if term.lower() not in _STOP_WORDS] or once
    # "vaswani 2017": a year that is not in the title is in no text that is searched.
    telling = [term for term in meant if not year_of(term)] or meant
    return tuple(words[:MAX_WORDS]), tuple(telling[:MAX_TERMS])
