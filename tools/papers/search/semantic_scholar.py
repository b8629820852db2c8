"""Semantic Scholar, by its Academic Graph API (https://api.semanticscholar.org/api-docs/graph)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from paper_implementer.tools.errors import BadReference, NotFound, Unreachable
from paper_implementer.tools.worker import Progress

from ..reference import arxiv_id
from .model import Page, Record
from .query import Named, Query, acl_id, by_doi, by_link
from .source import LATER, Web, items
from .text import MAX_TITLE, MAX_VENUE, plain, plain_abstract, plain_names, web_address, year_of

API = "https://api.semanticscholar.org/graph/v1/paper"
FIELDS = "title,abstract,year,venue,journal,url,externalIds,openAccessPdf,authors"
MAX_RESULTS = 1000
"""The API gives no more of a search (offset and limit together)."""


@dataclass
class SemanticScholarSearch:
    """The search by relevance; without a key all the world shares one limit, which is often reached."""

    web: Web
    key: str | None = None
    name: ClassVar[str] = "semantic_scholar"
    title: ClassVar[str] = "Semantic Scholar"
    deadline_s: ClassVar[float] = 20.0
    hint: ClassVar[str] = f"{LATER} A key of your own in PAPER_IMPLEMENTER_SEMANTIC_SCHOLAR_KEY raises its limit."

    def knows(self, named: Named) -> bool:
        """As in `Source`."""
        return bool(named.arxiv or named.doi or named.acl)

    async def search(self, query: Query, offset: int, count: int, progress: Progress) -> Page:
        """As in `Source`."""
        if query.named:
            return await self._named(query)
        if offset + count > MAX_RESULTS:
            return Page([])
        # Operators and hyphens have no meaning here, or a wrong one: a hyphenated word finds nothing.
        parameters = {"query": " ".join(query.words), "offset": offset, "limit": count, "fields": FIELDS}
        if query.year_from or query.year_to:
            parameters["year"] = f"{query.year_from or ''}-{query.year_to or ''}"
        return read(await self._get(f"search?{urlencode(parameters)}"), offset, count)

    async def _named(self, query: Query) -> Page:
        named = query.named
        names = (("ARXIV", named.arxiv), ("DOI", named.doi), ("ACL", named.acl))
        name = next(f"{kind}:{value}" for kind, value in names if value)
        try:
            answer = await self._get(f"{quote(name, safe=':/')}?{urlencode({'fields': FIELDS})}")
        except NotFound:
            return Page([])
        record = _record(answer, 0)
        return Page([record] if record else [])

    async def _get(self, what: str) -> dict[str, Any]:
        if self.key and not re.fullmatch(r"[!-~]{1,200}", self.key.strip()):
            raise BadReference(
                "The key for Semantic Scholar has characters that no key has.",
                "Correct PAPER_IMPLEMENTER_SEMANTIC_SCHOLAR_KEY.",
            )
        headers = {"x-api-key": self.key.strip()} if self.key else None
        answer = await self.web.get_json(f"{API}/{what}", deadline_s=self.deadline_s, headers=headers)
        if complaint := plain(answer.get("error") or answer.get("message"), 200):
            raise Unreachable(f"{self.title} says: {complaint}", self.hint)
        return answer


def read(answer: dict[str, Any], offset: int, count: int) -> Page:
    """The records of an answer. Raises `Unreachable`."""
    # A search that finds nothing may come without "data".
    nothing = "data" not in answer and "total" in answer
    found = [] if nothing else items(answer, "data", SemanticScholarSearch.title)
    records = [record for rank, item in enumerate(found[:count], offset) if (record := _record(item, rank))]
    return Page(records, more=isinstance(answer.get("next"), int))


def _record(item: dict[str, Any], rank: int) -> Record | None:
    title = plain(item.get("title"), MAX_TITLE)
    if not title:
        return None
    external = _object(item.get("externalIds"))
    pdf_url = web_address(_object(item.get("openAccessPdf")).get("url"))
    minted, linked = by_doi(_text(external.get("DOI"))), by_link(pdf_url)
    on_arxiv = arxiv_id(_text(external.get("ArXiv")))
    arxiv = on_arxiv.id if on_arxiv else minted.arxiv or linked.arxiv
    doi = minted.doi or linked.doi
    url = web_address(item.get("url"))
    if not (arxiv or doi or url):
        return None
    authors = item.get("authors")
    venue = plain(item.get("venue"), MAX_VENUE) or plain(_object(item.get("journal")).get("name"), MAX_VENUE)
    return Record(
        source=SemanticScholarSearch.name,
        title=title,
        authors=plain_names(_object(a).get("name") for a in authors) if isinstance(authors, list) else (),
        year=year_of(item.get("year")),
        venue="arXiv" if venue.lower() in ("arxiv", "arxiv.org", "corr") else venue,
        abstract=plain_abstract(item.get("abstract")),
        url=url,
        pdf_url=pdf_url,
        arxiv=arxiv,
        doi=doi,
        acl=acl_id(_text(external.get("ACL"))) or minted.acl or linked.acl,
        openreview=linked.openreview,
        rank=rank,
    )


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value[:300] if isinstance(value, str) else ""
