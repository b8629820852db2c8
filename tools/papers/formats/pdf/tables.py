"""Cells of a table from where its words stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from statistics import median

from .lines import Line, Span, marked_text
from .merged import Rule, lines_of_cells, merged_downwards, side_by_side

_NUMBER = re.compile(r"[-−–+±~]?\d[\d.,]*\d?[%KMBk]?(±[\d.]+)?|[-–—]")
_SIGNS = frozenset("±∓×·⋅∗")
_STARTS_NUMBER = re.compile(r"\d")
_WIDTHS = {**dict.fromkeys("mwMW%—", 1.5), **dict.fromkeys("ijltfrI.,;:'!|()[]- ", 0.6)}
"""How wide letters are that are much wider or narrower than others."""
CLOSE = 0.45
"""Gap between two words of one cell, in sizes of its letters."""
NARROW = 4.0
"""Points of white that part columns only where numbers stand on both sides."""
ALIGNED = 2.5
"""Points by which a word may miss the edge of its column."""
Strip = tuple[float, float]
Word = tuple[float, float, list[Span]]


def table_rows(lines: list[Line], rules: Sequence[Rule] = ()) -> list[list[str]]:
    """The cells of a table, row by row, every row as long as the widest; merged cells are repeated.

    Columns come from the white strips down the table or from cells that stand apart, whichever parts it further.
    Tables that stand side by side come one below the other.

    **Arguments:**

    - `rules`: the horizontal rules in the table.
    """
    found = [row for part, own in side_by_side(lines, rules) for row in _rows_of(part, own)]
    width = max(map(len, found), default=0)
    return [row + [""] * (width - len(row)) for row in found]


def _rows_of(lines: list[Line], rules: list[Rule]) -> list[list[str]]:
    printed = [(y, words) for y, words in ((y, _words(spans)) for y, spans in _baselines(lines)) if words]
    if not printed:
        return []
    rows = [words for _, words in printed]
    phrased = [(_phrases(words), y) for y, words in printed]
    headed = [[_own_rule(y, phrase, phrases, rules) for phrase in phrases] for phrases, y in phrased]
    single = [
        [word for phrase, rule in zip(phrases, under, strict=True) if rule is None for word in phrase]
        for (phrases, _), under in zip(phrased, headed, strict=True)
    ]
    single = [words for words in single if words] or rows
    edges = _real(max(_white_strips(single), _aligned_cells(single), key=len), single)
    table = []
    for (phrases, _), under in zip(phrased, headed, strict=True):
        cells: list[list[Span]] = [[] for _ in edges]
        for phrase, rule in zip(phrases, under, strict=True):
            below = [i for i, (a, b) in enumerate(edges) if rule and rule[0] < (a + b) / 2 < rule[1]]
            for part, columns in [(phrase, below)] if below else _covered(phrase, edges, ruled=bool(rules)):
                for column in columns:
                    cells[column] += [span for _, _, spans in part for span in spans]
        table.append([marked_text(cell) for cell in cells])
    size = median(words[0][2][0].size for words in rows)
    heights = [y for y, _ in printed]
    reaches = [[_reach(row, strip) for strip in edges] for row in rows]
    table, heights = lines_of_cells(table, heights, reaches, edges, rules)
    return merged_downwards(table, heights, edges, rules, size)


def _reach(row: list[Word], strip: Strip) -> float:
    """How much of a column's width a row's words in it take, from its left edge on."""
    ends = [x1 for x0, x1, _ in row if strip[0] - 1 <= (x0 + x1) / 2 <= strip[1] + 1]
    return (max(ends) - strip[0]) / max(strip[1] - strip[0], 1.0) if ends else 0.0


def _own_rule(y: float, phrase: list[Word], row: list[list[Word]], rules: list[Rule]) -> Rule | None:
    """The rule that a heading stands alone and centred over; none for other cells."""
    x0, x1, size = phrase[0][0], phrase[-1][1], phrase[0][2][0].size
    whole = max((r[1] for r in rules), default=0.0) - min((r[0] for r in rules), default=0.0)
    for rule in rules:
        left, right, height = rule
        if not y < height < y + 1.2 * size or right - left > 0.9 * whole or x0 < left - 3 or x1 > right + 3:
            continue
        alone = not any(p is not phrase and p[-1][1] > left and p[0][0] < right for p in row)
        if alone and abs(left + right - x0 - x1) / 2 < 0.15 * (right - left):
            return rule
    return None


def _phrases(row: list[Word]) -> list[list[Word]]:
    """Words that stand as close as in a sentence; numbers in neighbouring cells are not one phrase."""
    found: list[list[Word]] = []
    for word in row:
        last = found[-1][-1] if found else None
        close = last is not None and word[0] - last[1] < CLOSE * word[2][0].size
        if last is not None and close and not (_is_number(last) and _is_number(word)):
            found[-1].append(word)
        else:
            found.append([word])
    return found


def _is_number(word: Word) -> bool:
    return _NUMBER.fullmatch(_text(word)) is not None


def _text(word: Word) -> str:
    return "".join(span.text for span in word[2])


def _covered(phrase: list[Word], edges: list[Strip], *, ruled: bool) -> list[tuple[list[Word], list[int]]]:
    """Words and their columns: the nearest one, all that a heading over several columns is centred on, or each its own.

    **Arguments:**

    - `ruled`: whether the table has rules: headings over several columns would have one then.
    """
    x0, x1 = phrase[0][0], phrase[-1][1]
    nearest = [min(range(len(edges)), key=lambda i: _away(edges[i], (a + b) / 2)) for a, b, _ in phrase]
    across = sorted(set(nearest))
    if len(across) == 1:
        over = [i for i, (a, b) in enumerate(edges) if x0 < b - 1 and x1 > a + 1]
        spread = len(over) > 1 and abs(x0 - edges[over[0]][0]) > ALIGNED and _centred(x0, x1, edges, over)
        return [(phrase, over if spread else across)]
    parts = [([w for w, column in zip(phrase, nearest, strict=True) if column == own], [own]) for own in across]
    if ruled and all(_aligned(part, edges[own[0]]) for part, own in parts):
        return parts
    if _centred(x0, x1, edges, across):
        return [(phrase, list(range(across[0], across[-1] + 1)))]
    return [(phrase, [min(range(len(edges)), key=lambda i: _away(edges[i], (x0 + x1) / 2))])]


def _centred(x0: float, x1: float, edges: list[Strip], columns: list[int]) -> bool:
    left, right = edges[columns[0]][0], edges[columns[-1]][1]
    return abs((left + right) - (x0 + x1)) / 2 < 0.15 * (right - left)


def _aligned(part: list[Word], strip: Strip) -> bool:
    """Do words stand at the left, at the right or in the middle of a column?"""
    x0, x1 = part[0][0], part[-1][1]
    middle = abs(x0 + x1 - strip[0] - strip[1]) / 2
    return min(abs(x0 - strip[0]), abs(x1 - strip[1]), middle) < ALIGNED


def _real(strips: list[Strip], rows: list[list[Word]]) -> list[Strip]:
    """Columns apart from those that only the blanks between words part."""
    kept = list(strips[:1])
    for strip in strips[1:]:
        between = (kept[-1][1] + strip[0]) / 2
        gaps = []
        numbers = 0
        for row in rows:
            before = [w for w in row if (w[0] + w[1]) / 2 < between and w[1] > kept[-1][0]]
            after = [w for w in row if (w[0] + w[1]) / 2 >= between and w[0] < strip[1]]
            if before and after:
                apart = _is_number(before[-1]) and _is_number(after[0])
                numbers += apart
                gaps.append(1.0 if apart else (after[0][0] - before[-1][1]) / after[0][2][0].size)
        blank = bool(gaps) and sorted(gaps)[len(gaps) // 2] < CLOSE
        narrow = strip[0] - kept[-1][1] < NARROW and 2 * numbers < max(1, len(gaps))
        if blank or narrow:
            kept[-1] = (kept[-1][0], strip[1])
        else:
            kept.append(strip)
    return kept


def _away(strip: Strip, x: float) -> float:
    return max(strip[0] - x, x - strip[1], 0.0)


def _baselines(lines: list[Line]) -> list[tuple[float, list[Span]]]:
    """The height and the spans of each row, rows from top to bottom, spans from left to right."""
    rows: list[tuple[float, list[Span]]] = []
    for line in sorted(lines, key=lambda n: n.y):
        spans = [s for s in line.spans if s.text.strip()]
        if rows and abs(rows[-1][0] - line.y) < 0.35 * max(line.size, 4):
            rows[-1][1].extend(spans)
        else:
            rows.append((line.y, spans))
    return [(y, sorted(spans, key=lambda s: s.x0)) for y, spans in rows]


def _words(spans: list[Span]) -> list[Word]:
    """The words of a row; where a run has several, each gets the share of its width that its letters take."""
    found: list[Word] = []
    for span in spans:
        ends = [0.0, *accumulate(_WIDTHS.get(c, 1.0) for c in span.text)]
        step = (span.x1 - span.x0) / max(1.0, ends[-1])
        for match in re.finditer(r"\S+", span.text):
            x0, x1 = span.x0 + ends[match.start()] * step, span.x0 + ends[match.end()] * step
            piece = replace(span, text=match[0], x0=x0, x1=x1)
            if found and x0 - found[-1][1] < 0.12 * span.size:
                found[-1] = (found[-1][0], x1, [*found[-1][2], piece])
            else:
                found.append((x0, x1, [piece]))
    return _with_errors(found)


def _with_errors(words: list[Word]) -> list[Word]:
    """Join a sign between two numbers with both: 14.2 ± 1.3 is one value."""
    found: list[Word] = []
    for i, word in enumerate(words):
        if i > 1 and _is_error(words[i - 2], words[i - 1], word):
            found[-2:] = [(found[-2][0], word[1], [*found[-2][2], *words[i - 1][2], *word[2]])]
        else:
            found.append(word)
    return found


def _is_error(value: Word, sign: Word, error: Word) -> bool:
    written = _text(sign) in _SIGNS and _is_number(value) and _STARTS_NUMBER.match(_text(error))
    return bool(written) and max(sign[0] - value[1], error[0] - sign[1]) < 0.6 * error[2][0].size


def _aligned_cells(rows: list[list[Word]]) -> list[Strip]:
    """The strips of x that cells take, words that stand close being one cell, in the rows that have the most cells."""
    cells: list[list[Strip]] = []
    for row in rows:
        found: list[Strip] = []
        for x0, x1, spans in row:
            if found and x0 - found[-1][1] < 0.55 * spans[0].size:
                found[-1] = (found[-1][0], x1)
            else:
                found.append((x0, x1))
        cells.append(found)
    most = max(map(len, cells))
    strips: list[Strip] = []
    for x0, x1 in sorted(cell for row in cells if len(row) >= max(2, 0.6 * most) for cell in row):
        if strips and x0 < strips[-1][1] + 1:
            strips[-1] = (strips[-1][0], max(strips[-1][1], x1))
        else:
            strips.append((x0, x1))
    return strips


def _white_strips(rows: list[list[Word]]) -> list[Strip]:
    """The strips of x that hold words, parted by strips that hardly any row crosses: a header may span columns."""
    left = min(x0 for row in rows for x0, _, _ in row)
    right = max(x1 for row in rows for _, x1, _ in row)
    covered = [0] * (int(right - left) + 2)
    for row in rows:
        for x0, x1, _ in row:
            for x in range(int(x0 - left), int(x1 - left) + 1):
                covered[x] += 1
    several = sum(len(row) > 1 for row in rows)
    allowed = 0 if several < 5 else max(1 if several < 10 else 2, round(0.12 * several))
    strips: list[tuple[int, int]] = []
    start: int | None = None
    for x, count in enumerate([*covered, 0]):
        if count > allowed and start is None:
            start = x
        elif count <= allowed and start is not None:
            if strips and start - strips[-1][1] < 2:
                strips[-1] = (strips[-1][0], x)
            else:
                strips.append((start, x))
            start = None
    return _one_cell(_with_sparse([(left + a, left + b) for a, b in strips], rows), rows) or [(left, right)]


def _with_sparse(strips: list[Strip], rows: list[list[Word]]) -> list[Strip]:
    """The strips, and those of columns in which hardly any row has a cell."""
    alone = sorted(
        (phrase[0][0], phrase[-1][1])
        for row in rows
        for phrase in _phrases(row)
        if not any(phrase[0][0] < b and phrase[-1][1] > a for a, b in strips)
    )
    sparse: list[Strip] = []
    for x0, x1 in alone:
        if sparse and x0 < sparse[-1][1]:
            sparse[-1] = (sparse[-1][0], max(sparse[-1][1], x1))
        else:
            sparse.append((x0, x1))
    return sorted([*strips, *sparse])


def _one_cell(strips: list[Strip], rows: list[list[Word]]) -> list[Strip]:
    """Join a strip with the one before it where it holds but the last words of a few long cells."""
    joined: list[Strip] = []
    for strip in strips:
        ends, cells = 0, 0
        for row in rows:
            first = next((i for i, (x0, x1, _) in enumerate(row) if strip[0] <= (x0 + x1) / 2 <= strip[1]), None)
            if first is not None:
                cells += 1
                ends += first > 0 and row[first][0] - row[first - 1][1] < 0.55 * row[first][2][0].size
        if joined and cells < 0.7 * len(rows) and 2 * ends > cells:
            joined[-1] = (joined[-1][0], strip[1])
        else:
            joined.append(strip)
    return joined
