"""Group normalisation (arXiv:1803.08494, section 3); instance normalisation is one channel a group."""

import torch
from torch import Tensor, nn


class GroupNorm(nn.Module):
    """Normalise each example over its places and the channels of a group.

    **Arguments:**

    - `channels`: size of the second dimension; `groups` divides it.
    - `eps`: added to the variance, inside the root.

    Shapes: `(batch, channels, ...) -> (batch, channels, ...)`.
    """

    def __init__(self, channels: int, groups: int = 32, eps: float = 1e-5) -> None:
        super().__init__()
        if channels % groups:
            raise ValueError(f"{channels} channels do not fall into {groups} equal groups")
        self.groups, self.eps = groups, eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        grouped = x.unflatten(1, (self.groups, -1)).flatten(2)
        centred = grouped - grouped.mean(-1, keepdim=True)
        normed = (centred * torch.rsqrt(centred.square().mean(-1, keepdim=True) + self.eps)).reshape(x.shape)
        shape = (1, -1) + (1,) * (x.dim() - 2)
        return normed * self.weight.view(shape) + self.bias.view(shape)
