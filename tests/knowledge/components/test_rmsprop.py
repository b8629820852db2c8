"""RMSprop beside torch and, in TensorFlow's way, timm."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.rmsprop import RMSprop
from tests.support.agreement import assert_same

GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_agrees_with_torch(momentum: float) -> None:
    mine, theirs = (torch.ones(3, 4, requires_grad=True) for _ in range(2))
    optimizers = (
        RMSprop([mine], lr=0.01, momentum=momentum),
        torch.optim.RMSprop([theirs], lr=0.01, momentum=momentum),
    )
    for gradient in GRADIENTS:
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())


def test_the_tensorflow_way_agrees_with_timm() -> None:
    from timm.optim import RMSpropTF

    mine, theirs = (torch.ones(3, 4, requires_grad=True) for _ in range(2))
    one = RMSprop([mine], 0.1, 0.9, 1e-3, 0.9, eps_inside=True, start=1.0, rate_inside=True)
    other = RMSpropTF([theirs], lr=0.1, alpha=0.9, eps=1e-3, momentum=0.9)
    for count, gradient in enumerate(GRADIENTS):
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        one.lr = other.param_groups[0]["lr"] = 0.1 * 0.9**count
        one.step()
        other.step()
        assert_same(mine.detach(), theirs.detach())
