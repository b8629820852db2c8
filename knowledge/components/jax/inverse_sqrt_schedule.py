"""The learning rate of the Transformer (arXiv:1706.03762, section 5.3)."""

import jax
import jax.numpy as jnp


def inverse_sqrt_schedule(
    step: jax.typing.ArrayLike, d_model: int, warmup: int = 4000, factor: float = 1.0
) -> jax.Array:
    """Rise linearly, then fall with the square root of the step.

    **Arguments:**

    - `step`: the step that is about to be done, from 1, traced or not: `()`, as the result.
    - `d_model`: width of the model, from which the peak follows.
    """
    step = jnp.asarray(step, jnp.float32)
    return factor * d_model**-0.5 * jnp.minimum(step**-0.5, step * warmup**-1.5)
