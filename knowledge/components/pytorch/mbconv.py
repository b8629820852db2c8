"""Inverted residual with squeeze-and-excitation: MBConv of EfficientNet (arXiv:1905.11946, section 4)."""

import torch
from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Weighs channels by what their means say (arXiv:1709.01507, section 3).

    **Arguments:**

    - `dim`: channels of `(batch, dim, height, width)`, as the result; `squeezed`: width between the two layers.
    """

    def __init__(self, dim: int, squeezed: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(dim, squeezed, 1), nn.Conv2d(squeezed, dim, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Scale each channel by a number in [0, 1]."""
        weight = self.up(nn.functional.silu(self.down(x.mean((2, 3), keepdim=True))))
        return x * torch.sigmoid(weight)


class MBConv(nn.Module):
    """Widens, convolves depthwise, weighs channels, narrows; the residual is around narrow maps.

    **Arguments:**

    - `dim`, `out`: channels of `(batch, dim, height, width)` and of the result.
    - `expansion`: how much wider the middle is; `ratio`: of squeezed channels to `dim` (of the input, not the middle).
    """

    def __init__(
        self, dim: int, out: int, kernel: int = 3, stride: int = 1, expansion: int = 6, ratio: float = 0.25
    ) -> None:
        super().__init__()
        wide = dim * expansion
        self.residual = stride == 1 and dim == out
        widen: list[nn.Module] = []
        if expansion > 1:
            widen = [nn.Conv2d(dim, wide, 1, bias=False), nn.BatchNorm2d(wide), nn.SiLU()]
        self.layers = nn.Sequential(
            *widen,
            nn.Conv2d(wide, wide, kernel, stride, kernel // 2, groups=wide, bias=False),
            nn.BatchNorm2d(wide),
            nn.SiLU(),
            SqueezeExcitation(wide, max(1, int(dim * ratio))),
            # No activation after this: it would lose what the narrow map holds.
            nn.Conv2d(wide, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Give `(batch, out, height / stride, width / stride)`."""
        y: Tensor = self.layers(x)
        return x + y if self.residual else y
