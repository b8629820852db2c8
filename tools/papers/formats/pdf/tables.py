"""Cells of a table from where its words stand."""

from __future__ import annotations

import re
from dataclasses import replace

from .lines import Line, Span, marked_text

_NUMBER = re.compile(r"[-−–+±~]?\d[\d.,]*\d?[%KMBk]?(±[\d.]+)?|[-–—]")
CLOSE = 0.45
"""Gap between two words of one cell, in sizes of its letters."""
NARROW = 4.0
"""Points of white that part columns only where numbers stand on both sides."""
Strip = tuple[float, float]
Word = tuple[float, float, list[Span]]


def table_rows(lines: list[Line]) -> list[list[str]]:
    """The cells of a table, row by row, every row as long as the widest.

    Columns come from the white strips down the table or from cells that stand apart, whichever parts it further.
    """
    rows = [words for words in map(_words, baselines(lines)) if words]
    if not rows:
        return []
    edges = _real(max(_white_strips(rows), _aligned_cells(rows), key=len), rows)
    table = []
    for row in rows:
        cells: list[list[Span]] = [[] for _ in edges]
        for phrase in _phrases(row):
            for column in _covered(phrase, edges):
                cells[column] += [span for _, _, spans in phrase for span in spans]
        table.append([marked_text(cell) for cell in cells])
    return table


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
    return _NUMBER.fullmatch("".join(span.text for span in word[2])) is not None


def _covered(phrase: list[Word], edges: list[Strip]) -> list[int]:
    """The columns of a phrase: the nearest one, or all that a heading over several columns is centred on."""
    x0, x1 = phrase[0][0], phrase[-1][1]
    across = sorted({min(range(len(edges)), key=lambda i: _away(edges[i], (a + b) / 2)) for a, b, _ in phrase})
    if len(across) > 1:
        left, right = edges[across[0]][0], edges[across[-1]][1]
        if abs((left + right) - (x0 + x1)) / 2 < 0.15 * (right - left):
            return list(range(across[0], across[-1] + 1))
    middle = (x0 + x1) / 2 if len(across) > 1 else (phrase[0][0] + phrase[0][1]) / 2
    return [min(range(len(edges)), key=lambda i: _away(edges[i], middle))]


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


def baselines(lines: list[Line]) -> list[list[Span]]:
    """The spans of each row, rows from top to bottom, spans from left to right."""
    rows: list[tuple[float, list[Span]]] = []
    for line in sorted(lines, key=lambda n: n.y):
        spans = [s for s in line.spans if s.text.strip()]
        if rows and abs(rows[-1][0] - line.y) < 0.35 * max(line.size, 4):
            rows[-1][1].extend(spans)
        else:
            rows.append((line.y, spans))
    return [sorted(spans, key=lambda s: s.x0) for _, spans in rows]


def _words(spans: list[Span]) -> list[Word]:
    """The words of a row; where a run has several, each gets the share of its width that its letters take."""
    found: list[Word] = []
    for span in spans:
        step = (span.x1 - span.x0) / max(1, len(span.text))
        for match in re.finditer(r"\S+", span.text):
            x0, x1 = span.x0 + match.start() * step, span.x0 + match.end() * step
            piece = replace(span, text=match[0], x0=x0, x1=x1)
            if found and x0 - found[-1][1] < 0.12 * span.size:
                found[-1] = (found[-1][0], x1, [*found[-1][2], piece])
            else:
                found.append((x0, x1, [piece]))
    return found


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
    allowed = 0 if several < 5 else max(1, round(0.12 * several))
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
    return _one_cell([(left + a, left + b) for a, b in strips], rows) or [(left, right)]


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


def as_markdown(rows: list[list[str]]) -> str:
    """The cells as a Markdown table, its first row as header."""
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
