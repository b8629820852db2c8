"""Glyphs of formulas: where they stand, how far their ink reaches, and their LaTeX."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from .fonts import Names
from .symbols import ACCENTS, is_piece, latex_of

_SUBSET = re.compile(r"^[A-Z]{6}\+")
_ITALIC_TEXT = re.compile(r"ital|oblique|slant|-it$|SFTI|CMTI", re.IGNORECASE)
_ITALIC_MATH = re.compile(r"CMMI|[tp]xmi|MTMI|MathItalic|MathMI|NewTXMI|NewPXMI", re.IGNORECASE)
_SYMBOLS = re.compile(r"CMSY|CMEX|MSAM|MSBM|[tp]x(?:sy|ex)|EUFM|rsfs|Symbol", re.IGNORECASE)


@dataclass(frozen=True)
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


def glyph(char: dict[str, Any], span: dict[str, Any], names: Names) -> Glyph | None:
    """A glyph of PyMuPDF's `rawdict` with the boxes of its ink; None for a blank."""
    font = _SUBSET.sub("", span["font"])
    text, size = char["c"], round(span["size"], 1)
    name = names.get(font, {}).get(text)
    if char.get("synthetic") or (text.isspace() and name is None):
        return None
    bold = bool(span["flags"] & 16)
    latex = latex_of(text, name, font, bold)
    if not latex:
        return None
    (x0, top, x1, bottom), y = char["bbox"], char["origin"][1]
    mathematical = bool(_ITALIC_MATH.search(font) or _SYMBOLS.search(font)) or _is_symbol(text)
    slanted = bool(_ITALIC_TEXT.search(font))
    made = placed(
        latex,
        (x0, top, x1, bottom),
        y,
        size,
        roman=text.isascii() and not (mathematical or slanted),
        piece=is_piece(text, name),
        slanted=slanted and text.isascii(),
    )
    return made if mathematical else replace(made, text=text)


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
) -> Glyph:
    """A glyph by the box of its ink and its baseline.

    What hangs from its baseline, as TeX's large symbols do, is given that of the line in whose middle it stands. Ordinary
    glyphs reach at least from the baseline to the height of an x: a minus sign is no closer to what is below it.
    """
    x0, top, x1, bottom = box
    middle = (top + bottom) / 2
    tall = bottom - top > 0.8 * size
    if piece or (tall and abs(middle - (y - 0.25 * size)) > 0.3 * size):
        return Glyph(latex, x0, x1, middle + 0.25 * size, top, bottom, size, origin=y, piece=piece)
    if latex not in ACCENTS and "brace" not in latex:
        top, bottom = min(top, y - 0.43 * size), max(bottom, y)
    return Glyph(latex, x0, x1, y, top, bottom, size, roman, origin=y, slanted=slanted)


def page_glyphs(raw: dict[str, Any], names: Names) -> list[Glyph]:
    """The glyphs of a page that PyMuPDF gives as `page.get_text("rawdict")` with ink boxes; turned text is left out."""
    found = (
        glyph(char, span, names)
        for block in raw["blocks"]
        if block["type"] == 0
        for line in block["lines"]
        if abs(line["dir"][0] - 1) < 0.01
        for span in line["spans"]
        for char in span["chars"]
    )
    return [one for one in found if one is not None]
