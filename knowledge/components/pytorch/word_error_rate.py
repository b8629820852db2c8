"""Word error rate: edits over words of the reference, summed over the corpus before dividing."""

from collections.abc import Sequence


def edit_distance(mine: Sequence[str], wanted: Sequence[str]) -> int:
    """Fewest substitutions, insertions and deletions: `((m,), (n,)) -> count`."""
    row = list(range(len(wanted) + 1))
    for i, word in enumerate(mine, start=1):
        corner, row[0] = row[0], i
        for j, other in enumerate(wanted, start=1):
            corner, row[j] = row[j], min(corner + (word != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def word_error_rate(predictions: Sequence[str], references: Sequence[str], characters: bool = False) -> float:
    """Edits for each word of the references; above 1 where much is inserted.

    **Arguments:**

    - `predictions`, `references`: `(sentences,)` texts, normalised alike: case and punctuation count as written.
    - `characters`: count characters, spaces included (the character error rate).
    """
    edits = size = 0
    for prediction, reference in zip(predictions, references, strict=True):
        mine, wanted = (list(text) if characters else text.split() for text in (prediction, reference))
        edits += edit_distance(mine, wanted)
        size += len(wanted)
    if size == 0:
        raise ValueError("the references hold no words: the rate is not defined")
    return edits / size
