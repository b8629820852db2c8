"""Scaled dot-product attention (arXiv:1706.03762, section 3.2.1)."""

import jax
import jax.numpy as jnp


def attention(
    query: jax.Array,
    key: jax.Array,
    value: jax.Array,
    mask: jax.Array | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> jax.Array:
    """Mix values by the softmax of scaled products of queries and keys.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, value_dim)`.
    - `mask`: boolean, broadcast to `(..., queries, keys)`; True where a query may look.
    - `causal`: a query sees no later key; the last query stands at the last key.
    - `scale`: of the products; `1 / sqrt(dim)` where none is given.

    Shapes: the result is `(..., queries, value_dim)`, of the dtype of `value`.
    """
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = jnp.einsum("...qd,...kd->...qk", query * scale, key, preferred_element_type=jnp.float32)
    queries, keys = scores.shape[-2:]
    allowed = jnp.ones((queries, keys), dtype=bool)
    if causal:
        allowed = jnp.tril(allowed, keys - queries)
    if mask is not None:
        allowed = allowed & mask
    # The lowest finite number keeps gradients free of NaN where a query may look nowhere; what it gives is zero.
    weights = jax.nn.softmax(jnp.where(allowed, scores, jnp.finfo(scores.dtype).min), axis=-1)
    weights = jnp.where(allowed, weights, 0.0).astype(value.dtype)
    return jnp.einsum("...qk,...kd->...qd", weights, value)
