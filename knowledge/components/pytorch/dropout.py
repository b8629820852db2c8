"""Dropout (arXiv:1207.0580, section 1, scaled in training) and stochastic depth (arXiv:1603.09382, section 3)."""

import torch
from torch import Tensor


def dropout(x: Tensor, rate: float, training: bool) -> Tensor:
    """Set a share of the numbers to zero and scale the others, so that the mean stays: `(...) -> (...)`.

    **Arguments:**

    - `rate`: probability to drop, from 0 to 1.
    - `training`: pass `self.training`; in evaluation nothing happens.
    """
    return _dropped(x, x.shape, rate, training)


def drop_path(x: Tensor, rate: float, training: bool) -> Tensor:
    """Drop the branch of a residual block for whole examples: `(batch, ...) -> (batch, ...)`; the sum comes after."""
    return _dropped(x, torch.Size([len(x)] + [1] * (x.dim() - 1)), rate, training)


def depth_rates(blocks: int, last: float) -> list[float]:
    """Rates that rise evenly from 0 at the first block to `last` at the last one, `(blocks,)`."""
    return [last * at / max(1, blocks - 1) for at in range(blocks)]


def _dropped(x: Tensor, shape: torch.Size, rate: float, training: bool) -> Tensor:
    if not training or rate == 0:
        return x
    if rate == 1:
        return torch.zeros_like(x)
    return x * x.new_empty(shape).bernoulli_(1 - rate) / (1 - rate)
