"""Attention within a window (arXiv:2004.05150, section 3.1; causally arXiv:2310.06825, section 2)."""

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention


def window_mask(queries: int, keys: int, window: int, causal: bool = True) -> Tensor:
    """Say which keys a query sees, `(queries, keys)`; the last query is aligned with the last key.

    **Arguments:**

    - `window`: causally the number of keys that are seen, the own one included; else the reach to either side.
    """
    behind = torch.arange(keys - queries, keys).unsqueeze(1) - torch.arange(keys)
    return (behind >= 0) & (behind < window) if causal else behind.abs() <= window


def sliding_window_attention(query: Tensor, key: Tensor, value: Tensor, window: int, causal: bool = True) -> Tensor:
    """Attend to near places only: `(batch, heads, length, dim)`, as the result.

    The mask is the definition; with `torch.nn.attention.flex_attention` the blocks outside cost nothing.
    """
    mask = window_mask(query.shape[-2], key.shape[-2], window, causal).to(query.device)
    return scaled_dot_product_attention(query, key, value, attn_mask=mask)
