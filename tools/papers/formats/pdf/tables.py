"""Cells of a table from where its words stand."""

from __future__ import annotations

from .lines import Line, Span, marked_text

Chunk = tuple[float, float, str]


def table_rows(lines: list[Line]) -> list[list[str]]:
    """The cells of a table, row by row, every row as long as the widest.

    Columns are the strips that hold words, apart from the white strips that no row (but for a few that span columns) crosses.
    """
    rows = [_chunks(row) for row in baselines(lines)]
    rows = [row for row in rows if row]
    if not rows:
        return []
    edges = _columns(rows)
    table = []
    for row in rows:
        cells = [""] * len(edges)
        for x0, x1, text in row:
            covered = [i for i, (left, right) in enumerate(edges) if x0 < right and x1 > left] or [0]
            for i in covered:
                cells[i] = f"{cells[i]} {text}".strip()
        table.append(cells)
    return table


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


def _chunks(spans: list[Span]) -> list[Chunk]:
    """Spans that stand together: words of one cell."""
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span.x0 - groups[-1][-1].x1 < 0.55 * span.size:
            groups[-1].append(span)
        else:
            groups.append([span])
    return [(g[0].x0, max(s.x1 for s in g), marked_text(g)) for g in groups]


def _columns(rows: list[list[Chunk]]) -> list[tuple[float, float]]:
    """The strips of x that columns take, from the rows that have the most cells."""
    most = max(len(row) for row in rows)
    full = [row for row in rows if len(row) >= max(2, 0.6 * most)] or rows
    spans = sorted((x0, x1) for row in full for x0, x1, _ in row)
    strips: list[tuple[float, float]] = []
    for x0, x1 in spans:
        if strips and x0 < strips[-1][1] + 1:
            strips[-1] = (strips[-1][0], max(strips[-1][1], x1))
        else:
            strips.append((x0, x1))
    return strips


def as_markdown(rows: list[list[str]]) -> str:
    """The cells as a Markdown table, its first row as header."""
    if not rows:
        return ""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
