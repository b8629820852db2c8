"""LAMB (arXiv:1904.00962, section 3.2)."""

from typing import Any

import jax
import jax.numpy as jnp


def step(
    gradients: Any,
    firsts: Any,
    seconds: Any,
    weights: Any,
    count: int,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-6,
    weight_decay: float = 0.01,
) -> tuple[Any, Any, Any]:
    """One step of Adam, each tensor's scaled to the norm of its weights: new weights and both averages.

    **Arguments:**

    - `gradients`, `firsts`, `seconds`, `weights`: trees of arrays of equal shapes `(...)`; averages start at zeros.
    - `count`: number of this step, from 1.
    """
    beta1, beta2 = betas
    firsts = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, firsts, gradients)
    seconds = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g**2, seconds, gradients)

    def moved(weight: jax.Array, first: jax.Array, second: jax.Array) -> jax.Array:
        root = jnp.sqrt(second / (1 - beta2**count)) + eps
        direction = first / (1 - beta1**count) / root + weight_decay * weight
        weight_norm, step_norm = jnp.linalg.norm(weight), jnp.linalg.norm(direction)
        defined = (weight_norm > 0) & (step_norm > 0)
        trust = jnp.where(defined, weight_norm / jnp.where(defined, step_norm, 1.0), 1.0)
        return weight - lr * trust * direction

    return jax.tree.map(moved, weights, firsts, seconds), firsts, seconds
