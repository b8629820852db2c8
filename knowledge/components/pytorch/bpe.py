"""Byte-pair encoding (arXiv:1508.07909, section 3.2); it needs no framework."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

Pair = tuple[str, str]


def learn(words: Mapping[str, int], merges: int) -> list[Pair]:
    """Learn merges from words and their counts, most frequent pair first.

    **Arguments:**

    - `words`: counts by word; marks for beginnings or ends of words are part of them.
    - `merges`: how many to learn, `(merges,)` in the result; fewer where no pair is left.
    """
    split = {word: tuple(word) for word in words}
    learned: list[Pair] = []
    for _ in range(merges):
        counts: Counter[Pair] = Counter()
        for word, symbols in split.items():
            for pair in itertools.pairwise(symbols):
                counts[pair] += words[word]
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        learned.append(best)
        split = {word: _merged(symbols, best) for word, symbols in split.items()}
    return learned


def encode(word: str, merges: Sequence[Pair]) -> tuple[str, ...]:
    """Cut a word into symbols by merges, the earliest learned first."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    symbols = tuple(word)
    while len(symbols) > 1:
        best = min(itertools.pairwise(symbols), key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        symbols = _merged(symbols, best)
    return symbols


def byte_letters() -> dict[int, str]:
    """A printable character for each byte, those of Latin-1 that print for themselves: byte-level words have no unknowns."""
    printing = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printing]
    return {byte: chr(byte) for byte in printing} | {byte: chr(256 + at) for at, byte in enumerate(others)}


def _merged(symbols: tuple[str, ...], pair: Pair) -> tuple[str, ...]:
    """Symbols with every place of a pair merged, from the left."""
    out: list[str] = []
    at = 0
    while at < len(symbols):
        if symbols[at : at + 2] == pair:
            out.append(symbols[at] + symbols[at + 1])
            at += 2
        else:
            out.append(symbols[at])
            at += 1
    return tuple(out)
