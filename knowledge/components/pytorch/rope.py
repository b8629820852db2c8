"""Rotary position embedding (arXiv:2104.09864, section 3.2.2)."""

import torch
from torch import Tensor


def rotate(x: Tensor, positions: Tensor, base: float = 10000.0, interleaved: bool = True) -> Tensor:
    """Turn pairs of features of queries or keys by angles that grow with the position.

    **Arguments:**

    - `x`: `(..., length, dim)`, one head; `dim` is even. The result has its shape and dtype.
    - `positions`: `(length,)`, integers.
    - `interleaved`: features 2i and 2i + 1 form a pair, as in the paper; else i and i + dim / 2, as in GPT-NeoX and in
      the Llama of transformers.
    """
    dim = x.shape[-1]
    wide = torch.promote_types(x.dtype, torch.float32)
    speeds = base ** (-torch.arange(0, dim, 2, device=x.device, dtype=wide) / dim)
    angles = positions.to(wide)[:, None] * speeds
    cos, sin = angles.cos(), angles.sin()
    if interleaved:
        first, second = x.to(wide).unflatten(-1, (-1, 2)).unbind(-1)
        turned = torch.stack([first * cos - second * sin, second * cos + first * sin], dim=-1).flatten(-2)
    else:
        first, second = x.to(wide).chunk(2, dim=-1)
        turned = torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)
    return turned.to(x.dtype)


def to_half_split(weight: Tensor, heads: int) -> Tensor:
    """Reorder the rows of a query or key projection that was trained with interleaved pairs for half-split ones.

    **Arguments:**

    - `weight`: `(heads * dim, width)` or, of a bias, `(heads * dim,)`.
    """
    pairs = weight.unflatten(0, (heads, -1, 2))
    return pairs.transpose(1, 2).flatten(0, 2)
