"""Text that a reader of the printed page does not see: white, or too small to be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader

MAX_HIDDEN_TOKENS = 20_000
SMALLEST_READABLE_PT = 2.0

_WHITE = {
    "rgb": r"(1(\.0*)?|0?\.99\d*)(,(1(\.0*)?|0?\.99\d*)){2}",
    "RGB": r"25[345](,25[345]){2}",
    "HTML": r"[fF]{6}",
    "gray": r"1(\.0*)?|0?\.99\d*",
    "cmyk": r"0(\.0*)?(,0(\.0*)?){3}",
}


def _is_white(reader: Reader, model: list[Token] | None, color: list[Token]) -> bool:
    value = re.sub(r"\s", "", detokenize(color))
    if model is not None:
        return bool(re.fullmatch(_WHITE.get(detokenize(model).strip(), r"(?!)"), value))
    return value == "white" or value in reader.white_names


def _define_color(reader: Reader) -> None:
    name, model, color = reader.ex.name(), reader.ex.argument(), reader.ex.argument()
    if _is_white(reader, model, color):
        reader.white_names.add(name)


def _text_color(reader: Reader) -> None:
    ex = reader.ex
    white = _is_white(reader, ex.optional(), ex.argument())
    if white and not reader.on_color and not reader.in_cell:
        _report(reader, ex.argument())


def _color(reader: Reader) -> None:
    ex = reader.ex
    if _is_white(reader, ex.optional(), ex.argument()) and not reader.on_color and not reader.in_cell:
        _drop_group(reader)


def _font_size(reader: Reader) -> None:
    size = re.match(r"\s*(\d*\.?\d+)", detokenize(reader.ex.argument()))
    reader.ex.argument()
    if size is not None and float(size.group(1)) < SMALLEST_READABLE_PT:
        _drop_group(reader)


def _drop_group(reader: Reader) -> None:
    """Drop what follows in the group; where it does not end soon, the text stays."""
    ex = reader.ex
    taken: list[Token] = []
    depth = 0
    while (token := ex.pop()) is not None and token != END and len(taken) < MAX_HIDDEN_TOKENS:
        if depth == 0 and token in ("}", "\\end", "\\endgroup", "\\egroup"):
            ex.push([token])
            _report(reader, taken)
            return
        depth += (token in ("{", "\\begin")) - (token in ("}", "\\end"))
        depth += (token in ("\\begingroup", "\\bgroup")) - (token in ("\\endgroup", "\\egroup"))
        taken.append(token)
    ex.push(taken)


def _report(reader: Reader, tokens: list[Token]) -> None:
    words = len([t for t in tokens if t[0].isalpha()])
    if words:
        reader.tree.warn(
            "hidden_text", f"{words} words are printed in white or too small to be read; they were left out."
        )
    reader.out.append(" " if PAR in tokens else "")


def _on_color(arguments: int) -> Handler:
    """What stands on a coloured ground may well be white."""

    def handle(reader: Reader) -> None:
        reader.ex.optional()
        for _ in range(arguments):
            reader.ex.argument()
        outer, reader.on_color = reader.on_color, True
        reader.out.append(reader.inline(reader.ex.argument()))
        reader.on_color = outer

    return handle


HANDLERS: dict[Token, Handler] = {
    "\\definecolor": _define_color,
    "\\textcolor": _text_color,
    "\\color": _color,
    "\\fontsize": _font_size,
    "\\colorbox": _on_color(1),
    "\\fcolorbox": _on_color(2),
}
