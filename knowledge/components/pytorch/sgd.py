"""Stochastic gradient descent with momentum, in the two forms of arXiv:1706.02677, section 3."""

from collections.abc import Iterable

import torch
from torch import Tensor


class SGD:
    """Steps along a decaying sum of gradients.

    **Arguments:**

    - `parameters`: tensors that require gradients, of any shapes `(...)`.
    - `lr`: learning rate; may be changed between steps.
    - `nesterov`: look ahead by one momentum.
    - `weight_decay`: added to the gradient, times the weight (L2).
    - `rate_inside`: the velocity holds steps (TensorFlow, Keras) and not gradients (torch); they differ when `lr` changes.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float,
        momentum: float = 0.9,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        rate_inside: bool = False,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.weight_decay, self.rate_inside = weight_decay, rate_inside
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        for parameter, velocity in zip(self.parameters, self.velocities, strict=True):
            if parameter.grad is None:
                continue
            gradient = parameter.grad + self.weight_decay * parameter
            inside, outside = (self.lr, 1.0) if self.rate_inside else (1.0, self.lr)
            velocity.mul_(self.momentum).add_(inside * gradient)
            direction = inside * gradient + self.momentum * velocity if self.nesterov else velocity
            parameter.sub_(outside * direction)
