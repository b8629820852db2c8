"""LayerNorm beside the layers of torch, Flax and Keras."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.layernorm import LayerNorm
from tests.support.agreement import assert_same_arrays, assert_same_gradients

SHAPES = [(8,), (3, 16), (2, 5, 32), (2, 3, 4, 64)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_agrees_with_torch(shape: tuple[int, ...], bias: bool, dtype: torch.dtype) -> None:
    mine, theirs = LayerNorm(shape[-1], bias=bias).to(dtype), torch.nn.LayerNorm(shape[-1], bias=bias).to(dtype)
    with torch.no_grad():
        for parameter in mine.parameters():
            parameter.copy_(torch.randn(shape[-1]))
    theirs.load_state_dict(mine.state_dict())
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    assert_same_gradients(mine, theirs, [torch.randn(shape, dtype=dtype)], pairs)


def test_a_constant_row_gives_the_bias_and_a_large_mean_costs_no_digits() -> None:
    norm = LayerNorm(4)
    assert torch.equal(norm(torch.full((1, 4), 7.0)), torch.zeros(1, 4))
    x = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    torch.testing.assert_close(norm(x + 4096), norm(x), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_jax_reference_agrees_with_flax(shape: tuple[int, ...]) -> None:
    import jax
    from flax import linen

    from paper_implementer.knowledge.components.jax.layernorm import layer_norm

    keys = jax.random.split(jax.random.key(0), 3)
    x, gain, bias = (jax.random.normal(k, s) for k, s in zip(keys, (shape, shape[-1:], shape[-1:]), strict=True))
    layer = linen.LayerNorm(epsilon=1e-5, use_fast_variance=False)

    def theirs(x: jax.Array, gain: jax.Array, bias: jax.Array) -> jax.Array:
        return layer.apply({"params": {"scale": gain, "bias": bias}}, x)

    one, back = jax.vjp(layer_norm, x, gain, bias)
    other, their_back = jax.vjp(theirs, x, gain, bias)
    assert_same_arrays(one, other)
    for mine_grad, their_grad in zip(back(one), their_back(one), strict=True):
        assert_same_arrays(mine_grad, their_grad, 1e-4)


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_the_keras_reference_agrees_with_keras(shape: tuple[int, ...]) -> None:
    import keras

    from paper_implementer.knowledge.components.keras.layernorm import LayerNorm as KerasLayerNorm

    x = keras.random.normal(shape, seed=0)
    assert_same_arrays(KerasLayerNorm()(x), keras.layers.LayerNormalization(epsilon=1e-5)(x))
