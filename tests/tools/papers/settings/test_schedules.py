"""Schedules: where they end, how long they fall, and their printed formulas."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from paper_implementer.tools.papers.paper import Block, Paper
from paper_implementer.tools.papers.settings import paper_settings
from paper_implementer.tools.papers.settings.schedules import find_schedule


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("The learning rate decays to 10% of its peak over 200B tokens.", {"schedule.end_fraction": 0.1, "schedule.decay_steps": 2e11}),
        ("We anneal the learning rate to a tenth of the maximum.", {"schedule.end_fraction": 0.1}),
        ("We use a learning rate of 0.1 with weight decay for 90 epochs.", {}),
        ("Accuracy decreases to 10% of the original.", {}),
    ],
)  # fmt: skip
def test_end_and_length(sentence: str, facts: dict[str, JsonValue]) -> None:
    assert {s.key: s.value for s in find_schedule(sentence)} == facts


def _paper(lead: str, latex: str) -> Paper:
    blocks = [
        Block(id="par:1", kind="paragraph", text=lead, page=3),
        Block(id="eq:1", kind="equation", latex=latex, text=f"$${latex}$$", page=3),
    ]
    return Paper(id="p", title="A net", source_format="pdf", blocks=blocks)


def test_a_formula_that_the_text_announces_is_the_schedule() -> None:
    facts = paper_settings(
        _paper("We vary the learning rate according to the formula:", r"l r a t e = 0.5 \cdot s^{-0.5}")
    ).facts
    (fact,) = [f for f in facts if f.key == "schedule.formula"]
    assert fact.value == r"lrate = 0.5 \cdot s^{-0.5}"
    assert fact.source.quote == "We vary the learning rate according to the formula:"
    assert fact.source.page == 3


def test_any_other_formula_is_none() -> None:
    facts = paper_settings(_paper("The loss of our model is:", r"L = \sum_i x_i")).facts
    assert not [f for f in facts if f.key == "schedule.formula"]


def test_the_rate_at_the_end_is_worked_out() -> None:
    text = "We use a learning rate of 0.002. The learning rate is decayed to 10% of its maximum."
    paper = Paper(title="A net", source_format="pdf", blocks=[Block(id="par:1", kind="paragraph", text=text, page=1)])
    (fact,) = [f for f in paper_settings(paper).facts if f.key == "schedule.min_learning_rate"]
    assert fact.value == 0.0002
    assert fact.status == "derived"
    assert fact.note is not None
    assert "0.002 × 0.1" in fact.note
