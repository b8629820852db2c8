"""Gated feed-forward layers (arXiv:2002.05202, section 2)."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn.functional import silu


class GatedFeedForward(nn.Module):
    """A feed-forward layer whose hidden features are multiplied by activated ones: SwiGLU as it stands.

    **Arguments:**

    - `dim`: width of the model; `hidden`: about 8/3 of it, where a plain layer has 4 times.
    - `activation`: `silu` for SwiGLU, `gelu` for GEGLU, `relu` for ReGLU.

    Shapes: `(..., dim) -> (..., dim)`.
    """

    def __init__(
        self, dim: int, hidden: int, activation: Callable[[Tensor], Tensor] = silu, bias: bool = False
    ) -> None:
        super().__init__()
        self.activation = activation
        self.gate = nn.Linear(dim, hidden, bias=bias)
        self.up = nn.Linear(dim, hidden, bias=bias)
        self.down = nn.Linear(hidden, dim, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.activation(self.gate(x)) * self.up(x))
