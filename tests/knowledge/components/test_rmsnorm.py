"""RMSNorm beside the layers of torch, Flax and Keras."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.rmsnorm import RMSNorm
from tests.support.agreement import assert_same_arrays, assert_same_gradients

SHAPES = [(8,), (3, 16), (2, 5, 32), (2, 3, 4, 64)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("shape", SHAPES)
def test_agrees_with_torch(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    mine, theirs = RMSNorm(shape[-1]).to(dtype), torch.nn.RMSNorm(shape[-1], eps=1e-6).to(dtype)
    with torch.no_grad():
        mine.weight.copy_(torch.randn(shape[-1]))
        theirs.weight.copy_(mine.weight)
    assert_same_gradients(mine, theirs, [torch.randn(shape, dtype=dtype)], [(mine.weight, theirs.weight)])


def test_a_row_of_zeros_stays_zero_and_large_halves_stay_finite() -> None:
    norm = RMSNorm(4)
    assert torch.equal(norm(torch.zeros(2, 4)), torch.zeros(2, 4))
    assert norm(torch.full((1, 4), 60000.0, dtype=torch.float16)).isfinite().all()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_jax_reference_agrees_with_flax(shape: tuple[int, ...]) -> None:
    import jax
    from flax import linen

    from paper_implementer.knowledge.components.jax.rmsnorm import rms_norm

    x, gain = jax.random.normal(jax.random.key(0), shape), jax.random.normal(jax.random.key(1), shape[-1:])
    layer = linen.RMSNorm(epsilon=1e-6)

    def theirs(x: jax.Array, gain: jax.Array) -> jax.Array:
        return layer.apply({"params": {"scale": gain}}, x)

    one, back = jax.vjp(rms_norm, x, gain)
    other, their_back = jax.vjp(theirs, x, gain)
    assert_same_arrays(one, other)
    for mine_grad, their_grad in zip(back(one), their_back(one), strict=True):
        assert_same_arrays(mine_grad, their_grad, 1e-4)


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_the_keras_reference_agrees_with_keras(shape: tuple[int, ...]) -> None:
    import keras

    from paper_implementer.knowledge.components.keras.rmsnorm import RMSNorm as KerasRMSNorm

    x = keras.random.normal(shape, seed=0)
    assert_same_arrays(KerasRMSNorm()(x), keras.layers.RMSNormalization(epsilon=1e-6)(x))
