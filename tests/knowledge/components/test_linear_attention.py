"""Linear attention beside the quadratic form that it rearranges."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.linear_attention import linear_attention
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("causal", [False, True])
def test_agrees_with_the_dense_matrix(causal: bool) -> None:
    def dense(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        feature = [torch.where(x > 0, x + 1, x.exp()) for x in (query, key)]
        scores = torch.einsum("bqd,bkd->bqk", *feature)
        if causal:
            scores = scores * torch.ones_like(scores).tril()
        return torch.einsum("bqk,bkw->bqw", scores, value) / scores.sum(-1, keepdim=True)

    queries = 6 if causal else 4
    inputs = [torch.randn(2, n, d).double() for n, d in ((queries, 5), (6, 5), (6, 3))]
    assert_same_gradients(lambda q, k, v: linear_attention(q, k, v, causal, eps=0.0), dense, inputs)


def test_causal_places_do_not_see_ahead() -> None:
    x = torch.randn(1, 8, 4)
    changed = x.clone()
    changed[:, 5:] += 1
    assert torch.equal(linear_attention(x, x, x, True)[:, :5], linear_attention(changed, changed, changed, True)[:, :5])


@pytest.mark.parametrize("causal", [False, True])
def test_the_jax_reference_agrees_with_the_dense_matrix(causal: bool) -> None:
    import jax
    import jax.numpy as jnp

    from paper_implementer.knowledge.components.jax.linear_attention import linear_attention as in_jax
    from tests.support.agreement import assert_same_arrays

    def dense(query: jax.Array, key: jax.Array, value: jax.Array) -> jax.Array:
        feature = [jnp.where(x > 0, x + 1, jnp.exp(x)) for x in (query, key)]
        scores = jnp.einsum("bqd,bkd->bqk", *feature)
        scores = jnp.tril(scores) if causal else scores
        return jnp.einsum("bqk,bkw->bqw", scores, value) / scores.sum(-1, keepdims=True)

    inputs = jax.random.normal(jax.random.key(0), (3, 2, 6, 5))
    mine, back = jax.vjp(lambda q, k, v: in_jax(q, k, v, causal, 0.0), *inputs)
    theirs, their_back = jax.vjp(dense, *inputs)
    assert_same_arrays(mine, theirs, 1e-4)
    for one, other in zip(back(mine), their_back(mine), strict=True):
        assert_same_arrays(one, other, 1e-3)
