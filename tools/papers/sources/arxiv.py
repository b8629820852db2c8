"""arXiv: metadata from the Atom API; LaTeX source first, then HTML, then PDF.

Formats and addresses: https://info.arxiv.org/help/api/user-manual.html and https://info.arxiv.org/help/mimetypes.html
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import anyio

from paper_implementer.tools.errors import Busy, NotFound, Unreachable, Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from ..archive import unpack
from ..http import HttpClient
from ..paper import PaperWarning, SourceFormat
from ..parsing import clean_text
from ..reference import ArxivReference
from ..sniff import file_kind
from .material import Material, walk

MAX_FEED_BYTES = 4 * 2**20
MAX_HTML_BYTES = 64 * 2**20
MAX_SOURCE_BYTES = 256 * 2**20
DEADLINE_S = 900.0

NAMESPACES = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}
_VERSION = re.compile(r"v(\d+)(?:\.|$)")
_WITHDRAWN = re.compile(
    r"\b(?:this|the|our)\s+(?:\w+\s+){0,3}?(?:paper|article|submission|manuscript|work|preprint|version)\b[^.]{0,60}\bwithdrawn\b"
    r"|^\s*withdrawn\b",
    re.IGNORECASE,
)
_WITHDRAWN_STUB = re.compile(rb"%\s*auto-ignore", re.IGNORECASE)


@dataclass(frozen=True)
class Metadata:
    """What the Atom API says of a paper.

    **Arguments:**

    - `reference`: with the version that was found.
    - `withdrawn`: the authors' words where they say that it is withdrawn.
    """

    reference: ArxivReference
    title: str
    authors: list[str]
    year: int | None
    venue: str
    abstract: str
    withdrawn: str | None


class Arxiv:
    """The archive behind two hosts, asked slowly.

    **Arguments:**

    - `api`, `site`: origins of the Atom API and of the site.
    - `scratch`: a folder for what arrives.
    """

    def __init__(self, client: HttpClient, api: str, site: str, scratch: Path) -> None:
        self._client = client
        self._api = api.rstrip("/")
        self._site = site.rstrip("/")
        self._scratch = scratch
        self._pdf: Material | None = None

    async def metadata(self, paper: ArxivReference) -> Metadata:
        """Look a paper up. Raises `NotFound` where arXiv knows no such paper or version."""
        url = f"{self._api}/api/query?id_list={quote(paper.versioned)}&max_results=1"
        feed = self._scratch / "metadata.xml"
        await self._client.download(url, feed, max_bytes=MAX_FEED_BYTES, deadline_s=DEADLINE_S)
        return read_feed(feed.read_bytes(), paper)

    async def source(self, paper: ArxivReference, progress: Progress = no_progress) -> Material:
        """Fetch the e-print: mostly LaTeX, sometimes a PDF. Raises `Unreadable` where it is neither."""
        packed = self._scratch / "e-print"
        url = f"{self._site}/e-print/{paper.versioned}"
        got = await self._client.download(
            url, packed, max_bytes=MAX_SOURCE_BYTES, deadline_s=DEADLINE_S, progress=progress
        )
        version = _VERSION.search(got.filename or "")
        folder = self._scratch / "source"
        folder.mkdir()
        return await anyio.to_thread.run_sync(_opened, packed, folder, paper, int(version[1]) if version else None)

    async def html(self, paper: ArxivReference, progress: Progress = no_progress) -> Material:
        """Fetch arXiv's own HTML, which newer papers have."""
        page = self._scratch / "paper.html"
        url = f"{self._site}/html/{paper.versioned}"
        await self._client.download(url, page, max_bytes=MAX_HTML_BYTES, deadline_s=DEADLINE_S, progress=progress)
        if (kind := file_kind(page)) != "html":
            raise Unreadable(f"{url} is not HTML (it looks like: {kind}).", "Try again later.")
        return Material("html", self._scratch, page.name)

    async def pdf(self, paper: ArxivReference, progress: Progress = no_progress) -> Material:
        """Fetch the PDF, once."""
        if self._pdf:
            return self._pdf
        file = self._scratch / "paper.pdf"
        url = f"{self._site}/pdf/{paper.versioned}"
        await self._client.download(url, file, max_bytes=MAX_SOURCE_BYTES, deadline_s=DEADLINE_S, progress=progress)
        if (kind := file_kind(file)) != "pdf":
            raise Unreadable(
                f"{url} is not a PDF (it looks like: {kind}).", "Open the address in a browser and pass the file."
            )
        self._pdf = Material("pdf", self._scratch, file.name)
        return self._pdf


