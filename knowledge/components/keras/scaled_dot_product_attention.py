"""Scaled dot-product attention (arXiv:1706.03762, section 3.2.1)."""

from typing import Any

from keras import ops


def attention(
    query: Any, key: Any, value: Any, mask: Any | None = None, causal: bool = False, scale: float | None = None
) -> Any:
    """Mix values by the softmax of scaled products of queries and keys.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, value_dim)`.
    - `mask`: boolean, broadcast to `(..., queries, keys)`; True where a query may look.
    - `causal`: a query sees no later key; the last query stands at the last key.
    - `scale`: of the products; `1 / sqrt(dim)` where none is given.

    Shapes: the result is `(..., queries, value_dim)`.
    """
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = ops.cast(ops.matmul(query * scale, ops.swapaxes(key, -2, -1)), "float32")
    queries, keys = scores.shape[-2:]
    allowed = ops.ones((queries, keys), dtype="bool")
    if causal:
        allowed = ops.arange(keys)[None, :] <= ops.arange(queries)[:, None] + (keys - queries)
    if mask is not None:
        allowed = ops.logical_and(allowed, mask)
    # A large finite number keeps gradients free of NaN where a query may look nowhere; what it gives is zero.
    weights = ops.softmax(ops.where(allowed, scores, -1e30), axis=-1)
    weights = ops.cast(ops.where(allowed, weights, 0.0), value.dtype)
    return ops.matmul(weights, value)
