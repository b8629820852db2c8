"""What a PDF file shows: the visible lines of its pages, rules, shapes and links, and what a reader must be warned of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from paper_implementer.tools.errors import TooLarge, Unreadable
from paper_implementer.tools.worker import Progress

from ...paper import BBox, PaperWarning
from .equations import GlyphsOf
from .fonts import Names, glyph_names
from .formulas import Rule, unframed
from .glyphs import Glyph, glyphs_of_lines, upright_lines
from .hidden import Ground, HiddenText, Key, covers, key_of
from .lines import Line, page_lines
from .recognition import Recogniser, level

MAX_PAGES = 1_000
MAX_BYTES = 200 * 2**20
MAX_DRAWINGS = 5_000
MIN_SHAPE = 8.0
MIN_GROUND = 3.0  # Points: what is smaller neither carries text nor covers it.
_FLAGS = 1 | 2 | 64 | 128 | 2048
"""PyMuPDF: ligatures and blanks as printed, clipped text left out, codes of glyphs without Unicode, and the glyphs
themselves where the file says that they stand for another text (ActualText)."""
_SCAN = (
    "This page is a picture without text: a scan. Install Tesseract with its language data (`apt install tesseract-ocr`) and fetch "
    "the paper again with refresh, or recognise its text first (`ocrmypdf`), and pass the result."
)
_INK = 512  # PyMuPDF: boxes of the ink of each glyph instead of those of its font


@dataclass
class Pages:
    """What was read of the pages: visible lines in reading order, rules, and what lies in the margin."""

    lines: list[list[Line]]
    rules: list[list[tuple[float, float, float]]]
    heights: list[float]
    shapes: list[list[BBox]]
    links: list[str]
    stamps: str
    glyphs_of: GlyphsOf


def open_document(path: Path) -> Any:
    """Open a PDF in memory.

    **Raises:** `Unreadable` for what is no PDF, is encrypted, broken or without pages; `TooLarge` over the limits.
    """
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    pymupdf.TOOLS.mupdf_display_warnings(False)
    data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    if data is None:
        raise TooLarge(f"{path.name} is larger than {MAX_BYTES // 2**20} MB.", "Pass the paper without its supplement.")
    if b"%PDF-" not in data[:1024] and b"startxref" not in data[-2048:]:
        start = data[:300].lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml")):
            raise Unreadable(
                f"{path.name} is a web page, not a PDF.",
                "Download the PDF itself; the link probably led to an error or log-in page.",
            )
        raise Unreadable(f"{path.name} is {'empty' if not data else 'no PDF'}.", "Download it again.")
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
        count = -1 if document.needs_pass else document.page_count
    except _mupdf_errors() as error:
        raise Unreadable(f"{path.name} is damaged: {error}.", "Download it again.") from None
    if count < 0:
        raise Unreadable(f"{path.name} is encrypted.", "Save a copy without a password, and pass that.")
    if count == 0:
        raise Unreadable(f"{path.name} has no pages; it is probably cut off.", "Download it again.")
    if count > MAX_PAGES:
        raise TooLarge(
            f"{path.name} has {count} pages; at most {MAX_PAGES} are read.",
            "Pass the part that is the paper.",
        )
    return document


def _mupdf_errors() -> tuple[type[Exception], ...]:
    """What PyMuPDF raises for damaged files: its own errors are no `RuntimeError` of Python in all places."""
    import pymupdf

    return (RuntimeError, ValueError, IndexError, pymupdf.mupdf.FzErrorBase)


def contents(document: Any) -> list[tuple[int, str, int]]:
    """The outline of the file as (level, title, page); empty where it is damaged."""
    try:
        return [(level, title, page) for level, title, page in document.get_toc()]
    except _mupdf_errors():
        return []


def _damaged_start(data: bytes) -> bool:
    """Was it a PDF whose first part was overwritten? The objects behind it can often be read still."""
    return b"%%EOF" in data[-2048:] and b"startxref" in data[-2048:]


def read_pages(document: Any, warnings: list[PaperWarning], progress: Progress) -> Pages:
    """Read the pages one after the other; what cannot be read or seen becomes a warning."""
    broken = _mupdf_errors()
    strokes: list[tuple[list[Rule], list[BBox]]] = []
    hidden: list[set[Key]] = []
    pages = Pages([], [], [], [], [], "", _glyphs_of(document, strokes, hidden))
    finder, recogniser = HiddenText(document), Recogniser(warnings)
    for number in range(1, document.page_count + 1):
        progress(number, document.page_count, f"page {number}")
        try:
            page = document[number - 1]
            _without_annotations(page)
            raw = page.get_text("dict", flags=_FLAGS)
            scan = not any(block["type"] == 0 for block in raw["blocks"]) and page.get_image_info()
            if scan and recogniser.recognise(document, number - 1, progress):
                page = document[number - 1]
                raw = page.get_text("dict", flags=_FLAGS)
            drawings = _drawings(page)
            pictures = [tuple(image["bbox"]) for image in page.get_image_info()]
            ground = _ground(page, drawings, pictures, raw)
            drawings += [{"rect": box} for box in pictures if min(_sides(box)) < 2.5]  # Old drivers paint rules.
            box = tuple(page.rect)
            pages.links += [link["uri"] for link in page.get_links() if link.get("uri")]
            found = finder.find(page, raw, ground)
        except broken as error:
            warnings.append(
                PaperWarning(kind="unreadable_page", message=f"This page could not be read: {error}", page=number)
            )
            strokes.append(([], []))
            hidden.append(set())
            pages.lines.append([])
            pages.rules.append([])
            pages.shapes.append([])
            pages.heights.append(792.0)
            continue
        hidden.append(found.keys)
        if found.scanned:
            level(raw)
        lines = page_lines(raw, number, found.keys)
        warnings += found.warnings
        if found.scanned and lines:
            message = "This page is a scan; its text was recognised by a program and may have mistakes."
            warnings.append(PaperWarning(kind="scan", message=message, page=number))
        if not lines:
            message = _SCAN if pictures else "This page has no text."
            warnings.append(PaperWarning(kind="scan" if pictures else "empty_page", message=message, page=number))
        if number == 1:
            pages.stamps = " ".join(
                s["text"]
                for b in raw["blocks"]
                if b["type"] == 0
                for n in b["lines"]
                if abs(n["dir"][0] - 1) > 0.01
                for s in n["spans"]
            )
        pages.lines.append(lines)
        strokes.append((_rules(drawings, 2.5), [d["rect"] for d in drawings if d["rect"][2] - d["rect"][0] < 2.5]))
        pages.rules.append(_rules(drawings))
        shapes = [*pictures, *(d["rect"] for d in drawings if min(_sides(d["rect"])) > MIN_SHAPE)]
        pages.shapes.append([shape for shape in shapes if not covers(shape, box)])
        pages.heights.append(page.rect.height)
    return pages


def _without_annotations(page: Any) -> None:
    """Take a reader's notes off a page (in memory): they are not the paper."""
    for annotation in list(page.annots() or ()):
        page.delete_annot(annotation)


