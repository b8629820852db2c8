"""The word error rate beside torchmetrics."""

from __future__ import annotations

import random

import pytest
from torchmetrics.functional.text import char_error_rate
from torchmetrics.functional.text import word_error_rate as theirs

from paper_implementer.knowledge.components.pytorch.word_error_rate import edit_distance, word_error_rate


def _texts(seed: int) -> tuple[list[str], list[str]]:
    draw = random.Random(seed)
    spoken = [
        " ".join(draw.choices(["we", "went", "to", "the", "market", "with", "two", "dogs"], k=draw.randint(1, 15)))
        for _ in range(6)
    ]
    heard = [" ".join(draw.choice([word, "the", word + " so", ""]) for word in text.split()) for text in spoken]
    return heard, spoken


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_torchmetrics(seed: int) -> None:
    heard, spoken = _texts(seed)
    assert word_error_rate(heard, spoken) == pytest.approx(theirs(heard, spoken).item())
    assert word_error_rate(heard, spoken, characters=True) == pytest.approx(char_error_rate(heard, spoken).item())


def test_the_corpus_is_summed_before_dividing_and_insertions_can_pass_one() -> None:
    assert word_error_rate(["a", "x"], ["a b c d", "y"]) == 4 / 5
    assert word_error_rate(["a b c"], ["d"]) == 3
    assert edit_distance([], ["a", "b"]) == 2


def test_references_without_words_have_no_rate() -> None:
    with pytest.raises(ValueError, match="no words"):
        word_error_rate(["a"], [""])
