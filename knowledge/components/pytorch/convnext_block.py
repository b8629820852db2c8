"""ConvNeXt block (arXiv:2201.03545, section 2)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution, norm over channels, two pointwise layers, and a learned scale before the residual.

    **Arguments:**

    - `dim`: channels of maps `(batch, dim, height, width)`, as the result.
    - `scale`: start of the learned scale (layer scale).
    """

    def __init__(self, dim: int, scale: float = 1e-6, kernel: int = 7, expansion: int = 4) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(dim, dim, kernel, padding=kernel // 2, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.up, self.down = nn.Linear(dim, expansion * dim), nn.Linear(expansion * dim, dim)
        self.scale = nn.Parameter(torch.full((dim,), scale))

    def forward(self, x: Tensor) -> Tensor:
        """Map `(batch, dim, height, width)` to the same shape."""
        # Channels last: norm and pointwise layers act on each place by itself.
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.scale * self.down(gelu(self.up(y)))
        return torch.add(x, y.permute(0, 3, 1, 2))
