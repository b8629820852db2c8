"""Rotary position embedding (arXiv:2104.09864, section 3.2.2)."""

from typing import Any

from keras import ops


def rotate(x: Any, positions: Any, base: float = 10000.0, interleaved: bool = True) -> Any:
    """Turn pairs of features of queries or keys by angles that grow with the position.

    **Arguments:**

    - `x`: `(..., length, dim)`, one head; `dim` is even. The result has its shape and dtype.
    - `positions`: `(length,)`, integers.
    - `interleaved`: features 2i and 2i + 1 form a pair, as in the paper; else i and i + dim / 2, as in GPT-NeoX.
    """
    dim = x.shape[-1]
    speeds = base ** (-ops.arange(0, dim, 2, dtype="float32") / dim)
    angles = ops.expand_dims(ops.cast(positions, "float32"), -1) * speeds
    cos, sin = ops.cos(angles), ops.sin(angles)
    wide = ops.cast(x, "float32")
    first, second = (wide[..., ::2], wide[..., 1::2]) if interleaved else ops.split(wide, 2, axis=-1)
    turned = (first * cos - second * sin, second * cos + first * sin)
    joined = ops.reshape(ops.stack(turned, axis=-1), ops.shape(x)) if interleaved else ops.concatenate(turned, axis=-1)
    return ops.cast(joined, x.dtype)
