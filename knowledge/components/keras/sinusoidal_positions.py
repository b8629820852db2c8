"""Sinusoidal positions (arXiv:1706.03762, section 3.5)."""

from typing import Any

from keras import ops


def sinusoidal_positions(positions: Any, dim: int, base: float = 10000.0, interleaved: bool = True) -> Any:
    """Features of positions: sines and cosines of wave lengths from 2π to 2π times the base.

    **Arguments:**

    - `positions`: `(length,)`, integers or (for time steps) numbers.
    - `dim`: features, an even number.
    - `interleaved`: sine and cosine in turn, as in the paper; else all sines, then all cosines.

    Shapes: the result is `(length, dim)`, in float32.
    """
    speeds = base ** (-ops.arange(0, dim, 2, dtype="float32") / dim)
    angles = ops.expand_dims(ops.cast(positions, "float32"), -1) * speeds
    if not interleaved:
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)
    return ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (-1, dim))
