"""Adafactor (arXiv:1804.04235): second moments of matrices kept as rows and columns."""

from collections.abc import Iterable

import torch
from torch import Tensor


class Adafactor:
    """Steps by a factored second moment, clipped by their own size, relative to the size of the weights.

    **Arguments:**

    - `parameters`: tensors that require gradients, of shapes `(...)`; the last two dimensions are factored.
    - `eps`: added to squared gradients, and the least size that weights count with.
    - `threshold`: of the root mean square of a step before it is scaled down.
    - `decay`: exponent of the factor of the running mean: `1 - t ** -decay` at step t from 1.
    - `lr`: a rate of your own; None takes the relative one, `min(0.01, 1 / sqrt(t))` times the size of the weights.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float | None = None,
        eps: tuple[float, float] = (1e-30, 1e-3),
        threshold: float = 1.0,
        decay: float = 0.8,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.eps, self.threshold, self.decay = lr, eps, threshold, decay
        self.count = 0
        self.squares = [_zeros(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        self.count += 1
        kept = 1 - self.count**-self.decay
        for parameter, averages in zip(self.parameters, self.squares, strict=True):
            if parameter.grad is None:
                continue
            square = parameter.grad.square() + self.eps[0]
            if len(averages) == 2:
                rows, columns = averages
                rows.lerp_(square.mean(-1), 1 - kept)
                columns.lerp_(square.mean(-2), 1 - kept)
                # The product of the two, over the mean that both hold.
                estimate = (rows / rows.mean(-1, keepdim=True)).unsqueeze(-1) * columns.unsqueeze(-2)
            else:
                estimate = averages[0].lerp_(square, 1 - kept)
            update = parameter.grad * estimate.rsqrt()
            update /= max(1.0, float(_rms(update)) / self.threshold)
            rate = self.lr
            if rate is None:
                rate = min(1e-2, self.count**-0.5) * max(self.eps[1], float(_rms(parameter)))
            parameter.sub_(rate * update)


def _zeros(parameter: Tensor) -> tuple[Tensor, ...]:
    if parameter.dim() < 2:
        return (torch.zeros_like(parameter),)
    return parameter.new_zeros(parameter.shape[:-1]), parameter.new_zeros((*parameter.shape[:-2], parameter.shape[-1]))


def _rms(x: Tensor) -> Tensor:
    return x.norm() / x.numel() ** 0.5
