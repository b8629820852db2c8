"""Sinusoidal positions (arXiv:1706.03762, section 3.5)."""

import jax
import jax.numpy as jnp


def sinusoidal_positions(positions: jax.Array, dim: int, base: float = 10000.0, interleaved: bool = True) -> jax.Array:
    """Features of positions: sines and cosines of wave lengths from 2π to 2π times the base.

    **Arguments:**

    - `positions`: `(length,)`, integers or (for time steps) numbers.
    - `dim`: features; an odd number has one sine more than cosines.
    - `interleaved`: sine and cosine in turn, as in the paper; else all sines, then all cosines.

    Shapes: the result is `(length, dim)`, in float32.
    """
    speeds = base ** (-jnp.arange(0, dim, 2, dtype=jnp.float32) / dim)
    angles = positions.astype(jnp.float32)[:, None] * speeds
    sines, cosines = jnp.sin(angles), jnp.cos(angles)[:, : dim // 2]
    if not interleaved:
        return jnp.concatenate([sines, cosines], axis=-1)
    return jnp.zeros((len(positions), dim)).at[:, 0::2].set(sines).at[:, 1::2].set(cosines)
