"""Span corruption: what is dropped from the input is in the target, in spans as many as the paper says."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.span_corruption import corrupt, noise_spans

FIRST, END = 1000, 1


@pytest.mark.parametrize("length", [2, 3, 7, 40, 512])
def test_input_and_target_hold_every_token_once(length: int) -> None:
    seed = torch.Generator().manual_seed(length)
    tokens = torch.arange(2, 2 + length)
    for _ in range(100):
        dropped = noise_spans(length, seed=seed)
        assert len(dropped) == length
        assert not dropped[0]
        assert int(dropped.sum()) == min(max(round(length * 0.15), 1), length - 1)
        inputs, targets = (part.tolist() for part in corrupt(tokens, dropped, FIRST, END))
        assert inputs[-1] == targets[-1] == END
        assert sorted(x for x in inputs + targets if 2 <= x < 2 + length) == tokens.tolist()
        # Put together: a sentinel of the input is what follows the same sentinel in the target.
        # The target hides what the input keeps, so that its first sentinel stands for the beginning.
        spans = "".join("d" if d else "." for d in dropped.tolist()).replace(".", " ").split()
        sentinels = [x for x in inputs if x > 900]
        assert sentinels == list(range(FIRST, FIRST - len(spans), -1))
        assert [x for x in targets if x > 900] == sentinels


def test_the_example_of_the_paper() -> None:
    # "Thank you for inviting me to your party last week": "for inviting" and "last" are dropped.
    tokens = torch.arange(10, 20)
    dropped = torch.tensor([0, 0, 1, 1, 0, 0, 0, 0, 1, 0]).bool()
    inputs, targets = corrupt(tokens, dropped, FIRST, END)
    assert inputs.tolist() == [10, 11, 1000, 14, 15, 16, 17, 999, 19, END]
    assert [x for x in targets.tolist() if 2 <= x < 900] == [12, 13, 18]


def test_spans_are_three_tokens_long_on_average() -> None:
    dropped = noise_spans(512)
    starts = dropped & ~torch.cat([torch.zeros(1).bool(), dropped[:-1]])
    assert int(dropped.sum()) == 77
    assert int(starts.sum()) == 26
