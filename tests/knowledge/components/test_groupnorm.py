"""GroupNorm beside the layers of torch and Flax; instance norm as its limit."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.groupnorm import GroupNorm
from tests.support.agreement import assert_same_arrays, assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("groups", [1, 4, 12])
@pytest.mark.parametrize("shape", [(3, 12, 5), (2, 12, 4, 4)])
def test_agrees_with_torch(shape: tuple[int, ...], groups: int, dtype: torch.dtype) -> None:
    mine, theirs = GroupNorm(12, groups).to(dtype), torch.nn.GroupNorm(groups, 12).to(dtype)
    with torch.no_grad():
        mine.weight.copy_(torch.randn(12))
        mine.bias.copy_(torch.randn(12))
    theirs.load_state_dict(mine.state_dict())
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    assert_same_gradients(mine, theirs, [torch.randn(shape, dtype=dtype)], pairs)


def test_one_channel_a_group_is_instance_norm() -> None:
    assert_same_gradients(GroupNorm(6, 6), torch.nn.InstanceNorm2d(6), [torch.randn(2, 6, 5, 5)])


def test_groups_of_unequal_size_are_refused() -> None:
    with pytest.raises(ValueError, match="equal groups"):
        GroupNorm(10, 4)


@pytest.mark.parametrize("groups", [1, 4, 12])
def test_the_jax_reference_agrees_with_flax(groups: int) -> None:
    import jax
    from flax import linen

    from paper_implementer.knowledge.components.jax.groupnorm import group_norm

    keys = jax.random.split(jax.random.key(0), 3)
    x, gain, bias = (jax.random.normal(k, s) for k, s in zip(keys, ((2, 4, 4, 12), (12,), (12,)), strict=True))
    layer = linen.GroupNorm(num_groups=groups, epsilon=1e-5, use_fast_variance=False)

    def theirs(x: jax.Array, gain: jax.Array, bias: jax.Array) -> jax.Array:
        return layer.apply({"params": {"scale": gain, "bias": bias}}, x)

    one, back = jax.vjp(lambda x, g, b: group_norm(x, g, b, groups), x, gain, bias)
    other, their_back = jax.vjp(theirs, x, gain, bias)
    assert_same_arrays(one, other)
    for a, b in zip(back(one), their_back(one), strict=True):
        assert_same_arrays(a, b, 1e-3)


def test_the_keras_reference_agrees_with_keras() -> None:
    import keras

    from paper_implementer.knowledge.components.keras.groupnorm import group_norm

    layer = keras.layers.GroupNormalization(3, epsilon=1e-5)
    x = keras.random.normal((2, 4, 4, 12), seed=0)
    layer.build(x.shape)
    layer.set_weights([keras.random.normal((12,), seed=1), keras.random.normal((12,), seed=2)])
    assert_same_arrays(group_norm(x, layer.gamma, layer.beta, 3), layer(x), 1e-4)
