"""Cells of a table that reach over several rows, cells of several lines, and tables that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .hyphens import joined
from .lines import Line

Rule = tuple[float, float, float]
Strip = tuple[float, float]
OFF_GRID = 0.9
"""Rows closer than this, in sizes of their letters, are not below each other: a merged cell stands between two rows."""
_WORDS = re.compile(r"[^\W\d_]{2,}")
_LETTER = re.compile(r"[^\W\d_]")


def side_by_side(lines: list[Line], rules: Sequence[Rule]) -> list[tuple[list[Line], list[Rule]]]:
    """The lines and rules of each table, where the rules of two tables stand beside each other."""
    whole = [(lines, list(rules))]
    top = sorted(r for r in rules if abs(r[2] - min(n[2] for n in rules)) < 1)
    for a, b in pairwise(top):
        if b[0] - a[1] < 4 or any(r[0] < a[1] and r[1] > b[0] for r in rules):
            continue
        middle = (a[1] + b[0]) / 2
        parts = [[r for r in rules if r[1] <= middle], [r for r in rules if r[0] >= middle]]
        if min(map(len, parts)) < 3 or any(n.x0 < a[1] - 3 and n.x1 > b[0] + 3 for n in lines):
            continue
        left = [n for n in lines if n.x1 <= middle + 3]
        right = [n for n in lines if n.x1 > middle + 3]
        return [(left, parts[0]), *side_by_side(right, parts[1])]
    return whole


def lines_of_cells(
    table: list[list[str]],
    heights: list[float],
    reaches: list[list[float]],
    edges: list[Strip],
    rules: Sequence[Rule],
) -> tuple[list[list[str]], list[float]]:
    """Join the lines of cells that are wrapped: rows and heights.

    A row goes on in the next one if all that the next one has are more words of cells that were full. What stands
    between two rules is one row if a column of it is filled with sentences, and no other one has a cell for each line.

    **Arguments:**

    - `reaches`: of each cell the share of its column that its words take.
    """
    starts = _ruled_groups(heights, edges, rules)
    found: list[list[str]] = []
    places: list[float] = []
    for a, b in pairwise([*starts, len(table)]):
        whole = b - a > 1 and _is_one_row(table[a:b], reaches[a:b])
        for i in range(a, b):
            if i > a and (whole or _goes_on(table[i - 1], table[i], reaches[i - 1])):
                found[-1] = [joined([x, y]) if x and y else x or y for x, y in zip(found[-1], table[i], strict=True)]
            else:
                found.append(list(table[i]))
                places.append(heights[i])
    return found, places


def _ruled_groups(heights: list[float], edges: list[Strip], rules: Sequence[Rule]) -> list[int]:
    """The first rows of the groups that rules over the whole table part."""
    left, right = edges[0][0], edges[-1][1]
    whole = [y for a, b, y in rules if a < left + 5 and b > right - 5]
    between = [i for i in range(1, len(heights)) if any(heights[i - 1] < y < heights[i] for y in whole)]
    return [0, *between]


def _is_one_row(rows: list[list[str]], reaches: list[list[float]]) -> bool:
    wordy = False
    for column in range(len(rows[0])):
        printed = [(row[column], reach[column]) for row, reach in zip(rows, reaches, strict=True) if row[column]]
        full = sum(reach > 0.75 for _, reach in printed[:-1])
        if len(printed) > 1 and full >= 0.8 * (len(printed) - 1) and _words_a_line(printed) >= 4:
            wordy = True
        elif len(printed) > 0.5 * len(rows):
            return False
        elif column == 0:
            places = [i for i, row in enumerate(rows) if row[0]]
            if places and places[-1] - places[0] >= 2 * len(places):
                return False
    return wordy


def _words_a_line(printed: list[tuple[str, float]]) -> float:
    return sum(len(_WORDS.findall(text)) for text, _ in printed) / len(printed)


def _goes_on(row: list[str], following: list[str], reaches: list[float]) -> bool:
    cells = [i for i, text in enumerate(following) if text]
    return (
        not following[0]
        and bool(row[0])
        and all(row[i] and reaches[i] > 0.75 and following[i][0].islower() for i in cells)
        and all(len(_WORDS.findall(row[i])) >= 3 for i in cells)
    )


def merged_downwards(
    table: list[list[str]], heights: list[float], edges: list[Strip], rules: Sequence[Rule], size: float
) -> list[list[str]]:
    """Repeat cells that stand between rows, or in the middle of the rows between two rules, in the rows they cover.

    **Arguments:**

    - `heights`: the baseline of each row; `edges`: the columns; `size`: that of the letters.
    """
    floating = _floating(table, heights, size)
    floating = {i for i in floating if _has_room(table, i, floating)}
    kept = [i for i in range(len(table)) if i not in floating]
    lost: set[int] = set()
    for column, (left, right) in enumerate(edges):
        walls = sorted(y for a, b, y in rules if a <= (left + right) / 2 <= b)
        for i in (i for i in range(len(table)) if table[i][column]):
            if column == 0 and _LETTER.search(table[i][0]) and _fill_group(table, heights, i, kept, walls):
                continue
            if i in floating and not _fill_around(table, heights, column, i, kept, walls):
                lost.add(i)
    return [table[i] for i in sorted([*kept, *lost])]


def _floating(table: list[list[str]], heights: list[float], size: float) -> set[int]:
    """The rows that stand between two others and have cells only where those have none."""
    found: set[int] = set()
    order = sorted(range(len(table)), key=lambda i: sum(map(bool, table[i])))
    for i in order:
        close = [j for j in (i - 1, i + 1) if 0 <= j < len(table) and j not in found]
        close = [j for j in close if abs(heights[j] - heights[i]) < OFF_GRID * size]
        if close and all(not (a and b) for j in close for a, b in zip(table[i], table[j], strict=True)):
            found.add(i)
    return found


def _has_room(table: list[list[str]], row: int, floating: set[int]) -> bool:
    """Has each cell of a row between others a free place above or below it?"""
    above = next((table[k] for k in range(row - 1, -1, -1) if k not in floating), None)
    below = next((table[k] for k in range(row + 1, len(table)) if k not in floating), None)
    beside = [r for r in (above, below) if r]
    return all(any(not r[c] for r in beside) for c, text in enumerate(table[row]) if text)


def _fill_around(
    table: list[list[str]], heights: list[float], column: int, row: int, kept: list[int], walls: list[float]
) -> bool:
    """Repeat a cell between rows in as many rows above it as below; false where there is none."""
    sides = []
    for side in (reversed([k for k in kept if k < row]), iter([k for k in kept if k > row])):
        free = []
        for k in side:
            low, high = sorted((heights[k], heights[row]))
            if table[k][column] or any(low < wall < high for wall in walls):
                break
            free.append(k)
        sides.append(free)
    above, below = sides
    count = min(len(above), len(below)) or 1
    for k in [*above[:count], *below[:count]]:
        table[k][column] = table[row][column]
    return bool(above or below)


def _fill_group(table: list[list[str]], heights: list[float], row: int, kept: list[int], walls: list[float]) -> bool:
    """Repeat a first cell that stands alone and in the middle between two rules; false where it does not."""
    upper = max((w for w in walls if w < heights[row]), default=None)
    lower = min((w for w in walls if w > heights[row]), default=None)
    group = [k for k in kept if upper is not None and lower is not None and upper < heights[k] < lower]
    if len(group) < 3 or any(table[k][0] for k in group if k != row):
        return False
    away = abs(heights[row] - (heights[group[0]] + heights[group[-1]]) / 2)
    step = (heights[group[-1]] - heights[group[0]]) / (len(group) - 1)
    if away > (0.2 if len(group) == 3 else 0.75) * step:
        return False
    for k in group:
        table[k][0] = table[row][0]
    return True
