"""Cross-entropy beside torch, optax and Keras."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from paper_implementer.knowledge.components.pytorch.cross_entropy import cross_entropy
from tests.support.agreement import assert_same, assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_agrees_with_torch(scale: float, weighted: bool) -> None:
    labels = torch.randint(0, 5, (3, 4))
    labels[0, 1] = labels[2, 3] = -100
    weights = torch.rand(5) + 0.1 if weighted else None
    assert_same_gradients(
        lambda x: cross_entropy(x, labels, weights),
        lambda x: functional.cross_entropy(x.transpose(1, 2), labels, weights),
        [torch.randn(3, 4, 5) * scale],
    )
    half = (torch.randn(3, 4, 5) * 8).bfloat16()
    exact = functional.cross_entropy(half.float().transpose(1, 2), labels)
    assert_same(cross_entropy(half, labels), exact)


def test_nothing_kept_gives_zero_and_zero_gradients() -> None:
    logits = torch.randn(2, 3, requires_grad=True)
    loss = cross_entropy(logits, torch.full((2,), -100))
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert logits.grad.abs().max() == 0


def test_the_penalty_is_the_mean_of_squared_log_normalisers() -> None:
    logits, labels = torch.randn(6, 5), torch.arange(5).repeat(2)[:6]
    with_penalty = cross_entropy(logits, labels, z_weight=0.1)
    expected = functional.cross_entropy(logits, labels) + 0.1 * logits.exp().sum(-1).log().square().mean()
    torch.testing.assert_close(with_penalty, expected)


def test_the_other_frameworks_agree() -> None:
    import jax
    import jax.numpy as jnp
    import keras
    import numpy as np
    import optax

    from paper_implementer.knowledge.components.jax.cross_entropy import cross_entropy as in_jax
    from paper_implementer.knowledge.components.keras.cross_entropy import cross_entropy as in_keras

    logits, labels = np.random.default_rng(0).normal(size=(6, 5)).astype("float32"), np.array([0, 4, 2, -100, 1, 3])
    kept = labels >= 0
    theirs = jax.value_and_grad(
        lambda x: optax.softmax_cross_entropy_with_integer_labels(x[kept], jnp.asarray(labels[kept])).mean()
    )
    mine = jax.value_and_grad(lambda x: in_jax(x, jnp.asarray(labels)))
    for one, other in zip(mine(logits), theirs(logits), strict=True):
        assert_same_arrays(one, other)
    library = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert_same_arrays(in_keras(logits, labels), library(labels[kept], logits[kept]))
