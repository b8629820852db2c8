import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class DecayMixer(nn.Module):
    """Looks at all places of a sequence, less at far ones, and gates what it saw."""

    def __init__(self, channels: int, n_heads: int, p_drop: float, shortest: float, longest: float):
        super().__init__()
        assert channels % n_heads == 0
        self.n_heads, self.channels, self.p_drop = n_heads, channels, p_drop
        self.to_query = nn.Linear(channels, channels, bias=False)
        self.to_key = nn.Linear(channels, channels, bias=False)
        self.to_value = nn.Linear(channels, channels, bias=False)
        self.valve = nn.Linear(channels, channels)
        self.merge = nn.Linear(channels, channels)
        self.log_reach = nn.Parameter(torch.linspace(math.log(shortest), math.log(longest), n_heads))

    def split(self, z: torch.Tensor) -> torch.Tensor:
        return z.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)

    def forward(self, seq: torch.Tensor, keep: torch.Tensor | None = None) -> torch.Tensor:
        query, key, value = self.split(self.to_query(seq)), self.split(self.to_key(seq)), self.split(self.to_value(seq))
        affinity = torch.einsum("bhid,bhjd->bhij", query, key) / math.sqrt(self.channels)
        place = torch.arange(seq.size(1), device=seq.device, dtype=seq.dtype)
        gap = (place - place.unsqueeze(-1)).abs()
        affinity = affinity - math.log(2) / self.log_reach.exp().view(-1, 1, 1) * gap
        if keep is not None:
            affinity = affinity.masked_fill(keep.logical_not()[:, None, None], -math.inf)
        share = F.dropout(F.softmax(affinity, -1), self.p_drop, self.training)
        seen = torch.einsum("bhij,bhjd->bihd", share, value).flatten(2)
        return self.merge(seen * self.valve(seq).sigmoid())
