"""A block of ConvNeXt (arXiv:2201.03545, section 2) and the response normalisation of ConvNeXt V2 (arXiv:2301.00808)."""

import torch
from torch import Tensor, nn


class ResponseNorm(nn.Module):
    """Scale each channel by its norm over the places, relative to the mean norm of all channels (GRN of V2).

    Shapes: `(batch, height, width, dim) -> (batch, height, width, dim)`.
    """

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        # Both start at zero: the layer is the identity at first.
        self.weight, self.bias = nn.Parameter(torch.zeros(dim)), nn.Parameter(torch.zeros(dim))

    def forward(self, x: Tensor) -> Tensor:
        norm = x.norm(dim=(1, 2), keepdim=True)
        return x + x * (norm / (norm.mean(-1, keepdim=True) + self.eps)) * self.weight + self.bias


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution, LayerNorm over the channels, two pointwise layers, layer scale, residual.

    **Arguments:**

    - `dim`: channels in and out; four times as many inside.
    - `layer_scale`: what the gain of the branch starts from; None leaves the gain out.
    - `drop_path`: probability to leave the branch out for an example, in training.
    - `response_norm`: put GRN behind GELU, as V2 does, without layer scale.

    Shapes: `(batch, dim, height, width) -> (batch, dim, height, width)`.
    """

    def __init__(
        self, dim: int, layer_scale: float | None = 1e-6, drop_path: float = 0.0, response_norm: bool = False
    ) -> None:
        super().__init__()
        self.drop_path = drop_path
        self.depthwise = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.expand, self.reduce = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.response = ResponseNorm(4 * dim) if response_norm else nn.Identity()
        scaled = layer_scale is not None and not response_norm
        self.scale = nn.Parameter(torch.full((dim,), layer_scale)) if scaled else None

    def forward(self, x: Tensor) -> Tensor:
        # Channels last: LayerNorm is over the channels of one place, not over the whole map.
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        y = self.reduce(self.response(nn.functional.gelu(self.expand(y))))
        if self.scale is not None:
            y = y * self.scale
        if self.training and self.drop_path:
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop_path
            y = y * kept / (1 - self.drop_path)
        return x + y.permute(0, 3, 1, 2)
