"""Multi-head attention (arXiv:1706.03762, section 3.2.2), of a sequence to itself or to another."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp


def multi_head_attention(
    weights: Mapping[str, jax.Array],
    x: jax.Array,
    heads: int,
    memory: jax.Array | None = None,
    mask: jax.Array | None = None,
    causal: bool = False,
) -> jax.Array:
    """Attention in several heads, each with projections of its own.

    **Arguments:**

    - `weights`: "q", "k", "v" and "o", `(dim, dim)`, with biases "bq", "bk", "bv" and "bo", `(dim,)`.
    - `x`: `(batch, queries, dim)`, as the result; `memory`: `(batch, keys, dim)`, `x` itself where none is given.
    - `mask`: boolean, `(batch, keys)`, True for keys that are real.
    """
    memory = x if memory is None else memory

    def split(given: jax.Array, name: str) -> jax.Array:
        return (given @ weights[name] + weights["b" + name]).reshape(*given.shape[:2], heads, -1)

    query, key, value = split(x, "q"), split(memory, "k"), split(memory, "v")
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key, preferred_element_type=jnp.float32) * query.shape[-1] ** -0.5
    allowed = jnp.ones((1, 1, x.shape[1], memory.shape[1]), dtype=bool)
    if causal:
        allowed = jnp.tril(allowed, memory.shape[1] - x.shape[1])
    if mask is not None:
        allowed = allowed & mask[:, None, None, :]
    scores = jnp.where(allowed, scores, jnp.finfo(scores.dtype).min)
    mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores, axis=-1).astype(x.dtype), value)
    return mixed.reshape(x.shape) @ weights["o"] + weights["bo"]
