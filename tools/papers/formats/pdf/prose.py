"""Paragraphs with formulas in them: the words as printed, the formulas as LaTeX between dollars."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from statistics import median

from .equations import GlyphsOf, LineRow, covered, line_rows
from .formula_rows import split_rows
from .formulas import MAX_GLYPHS, Builder
from .glyphs import Glyph
from .hyphens import joined
from .inline import inline_text
from .lines import Line

MAX_LOST = 0.03
"""The share of its glyphs that a rebuilt paragraph may miss before the printed text is kept."""
_COMMAND = re.compile(r"\\[A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]{4,}")


def rebuilt(lines: list[Line], printed: str, glyphs_of: GlyphsOf, known: frozenset[str]) -> str | None:
    """A paragraph as Markdown with LaTeX; None where it has no formulas, or where words would be lost.

    **Arguments:**

    - `printed`: its text with scripts marked; `known`: words that the paper writes with a hyphen.
    """
    size = max(n.largest for n in lines)
    if not any(_is_formula(n) or n.largest < 0.85 * size for n in lines):
        return None
    rows = line_rows(lines)
    wanted = _with_formulas(rows)
    if not wanted:
        return None
    texts: list[str] = []
    for start, end in _runs(wanted, len(rows)):
        if start in wanted:
            part = _written([n for row in rows[start:end] for n in row.lines], glyphs_of)
            if part is None:
                return None
            texts += part
        else:
            texts += [row.text for row in rows[start:end]]
    text = joined(texts, known)
    return text if "$" in text and _keeps(text, printed) else None


def _with_formulas(rows: list[LineRow]) -> set[int]:
    """The rows that hold formulas, and those next to scraps of them."""
    wanted: set[int] = set()
    usual = median(row.size for row in rows)
    for i, row in enumerate(rows):
        if any(_is_formula(line) for line in row.lines):
            wanted.add(i)
        if row.size < 0.85 * usual:
            wanted |= {i - 1, i, i + 1}
    return wanted & set(range(len(rows)))


def _runs(wanted: set[int], count: int) -> list[tuple[int, int]]:
    """Runs of rows that are all wanted or all not."""
    cuts = [0, *(i for i in range(1, count) if (i in wanted) != (i - 1 in wanted)), count]
    return list(pairwise(cuts))


def _written(lines: list[Line], glyphs_of: GlyphsOf) -> list[str] | None:
    """Rows with formulas as text with LaTeX in it."""
    glyphs, rules = glyphs_of(lines[0].page, min(n.y0 for n in lines) - 12, max(n.y1 for n in lines) + 12)
    inside = covered(glyphs, lines)
    if not inside or len(inside) > 4 * MAX_GLYPHS:
        return None
    x0, x1 = min(g.x0 for g in inside), max(g.x1 for g in inside)
    strokes = [r for r in rules if x0 - 3 < r[0] and r[1] < x1 + 3 and r[1] - r[0] < 120]
    builder = Builder(strokes)
    rows = [inline_text(row, builder) for row in split_rows(builder.folded(inside))]
    return [row for row in rows if row] if _is_whole(inside, lines, " ".join(rows)) else None


def _is_whole(glyphs: list[Glyph], lines: list[Line], text: str) -> bool:
    """Were all that the lines print found as glyphs, and the letters and digits of these written?"""
    printed = sum(len("".join(s.text.split())) for line in lines for s in line.spans)
    wanted = Counter(c for g in glyphs for c in (g.text or _COMMAND.sub("", g.latex)) if c.isascii() and c.isalnum())
    lost = sum((wanted - Counter(_COMMAND.sub(" ", text))).values())
    return len(glyphs) > (1 - MAX_LOST) * printed - 3 and lost <= max(2, MAX_LOST * wanted.total())


def _is_formula(line: Line) -> bool:
    """Does it hold scripts or letters of formulas?"""
    return any(s.mathematical and s.text.strip() for s in line.spans) or "_{" in line.text


def _keeps(text: str, printed: str) -> bool:
    """Are the words those of the printed text?"""
    wanted, written = (Counter(_WORD.findall(_COMMAND.sub(" ", t))) for t in (printed, text))
    allowed = max(3, 2 * MAX_LOST * wanted.total())
    return (wanted - written).total() <= allowed and (written - wanted).total() <= allowed
