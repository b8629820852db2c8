"""Scaled dot-product attention (arXiv:1706.03762, section 3.2.1)."""

import torch
from torch import Tensor


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    mask: Tensor | None = None,
    causal: bool = False,
    scale: float | None = None,
) -> Tensor:
    """Mix values by the softmax of scaled products of queries and keys.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, value_dim)`.
    - `mask`: boolean, broadcast to `(..., queries, keys)`; True where a query may look.
    - `causal`: a query sees no later key; the last query stands at the last key.
    - `scale`: of the products; `1 / sqrt(dim)` where none is given.

    Shapes: the result is `(..., queries, value_dim)`, of the dtype of `query`.
    """
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    # Scores of half precision are taken in float32: exponentials of sums over many products.
    scores = (query * scale @ key.transpose(-2, -1)).to(torch.promote_types(query.dtype, torch.float32))
    queries, keys = scores.shape[-2:]
    allowed = torch.ones(queries, keys, dtype=torch.bool, device=query.device)
    if causal:
        allowed = allowed.tril(keys - queries)
    if mask is not None:
        allowed = allowed & mask
    weights = scores.masked_fill(~allowed, float("-inf")).softmax(dim=-1)
    # A query that may look nowhere has only -inf, whose softmax is NaN; what it gives is zero.
    weights = weights.masked_fill(~allowed.any(-1, keepdim=True), 0.0)
    return weights.to(value.dtype) @ value
