"""Symbols that one paper gives to settings ("the length penalty α", "the number of layers as L")."""

from __future__ import annotations

import re

from paper_implementer.knowledge.vocabulary import terms

from .mentions import find_names
from .sentences import Sentence

_SYMBOL = r"(?P<s>#?[A-Zα-ωϵa-zℓ](?:_\{{0,2}\w+\}{0,2})?)"
_AFTER = re.compile(
    rf"^\s*(?:\([^()]*\)\s*)?(?:as|is denoted by|denoted by|by|of|,|\()?\s*{_SYMBOL}(?=\s*(?:[=∈.,;)]|and\b|is\b|to\b|in\b|$))"
)
_BEFORE = re.compile(rf"(?<![\w.]){_SYMBOL}\s*(?:is|denotes|:|are|represents|being)\s*(?:the\s+|our\s+|a\s+)?$")
_COUNTED = re.compile(rf"(?<![\w.]){_SYMBOL}\s*=\s*\d+(?:,\d{{3}})*\s+(?:[a-z-]+\s+){{0,2}}$")
_WORDS = {"a", "A", "I", "i", "s", "x", "y", "e", "d", "t", "of", "to", "as", "in", "or", "is", "by", "we"}


_AVERAGES = {"optimizer.ema_decay"}
"""Keys whose names stand before the symbol of something else: the average, not its decay."""


def local_symbols(sentences: list[Sentence]) -> dict[str, str]:
    """The key of each symbol that the sentences introduce beside a name; a symbol with two keys is left out."""
    votes: dict[str, dict[str, int]] = {}
    for sentence in sentences:
        text = sentence.text
        for mention in find_names(text):
            if terms()[mention.key].kind in ("text", "choice", "boolean") or mention.key in _AVERAGES:
                continue
            last = text[mention.start : mention.end].split()[-1]
            if len(last) == 1 and last not in _WORDS:
                votes.setdefault(last, {})[mention.key] = 1
                continue
            after = _AFTER.match(text[mention.end : mention.end + 40])
            before = _BEFORE.search(text[max(0, mention.start - 24) : mention.start])
            for match in (after, before):
                named = match and re.search(r"\b(?:as|by)\s+$", match[0][: match.start("s") - match.start()])
                if match and (match["s"] not in _WORDS or (named and match["s"].isupper())):
                    votes.setdefault(re.sub(r"[{}]", "", match["s"]), {})[mention.key] = 1
        for mention in find_names(text, "counted"):
            equation = _COUNTED.search(text[max(0, mention.start - 40) : mention.start])
            if equation:
                votes.setdefault(re.sub(r"[{}]", "", equation["s"]), {})[mention.key] = 1
    return {symbol: next(iter(keys)) for symbol, keys in votes.items() if len(keys) == 1}
