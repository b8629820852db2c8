"""Bottleneck adapter (arXiv:1902.00751, section 2.1)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu


class Adapter(nn.Module):
    """Adds a small two-layer network to its input, near the identity at the start.

    **Arguments:**

    - `dim`: width of what it maps, `(..., dim)` to the same; `bottleneck`: width within.
    - `std`: deviation of the starting weights, cut at two of them; small, so that nothing changes at first.
    """

    def __init__(self, dim: int, bottleneck: int = 64, std: float = 1e-3) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(dim, bottleneck), nn.Linear(bottleneck, dim)
        for layer in (self.down, self.up):
            nn.init.trunc_normal_(layer.weight, std=std, a=-2 * std, b=2 * std)
            nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map `(..., dim)` to the same shape."""
        return torch.add(x, self.up(gelu(self.down(x))))
