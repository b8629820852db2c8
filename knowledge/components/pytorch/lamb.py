"""LAMB (arXiv:1904.00962, section 3.2)."""

from collections.abc import Iterable

import torch
from torch import Tensor


class Lamb:
    """Steps of Adam, each tensor's scaled to the norm of its weights.

    **Arguments:**

    - `parameters`: tensors that require gradients, of any shapes `(...)`.
    - `lr`: learning rate; may be changed between steps, as schedules do.
    - `weight_decay`: of the weights that are added to the direction before its norm is taken.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-6,
        weight_decay: float = 0.01,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.count = 0
        self.moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        beta1, beta2 = self.betas
        self.count += 1
        for parameter, (first, second) in zip(self.parameters, self.moments, strict=True):
            if parameter.grad is None:
                continue
            first.lerp_(parameter.grad, 1 - beta1)
            second.mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
            root = (second / (1 - beta2**self.count)).sqrt() + self.eps
            direction = first / (1 - beta1**self.count) / root + self.weight_decay * parameter
            weight_norm, step_norm = parameter.norm(), direction.norm()
            # A tensor of zeros (a fresh bias) would never move, and one without a direction would divide by zero.
            trust = torch.where((weight_norm > 0) & (step_norm > 0), weight_norm / step_norm, 1.0)
            parameter.sub_(self.lr * trust * direction)
