"""RMSNorm (arXiv:1910.07467, section 3)."""

import torch
from torch import Tensor, nn


class RMSNorm(nn.Module):
    """Divide by the root mean square of the last dimension, then scale by a learned gain.

    **Arguments:**

    - `dim`: size of the last dimension.
    - `eps`: added to the mean square, inside the root.

    Shapes: `(..., dim) -> (..., dim)`; the result has the dtype of the input.
    """

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        # Squares of half precision overflow early: the statistics are taken in float32 at least.
        wide = x if x.dtype == torch.float64 else x.float()
        normed = wide * torch.rsqrt(wide.square().mean(dim=-1, keepdim=True) + self.eps)
        return normed.to(x.dtype) * self.weight.to(x.dtype)
