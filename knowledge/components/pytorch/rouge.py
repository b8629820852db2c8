"""ROUGE-N, ROUGE-L and ROUGE-Lsum as Google's rouge_score computes them, without stemming."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Rouge(NamedTuple):
    """Precision, recall and their harmonic mean, in (0, 1)."""

    precision: float
    recall: float
    f1: float


def words(text: str) -> list[str]:
    """Lower-case runs of ASCII letters and digits: `text -> (word, ...)`; other scripts vanish."""
    return re.findall(r"[a-z0-9]+", text.lower())


def _score(hits: int, predicted: int, wanted: int) -> Rouge:
    precision, recall = hits / max(predicted, 1), hits / max(wanted, 1)
    return Rouge(precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def rouge_n(prediction: str, target: str, n: int = 2) -> Rouge:
    """Overlap of n-grams, counted with repetition: `(text, text) -> (precision, recall, f1)`."""
    mine, wanted = (
        Counter(tuple(tokens[at : at + n]) for at in range(len(tokens) - n + 1))
        for tokens in (words(prediction), words(target))
    )
    return _score((mine & wanted).total(), mine.total(), wanted.total())


def _common(wanted: Sequence[str], mine: Sequence[str]) -> set[int]:
    """The places in `wanted` of one longest common subsequence."""
    table = [[0] * (len(mine) + 1) for _ in range(len(wanted) + 1)]
    for i, word in enumerate(wanted):
        for j, other in enumerate(mine):
            table[i + 1][j + 1] = table[i][j] + 1 if word == other else max(table[i][j + 1], table[i + 1][j])
    found, i, j = set(), len(wanted), len(mine)
    while i and j:
        if wanted[i - 1] == mine[j - 1]:
            i, j = i - 1, j - 1
            found.add(i)
        elif table[i][j - 1] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return found


def rouge_l(prediction: str, target: str) -> Rouge:
    """Longest common subsequence of the whole texts: `(text, text) -> (precision, recall, f1)`."""
    mine, wanted = words(prediction), words(target)
    return _score(len(_common(wanted, mine)), len(mine), len(wanted))


def rouge_lsum(prediction: str, target: str) -> Rouge:
    """Union of the common subsequences of sentences, which newlines part: `(text, text) -> (precision, recall, f1)`."""
    mine = [found for line in prediction.split("\n") if (found := words(line))]
    wanted = [found for line in target.split("\n") if (found := words(line))]
    left, right = Counter(word for line in mine for word in line), Counter(word for line in wanted for word in line)
    sizes = left.total(), right.total()
    hits = 0
    for line in wanted:
        for at in sorted(set().union(*(_common(line, other) for other in mine))):
            # A word counts at most as often as it is there in either text.
            if left[line[at]] > 0 and right[line[at]] > 0:
                hits += 1
                left[line[at]] -= 1
                right[line[at]] -= 1
    return _score(hits, *sizes)
