"""Stochastic gradient descent with momentum (arXiv:1706.02677, section 3), the rate outside of the velocity."""

from typing import Any

import jax


def step(
    gradients: Any, velocities: Any, weights: Any, lr: float, momentum: float = 0.9, nesterov: bool = False
) -> tuple[Any, Any]:
    """One step along a decaying sum of gradients; the results are new weights and new velocities.

    **Arguments:**

    - `gradients`, `velocities`, `weights`: trees of arrays of equal shapes `(...)`; velocities start at zeros.
    - `nesterov`: look ahead by one momentum.
    """
    velocities = jax.tree.map(lambda v, g: momentum * v + g, velocities, gradients)
    directions = jax.tree.map(lambda v, g: g + momentum * v, velocities, gradients) if nesterov else velocities
    return jax.tree.map(lambda w, d: w - lr * d, weights, directions), velocities
