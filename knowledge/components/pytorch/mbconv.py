"""MBConv: an inverted residual (arXiv:1801.04381, section 3.3) with squeeze and excitation (arXiv:1709.01507, section 3)."""

import torch
from torch import Tensor, nn


class SqueezeExcitation(nn.Module):
    """Scale each channel by a gate that is computed from the means of all channels.

    **Arguments:**

    - `dim`: channels; `squeezed`: channels inside.

    Shapes: `(batch, dim, height, width) -> (batch, dim, height, width)`.
    """

    def __init__(self, dim: int, squeezed: int) -> None:
        super().__init__()
        self.squeeze, self.excite = nn.Conv2d(dim, squeezed, 1), nn.Conv2d(squeezed, dim, 1)

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.excite(nn.functional.silu(self.squeeze(means))))


class MBConv(nn.Module):
    """Widen, convolve each channel for itself, gate, and project without activation; residual where shapes allow it.

    **Arguments:**

    - `dim`, `out`: channels in and out; inside there are `dim * expansion`.
    - `kernel`: odd; `stride`: 1 or 2.
    - `squeeze`: channels of the gate as a share of the channels in, not of those inside; 0 leaves it out.
    - `drop_path`: probability to leave the branch out for an example, in training.
    - `eps`, `momentum`: of BatchNorm, the momentum in the sense of PyTorch (the share of the new batch).

    Shapes: `(batch, dim, height, width) -> (batch, out, ceil(height / stride), ceil(width / stride))`.
    """

    def __init__(
        self,
        dim: int,
        out: int,
        expansion: int = 6,
        kernel: int = 3,
        stride: int = 1,
        squeeze: float = 0.25,
        drop_path: float = 0.0,
        eps: float = 1e-3,
        momentum: float = 0.01,
    ) -> None:
        super().__init__()
        self.drop_path, self.residual = drop_path, stride == 1 and dim == out
        wide = dim * expansion

        def norm(channels: int) -> nn.Module:
            return nn.BatchNorm2d(channels, eps=eps, momentum=momentum)

        # A convolution before BatchNorm has no bias: the mean is taken off again.
        widen = [nn.Conv2d(dim, wide, 1, bias=False), norm(wide), nn.SiLU()] if expansion > 1 else []
        depthwise = nn.Conv2d(wide, wide, kernel, stride, padding=kernel // 2, groups=wide, bias=False)
        gate = [SqueezeExcitation(wide, max(1, int(dim * squeeze)))] if squeeze else []
        # No activation at the end: it would lose what the narrow layer holds.
        project = [nn.Conv2d(wide, out, 1, bias=False), norm(out)]
        self.branch = nn.Sequential(*widen, depthwise, norm(wide), nn.SiLU(), *gate, *project)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.branch(x)
        if not self.residual:
            return y
        if self.training and self.drop_path:
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop_path
            y = y * kept / (1 - self.drop_path)
        return x + y
