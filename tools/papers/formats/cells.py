"""Cells of tables: merged ones repeated in what they cover, and rows as Markdown."""

from __future__ import annotations

MAX_ROWS = 2000
MAX_COLUMNS = 120
MAX_CELLS = 40_000

Span = tuple[int, int]
"""Columns and rows that a cell covers; negative rows go upwards."""


def spread(grid: list[list[tuple[str, Span]]]) -> list[list[str]]:
    """Repeat merged cells in what they cover and make the rows equally long."""
    placed: list[list[str]] = [[] for _ in grid]
    below: dict[tuple[int, int], str] = {}
    above: list[tuple[int, int, int, str]] = []
    total = 0
    for r, cells in enumerate(grid):
        column = 0
        for text, (columns, rows) in cells:
            for c in range(column, min(column + columns, MAX_COLUMNS)):
                own = text or below.get((r, c), "")
                placed[r].append(own)
                total += 1
                if text and rows > 1:
                    below |= {(r + k, c): text for k in range(1, min(rows, len(grid) - r))}
                elif text and rows < -1:
                    above.append((r, c, -rows, text))
            column += columns
            if total > MAX_CELLS:
                break
    for r, c, rows, text in above:
        for k in range(1, min(rows, r + 1)):
            if c < len(placed[r - k]) and not placed[r - k][c]:
                placed[r - k][c] = text
    width = max((len(row) for row in placed), default=0)
    padded = [row + [""] * (width - len(row)) for row in placed]
    used = [c for c in range(width) if any(row[c] for row in padded)]
    return [[row[c] for c in used] for row in padded if any(row)]


def left_out(grid: list[list[tuple[str, Span]]]) -> str | None:
    """What `spread` leaves out of a table, as a warning; None where it keeps all."""
    if len(grid) <= MAX_ROWS and max(map(len, grid), default=0) <= MAX_COLUMNS and sum(map(len, grid)) <= MAX_CELLS:
        return None
    limits = f"{MAX_ROWS} rows, {MAX_COLUMNS} columns or {MAX_CELLS} cells"
    return f"A table has more than {limits}; the rest of it was left out."


def markdown(rows: list[list[str]]) -> str:
    """Rows as a Markdown table, the first one as its head."""
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)
