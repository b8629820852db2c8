"""Focal loss (arXiv:1708.02002, section 3.2)."""

from typing import Any

from keras import ops


def focal_loss(logits: Any, targets: Any, alpha: float = 0.25, gamma: float = 2.0) -> Any:
    """Binary cross-entropy in which what is already right weighs little, one number a place.

    **Arguments:**

    - `logits`, `targets`: `(...)`, as the result; targets are 0 or 1.
    - `alpha`: weight of positives; negatives weigh one minus it.
    - `gamma`: how fast the weight falls with the probability of the right answer.
    """
    loss = ops.binary_crossentropy(targets, logits, from_logits=True)
    balance = alpha * targets + (1 - alpha) * (1 - targets)
    return balance * (1 - ops.exp(-loss)) ** gamma * loss
