"""LayerNorm (arXiv:1607.06450, section 3)."""

import torch
from torch import Tensor, nn


class LayerNorm(nn.Module):
    """Subtract the mean of the last dimension, divide by its standard deviation, then scale and shift.

    **Arguments:**

    - `dim`: size of the last dimension.
    - `eps`: added to the variance, inside the root.
    - `bias`: is there a learned shift?

    Shapes: `(..., dim) -> (..., dim)`; the result has the dtype of the input.
    """

    def __init__(self, dim: int, eps: float = 1e-5, bias: bool = True) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        wide = x.to(torch.promote_types(x.dtype, torch.float32))
        centred = wide - wide.mean(-1, keepdim=True)
        # Two passes: the mean of squares minus the square of the mean loses all digits where the mean is large.
        normed = centred * torch.rsqrt(centred.square().mean(-1, keepdim=True) + self.eps) * self.weight
        return (normed if self.bias is None else normed + self.bias).to(x.dtype)
