"""Words as search sees them: folded, lightly stemmed, compounds also written as one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

_MARKS = "\u0300-\u036f\u00ad"
_WORD = rf"[^\W_{_MARKS}](?:[^\W_{_MARKS}]|[{_MARKS}])*"
_IDEOGRAPH = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"\d+(?:\.\d+)+|[{_IDEOGRAPH}]|(?:(?![{_IDEOGRAPH}]){_WORD})")
"""A word, a decimal number, or a character of a script that writes no blanks. Ideographs inside a run of others stay there."""
_HYPHENS = "-\u2010\u2011\u2012\u2013_"
_COMPOUND = re.compile(rf"{_WORD}(?:[{_HYPHENS}]{_WORD})+")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "\u00ad": ""})
_ENDINGS = (
    *(("iz", ends) for ends in ("izations", "ization", "isations", "isation", "izers", "izer", "isers", "iser")),
    *(("iz", ends) for ends in ("izing", "ising", "izes", "ises", "ized", "ised", "ize", "ise")),
    *(("ion", ends) for ends in ("ionally", "ional", "ions")),
    *(("y", ends) for ends in ("ies", "ied")),
    *(("", ends) for ends in ("ings", "ing", "edly", "ed", "ly")),
    ("s", "sses"),
    ("", "s"),
)
_SHORTEST_STEM = 3
_WHOLE = ("ss", "us", "is", "as", "eed", "embed")
"""Ends that are no endings."""
_PLAIN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Text without case, diacritics and ligatures."""
    # Decomposed before the case is folded, since mathematical capitals become letters; and after, since folding composes.
    lower = unicodedata.normalize("NFKD", text).translate(_LETTERS).casefold()
    plain = unicodedata.normalize("NFKD", lower).translate(_LETTERS)
    return "".join(c for c in plain if not unicodedata.combining(c))


@lru_cache(1 << 15)
def stem(word: str) -> str:
    """What a word shares with its inflections: "layers", "layer"; "normalised", "normalization"."""
    word = fold(word)
    if word.isascii() and word.isalpha() and not word.endswith(_WHOLE):
        for instead, ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
                word = word.removesuffix(ending) + instead
                break
    if len(word) > _SHORTEST_STEM and word.isascii() and word.isalpha():
        word = word.removesuffix("e")
        if len(word) > _SHORTEST_STEM and word[-1] == word[-2]:
            word = word[:-1]
    return word


def tokens(text: str) -> list[str]:
    """The stems of a text in order, then each hyphenated compound as one word."""
    found = stems(text)
    found.extend(stem(joined(compound[0])) for compound in _compounds(text))
    return found


def stems(text: str) -> list[str]:
    """The stems of a text, in order."""
    return [token for word in WORD.findall(text) for token in _parts(word)]


def places(text: str, wanted: Iterable[str], beginnings: Iterable[str] = ()) -> Iterator[tuple[int, int]]:
    """Where words with these stems, or with these beginnings, stand in a text."""
    wanted, beginnings = frozenset(wanted), tuple(beginnings)
    for match in WORD.finditer(text):
        found = _parts(match[0])
        if not wanted.isdisjoint(found) or (beginnings and any(token.startswith(beginnings) for token in found)):
            yield match.span()
    for match in _compounds(text):
        if stem(joined(match[0])) in wanted:
            yield match.span()


def joined(compound: str) -> str:
    """A compound written as one word."""
    return "".join(WORD.findall(compound))


def _compounds(text: str) -> Iterator[re.Match[str]]:
    return _COMPOUND.finditer(text) if any(hyphen in text for hyphen in _HYPHENS) else iter(())


def _parts(word: str) -> list[str]:
    """The stem of a word; more than one where folding leaves something between, as in "½"."""
    found = stem(word)
    return [found] if found.isascii() else _PLAIN.findall(found)
