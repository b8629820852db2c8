"""Grouped-query attention (arXiv:2305.13245, section 2.2), with multi-query attention (arXiv:1911.02150) as one group."""

from collections.abc import Mapping
from typing import Any

from keras import ops


def grouped_query_attention(weights: Mapping[str, Any], x: Any, heads: int, kv_heads: int, causal: bool = False) -> Any:
    """Self-attention in which several query heads share a head of keys and values.

    **Arguments:**

    - `weights`: "q" `(dim, heads * head_dim)`, "k" and "v" `(dim, kv_heads * head_dim)`, "o" `(heads * head_dim, dim)`.
    - `x`: `(batch, length, dim)`, as the result.
    - `heads`, `kv_heads`: the second divides the first; 1 is multi-query attention.
    """
    batch, length, _ = x.shape
    # Neighbouring query heads form a group: (batch, length, kv_heads, group, head_dim).
    query = ops.reshape(x @ weights["q"], (batch, length, kv_heads, heads // kv_heads, -1))
    key = ops.reshape(x @ weights["k"], (batch, length, kv_heads, -1))
    value = ops.reshape(x @ weights["v"], (batch, length, kv_heads, -1))
    scores = ops.einsum("bqkgd,bskd->bkgqs", query, key) * query.shape[-1] ** -0.5
    if causal:
        scores = ops.where(ops.tril(ops.ones((length, length), dtype="bool")), scores, -1e30)
    mixed = ops.einsum("bkgqs,bskd->bqkgd", ops.softmax(scores, axis=-1), value)
    return ops.reshape(mixed, (batch, length, -1)) @ weights["o"]
