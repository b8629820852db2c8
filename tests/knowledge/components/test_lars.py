"""LARS beside timm, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.lars import Lars
from tests.support.agreement import assert_same

GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("start", [1.0, 0.0])
def test_agrees_with_timm(decay: float, start: float) -> None:
    from timm.optim import Lars as Library

    mine, theirs = (torch.full((3, 4), start, requires_grad=True) for _ in range(2))
    optimizers = (
        Lars([mine], lr=2.0, weight_decay=decay),
        Library([theirs], lr=2.0, momentum=0.9, weight_decay=decay, always_adapt=True),
    )
    for gradient in GRADIENTS:
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())


def test_a_step_moves_the_share_of_the_norm_that_trust_says() -> None:
    weight = torch.randn(5, 5, requires_grad=True)
    before = weight.detach().clone()
    weight.grad = torch.randn(5, 5)
    Lars([weight], lr=1.0, weight_decay=0.0, trust=0.01).step()
    torch.testing.assert_close((weight.detach() - before).norm(), 0.01 * before.norm())
