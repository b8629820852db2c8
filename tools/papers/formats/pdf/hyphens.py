"""Words that were parted at the end of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_END = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010]$")
_START = re.compile(r"[^\W\d_]+")
_LONGEST = 100  # Characters of a word that can be parted.
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")


def compounds(texts: Iterable[str]) -> frozenset[str]:
    """The words that a document writes with a hyphen within a line, in small letters."""
    return frozenset(word for text in texts for word in _COMPOUND.findall(text.lower()))


def joined(texts: Iterable[str], known: frozenset[str] = frozenset()) -> str:
    """Lines as one text, words that were parted at a line's end made whole.

    **Arguments:**

    - `known`: what `compounds` found: such a word keeps its hyphen, as does one that has another hyphen already.
    """
    whole = ""
    for text in texts:
        tail = whole[-_LONGEST:]
        parted, start = _END.search(tail), _START.match(text)
        if parted and start and _same_case(parted[1], start[0]):
            word = f"{parted[1]}-{start[0]}".lower()
            whole = whole + text if word in known or "-" in parted[1] else whole[:-1] + text
        elif re.search(r"\w[-\u2010]$", tail):
            whole += text
        else:
            whole = f"{whole} {text}".strip()
    return whole


def _same_case(before: str, after: str) -> bool:
    """A word goes on in small letters, or in capitals if it began in capitals."""
    return after[0].islower() or (len(before) > 1 and len(after) > 1 and before.isupper() and after.isupper())
