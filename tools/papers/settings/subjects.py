"""Whose settings a sentence tells: those of the paper, or those of a method that it only cites."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from ..paper import Paper

_NAME = r"[A-Z][\w+]{0,40}(?:[-/][\w+]{1,20}){0,6}(?:\s(?:[A-Z][\w+-]{0,40}|base|large|small|big))?"
_CITATION = r"\s*(?:\[[\d,\s–-]+\]|\((?:[A-Z][\w’'-]+(?: et al\.?| and [A-Z][\w’'-]+| & [A-Z][\w’'-]+)?,? (?:19|20)\d\d[a-z]?[;)])|\\cite)"
_CITED = re.compile(rf"(?<![\w-])(?P<name>{_NAME}){_CITATION}")
_CLAUSE = re.compile(r";|,?\s+\b(?:while|whereas|but|in contrast|on the other hand)\b|\.\s")
_TELLS = re.compile(
    rf"^\W*(?:The\s+|the\s+|Original\s+|original\s+)?(?P<name>{_NAME})(?:{_CITATION})?(?:[’']s?)?(?:\s+(?:model|models|paper|authors|network|optimizer))?\s+"
    r"(?:(?:is|was|are|were|has|have|had)\s+(?:\w+\s+)?(?:trained|pre-?trained|fine-?tuned|composed|built|implemented|optimi[sz]ed|made|based|\d)"
    r"|uses?|used|consists?|employs?|trains?|trained|applie[sd]|contains?|requires?|introduces?|proposed?|adopts?|chooses?|sets?|report\w*)\b"
)
_DATA_NAME = re.compile(
    rf"(?<!buil[dt] )(?<!based )(?<!builds )(?<!rel[iy] )(?<!improve )\bon\s+(?:the\s+)?({_NAME})|(?<![\w-])({_NAME})\s+(?:data ?sets?|corpus|benchmark|data)\b"
)
_DATA = (
    "data.dataset",
    "data.examples",
    "data.classes",
    "data.image_size",
    "data.max_length",
    "data.sample_rate",
    "eval.",
)


def cited_methods(paper: Paper) -> frozenset[str]:
    """The names of others' methods: those that stand before a citation, without the paper's own and without data sets."""
    body = "\n".join(b.verbatim or b.text for b in paper.blocks if b.kind in ("paragraph", "list", "footnote"))[
        :400_000
    ]
    headings = " ".join(b.title or "" for b in paper.blocks if b.kind == "section" and b.role == "method")
    own = f"{paper.title} {paper.abstract} {headings}"
    cited = {m["name"] for m in _CITED.finditer(body)}
    cited |= {word for name in cited for word in (name.split()[0], name.split()[-1])}
    data = {(m[1] or m[2]).split()[0] for m in _DATA_NAME.finditer(body)}
    return frozenset(
        name
        for name in cited
        if len(re.findall(r"[A-Z]|\d", name)) > 1
        and name.split()[0] not in data
        and not re.search(rf"(?<![\w-]){re.escape(name)}", own)
    )


@cache
def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    return [(a, b) for a, b in pairwise(edges) if a < b]


def tells_of_another(text: str, start: int, key: str, cited: frozenset[str]) -> bool:
    """Whether the clause of a statement has a cited method as its subject.

    Data sets are cited, too, and what a paper says of them is what it uses.
    """
    if not cited or key.startswith(_DATA):
        return False
    begin, end = next(((a, b) for a, b in _clauses(text) if a <= start < b), (0, len(text)))
    clause = text[begin:end]
    subject = _TELLS.match(clause)
    if subject is None or re.search(r"\b(?:we|our)\b", clause, re.IGNORECASE):
        return False
    name = subject["name"]
    return name in cited or name.split()[0] in cited
