"""Exact match and F1 of answers as the SQuAD evaluation defines them."""

import re
import string
from collections import Counter
from collections.abc import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize_answer(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: `text -> text`."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def token_f1(prediction: str, answer: str) -> float:
    """F1 of the words that two answers share: `(text, text) -> 0..1`."""
    mine, wanted = normalize_answer(prediction).split(), normalize_answer(answer).split()
    if not mine or not wanted:
        # SQuAD 2: no answer is right only where none is wanted.
        return float(mine == wanted)
    shared = (Counter(mine) & Counter(wanted)).total()
    return 2 * shared / (len(mine) + len(wanted))


def squad_scores(predictions: Sequence[str], answers: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Exact match and F1 in 0..100, the best over each question's answers, averaged over questions.

    **Arguments:**

    - `predictions`: `(questions,)`; the empty text says that there is no answer.
    - `answers`: `(questions, answers)`; no answers means that the question has none.
    """
    exact = f1 = 0.0
    for prediction, wanted in zip(predictions, answers, strict=True):
        candidates = list(wanted) or [""]
        exact += max(normalize_answer(prediction) == normalize_answer(answer) for answer in candidates)
        f1 += max(token_f1(prediction, answer) for answer in candidates)
    return 100 * exact / len(predictions), 100 * f1 / len(predictions)
