"""From a reference at a venue to what the venue says of the paper, and from there to files that a parser can read."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import anyio

from paper_implementer.tools.errors import Busy, NotFound, PaperImplementerError, TimedOut, Unreachable, Unreadable
from paper_implementer.tools.worker import Progress

from ..http import Download
from ..paper import PaperWarning
from ..reference import VenueReference
from ..sniff import file_kind
from .local import materials
from .material import Material
from .venue import PASS_THE_PDF, VenuePaper, Web, page_of
from .venues import VENUES
from .web import no_paper

MAX_AUTHORS = 4000
MAX_ADDRESSES = 8


async def describe(reference: VenueReference, web: Web) -> VenuePaper:
    """What the venue says of a paper; while it does not answer, what is known without it and a warning.

    **Raises:** what `Venue.open` raises, where nothing is known without it.
    """
    venue = VENUES[reference.venue]
    try:
        return _bounded(await venue.open(reference.key, web))
    except (Unreachable, TimedOut, Busy) as error:
        guess = venue.guess(reference.key)
        if guess is None:
            raise
        message = f"Title, authors and abstract are as the paper has them: {error.message}"
        return replace(guess, warnings=(PaperWarning(kind="metadata_unavailable", message=message),))


async def material_at(url: str, paper: VenuePaper, web: Web, scratch: Path, progress: Progress) -> Material:
    """Fetch one of a paper's files: mostly a PDF, else an archive of LaTeX source or an article in HTML.

    Where a page comes that names the PDF, as viewers and repositories send it, that PDF is fetched.

    **Raises:** `Unreadable` for anything else, and what `Web.get` and `unpack` raise.
    """
    got = await web.get(url, progress=progress)
    if file_kind(got.path) == "html" and (further := page_of(got).pdf_url) and further != url:
        got = await web.get(further, progress=progress)
    material = await anyio.to_thread.run_sync(_opened, got, scratch)
    if url not in paper.copies:
        return material
    message = f"The text is that of the open copy at {url}: the publisher gives no PDF."
    return replace(material, warnings=(*material.warnings, PaperWarning(kind="open_copy", message=message)))


def _bounded(paper: VenuePaper) -> VenuePaper:
    """What a venue says, within the measure of real papers: its words come from whoever submitted the paper."""
    return replace(
        paper,
        title=paper.title[:600],
        authors=[name[:200] for name in paper.authors[:MAX_AUTHORS]],
        venue=paper.venue[:300],
        abstract=paper.abstract[:20_000],
        pdf_urls=paper.pdf_urls[:MAX_ADDRESSES],
        copies=paper.copies[:MAX_ADDRESSES],
        code_links=tuple(link for link in paper.code_links[:MAX_ADDRESSES] if len(link) <= 1000),
    )


def none_of_them(paper: VenuePaper, problems: list[PaperImplementerError]) -> PaperImplementerError:
    """The error for a paper none of whose files could be read: the worst problem, and the page where a person may look."""
    if not problems:
        return NotFound(f"{paper.url} names no PDF.", PASS_THE_PDF)
    worst = next((p for p in problems if not isinstance(p, NotFound)), problems[0])
    page = "" if paper.url in worst.message else f" The paper's page is {paper.url}."
    return type(worst)(worst.message + page, worst.hint)


def _opened(got: Download, scratch: Path) -> Material:
    kind = file_kind(got.path)
    if kind == "html" and ".ltx_document" not in (page := page_of(got)).parts:
        raise no_paper(got.url, page)
    if kind not in ("pdf", "html", "gzip", "tar", "zip"):
        came = f"it came as {got.content_type[:80]!r} and looks like: {kind}"
        raise Unreadable(f"{got.url} is not a PDF ({came}).", PASS_THE_PDF)
    file = scratch / "paper" / f"paper.{'tar.gz' if kind == 'gzip' else kind}"
    for folder in (file.parent, unpacked := scratch / "unpacked"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    shutil.copyfile(got.path, file)
    return next(materials(file, unpacked))
