"""Noising and steps back of diffusion models (arXiv:2006.11239, section 2; arXiv:2010.02502, section 4.1)."""

from typing import Any

from keras import ops


def alpha_bars(betas: Any) -> Any:
    """What is left of the data's variance after each step, `(steps,)`, from the variances that steps add, `(steps,)`."""
    return ops.cumprod(1 - betas)


def add_noise(bars: Any, clean: Any, noise: Any, steps: Any) -> Any:
    """Data after so many steps of noise: `clean` and `noise` `(batch, ...)`, `steps` `(batch,)` from 0."""
    kept = ops.reshape(ops.take(bars, steps), (-1, *[1] * (len(clean.shape) - 1)))
    return ops.sqrt(kept) * clean + ops.sqrt(1 - kept) * noise


def ddim_step(bars: Any, noisy: Any, told: Any, step: int, to: int) -> Any:
    """A step back without chance over any number of steps, for a network that tells the noise.

    **Arguments:**

    - `noisy`, `told`: `(batch, ...)`, as the result.
    - `to`: the step that is arrived at; -1 for clean data.
    """
    bar = bars[step]
    before = bars[to] if to >= 0 else ops.ones_like(bar)
    clean = (noisy - ops.sqrt(1 - bar) * told) / ops.sqrt(bar)
    return ops.sqrt(before) * clean + ops.sqrt(1 - before) * told
