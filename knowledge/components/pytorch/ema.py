"""Exponential moving average of weights (as in arXiv:2006.11239, appendix B)."""

import copy

import torch
from torch import nn


class EMA:
    """An averaged copy of a model, to evaluate and to sample from.

    **Arguments:**

    - `model`: parameters of any shapes `(...)`; the copy starts equal to it.
    - `decay`: weight of the old average.
    - `warmup`: lower the decay at first to (1 + t) / (10 + t), t updates before this one.
    """

    def __init__(self, model: nn.Module, decay: float = 0.9999, warmup: bool = False) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay, self.warmup, self.updates = decay, warmup, 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Take in the weights after an optimizer step; buffers are copied."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates)) if self.warmup else self.decay
        self.updates += 1
        for average, weight in zip(self.model.parameters(), model.parameters(), strict=True):
            average.lerp_(weight.to(average.dtype), 1 - decay)
        for kept, buffer in zip(self.model.buffers(), model.buffers(), strict=True):
            kept.copy_(buffer)
