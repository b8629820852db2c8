"""Lion (arXiv:2302.06675, section 2)."""

from collections.abc import Iterable

import torch
from torch import Tensor


class Lion:
    """Steps by the sign of an average of gradients, with decoupled weight decay.

    **Arguments:**

    - `parameters`: tensors that require gradients, of any shapes `(...)`.
    - `lr`: 3 to 10 times smaller than for AdamW, with a `weight_decay` larger by as much.
    - `betas`: of the average that decides the sign, and of the one that is kept.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.betas, self.weight_decay = lr, betas, weight_decay
        self.momenta = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for parameter, momentum in zip(self.parameters, self.momenta, strict=True):
            if parameter.grad is None:
                continue
            direction = momentum.lerp(parameter.grad, 1 - self.betas[0]).sign()
            parameter.mul_(1 - self.lr * self.weight_decay).sub_(self.lr * direction)
            momentum.lerp_(parameter.grad, 1 - self.betas[1])
