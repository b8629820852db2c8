"""Texts of a paper cut into sentences that know where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from paper_implementer.knowledge.values import Plain, plain

from ..paper import Block

_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|etc|Fig|Figs|Eq|Eqs|Sec|Sect|Tab|Ref|Refs|App|Alg|Thm|No|Dr|Prof|St|max|min|seq|dim|num|w\.r\.t|a\.k\.a|incl|std)|\b[A-Z])$",
    re.IGNORECASE,
)
_END = re.compile(
    r"[.!?](?:[\"”’)\]]|\^\{[^}]{1,6}\}|\s?\[[\d,\s–-]+\])*(?=\s+[^\sa-z]|\s*$)|\n\s*\n|\n(?=\s*(?:[-•*]|\d+[.)])\s)|\s(?=[•▪◦‣]\s)"
)
_LONGEST_QUOTE = 260
_LONGEST_TAIL = 800


@dataclass(frozen=True)
class Sentence:
    """One sentence of a block.

    **Arguments:**

    - `shown`: its text with mathematics as plain characters, and the way back to the block's own.
    - `lead`: the run-in heading of its paragraph ("Fine-tuning details"), where there is one.
    - `before`: the sentences of the paragraph that come before it, plain.
    - `joint`: where the part begins that stands in `block`, for a sentence that a page break cuts; 0 for all others.
    """

    block: Block
    shown: Plain
    lead: str = ""
    before: str = ""
    joint: int = 0

    @property
    def text(self) -> str:
        """The plain text."""
        return self.shown.text

    @cached_property
    def lower(self) -> str:
        """The plain text in lower case."""
        return self.shown.text.lower()

    def quote(self, start: int, end: int) -> str:
        """The sentence, or the part around a span of it where it is long; verbatim in the block."""
        text = self.text
        if self.joint:
            return self.shown.original(self.joint, len(text)).strip()[:_LONGEST_QUOTE]
        if len(text) > _LONGEST_QUOTE:
            room = max(40, (_LONGEST_QUOTE - (end - start)) // 2)
            left, right = max(0, start - room), min(len(text), end + room)
            left = text.rfind(" ", 0, left) + 1 if left else 0
            right = text.find(" ", right) if right < len(text) else -1
            return self.shown.original(left, right if right > 0 else len(text)).strip()
        return self.shown.original(0, len(text)).strip()


_UNMARKED_LEAD = re.compile(r"^(?:[•▪◦‣]\s*)?([A-Z][\w-]+(?:\s[a-z][\w-]+){0,3})\s(?=[A-Z][a-z]*,?\s)")
_LEAD = re.compile(
    r"^(?:[•▪◦‣-]\s*)?(?:\*\*|\\textbf\{)?([A-Z][\w-]*(?: [\w&()/-]+){0,7}?)(?:\*\*|\})?[.:](?:\*\*)?\s+(?=[A-Z])"
)


def _lead(text: str) -> str:
    """The run-in heading with which a paragraph or an item begins, or nothing."""
    found = _LEAD.match(text[:120]) or _UNMARKED_LEAD.match(text[:120])
    return found[1] if found else ""


_INPUT = re.compile(
    r"^\W*(?:\d+:?\s*)?(?:require|input|parameters?|hyper-?parameters?|given|default|set|ensure)\b", re.IGNORECASE
)


def sentences(block: Block) -> Iterator[Sentence]:
    """The sentences of a block's verbatim text, of its caption where it is a float."""
    text = (block.caption or "") if block.kind in ("table", "figure") else (block.verbatim or block.text)
    if block.kind == "algorithm":
        caption, inputs = len(block.caption or "") if text.startswith(block.caption or "\0") else 0, text
        for line in re.finditer(r"[^\n]+", inputs):
            if line.start() >= caption and _INPUT.match(line[0]):
                yield Sentence(block, plain(line[0]))
        text = text[:caption] or (block.caption or "")
    lead = _lead(text)
    start, before = 0, ""
    for match in _END.finditer(text):
        if match[0][0] == "." and _ABBREVIATED.search(text[max(0, match.start() - 12) : match.start()]):
            continue
        piece = text[start : match.end()]
        if start and re.match(r"\s*[•▪◦‣]\s", piece):
            lead, before = _lead(text[start:].lstrip()), ""
        if piece.strip():
            sentence = Sentence(block, plain(piece), lead, before)
            yield sentence
            before = (before + " " + sentence.text)[-600:]
        start = match.end()
    if text[start:].strip():
        yield Sentence(block, plain(text[start:]), lead, before)


_UNFINISHED = re.compile(r"(?:,|\b(?:for|of|in|on|and|or|the|with|to|an?|at|by|from|using|we|our|is|are|was|were))$")


def carried(last: Sentence, first: Sentence) -> Sentence | None:
    """The sentence that two paragraphs share where a page or a figure cuts it; None where the first one is complete."""
    tail = last.shown.source.rstrip()
    goes_on = re.match(r"\s*(?:[a-z0-9({]|[-−]?\d|√)", first.text) or _UNFINISHED.search(tail)
    if not tail or tail[-1] in ".!?:;" or not goes_on:
        return None
    if len(tail) > _LONGEST_TAIL:
        return None
    whole = plain(f"{tail} {first.shown.source.lstrip()}")
    joint = next((i for i, at in enumerate(whole.origin) if at > len(tail)), 0)
    return Sentence(first.block, whole, last.lead, last.before, joint)
