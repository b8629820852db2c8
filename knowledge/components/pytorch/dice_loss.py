"""Dice loss of masks (V-Net, arXiv:1606.04797, section 3)."""

import torch
from torch import Tensor


def dice_loss(
    logits: Tensor,
    targets: Tensor,
    exclusive: bool = False,
    squared: bool = False,
    smooth: float = 1.0,
    valid: Tensor | None = None,
) -> Tensor:
    """One minus the Dice coefficient of soft masks.

    **Arguments:**

    - `logits`: `(batch, classes, *places)`; `targets`: masks of zeros and ones (or soft) of the same shape.
    - `exclusive`: classes share each place (softmax); else each class is a mask of its own (sigmoid).
    - `squared`: squares in the denominator, as in V-Net; most code has none.
    - `smooth`: added to numerator and denominator; with it an empty mask that is predicted empty costs nothing.
    - `valid`: `(batch, 1, *places)`, false where the label is to be ignored.

    Shapes: `(batch, classes)`; take the mean.
    """
    # Sums over an image have too many terms for half precision.
    wide = logits if logits.dtype == torch.float64 else logits.float()
    found = wide.softmax(1) if exclusive else wide.sigmoid()
    there = targets.to(found.dtype)
    if valid is not None:
        found, there = found * valid, there * valid
    shared = (found * there).flatten(2).sum(-1)
    both = (found.square() + there.square() if squared else found + there).flatten(2).sum(-1)
    return 1 - (2 * shared + smooth) / (both + smooth)
