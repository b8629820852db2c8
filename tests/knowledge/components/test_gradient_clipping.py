"""Clipping beside torch and optax."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.gradient_clipping import clip_gradients
from tests.support.agreement import assert_same, assert_same_arrays


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_agrees_with_torch(scale: float) -> None:
    gradients = [torch.randn(3, 4) * scale, torch.randn(5) * scale]
    sides = []
    for clip in (clip_gradients, torch.nn.utils.clip_grad_norm_):
        parameters = [torch.zeros_like(g, requires_grad=True) for g in gradients] + [torch.zeros(2, requires_grad=True)]
        for parameter, gradient in zip(parameters, gradients, strict=False):
            parameter.grad = gradient.clone()
        sides.append((clip(parameters, 1.0), parameters))
    (norm, mine), (their_norm, theirs) = sides
    assert_same(norm, their_norm)
    for one, other in zip(mine, theirs, strict=True):
        assert (one.grad is None) == (other.grad is None)
        if one.grad is not None and other.grad is not None:
            assert_same(one.grad, other.grad)


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_the_jax_reference_agrees_with_optax(scale: float) -> None:
    import jax
    import optax

    from paper_implementer.knowledge.components.jax.gradient_clipping import clip_gradients as in_jax

    tree = {
        "a": jax.random.normal(jax.random.key(0), (3, 4)) * scale,
        "b": jax.random.normal(jax.random.key(1), (5,)) * scale,
    }
    optimizer = optax.clip_by_global_norm(1.0)
    theirs, _ = optimizer.update(tree, optimizer.init(tree))
    mine, norm = in_jax(tree, 1.0)
    assert float(norm) == pytest.approx(float(optax.tree.norm(tree)), rel=1e-5)
    for name in tree:
        assert_same_arrays(mine[name], theirs[name])
