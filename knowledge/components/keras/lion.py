"""Lion (arXiv:2302.06675, section 2)."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class Lion:
    """Steps by the sign of an average of gradients, with decoupled weight decay.

    **Arguments:**

    - `variables`: of a model, of any shapes `(...)`.
    - `betas`: of the average that decides the sign, and of the one that is kept.
    """

    def __init__(
        self,
        variables: Sequence[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        self.variables = list(variables)
        self.lr, self.betas, self.weight_decay = lr, betas, weight_decay
        self.momenta = [keras.Variable(ops.zeros(v.shape), trainable=False) for v in self.variables]

    def step(self, gradients: Sequence[Any]) -> None:
        """Move every variable by its gradient, in the same order."""
        first, second = self.betas
        for variable, momentum, gradient in zip(self.variables, self.momenta, gradients, strict=True):
            direction = ops.sign(first * momentum + (1 - first) * gradient)
            variable.assign(variable - self.lr * (direction + self.weight_decay * variable))
            momentum.assign(second * momentum + (1 - second) * gradient)
