"""Authors of a LaTeXML page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from .text import children_of, classes_of, tidy, with_class

MAX_AUTHORS = 500

_BREAK = "\x15"


def authors_of(article: HtmlElement) -> list[str]:
    """The first line of names of each author."""
    names: dict[str, None] = {}
    for creator in with_class(article, "ltx_personname"):
        for line in "".join(_lines_of(creator)).split(_BREAK):
            found = [part for part in _parts(line) if 2 <= len(part.split()) <= 6 and part[:1].isupper()]
            names |= dict.fromkeys(found)
            if found:
                break
    return list(names)[:MAX_AUTHORS]


def _parts(line: str) -> list[str]:
    """The names that stand in one line."""
    if "@" in line:
        return []
    return [tidy(part) for part in re.split(r"[,&;]|\band\b|\s{3,}", re.sub(r"\$[^$]*\$|[*†‡§¶∗]|\d+", ",", line))]


def _lines_of(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in children_of(element):
        if child.tag == "br":
            yield _BREAK
        elif child.tag not in ("math", "sup") and "ltx_note" not in classes_of(child):
            yield "".join(child.itertext())
        yield child.tail or ""
