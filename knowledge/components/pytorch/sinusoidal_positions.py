"""Sinusoidal positions (arXiv:1706.03762, section 3.5)."""

import torch
from torch import Tensor


def sinusoidal_positions(positions: Tensor, dim: int, base: float = 10000.0, interleaved: bool = True) -> Tensor:
    """Features of positions: sines and cosines of wave lengths from 2π to 2π times the base.

    **Arguments:**

    - `positions`: `(length,)`, integers or (for time steps) numbers.
    - `dim`: features; an odd number has one sine more than cosines.
    - `interleaved`: sine and cosine in turn, as in the paper; else all sines, then all cosines.

    Shapes: the result is `(length, dim)`, in float32.
    """
    speeds = base ** (-torch.arange(0, dim, 2, device=positions.device).float() / dim)
    angles = positions.float()[:, None] * speeds
    sines, cosines = angles.sin(), angles.cos()[:, : dim // 2]
    if not interleaved:
        return torch.cat([sines, cosines], dim=-1)
    table = torch.empty(len(positions), dim, device=positions.device)
    table[:, 0::2], table[:, 1::2] = sines, cosines
    return table
