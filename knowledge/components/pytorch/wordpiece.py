"""WordPiece as BERT tokenises words (arXiv:1810.04805, section 3): longest piece first."""

from collections.abc import Collection


def wordpiece(word: str, vocabulary: Collection[str], unknown: str = "[UNK]", longest: int = 100) -> list[str]:
    """Cut one word into the longest pieces that the vocabulary holds, from the left.

    **Arguments:**

    - `word`: without spaces, normalised and split from punctuation already.
    - `vocabulary`: pieces; those that go on within a word begin with `##`.
    - `unknown`: what a whole word becomes that cannot be cut to its end `(even where its beginning is known)`.
    - `longest`: words of more characters are unknown.
    """
    if len(word) > longest:
        return [unknown]
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if prefix + word[start:end] in vocabulary), None)
        if end is None:
            return [unknown]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces
