"""Attention in tiles with a running softmax, as FlashAttention does it (arXiv:2205.14135, section 3.1)."""

import torch
from torch import Tensor


def tiled_attention(query: Tensor, key: Tensor, value: Tensor, block: int = 128, causal: bool = False) -> Tensor:
    """Exact attention that never holds the scores of more than one block of keys.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, value_dim)`.
    - `block`: keys at a time.
    - `causal`: a query sees no later key; the last query stands at the last key.

    Shapes: the result is `(..., queries, value_dim)`.
    """
    queries, keys = query.shape[-2], key.shape[-2]
    wide = torch.promote_types(query.dtype, torch.float32)
    scaled = query.to(wide) * query.shape[-1] ** -0.5
    # For each query: the largest score so far, the sum of exponentials, and the sum of values weighted by them.
    largest = scaled.new_full((*query.shape[:-1], 1), float("-inf"))
    total = torch.zeros_like(largest)
    mixed = scaled.new_zeros(*query.shape[:-1], value.shape[-1])
    places = torch.arange(queries, device=query.device)[:, None] + (keys - queries)
    for start in range(0, keys, block):
        scores = scaled @ key[..., start : start + block, :].to(wide).transpose(-2, -1)
        if causal:
            later = torch.arange(start, start + scores.shape[-1], device=query.device) > places
            scores = scores.masked_fill(later, float("-inf"))
        risen = torch.maximum(largest, scores.amax(-1, keepdim=True))
        # A row that has seen no key yet keeps minus infinity, from which nothing can be subtracted.
        shift = risen.masked_fill(risen.isinf(), 0.0)
        weights = torch.exp(scores - shift)
        shrink = torch.exp(largest - shift)
        total = shrink * total + weights.sum(-1, keepdim=True)
        mixed = shrink * mixed + weights @ value[..., start : start + block, :].to(wide)
        largest = risen
    return (mixed / total.clamp(min=torch.finfo(wide).tiny)).to(value.dtype)
