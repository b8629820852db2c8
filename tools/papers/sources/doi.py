"""DOIs: where a venue is known by its prefix, that venue; else Crossref's record, and an open copy of the PDF if there is one.

https://api.crossref.org/swagger-ui/index.html, https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from paper_implementer.tools.errors import Busy, NotFound, PaperImplementerError, TimedOut, Unreachable, Unreadable

from ..paper import PaperWarning
from ..sniff import file_kind
from .page import absolute, one_line, unescaped
from .venue import Venue, VenuePaper, Web, described, page_of

CROSSREF = "https://api.crossref.org"
RESOLVER = "https://doi.org"
SEMANTIC_SCHOLAR = "https://api.semanticscholar.org"
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\x00-\x20\x7f-\xa0\"#?\\^`{|}]{1,200}", re.ASCII)
_SOFT = (NotFound, Unreachable, Unreadable, TimedOut, Busy)


class Doi:
    """Papers by DOI, in small letters: `10.1145/3292500.3330701`.

    **Arguments:**

    - `venues`: those to which a DOI may lead.
    """

    name = "doi"

    def __init__(self, venues: tuple[Venue, ...]) -> None:
        self._venues = venues

    def from_url(self, url: SplitResult) -> str | None:
        """Addresses of the resolver, and of publishers whose addresses have the DOI in them."""
        host = (url.hostname or "").lower()
        path = unquote(url.path)
        if host in ("doi.org", "dx.doi.org", "www.doi.org"):
            return self.from_key(path.lstrip("/"))
        if match := re.fullmatch(r"(?:/doi)(?:/(?:abs|full|pdf|epdf|fullHtml|pdfdirect|book))?/(?P<doi>10\..+)", path):
            return self.from_key(match["doi"])
        return None

    def from_key(self, text: str) -> str | None:
        """DOIs do not tell capitals from small letters."""
        text = text.rstrip("/.,;").lower()
        return text if _DOI.fullmatch(text) and ".." not in text else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Ask Crossref, then the landing page, then Semantic Scholar for an open copy.

        **Raises:** `NotFound` for an unknown DOI, and for a paper of which no open PDF is found.
        """
        landing = f"{RESOLVER}/{quote(key, safe='/():;._-')}"
        record = await self._record(key, web)
        if other := await self._elsewhere([_text(record, "resource", "primary", "URL")], web):
            return other
        paper = replace(_described(record), id=f"{self.name}:{key}", url=landing)
        trouble: PaperImplementerError | None = None
        try:
            got = await web.get(landing)
        except NotFound:
            if not record:
                raise NotFound(
                    f"The DOI {key} is not registered.", "Check it for a missing or added character."
                ) from None
        except _SOFT as error:
            trouble = error
        else:
            if other := await self._elsewhere([got.url], web):
                return other
            if file_kind(got.path) == "pdf":
                paper = replace(paper, pdf_urls=(landing,))
            else:
                page = page_of(got)
                if other := await self._elsewhere([page.pdf_url or ""], web):
                    return other
                links = dict.fromkeys([*_pdf_links(record), *filter(None, [page.pdf_url])])
                paper = described(page, replace(paper, url=page.url, pdf_urls=tuple(links)))
        paper = replace(paper, pdf_urls=paper.pdf_urls or tuple(_pdf_links(record)))
        if copy := await self._open_copy(key, web):
            paper = replace(paper, copies=(copy,))
        if not paper.pdf_urls and not paper.copies:
            if trouble and not record:  # Nobody could be asked: whether there is a PDF is not known.
                raise trouble
            raise NotFound(
                f"No open PDF of {key} ({paper.title!r}) was found; its page is {paper.url}."
                + (f" {trouble.message}" if trouble else ""),
                "If you have access, download the PDF there and pass the file.",
            )
        return paper

    def guess(self, key: str) -> None:
        """A DOI alone tells nothing."""
        return

    async def _record(self, key: str, web: Web) -> dict[str, Any]:
        """Crossref's record; empty for a DOI of another agency, or when Crossref is down."""
        try:
            answer = await web.json(f"{CROSSREF}/works/{quote(key, safe='')}")
        except _SOFT:
            return {}
        message = answer.get("message") if isinstance(answer, dict) else None
        return message if isinstance(message, dict) else {}

    async def _elsewhere(self, urls: list[str], web: Web) -> VenuePaper | None:
        """The paper at the venue to which one of these addresses belongs."""
        for url in urls:
            for venue in self._venues:
                if url and (key := venue.from_url(urlsplit(url))):
                    return await venue.open(key, web)
        return None

    async def _open_copy(self, key: str, web: Web) -> str | None:
        """The open copy that Semantic Scholar knows of."""
        try:
            answer = await web.json(f"{SEMANTIC_SCHOLAR}/graph/v1/paper/DOI:{quote(key, safe='')}?fields=openAccessPdf")
        except _SOFT:
            return None
        found = _text(answer, "openAccessPdf", "url")
        return absolute(SEMANTIC_SCHOLAR, found) if found else None


