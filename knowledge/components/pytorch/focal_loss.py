"""Focal loss (arXiv:1708.02002, section 3.2)."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits


def focal_loss(logits: Tensor, targets: Tensor, alpha: float = 0.25, gamma: float = 2.0) -> Tensor:
    """Binary cross-entropy in which what is already right weighs little, one number a place.

    **Arguments:**

    - `logits`, `targets`: `(...)`, as the result; targets are 0 or 1.
    - `alpha`: weight of positives; negatives weigh one minus it.
    - `gamma`: how fast the weight falls with the probability of the right answer.
    """
    loss = binary_cross_entropy_with_logits(logits, targets, reduction="none")
    # From the loss itself: the probability of the right answer without another sigmoid.
    right = torch.exp(-loss)
    balance = alpha * targets + (1 - alpha) * (1 - targets)
    return balance * (1 - right) ** gamma * loss
