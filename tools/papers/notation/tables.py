"""Tables of notation, a symbol and its meaning a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..paper import Block
from .formula import Subject, subjects
from .phrases import cleaned
from .prose import has_dollars
from .words import is_noun

_SYMBOL = re.compile(r"\b(?:symbols?|notations?|variables?|terms?|parameters?|hyper-?parameters?|quantit(?:y|ies)|letters?)\b", re.IGNORECASE)  # fmt: skip
_MEANING = re.compile(r"\b(?:meanings?|descriptions?|definitions?|explanations?|interpretations?|denotes?|represents?)\b", re.IGNORECASE)  # fmt: skip
_CELL = re.compile(r"^\s*\$(?P<in>[^$]{1,160})\$\s*$")
_PLAIN_CELL = re.compile(
    r"^\s*(?P<in>[^\s\w]?[A-Za-zα-ωΑ-Ωϵϕℓ](?:[_^]\{[^{}]{1,24}\}|′){0,3}(?:\s?\([^()]{1,12}\))?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table of notation; `quote` is verbatim in the block's text."""

    subject: Subject
    meaning: str
    quote: str


def notation_rows(block: Block) -> Iterator[Row]:
    """The symbols that a table explains; none where it is no table of notation."""
    table = block.rows or []
    if len(table) < 2 or len(table) > 400:
        return
    header = [c.strip() for c in table[0]]
    named = any(_SYMBOL.search(c) for c in header) and any(_MEANING.search(c) for c in header)
    titled = bool(re.search(r"\b(?:notations?|symbols|nomenclature|glossary|variables used)\b", block.caption or "", re.IGNORECASE))  # fmt: skip
    width = max(len(r) for r in table)
    if width > 6 or not (named or titled):
        return
    for row in table:
        for column in range(len(row) - 1):
            meaning = row[column + 1].strip()
            cell = _CELL.match(row[column]) or (None if has_dollars(row[column]) else _PLAIN_CELL.match(row[column]))
            if cell is None or _CELL.match(meaning) or not re.search(r"[A-Za-z]{3}", meaning):
                continue
            quote = next((q for q in (meaning, row[column + 1]) if q and q in block.text), None)
            if quote is None or not (len(meaning.split()) > 1 or is_noun(meaning)):
                continue
            for subject in subjects(cell["in"]):
                yield Row(subject, cleaned(meaning)[:200], quote)
