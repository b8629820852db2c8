"""RMSprop: gradients over the root of a running mean of their squares."""

from collections.abc import Iterable

import torch
from torch import Tensor


class RMSprop:
    """Steps by the gradient over the root of its running mean square, with momentum where asked.

    **Arguments:**

    - `parameters`: tensors that require gradients, of any shapes `(...)`.
    - `alpha`: factor of the running mean.
    - `eps`: added to the root; inside it, where `eps_inside` is set, as TensorFlow does.
    - `start`: of the running mean: zero in torch, one in TensorFlow.
    - `rate_inside`: whether the momentum holds rates already, as TensorFlow's does: it matters where the rate changes.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        momentum: float = 0.0,
        eps_inside: bool = False,
        start: float = 0.0,
        rate_inside: bool = False,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.alpha, self.eps, self.momentum = lr, alpha, eps, momentum
        self.eps_inside, self.rate_inside = eps_inside, rate_inside
        self.squares = [torch.full_like(p, start) for p in self.parameters]
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for parameter, square, velocity in zip(self.parameters, self.squares, self.velocities, strict=True):
            if parameter.grad is None:
                continue
            square.lerp_(parameter.grad.square(), 1 - self.alpha)
            root = (square + self.eps).sqrt() if self.eps_inside else square.sqrt() + self.eps
            before, after = (self.lr, 1.0) if self.rate_inside else (1.0, self.lr)
            velocity.mul_(self.momentum).add_(before * parameter.grad / root)
            parameter.sub_(after * velocity)
