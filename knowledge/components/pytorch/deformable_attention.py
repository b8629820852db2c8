"""Multi-scale deformable attention (Deformable DETR, arXiv:2010.04159, section 4.1)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class DeformableAttention(nn.Module):
    """Read a few points of each feature map around the reference of each query, and weigh them.

    **Arguments:**

    - `dim`: features; `heads`: divides it.
    - `levels`: feature maps; `points`: read from each of them by each head.

    Shapes: see `forward`; `(batch, queries, dim) -> (batch, queries, dim)`.
    """

    def __init__(self, dim: int, heads: int = 8, levels: int = 4, points: int = 4) -> None:
        super().__init__()
        self.heads, self.levels, self.points = heads, levels, points
        self.offsets = nn.Linear(dim, heads * levels * points * 2)
        self.weights = nn.Linear(dim, heads * levels * points)
        self.value, self.out = nn.Linear(dim, dim), nn.Linear(dim, dim)
        # At first each head looks in a direction of its own, each point one place further; all weights are equal.
        angle = torch.arange(heads) * (2 * math.pi / heads)
        direction = torch.stack([angle.cos(), angle.sin()], -1)
        direction = direction / direction.abs().amax(-1, keepdim=True)
        steps = torch.arange(1, points + 1)[:, None] * direction[:, None, None]
        with torch.no_grad():
            self.offsets.bias.copy_(steps.expand(heads, levels, points, 2).flatten())
        for zero in (self.offsets.weight, self.weights.weight, self.weights.bias, self.value.bias, self.out.bias):
            nn.init.zeros_(zero)
        nn.init.xavier_uniform_(self.value.weight)
        nn.init.xavier_uniform_(self.out.weight)

    def forward(
        self,
        query: Tensor,
        reference: Tensor,
        memory: Tensor,
        sizes: list[tuple[int, int]],
        valid: Tensor | None = None,
    ) -> Tensor:
        """Attend from queries to the places of all maps.

        **Arguments:**

        - `query`: `(batch, queries, dim)`.
        - `reference`: `(batch, queries, levels, 2)`, x and y from 0 to 1 of the padded map; or with width and height,
          `(batch, queries, levels, 4)`, and offsets are then relative to the box.
        - `memory`: all maps, flattened line by line and one after the other, `(batch, places, dim)`.
        - `sizes`: height and width of each map.
        - `valid`: `(batch, places)`, false for padding of the images, whose values are zero then.

        Shapes: `(batch, queries, dim)`.
        """
        batch, queries, dim = query.shape
        value = self.value(memory)
        if valid is not None:
            value = value.masked_fill(~valid[..., None], 0.0)
        offsets = self.offsets(query).unflatten(-1, (self.heads, self.levels, self.points, 2))
        # One softmax over the points of all maps together.
        shares = self.weights(query).unflatten(-1, (self.heads, -1)).softmax(-1).transpose(1, 2).flatten(0, 1)
        centre = reference[:, :, None, :, None, :2]
        if reference.shape[-1] == 2:
            # Offsets are in places of the map; sizes are height and width, points are x and y.
            at = centre + offsets / offsets.new_tensor(sizes).flip(-1)[:, None]
        else:
            at = centre + offsets / self.points * reference[:, :, None, :, None, 2:] / 2
        read = []
        for level, places in enumerate(value.split([height * width for height, width in sizes], 1)):
            maps = places.transpose(1, 2).reshape(batch * self.heads, dim // self.heads, *sizes[level])
            grid = at[:, :, :, level].transpose(1, 2).flatten(0, 1)
            # 0 and 1 are the outer edges of the map, hence no aligned corners; outside there are zeros.
            read.append(functional.grid_sample(maps, 2 * grid - 1, align_corners=False))
        y = (torch.cat(read, -1) * shares[:, None]).sum(-1)
        attended: Tensor = self.out(y.reshape(batch, dim, queries).transpose(1, 2))
        return attended
