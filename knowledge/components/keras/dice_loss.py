"""Dice loss of masks (V-Net, arXiv:1606.04797, section 3)."""

from typing import Any

from keras import ops


def dice_loss(logits: Any, targets: Any, exclusive: bool = False, squared: bool = False, smooth: float = 1.0) -> Any:
    """One minus the Dice coefficient of soft masks.

    **Arguments:**

    - `logits`: `(batch, *places, classes)`; `targets`: masks of zeros and ones (or soft) of the same shape.
    - `exclusive`: classes share each place (softmax); else each class is a mask of its own (sigmoid).
    - `squared`: squares in the denominator, as in V-Net; most code has none.
    - `smooth`: added to numerator and denominator; with it an empty mask that is predicted empty costs nothing.

    Shapes: `(batch, classes)`; take the mean.
    """
    wide = ops.cast(logits, "float32")
    found = ops.softmax(wide, axis=-1) if exclusive else ops.sigmoid(wide)
    there, places = ops.cast(targets, "float32"), tuple(range(1, len(logits.shape) - 1))
    both = ops.square(found) + ops.square(there) if squared else found + there
    shared = ops.sum(found * there, axis=places)
    return 1 - (2 * shared + smooth) / (ops.sum(both, axis=places) + smooth)
