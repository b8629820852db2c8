"""Noising and steps back of diffusion models (arXiv:2006.11239, section 2; arXiv:2010.02502, section 4.1)."""

import jax
import jax.numpy as jnp


def alpha_bars(betas: jax.Array) -> jax.Array:
    """What is left of the data's variance after each step, `(steps,)`, from the variances that steps add, `(steps,)`."""
    return jnp.cumprod(1 - betas)


def add_noise(bars: jax.Array, clean: jax.Array, noise: jax.Array, steps: jax.Array) -> jax.Array:
    """Data after so many steps of noise: `clean` and `noise` `(batch, ...)`, `steps` `(batch,)` from 0."""
    kept = bars[steps].reshape(-1, *[1] * (clean.ndim - 1))
    return jnp.sqrt(kept) * clean + jnp.sqrt(1 - kept) * noise


def ddim_step(bars: jax.Array, noisy: jax.Array, told: jax.Array, step: int, to: int) -> jax.Array:
    """A step back without chance over any number of steps, for a network that tells the noise.

    **Arguments:**

    - `noisy`, `told`: `(batch, ...)`, as the result.
    - `to`: the step that is arrived at; -1 for clean data.
    """
    bar, before = bars[step], jnp.where(to >= 0, bars[to], 1.0)
    clean = (noisy - jnp.sqrt(1 - bar) * told) / jnp.sqrt(bar)
    return jnp.sqrt(before) * clean + jnp.sqrt(1 - before) * told
