"""4-bit NormalFloat with doubly quantised scales (arXiv:2305.14314, section 3)."""

from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor


def codebook() -> Tensor:
    """Sixteen levels in [-1, 1], `(16,)`: quantiles of the normal distribution, eight above and seven below zero."""
    # The outermost quantile: half of the last bin's mass lies beyond, averaged over both ways of cutting (1/30, 1/32).
    outermost = 1 - (1 / 30 + 1 / 32) / 2
    # In float64: two levels differ by less than float32 keeps near the outermost quantile.
    above = _normal_quantile(torch.linspace(outermost, 0.5, 9, dtype=torch.float64)[:-1])
    below = -_normal_quantile(torch.linspace(outermost, 0.5, 8, dtype=torch.float64)[:-1])
    levels = torch.cat([above, torch.zeros(1, dtype=torch.float64), below]).sort().values
    return (levels / levels.max()).float()


class Quantised(NamedTuple):
    """A tensor in four bits: codes `(blocks, block)` as bytes, eight-bit scales of blocks, and what scales them."""

    codes: Tensor
    scales: Tensor
    coarse: Tensor
    offset: Tensor
    shape: torch.Size
    dtype: torch.dtype


def quantise(weight: Tensor, block: int = 64, group: int = 256) -> Quantised:
    """Quantise `(...)` in blocks of equal scale, and the scales in groups.

    **Arguments:**

    - `block`: weights a scale; their number must be a multiple of it.
    - `group`: scales a second scale.
    """
    blocks = weight.detach().float().reshape(-1, block)
    largest = blocks.abs().amax(1)
    # A block of zeros keeps scale zero, and its codes do not matter.
    normed = blocks / largest.where(largest > 0, torch.ones_like(largest)).unsqueeze(1)
    levels = codebook().to(weight.device)
    codes = torch.bucketize(normed, (levels[1:] + levels[:-1]) / 2)
    # Scales are positive: less their mean they are symmetric, as eight signed bits want them.
    offset = largest.mean()
    padded = torch.nn.functional.pad(largest - offset, (0, -len(largest) % group)).reshape(-1, group)
    coarse = padded.abs().amax(1, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny)
    scales = torch.round(padded / coarse * 127).to(torch.int8)
    return Quantised(codes.to(torch.uint8), scales, coarse, offset, weight.shape, weight.dtype)


def restore(quantised: Quantised) -> Tensor:
    """Give back an approximation of the tensor, in its shape `(...)` and dtype."""
    fine = quantised.scales.float() / 127 * quantised.coarse + quantised.offset
    scales = fine.flatten()[: len(quantised.codes)]
    levels = codebook().to(quantised.codes.device)
    return (levels[quantised.codes.long()] * scales.unsqueeze(1)).reshape(quantised.shape).to(quantised.dtype)


def _normal_quantile(share: Tensor) -> Tensor:
    return sqrt(2) * torch.erfinv(2 * share - 1)
