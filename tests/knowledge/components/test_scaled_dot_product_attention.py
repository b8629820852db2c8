"""Attention beside torch, JAX and Keras: masks, causal masks of unequal lengths, rows that may look nowhere."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from paper_implementer.knowledge.components.pytorch.scaled_dot_product_attention import attention
from tests.support.agreement import assert_same_arrays, assert_same_gradients

SHAPES = [((2, 3, 5, 8), (2, 3, 5, 8)), ((1, 2, 4, 16), (1, 2, 9, 16)), ((7, 4), (3, 4))]


def masked(queries: int, keys: int) -> torch.Tensor:
    """A random mask in which each query may look somewhere."""
    mask = torch.rand(queries, keys) > 0.4
    mask[:, 0] = True
    return mask


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize(("query", "key"), SHAPES)
def test_agrees_with_torch(query: tuple[int, ...], key: tuple[int, ...], mask: bool, dtype: torch.dtype) -> None:
    inputs = [torch.randn(shape, dtype=dtype) for shape in (query, key, (*key[:-1], 6))]
    allowed = masked(query[-2], key[-2]) if mask else None
    assert_same_gradients(
        lambda q, k, v: attention(q, k, v, allowed),
        lambda q, k, v: scaled_dot_product_attention(q, k, v, allowed),
        inputs,
    )


def test_causal_attention_of_equal_lengths_is_that_of_torch() -> None:
    inputs = [torch.randn(2, 6, 4) for _ in range(3)]
    assert_same_gradients(
        lambda q, k, v: attention(q, k, v, causal=True),
        lambda q, k, v: scaled_dot_product_attention(q, k, v, is_causal=True),
        inputs,
    )


def test_with_a_cache_the_last_query_sees_every_key() -> None:
    q, k, v = torch.randn(2, 3, 4), torch.randn(2, 7, 4), torch.randn(2, 7, 4)
    full = attention(torch.cat([torch.randn(2, 4, 4), q], 1), k, v, causal=True)
    torch.testing.assert_close(attention(q, k, v, causal=True), full[:, -3:])


def test_a_query_that_may_look_nowhere_gives_zero_and_no_nan_gradient() -> None:
    q = torch.randn(2, 4, requires_grad=True)
    mask = torch.tensor([[True, True], [False, False]])
    out = attention(q, torch.randn(2, 4), torch.randn(2, 4), mask)
    out.sum().backward()
    assert torch.equal(out[1], torch.zeros(4))
    assert q.grad is not None
    assert q.grad[0].isfinite().all()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [False, True])
def test_the_jax_reference_agrees_with_jax(mask: bool, causal: bool) -> None:
    import jax

    from paper_implementer.knowledge.components.jax.scaled_dot_product_attention import attention as jax_attention

    q, k, v = (jax.random.normal(jax.random.key(seed), (2, 3, 5, 8)) for seed in range(3))
    allowed = masked(5, 5).numpy() if mask else None

    def theirs(q: jax.Array, k: jax.Array, v: jax.Array) -> jax.Array:
        # JAX has lengths before heads.
        swapped = (x.swapaxes(1, 2) for x in (q, k, v))
        wide = None if allowed is None else np.broadcast_to(allowed, (2, 3, 5, 5))
        return jax.nn.dot_product_attention(*swapped, mask=wide, is_causal=causal).swapaxes(1, 2)

    def mine(q: jax.Array, k: jax.Array, v: jax.Array) -> jax.Array:
        return jax_attention(q, k, v, allowed, causal=causal)

    one, back = jax.vjp(mine, q, k, v)
    other, their_back = jax.vjp(theirs, q, k, v)
    assert_same_arrays(one, other)
    for mine_grad, their_grad in zip(back(one), their_back(one), strict=True):
        assert_same_arrays(mine_grad, their_grad, 1e-4)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", [False, True])
def test_the_keras_reference_agrees_with_keras(mask: bool, causal: bool) -> None:
    import keras

    from paper_implementer.knowledge.components.keras.scaled_dot_product_attention import attention as keras_attention

    q, k, v = (keras.random.normal((2, 3, 5, 8), seed=seed) for seed in range(3))
    allowed = masked(5, 5).numpy() if mask else None
    wide = None if allowed is None else np.broadcast_to(allowed, (2, 3, 5, 5))
    swapped = [keras.ops.swapaxes(x, 1, 2) for x in (q, k, v)]
    theirs = keras.ops.dot_product_attention(*swapped, mask=wide, is_causal=causal)
    assert_same_arrays(keras_attention(q, k, v, allowed, causal=causal), keras.ops.swapaxes(theirs, 1, 2))
