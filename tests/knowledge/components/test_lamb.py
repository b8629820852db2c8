"""LAMB beside timm and optax, step by step."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.lamb import Lamb
from tests.support.agreement import assert_same, assert_same_arrays

GRADIENTS = torch.randn(20, 3, 4, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("decay", [0.0, 0.3])
@pytest.mark.parametrize("start", [1.0, 0.0])
def test_agrees_with_timm(decay: float, start: float) -> None:
    from timm.optim import Lamb as Library

    mine, theirs = (torch.full((3, 4), start, requires_grad=True) for _ in range(2))
    optimizers = (
        Lamb([mine], lr=0.01, weight_decay=decay),
        Library([theirs], lr=0.01, weight_decay=decay, max_grad_norm=None, always_adapt=True),
    )
    for gradient in GRADIENTS:
        mine.grad, theirs.grad = gradient.clone(), gradient.clone()
        for optimizer in optimizers:
            optimizer.step()
        assert_same(mine.detach(), theirs.detach())
    assert mine.detach().sub(start).abs().min() > 0


def test_the_jax_reference_agrees_with_optax() -> None:
    import jax.numpy as jnp
    import optax

    from paper_implementer.knowledge.components.jax.lamb import step

    mine, first, second, theirs = jnp.ones((3, 4)), jnp.zeros((3, 4)), jnp.zeros((3, 4)), jnp.ones((3, 4))
    optimizer = optax.lamb(0.01, weight_decay=0.3)
    state = optimizer.init(theirs)
    for count, gradient in enumerate(GRADIENTS.numpy(), 1):
        mine, first, second = step(jnp.asarray(gradient), first, second, mine, count, lr=0.01, weight_decay=0.3)
        updates, state = optimizer.update(jnp.asarray(gradient), state, theirs)
        theirs = optax.apply_updates(theirs, updates)
        assert_same_arrays(mine, theirs, 1e-4)
