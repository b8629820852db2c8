"""Pictures of a paper: its figures and its pages, drawn in the worker process from the files of the library."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paper_implementer.tools.errors import NotFound, PaperImplementerError, Unreadable
from paper_implementer.tools.worker import run_in_worker

from .library import Library
from .paper import BBox, Paper
from .picture import Picture, Pictures
from .read import ReadBlock
from .sources.material import COMPANION

MAX_PICTURES = 6
MAX_PIXELS = 1_500_000
MAX_BYTES = 1 << 20
MAX_SCALE = 200 / 72
"""200 dots an inch: more shows no more of a page."""
MARGIN = 4.0
"""Points left around a figure, so that lines at its edge are whole."""
_DRAWN = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".svg")


async def figure_pictures(paper: Paper, library: Library, ids: Sequence[str]) -> Pictures:
    """Draw figures: from the source's own picture where there is one, else cut from the page of the PDF.

    **Arguments:**

    - `ids`: of figures of the paper; the first `MAX_PICTURES` of them are drawn.
    """
    files = library.files(paper.id)
    found = Pictures()
    for block_id in ids[:MAX_PICTURES]:
        block = paper.block(block_id)
        wanted: list[tuple[Path, str, int, BBox | None]] = []
        if block and block.image in files and Path(block.image).suffix.lower() in _DRAWN:
            wanted.append((files[block.image], block.image, 1, None))
        if block and block.bbox and block.page and (pdf := _pdf(paper, library)):
            wanted.append((*pdf, block.page, block.bbox))
        problem = "the source has no picture for it that can be drawn"
        for place, name, page, bbox in wanted:
            try:
                found.pictures.append(await _draw(place, name, page, bbox, block_id))
                break
            except PaperImplementerError as error:
                problem = error.message
        else:
            found.missing.append(f"{block_id} is not shown: {problem}")
    if len(ids) > MAX_PICTURES:
        found.missing.append(
            f"{MAX_PICTURES} figures are shown; ask for the others by id: {', '.join(ids[MAX_PICTURES:])}"
        )
    return found


async def page_pictures(paper: Paper, library: Library, pages: Sequence[int]) -> Pictures:
    """Draw whole pages of a paper that is there as a PDF.

    **Arguments:**

    - `pages`: numbers from 1; the first `MAX_PICTURES` of them are drawn.

    **Raises:** `NotFound` where there is no PDF or no such page.
    """
    pdf = _pdf(paper, library)
    if pdf is None:
        raise NotFound(f"{paper.id} is in the library without a PDF, so there are no pages to show.", "Read it by id.")
    found = Pictures()
    for page in pages[:MAX_PICTURES]:
        found.pictures.append(await _draw(*pdf, page, None, f"page {page}"))
    if len(pages) > MAX_PICTURES:
        found.missing.append(f"{MAX_PICTURES} pages are shown; ask for the others in further calls.")
    return found


def pages_of(blocks: Sequence[ReadBlock]) -> list[int]:
    """The pages on which blocks begin, each once."""
    return list(dict.fromkeys(block.page for block in blocks if block.page))


def _pdf(paper: Paper, library: Library) -> tuple[Path, str] | None:
    """The PDF of the whole paper among its files: what it was read from, or what lies beside its source."""
    files = library.files(paper.id)
    name = library.origin(paper.id).main if paper.source_format == "pdf" else COMPANION
    return (files[name], name) if name in files else None


async def _draw(place: Path, name: str, page: int, bbox: BBox | None, picture_id: str) -> Picture:
    arguments = {"path": str(place), "suffix": Path(name).suffix.lower(), "page": page, "bbox": bbox}
    drawn = await run_in_worker(
        "paper_implementer.tools.papers.pictures:draw", arguments, what=f"Drawing {picture_id}", timeout_s=60.0
    )
    return Picture(id=picture_id, **drawn)


def draw(path: str, suffix: str, page: int, bbox: list[float] | None) -> dict[str, Any]:
    """Draw a page, or a part of it, within `MAX_PIXELS` and `MAX_BYTES`. Runs in the worker process.

    **Arguments:**

    - `suffix`: what the file is (".pdf", ".png"): stored files have no name of their own.
    - `bbox`: in points, origin top left; None means the whole page.

    **Raises:** `Unreadable` for a file that cannot be drawn, `NotFound` for a page that is not there.
    """
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        document = pymupdf.open(path, filetype=suffix.removeprefix("."))
    except (RuntimeError, ValueError) as error:
        raise Unreadable(f"The picture cannot be opened: {error}.", "Open the paper itself.") from error
    with document:
        if not 1 <= page <= document.page_count:
            raise NotFound(f"There is no page {page}; the PDF has {document.page_count}.", "Ask for one of these.")
        try:
            sheet = document[page - 1]
            clip = sheet.rect
            if bbox is not None:
                x0, y0, x1, y1 = bbox
                clip = pymupdf.Rect(x0 - MARGIN, y0 - MARGIN, x1 + MARGIN, y1 + MARGIN) & sheet.rect
            if clip.is_empty or clip.width < 1 or clip.height < 1:
                raise Unreadable("The picture is empty.", "Ask for its page as a picture.")
            scale = min(MAX_SCALE, (MAX_PIXELS / (clip.width * clip.height)) ** 0.5)
            pixmap = sheet.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=clip, alpha=False)
        except (RuntimeError, ValueError) as error:
            raise Unreadable(f"Page {page} cannot be drawn: {error}.", "Open the PDF in a viewer.") from error
        data, media_type = pixmap.tobytes("png"), "image/png"
        if len(data) > MAX_BYTES:
            data, media_type = pixmap.tobytes("jpeg", jpg_quality=85), "image/jpeg"
        encoded = base64.b64encode(data).decode("ascii")
        return {"media_type": media_type, "data": encoded, "width": pixmap.width, "height": pixmap.height}
