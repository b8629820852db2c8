"""Warm-up and polynomial decay; of power one the linear decay of BERT (arXiv:1810.04805, appendix A.2)."""

import jax
import jax.numpy as jnp


def polynomial_schedule(
    step: jax.typing.ArrayLike, peak: float, warmup: int, total: int, lowest: float = 0.0, power: float = 1.0
) -> jax.Array:
    """Rise linearly from zero to the peak, then fall as a power of what is left, and stay at the lowest.

    **Arguments:**

    - `step`: number of steps done, from 0, possibly traced: `()`, as the result.
    - `warmup`: steps of the rise; `total`: all steps, warm-up included.
    """
    step = jnp.asarray(step, jnp.float32)
    left = jnp.clip(1 - (step - warmup) / max(1, total - warmup), 0.0, 1.0)
    return jnp.where(step < warmup, peak * step / max(1, warmup), lowest + (peak - lowest) * left**power)
