"""Huber loss, and smooth L1, which is the same over its threshold (arXiv:1504.08083, section 2.3)."""

from torch import Tensor


def huber(prediction: Tensor, target: Tensor, delta: float = 1.0) -> Tensor:
    """Half the square of small errors, and a line for large ones, one number a place.

    **Arguments:**

    - `prediction`, `target`: `(...)`, as the result; divide by `delta` to have smooth L1 with `beta = delta`.
    - `delta`: error at which the square becomes a line.
    """
    error = (prediction - target).abs()
    small = error.clamp(max=delta)
    # Square up to delta, then delta times what lies above it: no branch, so that no gradient is NaN.
    return 0.5 * small**2 + delta * (error - small)
