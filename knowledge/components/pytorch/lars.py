"""LARS (arXiv:1708.03888): momentum with a learning rate of each tensor's own."""

from collections.abc import Iterable

import torch
from torch import Tensor


class Lars:
    """Steps of SGD with momentum, each tensor's gradient scaled to the norm of its weights.

    **Arguments:**

    - `parameters`: tensors of two and more dimensions, of shapes `(...)`; norms and biases belong to plain SGD.
    - `trust`: share of the weights' norm that a step of rate 1 moves.
    - `weight_decay`: added to the gradient; it counts in the ratio too.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1.0,
        momentum: float = 0.9,
        weight_decay: float = 1e-4,
        trust: float = 0.001,
        eps: float = 1e-8,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.momentum, self.weight_decay, self.trust, self.eps = lr, momentum, weight_decay, trust, eps
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            if parameter.grad is None:
                continue
            weight_norm, slope = parameter.norm(), parameter.grad.norm()
            ratio = self.trust * weight_norm / (slope + self.weight_decay * weight_norm + self.eps)
            ratio = torch.where((weight_norm > 0) & (slope > 0), ratio, 1.0)
            velocity.mul_(self.momentum).add_(ratio * (parameter.grad + self.weight_decay * parameter))
            parameter.sub_(self.lr * velocity)
