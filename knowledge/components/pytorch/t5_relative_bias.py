"""Relative position bias of T5 (arXiv:1910.10683, section 2.1): one number a head for each range of distances."""

import math

import torch
from torch import Tensor, nn


class T5RelativeBias(nn.Module):
    """Bias that is added to attention scores, learned for buckets of distances.

    **Arguments:**

    - `heads`: number of heads; every layer of T5 uses the bias of the first.
    - `buckets`: half of them for single distances, half for ranges that grow to `furthest`, all beyond in the last.
    - `bidirectional`: whether keys may lie ahead (encoder); a decoder spends all buckets on the past.
    """

    def __init__(self, heads: int, buckets: int = 32, furthest: int = 128, bidirectional: bool = True) -> None:
        super().__init__()
        self.buckets, self.furthest, self.bidirectional = buckets, furthest, bidirectional
        self.bias = nn.Embedding(buckets, heads)

    def bucket(self, distance: Tensor) -> Tensor:
        """Bucket of key position minus query position, of any shape `(...)`."""
        buckets, start = self.buckets, torch.zeros_like(distance)
        if self.bidirectional:
            buckets //= 2
            start = (distance > 0) * buckets
            distance = distance.abs()
        else:
            distance = (-distance).clamp(min=0)
        exact = buckets // 2
        # Below `exact` the logarithm is not used; the clamp keeps it finite at zero.
        ratio = torch.log(distance.clamp(min=1).float() / exact) / math.log(self.furthest / exact)
        ranged = (exact + (ratio * (buckets - exact)).long()).clamp(max=buckets - 1)
        return start + torch.where(distance < exact, distance, ranged)

    def forward(self, queries: int, keys: int) -> Tensor:
        """Give the bias `(1, heads, queries, keys)`; the last query is aligned with the last key (a cache before it)."""
        device = self.bias.weight.device
        at = torch.arange(keys - queries, keys, device=device).unsqueeze(1)
        bias: Tensor = self.bias(self.bucket(torch.arange(keys, device=device) - at))
        return bias.permute(2, 0, 1).unsqueeze(0)
