"""Columns and reading order: where a page is split, and in which order its lines are read."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict

from .lines import Line

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^\W*(page\s*)?\d{1,4}(\s*(of|/)\s*\d{1,4})?\W*$|^[ivxlc]{1,6}$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")


def body_size(lines: list[Line]) -> float:
    """The font size in which most of a document is set."""
    count: Counter[float] = Counter()
    for line in lines:
        count[line.size] += len(line.text)
    return count.most_common(1)[0][0] if count else 10.0


def remove_furniture(pages: list[list[Line]], heights: list[float]) -> list[list[Line]]:
    """Leave out running heads, page numbers, conference footers and the line numbers of review copies."""
    seen: Counter[str] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        seen.update({_folded(line) for line in lines if _marginal(line, height)})
    often = max(2, min(4, len(pages) // 3))
    kept = []
    for lines, height in zip(pages, heights, strict=True):
        numbers = _review_numbers(lines)
        kept.append(
            [
                line
                for line in lines
                if id(line) not in numbers
                and not (_marginal(line, height) and (seen[_folded(line)] >= often or _PAGE_NUMBER.match(line.text)))
            ]
        )
    return kept


def _folded(line: Line) -> str:
    return _DIGITS.sub("#", line.text.lower())


def _marginal(line: Line, height: float) -> bool:
    return line.y1 < 0.1 * height or line.y0 > 0.91 * height


def _review_numbers(lines: list[Line]) -> set[int]:
    """Lines that are a count down the margin: numbers alone, one below the other, growing by one."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.text.isdigit() and len(line.text) <= 4:
            columns[round(line.x1 / 6)].append(line)
    found: set[int] = set()
    for group in columns.values():
        group.sort(key=lambda n: n.y)
        steps = [int(b.text) - int(a.text) for a, b in itertools.pairwise(group)]
        if len(group) >= 8 and sum(step in (1, 5) for step in steps) >= 0.8 * len(steps):
            found |= {id(line) for line in group}
    return found


def order(lines: list[Line], body: float) -> list[Line]:
    """Lines in reading order: bands between full-width lines from top to bottom, in each the left column first."""
    if not lines:
        return []
    gutter = _gutter(lines, body)
    if gutter is None:
        for line in lines:
            line.band = line.column = 0
        return _by_row(lines)
    for line in lines:
        line.column = 0 if line.x1 <= gutter + 6 else 2 if line.x0 >= gutter - 6 else 1
    ordered: list[Line] = []
    pending: list[Line] = []
    band = 0
    for line in sorted(lines, key=lambda n: n.y):
        if line.column == 1 and _crosses(line, pending, gutter):
            ordered += _columns(pending, band)
            pending, band = [], band + 1
            line.band = band
            ordered.append(line)
            band += 1
        else:
            pending.append(line)
    return ordered + _columns(pending, band)


def _crosses(line: Line, pending: list[Line], gutter: float) -> bool:
    """Does a line that lies over the gutter end the columns above it? Not if it is a stray of one column."""
    return line.x0 < gutter - 12 and line.x1 > gutter + 12


def _columns(lines: list[Line], band: int) -> list[Line]:
    for line in lines:
        line.band = band
    left = [n for n in lines if n.column == 0]
    rest = [n for n in lines if n.column != 0]
    return _by_row(left) + _by_row(rest)


def _by_row(lines: list[Line]) -> list[Line]:
    """From top to bottom; what shares a baseline from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda n: (n.y, n.x0)):
        if rows and abs(rows[-1][0].y - line.y) < 0.3 * max(line.size, 4):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda n: n.x0)]


def _gutter(lines: list[Line], body: float) -> float | None:
    """The middle of the white strip between two columns, or None where there is one column."""
    text = [(x0, x1) for x0, x1, printed in _whole_rows(lines, body) if len(printed) > 15]
    worded = [(x0, x1) for x0, x1, printed in _whole_rows(lines, body) if len(_WORD.findall(printed)) > 3]
    if len(text) < 10:
        return None
    left, right = min(x0 for x0, _ in text), max(x1 for _, x1 in text)
    best: tuple[float, float] | None = None
    for step in range(35, 66):
        x = left + (right - left) * step / 100
        crossing = sum(x0 < x - 1 < x + 1 < x1 for x0, x1 in text)
        before = sum(x1 <= x + 1 for _, x1 in text)
        after = sum(x0 >= x - 1 for x0, _ in text)
        through = sum(x0 < x - 1 < x + 1 < x1 for x0, x1 in worded)
        if (
            through <= 0.4 * len(worded)
            and crossing <= 0.3 * len(text)
            and before >= 5
            and after >= 5
            and before + after >= 0.6 * len(text)
        ):
            score = crossing + abs(step - 50) / 100
            if best is None or score < best[0]:
                best = (score, x)
    return best[1] if best else None


def _whole_rows(lines: list[Line], body: float) -> list[tuple[float, float, str]]:
    """Left, right and text of the rows of a page; formulas break a row into pieces, which belong together."""
    rows: list[tuple[float, float, float, str]] = []
    for line in sorted((n for n in lines if abs(n.size - body) < 0.26 * body), key=lambda n: (round(n.y), n.x0)):
        if rows:
            y, x0, x1, printed = rows[-1]
            if abs(y - line.y) < 0.3 * body and -body < line.x0 - x1 < 0.7 * body:
                rows[-1] = (y, x0, max(x1, line.x1), f"{printed} {line.text}")
                continue
        rows.append((line.y, line.x0, line.x1, line.text))
    return [(x0, x1, printed) for _, x0, x1, printed in rows]
