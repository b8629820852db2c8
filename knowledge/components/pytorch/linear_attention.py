"""Attention in linear time by a feature map (arXiv:2006.16236, section 3)."""

import torch
from torch import Tensor
from torch.nn.functional import elu


def linear_attention(query: Tensor, key: Tensor, value: Tensor, causal: bool = False, eps: float = 1e-6) -> Tensor:
    """Attend by products of `elu(x) + 1`, without the matrix of scores.

    **Arguments:**

    - `query`: `(..., queries, dim)`; `key`: `(..., keys, dim)`; `value`: `(..., keys, width)`.
    - `causal`: each place sees itself and what came before; queries and keys are then of one length.

    Shapes: the result is `(..., queries, width)`.
    """
    # Sums over the sequence overflow half precision.
    dtype = value.dtype
    query, key, value = (x.float() if x.dtype in (torch.float16, torch.bfloat16) else x for x in (query, key, value))
    query, key = elu(query) + 1, elu(key) + 1
    if causal:
        # The state after each place: (..., length, dim, width). A kernel would keep one of them only.
        state = (key.unsqueeze(-1) * value.unsqueeze(-2)).cumsum(-3)
        numerator = (query.unsqueeze(-2) @ state).squeeze(-2)
        normaliser = (query * key.cumsum(-2)).sum(-1, keepdim=True)
    else:
        numerator = query @ (key.transpose(-1, -2) @ value)
        normaliser = query @ key.sum(-2).unsqueeze(-1)
    return (numerator / (normaliser + eps)).to(dtype)
