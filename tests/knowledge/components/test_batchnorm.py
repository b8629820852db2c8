"""BatchNorm beside the layers of torch, Flax and Keras, over several steps of training and in evaluation."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.batchnorm import BatchNorm
from tests.support.agreement import assert_same, assert_same_arrays, assert_same_gradients

LAYERS = {(6, 4): torch.nn.BatchNorm1d, (3, 4, 5): torch.nn.BatchNorm1d, (2, 4, 3, 3): torch.nn.BatchNorm2d}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", LAYERS)
def test_agrees_with_torch(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    mine, theirs = BatchNorm(4).to(dtype), LAYERS[shape](4).to(dtype)
    with torch.no_grad():
        for one, other in zip(mine.parameters(), theirs.parameters(), strict=True):
            one.copy_(torch.randn(4))
            other.copy_(one)
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    for _ in range(3):
        assert_same_gradients(mine, theirs, [torch.randn(shape, dtype=dtype) * 3 + 1], pairs)
    assert_same(mine.running_mean, theirs.running_mean)
    assert_same(mine.running_var, theirs.running_var)
    assert_same_gradients(mine.eval(), theirs.eval(), [torch.randn(shape, dtype=dtype)])


def test_one_value_a_channel_has_no_variance() -> None:
    with pytest.raises(ValueError, match="no variance"):
        BatchNorm(4)(torch.randn(1, 4))


def test_the_jax_reference_agrees_with_flax() -> None:
    import jax
    from flax import linen

    from paper_implementer.knowledge.components.jax.batchnorm import batch_norm

    x = jax.random.normal(jax.random.key(0), (4, 3, 5)) * 2 + 1
    layer = linen.BatchNorm(momentum=0.9, epsilon=1e-5, use_fast_variance=False, use_running_average=False)
    variables = layer.init(jax.random.key(1), x)
    theirs, updated = layer.apply(variables, x, mutable=["batch_stats"])
    start = (variables["batch_stats"]["mean"], variables["batch_stats"]["var"])
    mine, running = batch_norm(x, variables["params"]["scale"], variables["params"]["bias"], start, training=True)
    assert_same_arrays(mine, theirs)
    assert_same_arrays(running[0], updated["batch_stats"]["mean"])
    assert_same_arrays(running[1], updated["batch_stats"]["var"])
    evaluated = linen.BatchNorm(epsilon=1e-5, use_running_average=True).apply({**variables, **updated}, x)
    gain, bias = variables["params"]["scale"], variables["params"]["bias"]
    assert_same_arrays(batch_norm(x, gain, bias, running, training=False)[0], evaluated)


def test_the_keras_reference_agrees_with_keras() -> None:
    import keras

    from paper_implementer.knowledge.components.keras.batchnorm import BatchNorm as KerasBatchNorm

    x = keras.random.normal((4, 3, 5), mean=1.0, stddev=2.0, seed=0)
    mine, theirs = KerasBatchNorm(), keras.layers.BatchNormalization(momentum=0.9, epsilon=1e-5)
    for training in (True, True, False):
        assert_same_arrays(mine(x, training=training), theirs(x, training=training))
