"""Tables: the cells of a `tabular`, merged ones repeated, and the same as Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..cells import MAX_COLUMNS, MAX_ROWS, Span, left_out, markdown, spread
from . import floats
from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader

MAX_TOKENS = 400_000
_NUMBERED = frozenset({"longtable", "xltabular", "longtabu"})
"""Tables that run over pages: each counts as a table and holds its caption itself."""

_ARGUMENTS = {
    "tabular": 1, "tabular*": 2, "tabularx": 2, "tabulary": 2, "tabu": 1, "longtable": 1, "xltabular": 2, "longtabu": 1,
    "supertabular": 1, "array": 1, "tblr": 1, "NiceTabular": 1, "ltablex": 1, "deluxetable": 1, "deluxetable*": 1, "xtabular": 1,
    "mpsupertabular": 1, "tabbing": 0,
}  # fmt: skip
_RULES = {
    "\\hline": "", "\\toprule": "o", "\\midrule": "o", "\\bottomrule": "o", "\\cmidrule": "opm", "\\cline": "m", "\\Xhline": "m",
    "\\specialrule": "mmm", "\\addlinespace": "o", "\\morecmidrules": "", "\\hdashline": "o", "\\cdashline": "m", "\\noalign": "m",
    "\\arrayrulecolor": "om", "\\rowcolor": "om", "\\rowcolors": "mmm", "\\cellcolor": "om", "\\columncolor": "om", "\\endfirsthead": "",
    "\\endhead": "", "\\endfoot": "", "\\endlastfoot": "", "\\hhline": "m", "\\thickhline": "", "\\tabucline": "om", "\\heavyrulewidth": "",
    "\\SetCell": "om", "\\startdata": "", "\\enddata": "", "\\tablebreak": "", "\\nobreakhline": "", "\\hlineB": "m", "\\midrulecolor": "",
}  # fmt: skip
_ENDS_HEAD = frozenset({"\\endfirsthead", "\\endhead", "\\endfoot", "\\endlastfoot"})


def read_rows(reader: Reader, name: str) -> list[list[str]]:
    """Read a tabular environment, whose `\\begin` has been read, up to its end.

    **Arguments:**

    - `name`: of the environment.

    **Returns:** rows of cell texts; a merged cell is repeated in every cell that it covers.
    """
    ex = reader.ex
    ex.optional()
    if name in ("tabu", "longtabu"):
        _skip_width(reader)
    for _ in range(_ARGUMENTS[name]):
        ex.argument()
    grid: list[list[tuple[str, Span]]] = []
    for cells in _split(reader, f"\\end{{{name}}}"):
        rendered = [_cell(reader, cell) for cell in cells]
        if any(text for text, _ in rendered) or len(rendered) > 1:
            grid.append(rendered)
        if len(grid) > MAX_ROWS:
            break
    if message := left_out(grid):
        reader.tree.warn("table_cut", message)
    return spread(grid[:MAX_ROWS])


def _split(reader: Reader, end: Token) -> list[list[list[Token]]]:
    """The tokens of each cell of each row."""
    ex = reader.ex
    rows: list[list[list[Token]]] = [[[]]]
    depth = nested = total = 0
    kept_head: int | None = None
    while (token := ex.next()) is not None and token != END:
        if token == end and nested <= 0:
            break
        if token.startswith(("\\section", "\\subsection")) or token == "\\end{document}":
            ex.push([token])
            reader.tree.warn("unbalanced", "A table is opened and never closed; it was cut where the text goes on.")
            break
        total += 1
        if total > MAX_TOKENS:
            reader.tree.warn("table_cut", "A table is longer than any table; the rest was left out.")
            break
        depth += (token == "{") - (token == "}")
        nested += token.startswith("\\begin{") - token.startswith("\\end{")
        outer = depth <= 0 and nested <= 0
        if token == "&" and outer:
            rows[-1].append([])
        elif token in ("\\caption", "\\label") and outer and reader.float_parts is not None:
            _caption(reader, token, reader.float_parts)
        elif token in ("\\\\", "\\tabularnewline", "\\cr") and outer:
            ex.line_break()
            rows.append([[]])
        elif token in _RULES and nested <= 0:
            _drop_rule(reader, _RULES[token])
            if token in _ENDS_HEAD:
                # A long table repeats its head and foot on every page; the first head is enough.
                if kept_head is None:
                    kept_head = len(rows)
                del rows[kept_head:]
                rows.append([[]])
        elif token == "\\multicolumn" or token == "\\multirow" or token == "\\verb":
            rows[-1][-1] += [token, *_arguments(reader, token)]
        elif token != PAR or not outer:
            rows[-1][-1].append(token)
    return rows


def _caption(reader: Reader, token: Token, parts: floats.Parts) -> None:
    """A caption or label inside a table; one that is repeated on the next pages counts once."""
    before = list(parts.items)
    reader.handlers[token](reader)
    if any(what == "caption" for what, _ in before) and token == "\\caption":
        parts.items[:] = before


def _skip_width(reader: Reader) -> None:
    """The width of a `tabu`, between `to` or `spread` and the columns."""
    for _ in range(12):
        if reader.ex.peek() in ("{", END, PAR, None):
            return
        reader.ex.pop()


def _drop_rule(reader: Reader, arguments: str) -> None:
    for kind in arguments:
        if kind == "o":
            reader.ex.optional()
        elif kind == "p":
            reader.ex.optional("(", ")")
        else:
            reader.ex.argument()


def _rule(arguments: str) -> Handler:
    return lambda reader: _drop_rule(reader, arguments)


def _arguments(reader: Reader, token: Token) -> list[Token]:
    """The arguments of a merged cell in braces, so that an `&` inside is not taken for the end of a cell."""
    ex = reader.ex
    if token == "\\verb":
        following = ex.pop()
        return [following] if following is not None and following != END else []
    out: list[Token] = []
    if token == "\\multirow":
        ex.optional()
    count = ex.expanded(ex.argument())
    if token == "\\multirow":
        ex.optional()
    ex.argument()
    if token == "\\multirow":
        ex.optional()
    out += ["{", *count, "}", "{", *ex.expanded(ex.argument()), "}"]
    return out


def _cell(reader: Reader, tokens: list[Token]) -> tuple[str, Span]:
    """Text of a cell, and how many columns and rows it covers."""
    columns = rows = 1
    outer = reader.in_cell
    kept = list(tokens)
    for _ in range(4):
        position = next((i for i, t in enumerate(kept) if t in ("\\multicolumn", "\\multirow")), None)
        if position is None:
            break
        count, after = _group(kept, position + 1)
        content, rest = _group(kept, after)
        digits = re.sub(r"[^\d-]", "", detokenize(count))
        span = min(abs(int(digits)), MAX_ROWS) if re.fullmatch(r"-?\d{1,4}", digits) else 1
        if kept[position] == "\\multicolumn":
            columns = max(1, min(span, MAX_COLUMNS))
        else:
            rows = -span if digits.startswith("-") else max(1, span)
        kept = [*kept[:position], *content, *kept[rest:]]
    reader.in_cell = True
    try:
        return reader.inline(kept), (columns, rows)
    finally:
        reader.in_cell = outer


def _group(tokens: list[Token], start: int) -> tuple[list[Token], int]:
    """The group that starts at a position, and where it ends."""
    if start >= len(tokens) or tokens[start] != "{":
        return [], start
    depth = 0
    for index in range(start, len(tokens)):
        depth += (tokens[index] == "{") - (tokens[index] == "}")
        if depth == 0:
            return tokens[start + 1 : index], index + 1
    return tokens[start + 1 :], len(tokens)


def _tabular(name: str) -> Handler:
    def handle(reader: Reader) -> None:
        if name in _NUMBERED and reader.float_parts is None and not reader.is_inline:
            _numbered(reader, name)
            return
        rows = read_rows(reader, name)
        if reader.float_parts is not None and not reader.in_cell:
            reader.float_parts.items.append(("rows", rows))
        elif reader.is_inline:
            # A table in a cell is how people break a line there.
            reader.out.append(" ".join(cell for row in rows for cell in row if cell))
        elif rows and max(len(row) for row in rows) > 1:
            reader.flush()
            reader.add("table", None, text=markdown(rows), rows=rows)
        elif rows:
            reader.out.append(" ".join(cell for row in rows for cell in row))

    return handle


def _numbered(reader: Reader, name: str) -> None:
    reader.flush()
    reader.float_parts = parts = floats.Parts("table")
    rows = read_rows(reader, name)
    reader.float_parts = None
    parts.items.append(("rows", rows))
    if not any(what == "caption" and value[1] for what, value in parts.items if isinstance(value, tuple)):
        reader.counters.step("table")
    floats.emit(reader, parts)


def _shortstack(reader: Reader) -> None:
    reader.ex.star()
    reader.ex.optional()
    reader.out.append(reader.inline(reader.ex.argument()))


def _merged_outside(count: int) -> Handler:
    def handle(reader: Reader) -> None:
        for _ in range(count):
            reader.ex.optional()
            reader.ex.argument()

    return handle


HANDLERS: dict[Token, Handler] = {
    **{f"\\begin{{{name}}}": _tabular(name) for name in _ARGUMENTS},
    "\\shortstack": _shortstack,
    "\\makecell": _shortstack,
    "\\thead": _shortstack,
    "\\multicolumn": _merged_outside(2),
    "\\multirow": _merged_outside(2),
    **{name: _rule(arguments) for name, arguments in _RULES.items()},
}
