"""What a venue is: it recognises the addresses of its papers, and says of a paper what is known and where its files are.

A venue is one file of this folder. It writes the addresses that the public uses; which host is asked is `HttpClient`'s affair.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult

from paper_implementer.tools.errors import Unreachable, Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from ..http import Download, HttpClient
from ..paper import PaperWarning
from ..sniff import file_kind
from .page import Page, read_page

MAX_ANSWER_BYTES = 16 * 2**20
MAX_PAGE_BYTES = 2 * 2**20
"""What is read of a web page: what it says of a paper is at its beginning."""
MAX_FILE_BYTES = 256 * 2**20
DEADLINE_S = 300.0
PASS_THE_PDF = "Open the address in a browser, and pass the PDF as a file."


@dataclass(frozen=True)
class VenuePaper:
    """What a venue says of a paper. Empty texts and lists mean that it does not say.

    **Arguments:**

    - `id`: in the library, `acl:P16-1162`; None for a paper that only its content can name.
    - `url`: its page; `pdf_urls`: where its PDF may be had, the best first; `copies`: open copies that others keep.
    - `supplementary`: addresses of further files, PDF or zip.
    """

    id: str | None
    title: str = ""
    authors: list[str] = field(default_factory=list)
    year: int | None = None
    venue: str = ""
    abstract: str = ""
    url: str = ""
    pdf_urls: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    supplementary: tuple[str, ...] = ()
    code_links: tuple[str, ...] = ()
    warnings: tuple[PaperWarning, ...] = ()


class Web:
    """What venues are asked through: every file is fetched once.

    **Arguments:**

    - `scratch`: a folder for what arrives.
    """

    def __init__(self, client: HttpClient, scratch: Path) -> None:
        self._client = client
        self._scratch = scratch
        self._got: dict[str, Download] = {}

    async def get(self, url: str, max_bytes: int | None = None, progress: Progress = no_progress) -> Download:
        """Fetch a file, or take it from before. Without `max_bytes` it may have the size of a paper."""
        if url not in self._got:
            to = self._scratch / f"download-{len(self._got)}"
            limit = MAX_FILE_BYTES if max_bytes is None else max_bytes
            got = await self._client.download(url, to, max_bytes=limit, deadline_s=DEADLINE_S, progress=progress)
            self._got[url] = got
        return self._got[url]

    async def page(self, url: str) -> Page:
        """Fetch and read a web page. Raises `Unreadable` where it is none."""
        got = await self.get(url, MAX_ANSWER_BYTES)
        if (kind := file_kind(got.path)) in ("pdf", "gzip", "zip", "empty"):
            raise Unreadable(f"{url} is not a web page (it looks like: {kind}).", PASS_THE_PDF)
        return page_of(got)

    async def json(self, url: str) -> Any:
        """Fetch and read a JSON answer. Raises `Unreachable` where it is none."""
        got = await self.get(url, MAX_ANSWER_BYTES)
        try:
            return json.loads(got.path.read_bytes())
        except (ValueError, RecursionError) as error:
            raise Unreachable(f"{url} answered with something that is not JSON.", "Try again later.") from error


class Venue(Protocol):
    """A place where papers are published.

    **Arguments:**

    - `name`: what its ids begin with, before the colon.
    """

    name: str

    def from_url(self, url: SplitResult) -> str | None:
        """The key of the paper that an address names, or None where it is not this venue's."""
        ...

    def from_key(self, text: str) -> str | None:
        """The key that a text spells, in the one form that ids have, or None where it is none."""
        ...

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Ask the venue about a paper. Raises `NotFound`, `Unreachable`, and what `Web` raises."""
        ...

    def guess(self, key: str) -> VenuePaper | None:
        """What can be said of a paper without asking, where its page is out of order; None where that is not enough."""
        ...


def page_of(got: Download) -> Page:
    """Read what has arrived as a web page."""
    with got.path.open("rb") as file:
        return read_page(file.read(MAX_PAGE_BYTES), got.url, got.content_type)


def described(page: Page, paper: VenuePaper) -> VenuePaper:
    """A paper with what the meta tags of its page say where the venue's own reader has said nothing."""
    return replace(
        paper,
        title=paper.title or page.title,
        authors=paper.authors or page.authors,
        year=paper.year or page.year,
        venue=paper.venue or page.venue,
        abstract=paper.abstract or page.abstract,
        url=paper.url or page.url,
        pdf_urls=paper.pdf_urls or ((page.pdf_url,) if page.pdf_url else ()),
    )


def host_in(url: SplitResult, *hosts: str) -> bool:
    """Whether an address is on one of these hosts, with or without `www.`."""
    return (url.hostname or "").lower().removeprefix("www.") in hosts


def files_linked(page: Page, *words: str) -> tuple[str, ...]:
    """The PDF and zip files that a page links with one of these words in their address or text, each once."""
    found: dict[str, None] = {}
    for link in page.links:
        path = link.url.partition("?")[0].lower()
        if path.endswith((".pdf", ".zip", ".tar.gz", ".tgz")) and any(
            w in f"{path} {link.text.lower()}" for w in words
        ):
            found.setdefault(link.url)
    return tuple(found)
