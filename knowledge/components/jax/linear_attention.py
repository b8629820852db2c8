"""Attention in linear time by a feature map (arXiv:2006.16236, section 3)."""

import jax
import jax.numpy as jnp


def linear_attention(
    query: jax.Array, key: jax.Array, value: jax.Array, causal: bool = False, eps: float = 1e-6
) -> jax.Array:
    """Attend by products of `elu(x) + 1`, without the matrix of scores.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, width)`.
    - `causal`: each place sees itself and what came before; queries and keys are then of one length.

    Shapes: the result is `(..., queries, width)`.
    """
    query, key = jax.nn.elu(query) + 1, jax.nn.elu(key) + 1
    if causal:
        state = jnp.cumsum(key[..., :, None] * value[..., None, :], axis=-3)
        numerator = jnp.einsum("...qd,...qdw->...qw", query, state)
        normaliser = jnp.sum(query * jnp.cumsum(key, axis=-2), axis=-1, keepdims=True)
    else:
        numerator = query @ (jnp.swapaxes(key, -1, -2) @ value)
        normaliser = query @ jnp.sum(key, axis=-2)[..., None]
    return numerator / (normaliser + eps)
