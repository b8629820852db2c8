"""The parts that a text names: components and methods of the knowledge base, by the names that they have there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from paper_implementer.knowledge.catalogue import head_of, methods
from paper_implementer.knowledge.component import ComponentHead, components, head_of_component
from paper_implementer.knowledge.schema import Method

_NO_PARTS = {"framework", "convention", "evaluation", "metric", "data"}
"""Families whose files are about how things are run, fed and measured."""


def parts_of(text: str) -> Iterator[str]:
    """The name of each part that a text mentions, as often as it does.

    A single word counts only as it is written in the knowledge base, and only if it looks like a name ("GELU", "top-k"): common
    words ("sampling") name no part.
    """
    pattern, names = _names()
    for match in pattern.finditer(text):
        found = names.get(match[0]) or names.get(_folded(match[0]))
        if found:
            yield found


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    heads: list[ComponentHead | Method] = [
        head for head in map(head_of_component, components()) if not _NO_PARTS & set(head.families)
    ]
    heads += [head_of(name) for name in methods() if not _NO_PARTS & set(head_of(name).families)]
    for head in heads:
        # A file on several things ("ReLU and its variants") is none of them: the name that stands in the text is the part.
        several = " and " in head.title or head.title.endswith("s")
        for alias in filter(_is_name, (head.title, *head.aliases)):
            names.setdefault(alias if _one_word(alias) else _folded(alias), alias if several else head.title)
    longest_first = sorted(names, key=len, reverse=True)
    written = [re.escape(name) if _one_word(name) else _anyhow(name) for name in longest_first]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(written)})(?![\w-])"), names


def _is_name(alias: str) -> bool:
    if re.search(r"[(_]|\w\.\w", alias) or alias[:1].isdigit():
        return False
    return not _one_word(alias) or bool(re.search(r"[A-Z0-9]", alias[1:]) or "-" in alias or re.match(r"[A-Z]", alias))


def _one_word(alias: str) -> bool:
    return " " not in alias


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _anyhow(phrase: str) -> str:
    """A phrase in either case, over line ends."""
    return r"\s+".join(f"(?i:{re.escape(word)})" for word in phrase.split())
