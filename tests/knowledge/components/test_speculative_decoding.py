"""Speculative decoding changes the speed and not the distribution."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.speculative_decoding import accepted

LARGE = torch.tensor([[0.6, 0.3, 0.1, 0.0], [0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.25, 0.25]])
DRAFTS = {
    "equal": LARGE[:2],
    "near": torch.tensor([[0.5, 0.3, 0.1, 0.1], [0.2, 0.2, 0.3, 0.3]]),
    "disjoint": torch.tensor([[0.0, 0.0, 0.0, 1.0], [0.25, 0.25, 0.25, 0.25]]),
}
DRAWS = 20_000


def draws(small: Tensor) -> list[list[int]]:
    tokens = torch.stack([torch.multinomial(row, DRAWS, replacement=True) for row in small], 1)
    return [accepted(LARGE, small, one).tolist() for one in tokens]


@pytest.mark.parametrize("draft", DRAFTS)
def test_what_comes_out_is_distributed_as_the_large_model(draft: str) -> None:
    found = draws(DRAFTS[draft])
    first = torch.bincount(torch.tensor([tokens[0] for tokens in found]), minlength=4) / DRAWS
    torch.testing.assert_close(first, LARGE[0], rtol=0, atol=0.015)
    seconds = [tokens[1] for tokens in found if len(tokens) > 1]
    if draft != "disjoint":
        second = torch.bincount(torch.tensor(seconds), minlength=4) / len(seconds)
        torch.testing.assert_close(second, LARGE[1], rtol=0, atol=0.02)
    else:
        assert not seconds
    if draft == "equal":
        assert {len(tokens) for tokens in found} == {3}


def test_as_many_are_accepted_as_in_transformers() -> None:
    from transformers.generation.utils import _speculative_sampling

    small = DRAFTS["near"]
    mine = torch.tensor([len(tokens) - 1 for tokens in draws(small)]).double().mean()
    theirs = []
    for _ in range(4000):
        tokens = torch.stack([torch.multinomial(row, 1) for row in small]).view(1, 2)
        _, count = _speculative_sampling(tokens, small.log()[None], 2, LARGE.log()[None])
        theirs.append(int(count))
    assert float(mine) == pytest.approx(sum(theirs) / len(theirs), abs=0.05)
