"""Focal loss (arXiv:1708.02002, section 3.2)."""

import jax
import jax.numpy as jnp


def focal_loss(logits: jax.Array, targets: jax.Array, alpha: float = 0.25, gamma: float = 2.0) -> jax.Array:
    """Binary cross-entropy in which what is already right weighs little, one number a place.

    **Arguments:**

    - `logits`, `targets`: `(...)`, as the result; targets are 0 or 1.
    - `alpha`: weight of positives; negatives weigh one minus it.
    - `gamma`: how fast the weight falls with the probability of the right answer.
    """
    loss = -targets * jax.nn.log_sigmoid(logits) - (1 - targets) * jax.nn.log_sigmoid(-logits)
    balance = alpha * targets + (1 - alpha) * (1 - targets)
    return balance * (1 - jnp.exp(-loss)) ** gamma * loss
