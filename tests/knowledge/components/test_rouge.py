"""ROUGE beside Google's rouge_score."""

from __future__ import annotations

import random

import pytest
from rouge_score.rouge_scorer import RougeScorer

from paper_implementer.knowledge.components.pytorch.rouge import rouge_l, rouge_lsum, rouge_n

WORDS = [
    "the",
    "a",
    "cat",
    "dog",
    "sat",
    "on",
    "mat",
    "ran",
    "far-away",
    "U.S.",
    "3,000",
    "now,",
    "again",
    "it's",
    "café",
]


def _text(draw: random.Random, sentences: int) -> str:
    return "\n".join(" ".join(draw.choices(WORDS, k=draw.randint(1, 12))) for _ in range(sentences))


@pytest.mark.parametrize("seed", range(40))
def test_agrees_with_rouge_score(seed: int) -> None:
    draw = random.Random(seed)
    prediction, target = _text(draw, draw.randint(1, 4)), _text(draw, draw.randint(1, 4))
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"]).score(target, prediction)
    assert rouge_n(prediction, target, 1) == pytest.approx(theirs["rouge1"])
    assert rouge_n(prediction, target, 2) == pytest.approx(theirs["rouge2"])
    assert rouge_l(prediction, target) == pytest.approx(theirs["rougeL"])
    assert rouge_lsum(prediction, target) == pytest.approx(theirs["rougeLsum"])


def test_texts_without_words_score_zero() -> None:
    for score in (rouge_n, rouge_l, rouge_lsum):
        assert score("", "the cat") == score("the cat", "...") == (0, 0, 0)
