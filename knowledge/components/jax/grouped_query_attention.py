"""Grouped-query attention (arXiv:2305.13245, section 2.2), with multi-query attention (arXiv:1911.02150) as one group."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp


def grouped_query_attention(
    weights: Mapping[str, jax.Array], x: jax.Array, heads: int, kv_heads: int, causal: bool = False
) -> jax.Array:
    """Self-attention in which several query heads share a head of keys and values.

    **Arguments:**

    - `weights`: "q" `(dim, heads * head_dim)`, "k" and "v" `(dim, kv_heads * head_dim)`, "o" `(heads * head_dim, dim)`.
    - `x`: `(batch, length, dim)`, as the result.
    - `heads`, `kv_heads`: the second divides the first; 1 is multi-query attention.
    """
    batch, length, _ = x.shape
    # Neighbouring query heads form a group: (batch, length, kv_heads, group, head_dim).
    query = (x @ weights["q"]).reshape(batch, length, kv_heads, heads // kv_heads, -1)
    key = (x @ weights["k"]).reshape(batch, length, kv_heads, -1)
    value = (x @ weights["v"]).reshape(batch, length, kv_heads, -1)
    scores = jnp.einsum("bqkgd,bskd->bkgqs", query, key, preferred_element_type=jnp.float32) * query.shape[-1] ** -0.5
    if causal:
        allowed = jnp.tril(jnp.ones((length, length), dtype=bool))
        scores = jnp.where(allowed, scores, jnp.finfo(scores.dtype).min)
    mixed = jnp.einsum("bkgqs,bskd->bqkgd", jax.nn.softmax(scores, axis=-1).astype(x.dtype), value)
    return mixed.reshape(batch, length, -1) @ weights["o"]
