"""Scans without a text layer: their text recognised where Tesseract's language data is installed."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

from paper_implementer.tools.worker import Progress

from ...paper import PaperWarning

DPI = 300
SECONDS = 240.0
"""For all pages together; a page takes some seconds."""
MAX_PIXELS = 40_000_000
_PLACES = ("/usr/share/tessdata", "/usr/local/share/tessdata", "/opt/homebrew/share/tessdata")


class Recogniser:
    """Puts a text layer under pages that are pictures without text, in an opened document, as long as the time suffices."""

    def __init__(self, warnings: list[PaperWarning]) -> None:
        self.warnings = warnings
        self.folder: Path | None = None
        self.until: float | None = None

    def recognise(self, document: Any, number: int, progress: Progress) -> bool:
        """Replace a page, `number` from 0, by one with what is recognised as invisible text over its picture.

        False where nothing can be done: the page stays as it is.
        """
        import pymupdf

        if self.until is None:
            self.until, self.folder = time.monotonic() + SECONDS, language_data()
        if self.folder is None:
            return False
        if time.monotonic() > self.until:
            message = f"Recognising the text of scans was ended after {SECONDS:g} s; this page is left without."
            self.warnings.append(PaperWarning(kind="scan", message=message, page=number + 1))
            return False
        progress(number + 1, document.page_count, f"recognising the text of page {number + 1}")
        english = (self.folder / "eng.traineddata").is_file()
        language = "eng" if english else next(self.folder.glob("*.traineddata")).stem
        page = document[number]
        dpi = min(DPI, int(72 * (MAX_PIXELS / max(1.0, page.rect.width * page.rect.height)) ** 0.5))
        data = page.get_pixmap(dpi=dpi).pdfocr_tobytes(language=language, tessdata=str(self.folder))
        with pymupdf.open("pdf", data) as recognised:
            document.delete_page(number)
            document.insert_pdf(recognised, start_at=number)
        return True


def language_data() -> Path | None:
    """The folder of Tesseract's language data; None where it is not installed."""
    import pymupdf

    places = [*_PLACES, *sorted(map(str, Path("/usr/share/tesseract-ocr").glob("*/tessdata")))]
    try:
        found = pymupdf.get_tessdata()
    except (RuntimeError, OSError):
        found = None
    for place in [*([found] if found else []), *places]:
        if any(Path(place).glob("*.traineddata")):
            return Path(place)
    return None


def level(raw: dict[str, Any]) -> None:
    """Give the spans of each recognised line one size and one base line, in place.

    Recognised words lie where their pixels were, a little higher or lower each: without this they look like indices.
    """
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            spans = line["spans"]
            if len(spans) < 2:
                continue
            size = median(span["size"] for span in spans)
            base = median(span["origin"][1] for span in spans)
            _, top, _, bottom = line["bbox"]
            for span in spans:
                span["size"], span["flags"] = size, spans[0]["flags"]
                span["origin"] = (span["origin"][0], base)
                span["bbox"] = (span["bbox"][0], top, span["bbox"][2], bottom)
