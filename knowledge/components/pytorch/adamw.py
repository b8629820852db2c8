"""AdamW (arXiv:1711.05101, section 2), which without decay is Adam (arXiv:1412.6980, section 2)."""

from collections.abc import Iterable

import torch
from torch import Tensor


class AdamW:
    """Steps of Adam with weight decay that is not part of the gradient.

    **Arguments:**

    - `parameters`: tensors that require gradients, of any shapes `(...)`.
    - `lr`: learning rate; may be changed between steps, as schedules do.
    - `betas`: of the averages of gradients and of their squares.
    - `eps`: added to the root, outside.
    - `weight_decay`: times learning rate and weight; give no decay to norms and biases.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        self.parameters = list(parameters)
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.steps = [0] * len(self.parameters)
        self.moments = [
            tuple(torch.zeros_like(p, dtype=torch.promote_types(p.dtype, torch.float32)) for _ in range(2))
            for p in self.parameters
        ]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        beta1, beta2 = self.betas
        for at, (parameter, (first, second)) in enumerate(zip(self.parameters, self.moments, strict=True)):
            if parameter.grad is None:
                continue
            self.steps[at] += 1
            gradient = parameter.grad.to(first.dtype)
            first.lerp_(gradient, 1 - beta1)
            second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
            mean = first / (1 - beta1 ** self.steps[at])
            root = (second / (1 - beta2 ** self.steps[at])).sqrt() + self.eps
            parameter.mul_(1 - self.lr * self.weight_decay)
            parameter.sub_((self.lr * mean / root).to(parameter.dtype))
