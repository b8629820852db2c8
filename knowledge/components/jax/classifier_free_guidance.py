"""Classifier-free guidance (arXiv:2207.12598, section 3.2)."""

import jax


def guided(conditional: jax.Array, unconditional: jax.Array, scale: float) -> jax.Array:
    """Push what the network tells away from what it would tell without the condition.

    **Arguments:**

    - `conditional`, `unconditional`: what the network tells with and without, `(batch, ...)`, as the result.
    - `scale`: 1 for no guidance; one more than the w of the paper.
    """
    return unconditional + scale * (conditional - unconditional)
