"""arXiv, by its Atom API (https://info.arxiv.org/help/api/user-manual.html)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

import anyio

from paper_implementer.tools.errors import Unreachable
from paper_implementer.tools.worker import Progress

from ..reference import arxiv_id
from ..sources.arxiv import NAMESPACES, entry_text, feed_entries
from .model import Page, Record
from .query import Named, Query, by_doi
from .source import LATER, Web
from .text import MAX_TITLE, MAX_VENUE, plain, plain_abstract, plain_names, year_of

API = "https://export.arxiv.org/api/query"
FIRST_YEAR, LAST_YEAR = 1991, 2100
MOST_WORDS_OF_ALL = 5
"""Of so many words a paper must have each; of more, arXiv's ranking puts those first that have most."""


@dataclass
class ArxivSearch:
    """The archive's own search."""

    web: Web
    name: ClassVar[str] = "arxiv"
    title: ClassVar[str] = "arXiv"
    deadline_s: ClassVar[float] = 25.0
    hint: ClassVar[str] = LATER

    def knows(self, named: Named) -> bool:
        """As in `Source`."""
        return bool(named.arxiv)

    async def search(self, query: Query, offset: int, count: int, progress: Progress) -> Page:
        """As in `Source`."""
        asked = {"id_list": query.named.arxiv} if query.named else {"search_query": expression(query)}
        parameters = {**asked, "start": offset, "max_results": count, "sortBy": "relevance", "sortOrder": "descending"}
        url = f"{API}?{urlencode(parameters)}"
        return await anyio.to_thread.run_sync(read, await self.web.get(url, deadline_s=self.deadline_s), offset, count)


def expression(query: Query) -> str:
    """The query in arXiv's syntax: the words as a title, or anywhere in the metadata; first submitted in those years."""
    anywhere = [f'all:"{term}"' if " " in term else f"all:{term}" for term in query.terms]
    joined = (" AND " if len(anywhere) <= MOST_WORDS_OF_ALL else " OR ").join(anywhere)
    title = " ".join(query.words)
    found = f'(ti:"{title}" OR ({joined}))'
    if query.year_from is None and query.year_to is None:
        return found
    start, end = query.year_from or FIRST_YEAR, query.year_to or LAST_YEAR
    return f"{found} AND submittedDate:[{start}01010000 TO {end}12312359]"


def read(data: bytes, offset: int, count: int) -> Page:
    """The records of an Atom answer. Raises `Busy`, `Unreachable`."""
    entries = feed_entries(data)
    failure = next((entry for entry in entries if "/api/errors" in entry_text(entry, "a:id")), None)
    if failure is not None:
        why = plain(entry_text(failure, "a:summary"), 200)
        raise Unreachable(
            f"arXiv refused the search: {why or 'it did not say why'}.", "Search with fewer, plainer words."
        )
    total = _total(data)
    if not entries and total > offset:
        raise Unreachable(f"arXiv counts {total} papers and sent none of them.", LATER)
    records = [record for rank, entry in enumerate(entries[:count], offset) if (record := _record(entry, rank))]
    return Page(records, more=total > offset + count)


def _total(data: bytes) -> int:
    text = ET.fromstring(data).findtext("{http://a9.com/-/spec/opensearch/1.1/}totalResults", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _record(entry: ET.Element, rank: int) -> Record | None:
    title = plain(entry_text(entry, "a:title"), MAX_TITLE)
    reference = arxiv_id(entry_text(entry, "a:id").rpartition("/abs/")[2])
    if reference is None or not title:
        return None
    return Record(
        source=ArxivSearch.name,
        title=title,
        authors=plain_names(entry_text(author, "a:name") for author in entry.findall("a:author", NAMESPACES)),
        year=year_of(entry_text(entry, "a:published")),
        venue=plain(entry_text(entry, "x:journal_ref"), MAX_VENUE) or "arXiv",
        abstract=plain_abstract(entry_text(entry, "a:summary")),
        url=f"https://arxiv.org/abs/{reference.id}",
        pdf_url=f"https://arxiv.org/pdf/{reference.id}",
        arxiv=reference.id,
        doi=by_doi(entry_text(entry, "x:doi")).doi,
        rank=rank,
    )
