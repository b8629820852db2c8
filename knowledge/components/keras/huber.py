"""Huber loss, and smooth L1, which is the same over its threshold (arXiv:1504.08083, section 2.3)."""

from typing import Any

from keras import ops


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    """Half the square of small errors, and a line for large ones, one number a place.

    **Arguments:**

    - `prediction`, `target`: `(...)`, as the result; divide by `delta` to have smooth L1 with `beta = delta`.
    - `delta`: error at which the square becomes a line.
    """
    error = ops.abs(prediction - target)
    small = ops.minimum(error, delta)
    return 0.5 * small**2 + delta * (error - small)
