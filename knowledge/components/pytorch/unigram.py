"""Unigram tokenisation (arXiv:1804.10959, section 3.1), as SentencePiece cuts text: the most probable cut."""

import math
from collections.abc import Mapping


def unigram(text: str, pieces: Mapping[str, float], unknown: float | None = None) -> list[str]:
    """Cut text into the pieces with the greatest sum of log-probabilities (Viterbi).

    **Arguments:**

    - `text`: normalised, with spaces written as U+2581, one before the first word `(the usual dummy prefix)`.
    - `pieces`: log-probability of each piece.
    - `unknown`: log-probability of a character that no piece holds; 10 below the least one where nothing is given.
    """
    floor = min(pieces.values(), default=0.0) - 10.0 if unknown is None else unknown
    longest = max(map(len, pieces), default=1)
    best, cut = [0.0] + [-math.inf] * len(text), [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - longest), end):
            piece = text[start:end]
            score = pieces.get(piece, floor if end - start == 1 else -math.inf)
            if best[start] + score > best[end]:
                best[end], cut[end] = best[start] + score, start
    result: list[str] = []
    end = len(text)
    while end:
        result.append(text[cut[end] : end])
        end = cut[end]
    return result[::-1]
