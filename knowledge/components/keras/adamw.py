"""AdamW (arXiv:1711.05101, section 2), which without decay is Adam (arXiv:1412.6980, section 2)."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


class AdamW:
    """Steps of Adam with weight decay that is not part of the gradient.

    Keras's own optimizer adds epsilon before the bias is corrected; this one does so after, as the paper and torch do.

    **Arguments:**

    - `variables`: of a model, of any shapes `(...)`.
    - `eps`: added to the root, outside.
    - `weight_decay`: times learning rate and weight.
    """

    def __init__(
        self,
        variables: Sequence[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        self.variables = list(variables)
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.count = 0
        self.moments = [
            tuple(keras.Variable(ops.zeros(v.shape), trainable=False) for _ in range(2)) for v in self.variables
        ]

    def step(self, gradients: Sequence[Any]) -> None:
        """Move every variable by its gradient, in the same order."""
        beta1, beta2 = self.betas
        self.count += 1
        for variable, (first, second), gradient in zip(self.variables, self.moments, gradients, strict=True):
            first.assign(beta1 * first + (1 - beta1) * gradient)
            second.assign(beta2 * second + (1 - beta2) * ops.square(gradient))
            root = ops.sqrt(second / (1 - beta2**self.count)) + self.eps
            update = first / (1 - beta1**self.count) / root
            variable.assign(variable - self.lr * (update + self.weight_decay * variable))
