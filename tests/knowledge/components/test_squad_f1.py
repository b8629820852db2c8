"""SQuAD's exact match and F1 beside torchmetrics."""

from __future__ import annotations

import random

import pytest
from torchmetrics.functional.text import squad

from paper_implementer.knowledge.components.pytorch.squad_f1 import normalize_answer, squad_scores, token_f1

WORDS = ["the", "a", "An", "Denver", "Broncos", "24-10", "Super", "Bowl,", "50.", "John's", "golden"]


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_torchmetrics(seed: int) -> None:
    draw = random.Random(seed)
    # The last word is never an article: torchmetrics gives an answer without words no F1.
    predictions, answers = (
        [[" ".join([*draw.choices(WORDS, k=draw.randint(0, 5)), "golden"]) for _ in range(n)] for _ in range(8)]
        for n in (1, 3)
    )
    theirs = squad(
        [{"prediction_text": said[0], "id": str(at)} for at, said in enumerate(predictions)],
        [{"answers": {"text": said, "answer_start": [0] * 3}, "id": str(at)} for at, said in enumerate(answers)],
    )
    exact, f1 = squad_scores([said[0] for said in predictions], answers)
    assert exact == pytest.approx(theirs["exact_match"].item())
    assert f1 == pytest.approx(theirs["f1"].item(), rel=1e-5)


def test_a_question_without_an_answer_wants_the_empty_text() -> None:
    assert squad_scores(["", "x"], [[], []]) == (50, 50)
    assert token_f1("the", "a") == 1
    assert token_f1("", "cat") == 0
    assert normalize_answer("The  John's, a Cat.") == "johns cat"
