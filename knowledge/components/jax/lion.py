"""Lion (arXiv:2302.06675, section 2)."""

from typing import Any

import jax
import jax.numpy as jnp


def step(
    gradients: Any,
    momenta: Any,
    weights: Any,
    lr: float = 1e-4,
    betas: tuple[float, float] = (0.9, 0.99),
    weight_decay: float = 0.0,
) -> tuple[Any, Any]:
    """One step by the sign of an average of gradients; the results are new weights and new momenta.

    **Arguments:**

    - `gradients`, `momenta`, `weights`: trees of arrays of equal shapes `(...)`; momenta start at zeros.
    - `betas`: of the average that decides the sign, and of the one that is kept.
    """

    def moved(weight: jax.Array, momentum: jax.Array, gradient: jax.Array) -> jax.Array:
        direction = jnp.sign(betas[0] * momentum + (1 - betas[0]) * gradient)
        return weight - lr * (direction + weight_decay * weight)

    kept = jax.tree.map(lambda m, g: betas[1] * m + (1 - betas[1]) * g, momenta, gradients)
    return jax.tree.map(moved, weights, momenta, gradients), kept
