"""Huber and smooth L1 beside torch and optax."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from paper_implementer.knowledge.components.pytorch.huber import huber
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("delta", [0.1, 1.0, 3.0])
def test_agrees_with_torch(delta: float) -> None:
    inputs = [torch.randn(6, 5) * 3, torch.randn(6, 5)]
    inputs[1][0] = inputs[0][0]
    theirs = functional.huber_loss
    assert_same_gradients(
        lambda x, y: huber(x, y, delta), lambda x, y: theirs(x, y, reduction="none", delta=delta), inputs
    )
    smooth = functional.smooth_l1_loss
    assert_same_gradients(
        lambda x, y: huber(x, y, delta) / delta, lambda x, y: smooth(x, y, reduction="none", beta=delta), inputs
    )


def test_the_jax_reference_agrees_with_optax() -> None:
    import jax
    import optax

    from paper_implementer.knowledge.components.jax.huber import huber as in_jax

    x, y = jax.random.normal(jax.random.key(0), (2, 6, 5)) * 3
    assert_same_arrays(in_jax(x, y, 0.7), optax.huber_loss(x, y, delta=0.7))


def test_the_keras_reference_agrees_with_keras() -> None:
    import keras

    from paper_implementer.knowledge.components.keras.huber import huber as in_keras

    x, y = (torch.randn(2, 6, 5) * 3).numpy()
    assert_same_arrays(in_keras(x, y, 0.7).mean(), keras.losses.Huber(delta=0.7)(y, x))
