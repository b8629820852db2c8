"""Focal loss beside torchvision and optax."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.focal_loss import focal_loss
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("gamma", [0.0, 2.0])
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_agrees_with_torchvision(scale: float, gamma: float) -> None:
    from torchvision.ops import sigmoid_focal_loss

    targets = torch.randint(0, 2, (6, 5)).float()
    assert_same_gradients(
        lambda x: focal_loss(x, targets, 0.25, gamma),
        lambda x: sigmoid_focal_loss(x, targets, 0.25, gamma),
        [torch.randn(6, 5) * scale],
    )


def test_the_jax_reference_agrees_with_optax() -> None:
    import jax
    import optax

    from paper_implementer.knowledge.components.jax.focal_loss import focal_loss as in_jax

    logits = jax.random.normal(jax.random.key(0), (6, 5)) * 3
    targets = (jax.random.uniform(jax.random.key(1), (6, 5)) > 0.5).astype(float)
    theirs = optax.losses.sigmoid_focal_loss
    assert_same_arrays(in_jax(logits, targets), theirs(logits, targets, alpha=0.25, gamma=2.0))
    slopes = [
        jax.grad(lambda x: in_jax(x, targets).sum())(logits),
        jax.grad(lambda x: theirs(x, targets, alpha=0.25, gamma=2.0).sum())(logits),
    ]
    assert_same_arrays(*slopes)


def test_the_keras_reference_agrees_with_torchvision() -> None:
    from torchvision.ops import sigmoid_focal_loss

    from paper_implementer.knowledge.components.keras.focal_loss import focal_loss as in_keras

    logits, targets = torch.randn(6, 5) * 3, torch.randint(0, 2, (6, 5)).float()
    assert_same_arrays(in_keras(logits.numpy(), targets.numpy()), sigmoid_focal_loss(logits, targets).numpy())
