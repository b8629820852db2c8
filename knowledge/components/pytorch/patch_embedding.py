"""Patches of an image as a sequence (arXiv:2010.11929, section 3.1)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate


class PatchEmbedding(nn.Module):
    """Cut an image into patches, map each to the width of the model, put a class token first, add learned positions.

    **Arguments:**

    - `image`, `patch`: side lengths in pixels; the second divides the first, and the sides of every image that comes.
    - `dim`: width of the model.

    Shapes: `(batch, channels, height, width) -> (batch, 1 + patches, dim)`.
    """

    def __init__(self, image: int, patch: int, dim: int, channels: int = 3) -> None:
        super().__init__()
        self.patch, self.grid = patch, image // patch
        self.project = nn.Linear(channels * patch * patch, dim)
        self.token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(torch.empty(1, 1 + self.grid**2, dim))
        nn.init.trunc_normal_(self.positions, std=0.02)

    def forward(self, images: Tensor) -> Tensor:
        height, width = (side // self.patch for side in images.shape[-2:])
        if (height * self.patch, width * self.patch) != tuple(images.shape[-2:]):
            raise ValueError(f"sides {tuple(images.shape[-2:])} are no multiples of the patch, {self.patch}")
        # (batch, channels, height, patch, width, patch) -> (batch, patches, channels * patch * patch)
        cut = images.unflatten(-1, (width, self.patch)).unflatten(-3, (height, self.patch))
        rows = cut.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2)
        tokens = torch.cat([self.token.expand(len(images), -1, -1), self.project(rows)], dim=1)
        return tokens + self._positions_of(height, width)

    def _positions_of(self, height: int, width: int) -> Tensor:
        """Positions for another size of image: interpolated in two dimensions, that of the class token as it is."""
        if (height, width) == (self.grid, self.grid):
            return self.positions
        first, rest = self.positions[:, :1], self.positions[:, 1:]
        square = rest.unflatten(1, (self.grid, self.grid)).permute(0, 3, 1, 2)
        other = interpolate(square, (height, width), mode="bicubic", antialias=True)
        return torch.cat([first, other.flatten(2).transpose(1, 2)], dim=1)
