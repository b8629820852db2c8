"""Rotary position embedding (arXiv:2104.09864, section 3.2.2)."""

import jax
import jax.numpy as jnp


def rotate(x: jax.Array, positions: jax.Array, base: float = 10000.0, interleaved: bool = True) -> jax.Array:
    """Turn pairs of features of queries or keys by angles that grow with the position.

    **Arguments:**

    - `x`: `(..., length, dim)`, one head; `dim` is even. The result has its shape and dtype.
    - `positions`: `(length,)`, integers.
    - `interleaved`: features 2i and 2i + 1 form a pair, as in the paper; else i and i + dim / 2, as in GPT-NeoX.
    """
    dim = x.shape[-1]
    speeds = base ** (-jnp.arange(0, dim, 2, dtype=jnp.float32) / dim)
    angles = positions.astype(jnp.float32)[:, None] * speeds
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    first, second = (wide[..., ::2], wide[..., 1::2]) if interleaved else jnp.split(wide, 2, axis=-1)
    turned = (first * cos - second * sin, second * cos + first * sin)
    joined = jnp.stack(turned, axis=-1).reshape(x.shape) if interleaved else jnp.concatenate(turned, axis=-1)
    return joined.astype(x.dtype)
