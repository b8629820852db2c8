"""Display formulas of a LaTeXML page."""

from __future__ import annotations

from lxml.html import HtmlElement

from .cells import span_of
from .text import Text, classes_of, tidy, with_class


def equations(reader: Text, element: HtmlElement) -> None:
    """A display: the rows of a group without a number belong to the next that has one, or to the one before."""
    rows = list(with_class(element, "ltx_eqn_row")) or [element]
    groups: list[tuple[str, list[str], str | None]] = []
    waiting: list[str] = []
    covered = 0
    for row in rows:
        latex = _row_latex(reader, row)
        tag = next(with_class(row, "ltx_tag_equation"), None)
        if tag is None and covered > 0 and groups:
            groups[-1][1].append(latex)
            covered -= 1
        elif tag is None:
            waiting.append(latex)
        else:
            cell = next((a for a in tag.iterancestors("td") if "ltx_eqn_eqno" in classes_of(a)), None)
            covered = span_of(cell, "rowspan") - 1 if cell is not None else 0
            groups.append((tidy("".join(tag.itertext())).strip("()[] "), [*waiting, latex], _identity(row)))
            waiting = []
    if waiting and groups:
        groups[-1][1].extend(waiting)
    elif waiting:
        groups.append(("", waiting, _identity(rows[0])))
    for number, parts, label in groups:
        lines = [part for part in parts if part]
        if not lines:
            continue
        latex = lines[0] if len(lines) == 1 else "\\begin{aligned} " + " \\\\ ".join(lines) + " \\end{aligned}"
        block = reader.outline.block("equation", number or None, text=f"$${latex}$$", latex=latex, label=label)
        reader.outline.blocks.append(block)


def _row_latex(reader: Text, row: HtmlElement) -> str:
    formulas = [reader.latex(math) for math in row.iter("math")]
    if formulas:
        return " ".join(f for f in formulas if f)
    # Some pages leave formulas to a script, between dollars.
    cells = [c for c in with_class(row, "ltx_eqn_cell") if "ltx_eqn_eqno" not in classes_of(c)]
    return tidy(" ".join("".join(c.itertext()) for c in cells)).strip("$ ")


def _identity(row: HtmlElement) -> str | None:
    """The nearest id around a row."""
    return row.get("id") or next((a.get("id") for a in row.iterancestors() if a.get("id")), None)
