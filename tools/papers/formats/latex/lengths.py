"""Lengths behind primitive commands, which carry no text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .stream import END

if TYPE_CHECKING:
    from .reader import Reader

_REGISTER_NAMES = (
    "baselineskip parskip parindent textwidth linewidth columnwidth textheight hsize vsize tabcolsep itemsep "
    "fboxsep abovedisplayskip belowdisplayskip topsep abovecaptionskip belowcaptionskip floatsep textfloatsep "
    "intextsep dbltextfloatsep columnsep arraycolsep labelsep parsep hoffset voffset topmargin oddsidemargin leftmargin"
)
REGISTERS = frozenset("\\" + name for name in _REGISTER_NAMES.split())


def skip_length(reader: Reader) -> None:
    r"""Drop the length behind `\vskip`, `\kern` and the like: `-0.3in plus 1fil`, `2\baselineskip`."""
    ex = reader.ex
    for _ in range(3):
        ex.skip_blanks()
        number = ""
        while (token := ex.pop()) is not None and token != END and re.fullmatch(r"[-+=.,]|[\d]+[a-z]*|[a-z]{2}", token):
            number += token
            if re.search(r"[a-z]{2}$", token):
                break
            ex.skip_blanks()
        unread = token is not None and token != END and not (number and token in number)
        # A register may be the whole length; anything else is no part of it.
        if unread and token is not None and not (token in REGISTERS and not re.search("[a-z]{2}$", number)):
            ex.push([token])
        if ex.skip_blanks():
            following = ex.peek()
            if following not in ("plus", "minus"):
                ex.push([" "])
                return
            ex.pop()
        else:
            return
