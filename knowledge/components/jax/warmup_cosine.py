"""Warm-up and cosine decay (arXiv:1608.03983, section 3, one cycle)."""

import jax
import jax.numpy as jnp


def warmup_cosine(step: jax.Array | int, peak: float, warmup: int, total: int, lowest: float = 0.0) -> jax.Array:
    """Rise linearly from zero to the peak, then fall along half a cosine, and stay at the lowest.

    **Arguments:**

    - `step`: number of steps done, from 0: a scalar `()`, traced or not, as the result.
    - `warmup`: steps of the rise; `total`: all steps, warm-up included.
    """
    step = jnp.asarray(step, jnp.float32)
    done = jnp.clip((step - warmup) / max(1, total - warmup), 0.0, 1.0)
    falling = lowest + 0.5 * (peak - lowest) * (1 + jnp.cos(jnp.pi * done))
    return jnp.where(step < warmup, peak * step / max(1, warmup), falling)
