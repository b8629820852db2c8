"""Tables and listings of a LaTeXML page."""

from __future__ import annotations

import base64
import binascii

from lxml.html import HtmlElement

from ..cells import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, Span, left_out, spread
from .text import Text, children_of, classes_of, tidy, with_class

MAX_SPAN = 200


def table_rows(reader: Text, table: HtmlElement, depth: int) -> list[list[str]]:
    """The cells of a table, merged ones repeated."""
    grid: list[list[tuple[str, Span]]] = []
    for row in table.iter():
        if not isinstance(row.tag, str) or (row.tag != "tr" and "ltx_tr" not in classes_of(row)):
            continue
        owner = next((a for a in row.iterancestors() if a is table or "ltx_tabular" in classes_of(a)), table)
        if owner is not table:
            continue
        cells = [c for c in children_of(row) if c.tag in ("td", "th") or "ltx_td" in classes_of(c)]
        grid.append(
            [(tidy(reader.inline(c, depth + 1)), (span_of(c, "colspan"), span_of(c, "rowspan"))) for c in cells]
        )
    if message := left_out(grid):
        reader.warn("table_cut", message)
    return spread(_with_covered_cells(grid))


def _with_covered_cells(grid: list[list[tuple[str, Span]]]) -> list[list[tuple[str, Span]]]:
    """HTML leaves out the cells that a cell above covers; put empty ones there."""
    full: list[list[tuple[str, Span]]] = []
    covered: set[tuple[int, int]] = set()
    for r, cells in enumerate(grid[:MAX_ROWS]):
        row: list[tuple[str, Span]] = []
        column = 0
        for text, (columns, rows) in cells:
            while (r, column) in covered and column < MAX_COLUMNS:
                row.append(("", (1, 1)))
                column += 1
            covered |= (
                {(r + k, column + c) for k in range(1, rows) for c in range(columns)}
                if len(covered) < MAX_CELLS
                else set()
            )
            row.append((text, (columns, rows)))
            column += columns
        full.append(row)
    return full


def span_of(cell: HtmlElement, name: str) -> int:
    """How many rows or columns a cell covers."""
    value = cell.get(name) or "1"
    return min(int(value), MAX_SPAN) if value.isdecimal() and len(value) < 5 and int(value) > 0 else 1


def listing_lines(reader: Text, element: HtmlElement, depth: int) -> list[str]:
    """The lines of a listing, with their indentation."""
    lines: list[str] = []
    for line in with_class(element, "ltx_listingline"):
        text = reader.inline(line, depth + 1).removeprefix(" ").strip("\n")
        indent = len(text) - len(text.lstrip(" \xa0\u2003\u2002"))
        lines.append(" " * indent + tidy(text))
    return [line for line in lines if line.strip()]


def embedded_text(listing: HtmlElement) -> str:
    """The exact text of a listing, which LaTeXML puts into a link."""
    for link in listing.iter("a"):
        href = link.get("href") or ""
        if href.startswith("data:text/plain;base64,") and len(href) < 2_000_000:
            try:
                return base64.b64decode(href.partition(",")[2], validate=False).decode("utf-8", errors="replace")
            except (binascii.Error, ValueError):
                return ""
    return ""
