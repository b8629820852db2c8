"""Lists and their items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .characters import INDENT, LINE
from .counters import alph, roman
from .tokens import Token

if TYPE_CHECKING:
    from .reader import Handler, Reader


@dataclass
class ListState:
    """One list that is open: what its items begin with."""

    ordered: bool
    count: int = 0
    kind: str = "itemize"


def _list(ordered: bool, kind: str) -> Handler:
    end = f"\\end{{{kind}}}"

    def handle(reader: Reader) -> None:
        reader.ex.optional()
        if kind == "list":
            reader.ex.argument()
            reader.ex.argument()
        elif kind == "easylist":
            reader.ex.skip_blanks()
        if not reader.list_stack:
            reader.flush()
        reader.list_stack.append(ListState(ordered, kind=kind))
        reader.run(end)
        if len(reader.list_stack) == 1:
            reader.flush()
        reader.list_stack.pop()
        if reader.list_stack:
            reader.out.append(LINE + INDENT * (len(reader.list_stack) - 1))

    return handle


def _item(reader: Reader) -> None:
    given = reader.ex.optional()
    if not reader.list_stack:
        reader.out.append(" • ")
        return
    state = reader.list_stack[-1]
    state.count += 1
    depth = len(reader.list_stack)
    if given is not None:
        bullet = reader.inline(given)
        bullet = f"- {bullet}" if bullet and bullet not in ("-", "–", "•", "$\\bullet$") else "-"
    elif state.ordered:
        nesting = sum(s.ordered for s in reader.list_stack)
        label = {2: alph, 3: roman}.get(nesting, str)(state.count)
        bullet = f"{label}."
        reader.target("item", label)
    else:
        bullet = "-"
    reader.out.append(f"{LINE}{INDENT * (depth - 1)}{bullet} ")


def easy_item(reader: Reader, token: Token) -> None:
    """An item of `easylist`: as many marks in front as it is deep."""
    depth = len(token)
    while depth < 6 and reader.ex.peek() == token:
        reader.ex.pop()
        depth += 1
    reader.out.append(f"{LINE}{INDENT * (depth - 1)}- ")


def _list_properties(reader: Reader) -> None:
    reader.ex.optional("(", ")")


HANDLERS: dict[Token, Handler] = {
    "\\item": _item,
    "\\ListProperties": _list_properties,
    **{
        f"\\begin{{{kind}}}": _list(ordered, kind)
        for kind, ordered in (
            ("itemize", False), ("enumerate", True), ("description", False), ("compactitem", False), ("compactenum", True),
            ("inparaenum", True), ("list", False), ("trivlist", False), ("enumerate*", True), ("itemize*", False),
            ("asparaenum", True), ("asparaitem", False), ("inlinelist", False), ("enumerateinline", True), ("tightitemize", False),
        )
    },
}  # fmt: skip
