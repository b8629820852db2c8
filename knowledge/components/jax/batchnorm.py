"""Batch normalisation (arXiv:1502.03167, section 3), with the running averages of Flax."""

import jax
import jax.numpy as jnp

Statistics = tuple[jax.Array, jax.Array]


def batch_norm(
    x: jax.Array,
    gain: jax.Array,
    bias: jax.Array,
    running: Statistics,
    training: bool,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> tuple[jax.Array, Statistics]:
    """Normalise each channel over batch and places in training, by running averages in evaluation.

    **Arguments:**

    - `x`: `(batch, ..., channels)`; the result has its shape.
    - `gain`, `bias`: `(channels,)`, start at ones and zeros.
    - `running`: mean and variance, `(channels,)` each; the new ones are the second result.
    - `momentum`: weight of the old averages, 1 - 0.1 for what torch calls 0.1.
    """
    if training:
        over = tuple(range(x.ndim - 1))
        mean, variance = jnp.mean(x, over), jnp.var(x, over)
        running = (
            momentum * running[0] + (1 - momentum) * mean,
            momentum * running[1] + (1 - momentum) * variance,
        )
    else:
        mean, variance = running
    return (x - mean) * jax.lax.rsqrt(variance + eps) * gain + bias, running
