"""Dynamic loss scaling for half precision (arXiv:1710.03740, section 3.2)."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim import Optimizer


class LossScaler:
    """Multiplies the loss so that small gradients survive float16, and skips steps that overflowed.

    **Arguments:**

    - `scale`: to begin with, a scalar `()`; `growth`: its factor after `interval` steps without an overflow.
    - `backoff`: its factor after an overflow.
    """

    def __init__(self, scale: float = 2.0**16, growth: float = 2.0, backoff: float = 0.5, interval: int = 2000) -> None:
        self.scale, self.growth, self.backoff, self.interval = scale, growth, backoff, interval
        self.good = 0

    def scaled(self, loss: Tensor) -> Tensor:
        """Give the loss to call `backward` on."""
        return loss * self.scale

    def step(self, optimizer: Optimizer, parameters: Iterable[Tensor], max_norm: float | None = None) -> bool:
        """Unscale, clip where asked, and step unless a gradient is not finite; say whether it stepped."""
        held = [p for p in parameters if p.grad is not None]
        for parameter in held:
            parameter.grad.div_(self.scale)
        if not all(bool(p.grad.isfinite().all()) for p in held):
            self.scale, self.good = self.scale * self.backoff, 0
            return False
        # Only unscaled gradients can be held against a norm.
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(held, max_norm)
        optimizer.step()
        self.good += 1
        if self.good == self.interval:
            self.scale, self.good = self.scale * self.growth, 0
        return True
