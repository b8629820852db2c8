"""Display equations: which lines they are, where one ends, and their LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .formulas import Rule, formula
from .glyphs import Glyph
from .lines import Line, Span

GlyphsOf = Callable[[int], tuple[list[Glyph], list[Rule]]]
"""The glyphs and the thin horizontal strokes of a page."""

_NUMBER = re.compile(r"\s*[(（]((?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3})?[a-z]?|[A-Z])[)）]\s*$")
_CALLED = re.compile(r"^(log|exp|max|min|sin|cos|tanh|arg|argmax|argmin|lim|sup|inf|det|softmax|sigmoid|relu|where|else|otherwise|subject|such|that|with)$", re.IGNORECASE)  # fmt: skip
_RELATION = re.compile(r"[=≤≥<>≈∼∈→←↦⩽⩾≡∝≜\uf8ff]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_CONTINUES = re.compile(r"^\s*[=≤≥≈+−⩽⩾<>∝·×:]|^\s*\\uf8ff")


@dataclass
class Equation:
    """A display equation: its printed number and its lines from top to bottom."""

    number: str | None
    lines: list[Line]

    @property
    def text(self) -> str:
        """What is printed, in the order in which the file draws it."""
        return " ".join(line.text for line in sorted(self.lines, key=lambda n: n.place))


def display_lines(lines: list[Line], margins: dict[tuple[int, int], tuple[float, float]]) -> set[int]:
    """Which of these lines (by `id`) are parts of display equations.

    A line is one if it is mathematics and set off from the margins of its column; so is a scrap (a limit, a bracket,
    a number) on the same height.
    """
    worded = [n for n in lines if _words(n) > 2]
    seeds = [n for n in lines if _is_seed(n, *margins[(n.page, n.column)])]
    found = {id(n) for n in seeds if _words(n) > 2 or not any(_on_one_line(n, w) for w in worded)}
    grown = bool(found)
    while grown:
        grown = False
        for i, line in enumerate(lines):
            left, right = margins[(line.page, line.column)]
            if any(_on_one_line(line, w) for w in worded):
                continue
            if id(line) in found or not _is_scrap(line) or (line.x0 < left + 2 and line.width > 0.3 * (right - left)):
                continue
            near = [*lines[max(0, i - 12) : i], *lines[i + 1 : i + 13]]
            if any(id(n) in found and _beside(n, line) for n in near):
                found.add(id(line))
                grown = True
    return found - _mere_scraps(lines, found)


def _on_one_line(part: Line, text: Line) -> bool:
    """Is a part of a formula set within a line of text?"""
    same = part is not text and (part.page, part.column) == (text.page, text.column)
    return same and abs(part.y - text.y) < 0.45 * text.size


def _mere_scraps(lines: list[Line], found: set[int]) -> set[int]:
    """Runs of display lines that state nothing: no relation, no number."""
    dropped: set[int] = set()
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and id(line) in found:
            run.append(line)
            continue
        text = " ".join(n.text for n in run)
        if run and not _RELATION.search(text) and not any(_NUMBER.search(n.text) for n in run):
            dropped |= {id(n) for n in run}
        run = []
    return dropped


def _is_seed(line: Line, left: float, right: float) -> bool:
    if _words(line) > 5:
        return False
    share = line.math_share
    numbered = _NUMBER.search(line.text) is not None and line.x1 > right - 30
    centred = line.x0 > left + 0.06 * (right - left) and line.x1 < right - 0.02 * (right - left)
    if numbered and (share > 0.2 or "=" in line.text):
        return True
    if _words(line) == 0 and line.width > 3 * line.size and _RELATION.search(line.text):
        return centred and not _WORD.search(line.text)
    return centred and share > 0.5 and len(line.text) > 4 and _words(line) <= 3


def _is_scrap(line: Line) -> bool:
    printed = sum(len(s.text.strip()) for s in line.spans)
    return _words(line) == 0 and (printed <= 20 or line.math_share > 0.4)


def _words(line: Line) -> int:
    """How many words it has that are no names of functions, and not set as mathematics."""
    plain = " ".join(s.text for s in line.spans if not s.mathematical)
    return sum(not _CALLED.match(w) for w in re.findall(r"[^\W\d_]{4,}", plain))


def _beside(one: Line, scrap: Line) -> bool:
    """Does a scrap share the height of a line of an equation, or touch it from above or below?"""
    if one.page != scrap.page or one.column != scrap.column:
        return False
    slack = 0.35 * one.largest if len(one.text) > 3 else 0.0
    return scrap.y0 < one.y1 + slack and scrap.y1 > one.y0 - slack


def split_equations(lines: list[Line]) -> list[Equation]:
    """Part a run of display lines into equations: at printed numbers, and where nothing says that one goes on."""
    found: list[Equation] = []
    for row in _rows(lines):
        numbers = [m[1] for n in row if (m := _NUMBER.search(n.text)) and n.x1 >= max(o.x1 for o in row) - 5]
        first = min(row, key=lambda n: n.x0).text
        last = found[-1] if found else None
        near = (
            last is not None and last.lines[-1].page == row[0].page and row[0].y0 - max(n.y1 for n in last.lines) < 14
        )
        if (
            last is not None
            and near
            and ((last.number is None and (numbers or _CONTINUES.match(first))) or _short(row))
        ):
            last.lines += row
            last.number = last.number or (numbers[0] if numbers else None)
        elif last is not None and near and not numbers and _CONTINUES.match(first):
            last.lines += row
        else:
            found.append(Equation(numbers[0] if numbers else None, row))
    return found


def _rows(lines: list[Line]) -> list[list[Line]]:
    """The rows of a run of display lines: what overlaps in height, limits with their operators."""
    size = max(n.largest for n in lines)
    large = [n for n in lines if n.largest >= 0.88 * size]
    rows: list[list[Line]] = []
    for line in sorted(large, key=lambda n: (n.page, n.column, n.y0)):
        last = rows[-1] if rows else None
        beside = last is not None and (last[0].page, last[0].column) == (line.page, line.column)
        if last is not None and beside and line.y0 < max(n.y1 for n in last) - 0.5:
            last.append(line)
        else:
            rows.append([line])
    rows = [part for row in rows for part in _by_number(row)]
    for line in lines:
        if line.largest < 0.88 * size:
            min(rows, key=lambda row: _distance(line, row)).append(line)
    return rows


def _by_number(row: list[Line]) -> list[list[Line]]:
    """Tall brackets may tie rows together that have a number each: part them by the nearest number."""
    right = max(n.x1 for n in row)
    numbered = [n for n in row if _NUMBER.search(n.text) and n.x1 >= right - 5]
    if len(numbered) < 2:
        return [row]
    parts: dict[int, list[Line]] = {id(n): [] for n in numbered}
    for line in row:
        parts[id(min(numbered, key=lambda n: abs(n.y - line.y)))].append(line)
    return list(parts.values())


def _distance(small: Line, row: list[Line]) -> float:
    """How far a limit or script is from a row: from its large operators above or below it, else from its lines."""
    if small.page != row[0].page or small.column != row[0].column:
        return 1e6
    centre = (small.x0 + small.x1) / 2
    operators = [s for n in row for s in n.spans if s.hanging and s.text.strip() and s.x0 - 5 < centre < s.x1 + 5]
    if operators:
        return min(abs(s.middle - small.y) for s in operators) - 1.5 * operators[0].size
    return min(max(n.y0 - small.y, small.y - n.y1, 0.0) for n in row)


def _smaller(row: list[Line], last: Equation) -> bool:
    """Are these but limits, set smaller than the row above?"""
    return max(n.largest for n in row) < 0.88 * max(n.largest for n in last.lines)


def _short(row: list[Line]) -> bool:
    return sum(len(n.text) for n in row) <= 6


def latex_of(equation: Equation, glyphs_of: GlyphsOf) -> tuple[str, float]:
    """LaTeX of an equation and how far it can be trusted, from the glyphs that its lines cover."""
    page = equation.lines[0].page
    spans = [s for line in equation.lines if line.page == page for s in line.spans if s.text.strip()]
    glyphs, rules = glyphs_of(page)
    inside = _covered(glyphs, spans)
    inside = _without_number(inside, equation.number)
    if not inside:
        return "", 0.0
    left, right = min(g.x0 for g in inside), max(g.x1 for g in inside)
    top, bottom = min(g.top for g in inside), max(g.bottom for g in inside)
    strokes = [r for r in rules if r[0] > left - 3 and r[1] < right + 3 and top - 3 < r[2] < bottom + 1]
    return formula(inside, strokes)


def _covered(glyphs: list[Glyph], spans: list[Span]) -> list[Glyph]:
    """The glyphs of some spans: at their size, on their baseline, between their ends."""
    shelves: dict[tuple[float, int], list[Span]] = {}
    for span in spans:
        for step in (-1, 0, 1):
            shelves.setdefault((span.size, int(span.y // 6) + step), []).append(span)
    return [
        g
        for g in glyphs
        if any(
            s.x0 - 0.6 <= g.centre <= s.x1 + 0.6 and abs(g.origin - s.y) < 0.3 * g.size
            for s in shelves.get((g.size, int(g.origin // 6)), ())
        )
    ]


def _without_number(glyphs: list[Glyph], number: str | None) -> list[Glyph]:
    """Leave out the printed number: the last glyphs on the right that spell it."""
    if number is None:
        return glyphs
    wanted = f"({number})"
    ordered = sorted(glyphs, key=lambda g: g.x0)
    tail = ordered[-len(wanted) :]
    return ordered[: -len(wanted)] if "".join(g.latex for g in tail) == wanted else glyphs
