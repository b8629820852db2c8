"""AdamW (arXiv:1711.05101, section 2), which without decay is Adam (arXiv:1412.6980, section 2)."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp


class State(NamedTuple):
    """Number of steps, `()`, and the averages of gradients and of their squares, in the shapes `(...)` of the weights."""

    count: jax.Array
    first: Any
    second: Any


def start(weights: Any) -> State:
    """The state before the first step, for a tree of weights of any shapes `(...)`."""
    zeros = jax.tree.map(jnp.zeros_like, weights)
    return State(jnp.zeros((), jnp.int32), zeros, zeros)


def step(
    gradients: Any,
    state: State,
    weights: Any,
    lr: float = 1e-3,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> tuple[Any, State]:
    """One step; the results are new weights and the new state.

    **Arguments:**

    - `gradients`, `weights`: trees of arrays of equal shapes `(...)`.
    - `eps`: added to the root, outside.
    - `weight_decay`: times learning rate and weight, not part of the gradient.
    """
    beta1, beta2 = betas
    count = state.count + 1
    first = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, state.first, gradients)
    second = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, state.second, gradients)

    def moved(weight: jax.Array, m: jax.Array, v: jax.Array) -> jax.Array:
        update = m / (1 - beta1**count) / (jnp.sqrt(v / (1 - beta2**count)) + eps)
        return weight - lr * (update + weight_decay * weight)

    return jax.tree.map(moved, weights, first, second), State(count, first, second)
