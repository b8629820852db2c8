"""Gated feed-forward layers (arXiv:2002.05202, section 2)."""

from collections.abc import Callable

import jax


def gated_feed_forward(
    x: jax.Array,
    gate: jax.Array,
    up: jax.Array,
    down: jax.Array,
    activation: Callable[[jax.Array], jax.Array] = jax.nn.silu,
) -> jax.Array:
    """A feed-forward layer whose hidden features are multiplied by activated ones: SwiGLU as it stands.

    **Arguments:**

    - `x`: `(..., dim)`, as the result.
    - `gate`, `up`: `(dim, hidden)`; `down`: `(hidden, dim)`. Hidden is about 8/3 of dim.
    - `activation`: `silu` for SwiGLU, `gelu` for GEGLU, `relu` for ReGLU.
    """
    return (activation(x @ gate) * (x @ up)) @ down
