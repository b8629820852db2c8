"""Low-rank adaptation (arXiv:2106.09685, section 4.1)."""

import math

import torch
from torch import Tensor, nn


class LoRALinear(nn.Module):
    """A frozen linear layer with a learned update of low rank.

    **Arguments:**

    - `base`: the layer, which is frozen.
    - `rank`, `alpha`: the update is scaled by `alpha / rank`, or by `alpha / sqrt(rank)` where `stabilised`.
    - `dropout`: of the input of the update.

    Shapes: `(..., in_features) -> (..., out_features)`.
    """

    def __init__(
        self, base: nn.Linear, rank: int = 8, alpha: float = 16.0, dropout: float = 0.0, stabilised: bool = False
    ) -> None:
        super().__init__()
        self.base = base.requires_grad_(False)
        self.down = nn.Parameter(torch.empty(rank, base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))
        self.dropout = nn.Dropout(dropout)
        self.scale = alpha / (math.sqrt(rank) if stabilised else rank)

    def forward(self, x: Tensor) -> Tensor:
        return self.base(x) + self.scale * (self.dropout(x) @ self.down.T @ self.up.T)

    @torch.no_grad()
    def merged(self) -> nn.Linear:
        """A plain layer that gives the same."""
        layer = nn.Linear(self.base.in_features, self.base.out_features, bias=self.base.bias is not None)
        layer.load_state_dict(self.base.state_dict())
        # Small updates vanish when they are added in half precision.
        update = self.scale * (self.up.float() @ self.down.float())
        layer.weight.copy_(self.base.weight.float() + update)
        return layer.to(self.base.weight.dtype)
