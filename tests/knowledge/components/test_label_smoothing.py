"""Label smoothing beside torch, timm and Keras, which spread the mass alike."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from paper_implementer.knowledge.components.pytorch.label_smoothing import smoothed_cross_entropy
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_agrees_with_torch(smoothing: float, dtype: torch.dtype) -> None:
    labels = torch.randint(0, 7, (3, 5))
    labels[0, :2] = -100
    assert_same_gradients(
        lambda x: smoothed_cross_entropy(x, labels, smoothing),
        lambda x: cross_entropy(x.flatten(0, 1), labels.flatten(), label_smoothing=smoothing),
        [torch.randn(3, 5, 7, dtype=dtype)],
    )


def test_agrees_with_timm() -> None:
    from timm.loss import LabelSmoothingCrossEntropy

    labels, theirs = torch.randint(0, 7, (6,)), LabelSmoothingCrossEntropy(0.2)
    assert_same_gradients(
        lambda x: smoothed_cross_entropy(x, labels, 0.2), lambda x: theirs(x, labels), [torch.randn(6, 7)]
    )


def test_half_precision_is_summed_in_single() -> None:
    logits, labels = torch.randn(4, 50_000).half(), torch.arange(4)
    expected = cross_entropy(logits.float(), labels, label_smoothing=0.1)
    torch.testing.assert_close(smoothed_cross_entropy(logits, labels), expected, rtol=1e-4, atol=1e-4)


def test_the_other_frameworks_agree() -> None:
    import jax.numpy as jnp
    import keras

    from paper_implementer.knowledge.components.jax.label_smoothing import smoothed_cross_entropy as in_jax
    from paper_implementer.knowledge.components.keras.label_smoothing import smoothed_cross_entropy as in_keras

    logits, labels = torch.randn(6, 7), torch.randint(0, 7, (6,))
    library = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    expected = library(keras.ops.one_hot(labels.numpy(), 7), logits.numpy())
    assert_same_arrays(in_keras(logits.numpy(), labels.numpy()), expected)
    labels[2] = -100
    expected = cross_entropy(logits, labels, label_smoothing=0.1).numpy()
    assert_same_arrays(in_jax(jnp.asarray(logits.numpy()), jnp.asarray(labels.numpy())), expected)
    assert_same_arrays(in_keras(logits.numpy(), labels.numpy()), expected)
