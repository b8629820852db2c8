"""Spectral normalisation (arXiv:1802.05957, section 2.1)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize


class SpectralNorm(nn.Module):
    """Divides a weight by its largest singular value, followed by one power iteration a training step.

    **Arguments:**

    - `weight`: `(out, ...)`; taken as the matrix `(out, rest)`.
    - `iterations`: of the power method each time, and 15 at the start.
    """

    left: Tensor
    right: Tensor

    def __init__(self, weight: nn.Parameter, iterations: int = 1, eps: float = 1e-12) -> None:
        super().__init__()
        self.weight, self.iterations, self.eps = weight, iterations, eps
        matrix = weight.detach().flatten(1)
        self.register_buffer("left", normalize(torch.randn(matrix.shape[0]).to(matrix), dim=0, eps=eps))
        self.register_buffer("right", normalize(torch.randn(matrix.shape[1]).to(matrix), dim=0, eps=eps))
        self._iterate(15)

    @torch.no_grad()
    def _iterate(self, times: int) -> None:
        matrix = self.weight.flatten(1)
        for _ in range(times):
            self.left.copy_(normalize(matrix @ self.right, dim=0, eps=self.eps))
            self.right.copy_(normalize(matrix.T @ self.left, dim=0, eps=self.eps))

    def forward(self) -> Tensor:
        """Give the weight to use, of the shape of the one that learns."""
        if self.training:
            self._iterate(self.iterations)
        # Copies: the vectors may change before the backward pass of a second use. They are no part of the gradient.
        sigma = self.left.clone() @ (self.weight.flatten(1) @ self.right.clone())
        return self.weight / sigma
