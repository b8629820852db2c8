"""Stochastic gradient descent with momentum (arXiv:1706.02677, section 3), the rate outside of the velocity."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class SGD:
    """Steps along a decaying sum of gradients.

    Keras's own optimizer holds the rate inside of the velocity; the two part when the rate changes.

    **Arguments:**

    - `variables`: of a model, of any shapes `(...)`.
    - `nesterov`: look ahead by one momentum.
    """

    def __init__(self, variables: Sequence[Any], lr: float, momentum: float = 0.9, nesterov: bool = False) -> None:
        self.variables = list(variables)
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.velocities = [keras.Variable(ops.zeros(v.shape), trainable=False) for v in self.variables]

    def step(self, gradients: Sequence[Any]) -> None:
        """Move every variable by its gradient, in the same order."""
        for variable, velocity, gradient in zip(self.variables, self.velocities, gradients, strict=True):
            velocity.assign(self.momentum * velocity + gradient)
            direction = gradient + self.momentum * velocity if self.nesterov else velocity
            variable.assign(variable - self.lr * direction)
