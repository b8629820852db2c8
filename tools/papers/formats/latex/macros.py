"""What a macro of a document is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .tokens import Token, detokenize, tokenize

Parameter = tuple[Literal["mandatory", "optional", "star", "delimited", "braced", "embellishment"], tuple[Token, ...]]


@dataclass(frozen=True)
class Macro:
    """A definition of the document.

    **Arguments:**

    - `body`: tokens with `#1` ... where arguments go.
    - `parameters`: what is read at each use; the second part is an optional argument's default, the delimiter, the mark that is looked for (`star`), or
      the marks before arguments in any order (`embellishment`, which gives one argument for each mark).
    - `prefix`: tokens that stand between the name and the first argument.
    - `alias`: the command that this one was `\\let` to be, as it was then.
    - `end`: of an environment, what its end expands to.
    """

    body: tuple[Token, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    prefix: tuple[Token, ...] = ()
    alias: Token | None = None
    end: tuple[Token, ...] = ()


def substitute(body: Sequence[Token], arguments: list[list[Token]]) -> list[Token]:
    """Put arguments where a body names them."""
    out: list[Token] = []
    for token in body:
        if token[0] != "#" or token == "#":
            out.append(token)
        elif token[1] == "#":
            out.append(token[1:])
        elif int(token[1]) <= len(arguments):
            out.extend(arguments[int(token[1]) - 1])
    return out


def count_of(tokens: list[Token] | None) -> int:
    """The number of arguments that a definition announces."""
    text = detokenize(tokens or []).strip()
    return int(text) if text.isdecimal() and len(text) == 1 else 0


def parameters_of(count: int, default: list[Token] | None) -> tuple[Parameter, ...]:
    """The arguments of `\\newcommand`: the first one is optional where it has a default."""
    mandatory: Parameter = ("mandatory", ())
    if default is None or not count:
        return (mandatory,) * count
    return (("optional", tuple(default)), *(mandatory,) * (count - 1))


def document_parameters(spec: list[Token]) -> tuple[Parameter, ...]:
    """The argument specification of `xparse`, as far as papers use it."""
    parameters: list[Parameter] = []
    characters = list(re.findall(r"\{[^{}]*\}|\S", detokenize(spec)))
    while characters and len(parameters) < 9:
        letter = characters.pop(0)
        if letter in "mvl":
            parameters.append(("mandatory", ()))
        elif letter == ">" and characters:
            characters.pop(0)  # A processor of the argument that follows: how it is split, not what it is.
        elif letter == "o":
            parameters.append(("optional", ()))
        elif letter == "O":
            default = characters.pop(0) if characters else ""
            parameters.append(("optional", tuple(tokenize(default.strip("{}")))))
        elif letter == "s" or (letter == "t" and characters):
            parameters.append(("star", ("*" if letter == "s" else characters.pop(0),)))
        elif letter in "dDrR" and len(characters) >= 2:
            parameters.append(("braced", (characters.pop(0), characters.pop(0))))
            del characters[: letter in "DR"]
        elif letter in "eE" and characters:
            parameters.append(("embellishment", tuple(re.findall(r"[^{}\s]", characters.pop(0)))))
            del characters[: letter == "E"]
    return tuple(parameters)
