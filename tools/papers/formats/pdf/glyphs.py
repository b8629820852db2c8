"""Glyphs of formulas: where they stand, how far their ink reaches, and their LaTeX."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .fonts import Names
from .symbols import ACCENTS, is_piece, latex_of

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_ITALIC_TEXT = re.compile(r"ital|oblique|slant|-it$|SFTI|CMTI", re.IGNORECASE)
_ITALIC_MATH = re.compile(r"CMMI|[tp]xmi|MTMI|MathItalic|MathMI|NewTXMI|NewPXMI", re.IGNORECASE)
_SYMBOLS = re.compile(r"CMSY|CMEX|MSAM|MSBM|[tp]x(?:sy|ex)|EUFM|rsfs|Symbol", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Glyph:
    """A glyph, or a part of a formula that was put together.

    `y` is its baseline, for tall brackets and operators that of the line in whose middle they stand; `top` and `bottom`
    are its ink; `origin` is the baseline that the font gives. `roman` are the letters of words and upright names,
    `slanted` those of an italic text font; `text` is what fonts of text print, empty for mathematics.
    """

    latex: str
    x0: float
    x1: float
    y: float
    top: float
    bottom: float
    size: float
    roman: bool = False
    built: bool = False
    origin: float = 0.0
    piece: bool = False
    slanted: bool = False
    text: str = ""

    @property
    def centre(self) -> float:
        """The middle between left and right."""
        return (self.x0 + self.x1) / 2

    @property
    def height(self) -> float:
        """From the top of its ink to the bottom."""
        return self.bottom - self.top


@lru_cache(maxsize=8192)
def _meaning(font: str, char: str, name: str | None, bold: bool) -> tuple[str, bool, bool, bool, str]:
    """LaTeX of a character of a font, whether it is upright, slanted, a piece of a bracket, and what it prints as text."""
    latex = latex_of(char, name, font, bold)
    mathematical = bool(_ITALIC_MATH.search(font) or _SYMBOLS.search(font)) or _is_symbol(char)
    slanted = bool(_ITALIC_TEXT.search(font))
    roman = char.isascii() and not (mathematical or slanted)
    return latex, roman, slanted and char.isascii(), is_piece(char, name), "" if mathematical else char


def _is_symbol(char: str) -> bool:
    """Is a character one of mathematics whatever its font: Greek, relations, operators, letters of formulas?"""
    if char.isascii():
        return False
    return unicodedata.category(char[:1]) == "Sm" or "\u0370" <= char[:1] <= "\u03ff" or char[:1] >= "\U0001d400"


def placed(
    latex: str,
    box: tuple[float, float, float, float],
    y: float,
    size: float,
    *,
    roman: bool = False,
    piece: bool = False,
    slanted: bool = False,
    text: str = "",
) -> Glyph:
    """A glyph by the box of its ink and its baseline.

    What hangs from its baseline, as TeX's large symbols do, is given that of the line in whose middle it stands. Ordinary
    glyphs reach at least from the baseline to the height of an x: a minus sign is no closer to what is below it.
    """
    x0, top, x1, bottom = box
    middle = (top + bottom) / 2
    if piece or (bottom - top > 0.8 * size and abs(middle - (y - 0.25 * size)) > 0.3 * size):
        return Glyph(latex, x0, x1, middle + 0.25 * size, top, bottom, size, origin=y, piece=piece)
    if latex not in ACCENTS and "brace" not in latex:
        top, bottom = min(top, y - 0.43 * size), max(bottom, y)
    return Glyph(latex, x0, x1, y, top, bottom, size, roman, False, y, False, slanted, text)


def upright_lines(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a page that PyMuPDF gives as `page.get_text("rawdict")` with ink boxes; turned text is left out."""
    lines = (line for block in raw["blocks"] if block["type"] == 0 for line in block["lines"])
    return [line for line in lines if abs(line["dir"][0] - 1) < 0.01]


def glyphs_of_lines(lines: list[dict[str, Any]], names: Names) -> list[Glyph]:
    """The glyphs of some lines of a page."""
    found: list[Glyph] = []
    for line in lines:
        for span in line["spans"]:
            _add_span(found, span, names)
    return found


def _add_span(found: list[Glyph], span: dict[str, Any], names: Names) -> None:
    font, size, bold = _SUBSET.sub("", span["font"]), round(span["size"], 1), bool(span["flags"] & 16)
    known = names.get(font, {})
    for char in span["chars"]:
        text = char["c"]
        name = known.get(text)
        if char.get("synthetic") or (name is None and text.isspace()):
            continue
        latex, roman, slanted, piece, printed = _meaning(font, text, name, bold)
        if latex:
            y = char["origin"][1]
            found.append(placed(latex, char["bbox"], y, size, roman=roman, piece=piece, slanted=slanted, text=printed))