def _described(record: dict[str, Any]) -> VenuePaper:
    """Crossref's record as a paper."""
    authors = [_name(a) for a in _items(record, "author") if isinstance(a, dict)]
    return VenuePaper(
        None,
        title=plain(_first(record, "title")),
        authors=[a for a in authors if a],
        year=_year(record),
        venue=plain(_text(record, "event", "name") or _first(record, "container-title")),
        warnings=tuple(_retractions(record)),
        abstract=re.sub(r"^Abstract\s+", "", plain(_text(record, "abstract"))),
    )


def _retractions(record: dict[str, Any]) -> Iterator[PaperWarning]:
    """What Crossref knows of notices that take the paper back."""
    for notice in _items(record, "updated-by"):
        kind = _text(notice, "type").lower().replace("_", " ")
        if any(word in kind for word in ("retraction", "withdrawal", "removal", "concern")):
            message = f"The publisher has published a notice ({plain(kind)[:40]}): {RESOLVER}/{plain(_text(notice, 'DOI'))[:200]}."
            yield PaperWarning(kind="withdrawn", message=message)


def _pdf_links(record: dict[str, Any]) -> Iterator[str]:
    """The PDFs that Crossref's record links; those for text mining last, as many need a key."""
    links = [link for link in _items(record, "link") if isinstance(link, dict)]
    for link in sorted(links, key=lambda link: link.get("intended-application") == "text-mining"):
        url, kind = _text(link, "URL"), _text(link, "content-type")
        if (kind == "application/pdf" or (kind in ("", "unspecified") and "pdf" in url.lower())) and (
            found := absolute(CROSSREF, url)
        ):
            yield found


def plain(text: str) -> str:
    """A text without the JATS or HTML tags that Crossref passes on."""
    return one_line(unescaped(re.sub(r"</?[A-Za-z][^<>]{0,200}>", " ", text)))


def _name(author: dict[str, Any]) -> str:
    return one_line(f"{_text(author, 'given')} {_text(author, 'family')}".strip() or _text(author, "name"))


def _year(record: dict[str, Any]) -> int | None:
    for field in ("published-print", "published", "published-online", "issued", "created"):
        dates = record.get(field)
        parts = dates.get("date-parts") if isinstance(dates, dict) else None
        if (
            isinstance(parts, list)
            and parts
            and isinstance(parts[0], list)
            and parts[0]
            and isinstance(parts[0][0], int)
        ):
            return parts[0][0]
    return None


def _items(record: dict[str, Any], field: str) -> list[Any]:
    value = record.get(field)
    return value[:1000] if isinstance(value, list) else []


def _first(record: dict[str, Any], field: str) -> str:
    return next((text for text in _items(record, field) if isinstance(text, str)), "")


def _text(value: object, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
