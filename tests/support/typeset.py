"""Real PDFs for tests: text set line by line, as papers are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymupdf

ROMAN, BOLD, ITALIC = "tiro", "tibo", "tiit"
WIDTH, HEIGHT = 612.0, 792.0
LEFT, RIGHT = 108.0, 504.0


class Sheet:
    """A page on which text is set from top to bottom; `y` is the baseline of the next line."""

    def __init__(self, document: Any, left: float = LEFT, right: float = RIGHT) -> None:
        self.page: Any = document.new_page(width=WIDTH, height=HEIGHT)
        self.left, self.right, self.y = left, right, 90.0

    def put(self, x: float, y: float, text: str, size: float = 10, font: str = ROMAN, **style: Any) -> float:
        """Write a run of glyphs with its baseline at `y`; returns where it ends."""
        self.page.insert_text((x, y), text, fontname=font, fontsize=size, **style)
        return x + float(pymupdf.get_text_length(text, fontname=font, fontsize=size))

    def line(self, text: str, size: float = 10, font: str = ROMAN, indent: float = 0, skip: float = 1.2) -> None:
        """One line at the left margin."""
        self.put(self.left + indent, self.y, text, size, font)
        self.y += skip * size

    def heading(self, text: str, size: float = 12) -> None:
        """A bold heading with white around it."""
        self.y += 12
        self.line(text, size, BOLD)
        self.y += 6

    def paragraph(self, text: str, size: float = 10, indent: float = 0) -> None:
        """Text broken into lines of the width of the column."""
        words, row = text.split(), ""
        first = True
        while words:
            room = self.right - self.left - (indent if first else 0)
            while words and pymupdf.get_text_length(f"{row} {words[0]}".strip(), ROMAN, size) <= room:
                row = f"{row} {words.pop(0)}".strip()
            self.line(row, size, indent=indent if first else 0)
            row, first = "", False
        self.y += 6

    def rule(self, x0: float, x1: float, y: float) -> None:
        """A thin horizontal stroke."""
        self.page.draw_line((x0, y), (x1, y), width=0.4)

    def runs(self, x: float, y: float, *runs: tuple[str, str, float, float]) -> float:
        """Runs one after the other as (text, font, size, rise); returns where they end."""
        for text, font, size, rise in runs:
            x = self.put(x, y - rise, text, size, font)
        return x


def saved(document: Any, folder: Path, name: str = "paper.pdf") -> str:
    """Write a document to a file and return its path."""
    path = folder / name
    document.save(path)
    return str(path)


FILLER = (
    "We train the network on sequences of tokens and report the loss that it reaches. "
    "The gradient is averaged over all workers before every step of the optimizer. "
    "No step is skipped, and nothing is tuned on the test set of any of the tasks. "
)