def _opened(packed: Path, folder: Path, paper: ArxivReference, version: int | None) -> Material:
    """Make material of an e-print: a packed tree, one packed file, or a bare TeX or PDF file."""
    warnings: tuple[PaperWarning, ...] = ()
    kind = file_kind(packed)
    if kind in ("gzip", "tar", "zip"):
        warnings = tuple(unpack(packed, folder))
    elif kind in ("tex", "pdf"):
        packed.rename(folder / f"paper.{kind}")
    else:
        raise Unreadable(f"The source of arXiv:{paper.versioned} is neither LaTeX nor PDF (it looks like: {kind}).")
    names = [path.relative_to(folder).as_posix() for path in walk(folder)]
    tex = [name for name in names if name.lower().endswith((".tex", ".ltx", ".latex"))]
    if tex and all(_WITHDRAWN_STUB.match(_head(folder / name).lstrip()) for name in tex):
        raise NotFound(
            f"arXiv:{paper.versioned} was withdrawn: all that is left of its source is a notice.", _earlier(paper)
        )
    if tex:
        main = tex[0] if len(names) == 1 else _declared_main(folder, tex)
        return Material("latex", folder, main, warnings, version)
    forms: tuple[tuple[SourceFormat, str], ...] = (("html", ".html"), ("pdf", ".pdf"))
    for source_format, suffix in forms:
        fitting = [name for name in names if name.lower().endswith(suffix)]
        if len(fitting) == 1:
            return Material(source_format, folder, fitting[0], warnings, version)
    raise Unreadable(f"The source of arXiv:{paper.versioned} holds neither LaTeX nor a single PDF.")


def _declared_main(folder: Path, tex: list[str]) -> str | None:
    """The main file that the authors told arXiv, in `00README.json` or, formerly, `00README.XXX`; None where they did not."""
    declared: list[str] = []
    if (readme := folder / "00README.json").is_file() and readme.stat().st_size < MAX_FEED_BYTES:
        with suppress(ValueError, KeyError, TypeError, AttributeError, RecursionError):
            sources = json.loads(readme.read_bytes())["sources"]
            declared = [s["filename"] for s in sources if s.get("usage") == "toplevel"]
    elif (readme := folder / "00README.XXX").is_file() and readme.stat().st_size < MAX_FEED_BYTES:
        lines = readme.read_text("utf-8", "replace").splitlines()
        declared = [line.split()[0] for line in lines if line.split()[1:] == ["toplevelfile"]]
    return next((name for name in declared if name in tex), None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


def feed_entries(data: bytes) -> list[ET.Element]:
    """Read the entries of an Atom answer.

    arXiv answers some failures with status 200: an entry titled "Error", an entry without title, the words "Rate exceeded.".

    **Raises:** `Busy`, `Unreachable` for an answer that is no feed.
    """
    if data.lstrip()[:13].lower() == b"rate exceeded":
        raise Busy("arXiv says that it was asked too often.", "Try again in a minute.")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreachable("arXiv's API answered with something that is no Atom feed.", "Try again later.")
    try:
        feed = ET.fromstring(data)
    except ET.ParseError as error:
        raise Unreachable(
            f"arXiv's API answered with something that is no Atom feed: {error}.", "Try again later."
        ) from error
    if feed.tag != f"{{{NAMESPACES['a']}}}feed":
        raise Unreachable(f"arXiv's API answered with {feed.tag[:40]!r}, not with an Atom feed.", "Try again later.")
    return feed.findall("a:entry", NAMESPACES)


def read_feed(data: bytes, asked: ArxivReference) -> Metadata:
    """Read the Atom answer for one paper. Raises `NotFound`, and what `feed_entries` raises."""
    entry = next(iter(feed_entries(data)), None)
    title, address = entry_text(entry, "a:title"), entry_text(entry, "a:id")
    if entry is None or not title or "/api/errors" in address:
        why = f" ({entry_text(entry, 'a:summary')[:200]})" if "/api/errors" in address else ""
        raise NotFound(f"arXiv has no paper {asked.versioned}{why}.", "Check the id and the version.")
    version = _VERSION.search(address.rpartition("/")[2])
    comment, abstract = entry_text(entry, "x:comment"), entry_text(entry, "a:summary")
    published = entry_text(entry, "a:published")
    return Metadata(
        reference=ArxivReference(asked.id, int(version[1]) if version else asked.version or 1),
        title=title,
        authors=[name for author in entry.findall("a:author", NAMESPACES) if (name := entry_text(author, "a:name"))],
        year=int(published[:4]) if published[:4].isdigit() else None,
        venue=entry_text(entry, "x:journal_ref") or "arXiv",
        abstract=abstract,
        withdrawn=next((t[:300] for t in (comment, abstract) if _WITHDRAWN.search(t)), None),
    )


def withdrawn(metadata: Metadata) -> NotFound:
    """The error for a paper that its authors have taken back and of which nothing is left to read."""
    paper = metadata.reference
    return NotFound(f"arXiv:{paper.versioned} was withdrawn by its authors: {metadata.withdrawn!r}.", _earlier(paper))


def _earlier(paper: ArxivReference) -> str:
    if paper.version and paper.version > 1:
        return f"An earlier version may still be there: {paper.id}v{paper.version - 1}."
    return "There is no earlier version."


def entry_text(element: ET.Element | None, path: str) -> str:
    """The text of what is at a path in an entry (`a:` is Atom, `x:` arXiv's own), on one line."""
    found = element.find(path, NAMESPACES) if element is not None else None
    return " ".join(clean_text(found.text or "").split()) if found is not None else ""
