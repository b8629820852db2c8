"""OpenReview, by version 2 of its API (https://docs.openreview.net/reference/api-v2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from paper_implementer.tools.errors import Busy, NotFound
from paper_implementer.tools.worker import Progress

from .model import Page, Record
from .query import Named, Query, by_link
from .source import LATER, Web, items
from .text import MAX_TITLE, MAX_VENUE, plain, plain_abstract, plain_names, web_address, year_of

API = "https://api2.openreview.net"
SITE = "https://openreview.net"
_ID = re.compile(r"[A-Za-z0-9_-]{6,64}", re.ASCII)


@dataclass
class OpenReviewSearch:
    """The search in submissions: accepted, rejected, withdrawn and under review ones, and copies of DBLP's records."""

    web: Web
    name: ClassVar[str] = "openreview"
    title: ClassVar[str] = "OpenReview"
    deadline_s: ClassVar[float] = 20.0
    hint: ClassVar[str] = LATER

    def knows(self, named: Named) -> bool:
        """As in `Source`."""
        return bool(named.openreview)

    async def search(self, query: Query, offset: int, count: int, progress: Progress) -> Page:
        """As in `Source`. The API knows no years: papers of others are left out here."""
        if query.named:
            path, parameters = "notes", {"id": query.named.openreview}
        else:
            path = "notes/search"
            parameters = {"term": " ".join(query.words), "type": "terms", "content": "all", "group": "all"}
            parameters |= {"source": "forum", "limit": str(count), "offset": str(offset)}
        try:
            answer = await self.web.get_json(f"{API}/{path}?{urlencode(parameters)}", deadline_s=self.deadline_s)
        except NotFound:
            if query.named:
                return Page([])
            raise
        if answer.get("searchUnavailable") is True:
            raise Busy("OpenReview says that its search is not available now.", self.hint)
        page = read(answer, offset, count)
        return page._replace(more=page.more and not query.named)


def read(answer: dict[str, Any], offset: int, count: int) -> Page:
    """The records of an answer. Raises `Unreachable`."""
    notes = items(answer, "notes", OpenReviewSearch.title)
    records = [record for rank, note in enumerate(notes[:count], offset) if (record := _record(note, rank))]
    # Its own count is a cap, the same for every search; a full page is what tells that there is more.
    return Page(records, more=len(notes) >= count)


def _record(note: dict[str, Any], rank: int) -> Record | None:
    content = note.get("content")
    forum = note.get("forum") or note.get("id")
    if not isinstance(content, dict) or not isinstance(forum, str) or not _ID.fullmatch(forum):
        return None
    title = plain(_value(content, "title"), MAX_TITLE)
    if not title:
        return None
    pdf, link = _value(content, "pdf"), web_address(_value(content, "html"))
    own_pdf = isinstance(pdf, str) and pdf.startswith("/")
    elsewhere = "" if own_pdf else web_address(pdf)
    # What stands in a copy of DBLP's record is found where it links to: OpenReview has no file of it.
    named, file = (Named(), Named()) if own_pdf else (by_link(link), by_link(elsewhere))
    arxiv, acl, doi = named.arxiv or file.arxiv, named.acl or file.acl, named.doi or file.doi
    return Record(
        source=OpenReviewSearch.name,
        title=title,
        authors=_authors(_value(content, "authors")),
        year=_year(note, content),
        venue=_venue(plain(_value(content, "venue"), MAX_VENUE)),
        abstract=plain_abstract(_value(content, "abstract")),
        url=f"{SITE}/forum?id={forum}",
        pdf_url=f"{SITE}/pdf?id={forum}" if own_pdf else elsewhere,
        arxiv=arxiv,
        doi=doi,
        acl=acl,
        openreview="" if arxiv or acl or doi else forum,
        rank=rank,
    )


def _value(content: dict[str, Any], key: str) -> object:
    """A field, which version 2 wraps in an object and version 1 did not."""
    value = content.get(key)
    return value.get("value") if isinstance(value, dict) else value


def _authors(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    return plain_names(author.get("fullname") if isinstance(author, dict) else author for author in value)


def _venue(venue: str) -> str:
    return "arXiv" if re.match(r"(?:CoRR|arXiv)\b", venue, re.IGNORECASE) else venue


def _year(note: dict[str, Any], content: dict[str, Any]) -> int | None:
    """The year that the venue has in its name, or that of the publication, or that of the submission."""
    for name in ("venue", "venueid"):
        if year := year_of(_value(content, name)):
            return year
    for moment in (note.get("pdate"), note.get("cdate"), note.get("tcdate")):
        if isinstance(moment, int) and not isinstance(moment, bool) and 0 < moment < 4e12:
            return datetime.fromtimestamp(moment / 1000, UTC).year
    return None
