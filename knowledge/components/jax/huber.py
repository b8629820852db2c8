"""Huber loss, and smooth L1, which is the same over its threshold (arXiv:1504.08083, section 2.3)."""

import jax
import jax.numpy as jnp


def huber(prediction: jax.Array, target: jax.Array, delta: float = 1.0) -> jax.Array:
    """Half the square of small errors, and a line for large ones, one number a place.

    **Arguments:**

    - `prediction`, `target`: `(...)`, as the result; divide by `delta` to have smooth L1 with `beta = delta`.
    - `delta`: error at which the square becomes a line.
    """
    error = jnp.abs(prediction - target)
    small = jnp.minimum(error, delta)
    return 0.5 * small**2 + delta * (error - small)
