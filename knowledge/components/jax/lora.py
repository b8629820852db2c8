"""Low-rank adaptation (arXiv:2106.09685, section 4.1)."""

import jax


def lora(x: jax.Array, weight: jax.Array, down: jax.Array, up: jax.Array, alpha: float = 16.0) -> jax.Array:
    """A frozen linear map with a learned update of low rank.

    **Arguments:**

    - `x`: `(..., inputs)`; the result is `(..., outputs)`.
    - `weight`: `(inputs, outputs)`, which gets no gradient.
    - `down`: `(inputs, rank)`, starts random; `up`: `(rank, outputs)`, starts at zeros.
    """
    return x @ jax.lax.stop_gradient(weight) + alpha / down.shape[1] * (x @ down @ up)