def _sides(box: BBox) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _drawings(page: Any) -> list[dict[str, Any]]:
    """The first `MAX_DRAWINGS` shapes of a page, without their paths: of some pages there are millions."""
    found: list[dict[str, Any]] = []

    def keep(path: dict[str, Any]) -> None:
        if len(found) < MAX_DRAWINGS and "rect" in path:
            found.append({name: path.get(name) for name in ("rect", "fill", "fill_opacity", "seqno")})

    page.get_cdrawings(callback=keep)
    return found


def _ground(page: Any, drawings: list[dict[str, Any]], pictures: list[BBox], raw: dict[str, Any]) -> Ground:
    """What lies behind and over the text of a page."""
    filled = [
        d
        for d in drawings
        if d["fill"] is not None and (d["fill_opacity"] or 1) > 0.1 and min(_sides(d["rect"])) > MIN_GROUND
    ]
    opaque = [(d["seqno"], d["rect"]) for d in filled if (d["fill_opacity"] or 1) > 0.9]
    if any(_meet(block["bbox"], picture) for block in raw["blocks"] for picture in pictures):
        painted = [(rank, box) for rank, (what, box) in enumerate(page.get_bboxlog()) if what == "fill-image"]
        opaque += [(rank, box) for rank, box in painted if min(_sides(box)) > MIN_GROUND]
    fills = {(d["rect"], tuple(round(255 * c) for c in d["fill"])) for d in filled}
    return Ground(list(fills), pictures, opaque)


def _meet(one: BBox, other: BBox) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rules(drawings: list[dict[str, Any]], shortest: float = 20.0) -> list[Rule]:
    """Horizontal rules as (left, right, y): thin filled boxes and strokes."""
    found = []
    for drawing in drawings:
        x0, y0, x1, y1 = drawing["rect"]
        if x1 - x0 > shortest and y1 - y0 < 2.5:
            found.append((x0, x1, (y0 + y1) / 2))
    return found


def _glyphs_of(document: Any, strokes: list[tuple[list[Rule], list[BBox]]], hidden: list[set[Key]]) -> GlyphsOf:
    """Glyphs and rules between two heights of a page, the latest page kept: equations ask for them one after the other.

    **Arguments:**

    - `strokes`: of each page the thin horizontal strokes, and the boxes of the upright ones.
    - `hidden`: of each page the text that is left out.
    """
    fonts: dict[int, tuple[str, dict[str, str]]] = {}

    @lru_cache(maxsize=1)
    def page(number: int) -> tuple[list[dict[str, Any]], Names, list[Rule]]:
        try:
            raw = document[number - 1].get_text("rawdict", flags=_FLAGS | _INK)
            if hidden[number - 1]:
                _leave_out(raw, hidden[number - 1])
            return upright_lines(raw), glyph_names(document, number - 1, fonts), unframed(*strokes[number - 1])
        except _mupdf_errors():
            return [], {}, []

    def glyphs_of(number: int, top: float, bottom: float) -> tuple[list[Glyph], list[Rule]]:
        lines, names, rules = page(number)
        within = [line for line in lines if line["bbox"][1] < bottom and line["bbox"][3] > top]
        return glyphs_of_lines(within, names), [rule for rule in rules if top < rule[2] < bottom]

    return glyphs_of


def _leave_out(raw: dict[str, Any], hidden: set[Key]) -> None:
    """Take hidden spans out of what PyMuPDF gives as "rawdict"."""
    for line in (line for block in raw["blocks"] if block["type"] == 0 for line in block["lines"]):
        line["spans"] = [span for span in line["spans"] if key_of(span) not in hidden]
