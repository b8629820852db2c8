"""Dice loss of masks (V-Net, arXiv:1606.04797, section 3)."""

import jax
import jax.numpy as jnp


def dice_loss(
    logits: jax.Array, targets: jax.Array, exclusive: bool = False, squared: bool = False, smooth: float = 1.0
) -> jax.Array:
    """One minus the Dice coefficient of soft masks.

    **Arguments:**

    - `logits`: `(batch, *places, classes)`; `targets`: masks of zeros and ones (or soft) of the same shape.
    - `exclusive`: classes share each place (softmax); else each class is a mask of its own (sigmoid).
    - `squared`: squares in the denominator, as in V-Net; most code has none.
    - `smooth`: added to numerator and denominator; with it an empty mask that is predicted empty costs nothing.

    Shapes: `(batch, classes)`; take the mean.
    """
    wide = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))
    found = jax.nn.softmax(wide, axis=-1) if exclusive else jax.nn.sigmoid(wide)
    there, places = targets.astype(found.dtype), tuple(range(1, logits.ndim - 1))
    both = found**2 + there**2 if squared else found + there
    return 1 - (2 * (found * there).sum(places) + smooth) / (both.sum(places) + smooth)
