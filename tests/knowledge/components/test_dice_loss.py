"""Dice loss beside transformers, optax and Keras."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.dice_loss import dice_loss
from tests.support.agreement import assert_same_arrays, assert_same_gradients


def _data(*shape: int, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor]:
    return torch.randn(shape, dtype=dtype) * 3, torch.randint(0, 2, shape).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(4, 1, 9, 7), (3, 1, 5), (2, 1, 4, 4, 3)])
def test_agrees_with_transformers(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    from transformers.loss.loss_for_object_detection import dice_loss as theirs

    logits, targets = _data(*shape, dtype=dtype)
    assert_same_gradients(
        lambda x: dice_loss(x, targets).sum() / 5, lambda x: theirs(x, targets.flatten(1), 5), [logits]
    )


@pytest.mark.parametrize("exclusive", [True, False])
def test_squares_and_ignored_places_agree_with_a_sum_place_by_place(exclusive: bool) -> None:
    logits, targets = _data(2, 3, 4, 5, dtype=torch.float64)
    valid = torch.rand(2, 1, 4, 5) > 0.3
    found = logits.softmax(1) if exclusive else logits.sigmoid()
    for image in range(2):
        for kind in range(3):
            shared = below = 0.0
            for row, column in valid[image, 0].nonzero().tolist():
                p, t = float(found[image, kind, row, column]), float(targets[image, kind, row, column])
                shared, below = shared + p * t, below + p * p + t * t
            loss = dice_loss(logits, targets, exclusive, squared=True, smooth=0.1, valid=valid)[image, kind]
            assert float(loss) == pytest.approx(1 - (2 * shared + 0.1) / (below + 0.1))


def test_an_empty_mask_that_is_predicted_empty_costs_nothing() -> None:
    nothing = torch.zeros(1, 1, 8, 8)
    assert float(dice_loss(nothing - 100, nothing)) == pytest.approx(0)
    assert float(dice_loss(nothing + 100, nothing)) == pytest.approx(1 - 1 / 65)


def test_half_precision_keeps_the_sums() -> None:
    big = torch.full((1, 1, 512, 512), 8.0, dtype=torch.float16)
    assert float(dice_loss(big, torch.ones(1, 1, 512, 512))) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("classes", [1, 4])
def test_the_jax_reference_agrees_with_optax(classes: int) -> None:
    import jax
    import optax

    from paper_implementer.knowledge.components.jax.dice_loss import dice_loss as in_jax

    logits = jax.random.normal(jax.random.key(0), (3, 6, 5, classes)) * 2
    targets = jax.nn.one_hot(jax.random.randint(jax.random.key(1), (3, 6, 5), 0, max(classes, 2)), classes)

    def theirs(x: jax.Array) -> jax.Array:
        # Its smoothing stands beside half of numerator and denominator.
        return optax.losses.dice_loss(x, targets, smooth=0.5).mean()

    def mine(x: jax.Array) -> jax.Array:
        return in_jax(x, targets, exclusive=classes > 1).mean()

    assert_same_arrays(mine(logits), theirs(logits))
    assert_same_arrays(jax.grad(mine)(logits), jax.grad(theirs)(logits))


def test_the_jax_reference_squares_as_the_torch_reference_does() -> None:
    import jax

    from paper_implementer.knowledge.components.jax.dice_loss import dice_loss as in_jax

    logits, targets = _data(2, 5, 4, 3)
    last = [jax.numpy.asarray(np.moveaxis(x.numpy(), 1, -1)) for x in (logits, targets)]
    assert_same_arrays(in_jax(last[0], last[1], squared=True), dice_loss(logits, targets, squared=True))


def test_the_keras_reference_agrees_with_keras() -> None:
    import keras

    from paper_implementer.knowledge.components.keras.dice_loss import dice_loss as in_keras

    logits, targets = (x.numpy() for x in _data(3, 6, 5, 2))
    theirs = keras.losses.dice(targets, keras.ops.sigmoid(logits), axis=(1, 2))
    assert_same_arrays(in_keras(logits, targets, smooth=1e-7), theirs)
    both = in_keras(logits, targets, exclusive=True)
    other = dice_loss(torch.tensor(logits).permute(0, 3, 1, 2), torch.tensor(targets).permute(0, 3, 1, 2), True)
    assert_same_arrays(both, other)
