"""Classifier-free guidance (arXiv:2207.12598, section 3.2)."""

import torch
from torch import Tensor


def guided(conditional: Tensor, unconditional: Tensor, scale: float, rescale: float = 0.0) -> Tensor:
    """Push what the network tells away from what it would tell without the condition.

    **Arguments:**

    - `conditional`, `unconditional`: what the network tells with and without, `(batch, ...)`, as the result.
    - `scale`: 1 for no guidance; one more than the w of the paper.
    - `rescale`: share of the deviation of `conditional` that the result is given back, against images that are too bright.
    """
    told = unconditional + scale * (conditional - unconditional)
    if rescale:
        over = tuple(range(1, told.dim()))
        ratio = conditional.std(over, keepdim=True) / told.std(over, keepdim=True)
        told = told * (rescale * ratio + 1 - rescale)
    return told


def dropped(labels: Tensor, null: int, rate: float = 0.1) -> Tensor:
    """Labels for training, some of them replaced by the null label: `(batch,)`, as the result."""
    return torch.where(torch.rand(labels.shape, device=labels.device) < rate, null, labels)
