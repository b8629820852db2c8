"""Clipping of gradients by their global norm (arXiv:1211.5063, section 3.2)."""

from typing import Any

import jax
import jax.numpy as jnp


def clip_gradients(gradients: Any, limit: float) -> tuple[Any, jax.Array]:
    """Shorten all gradients together to the limit where they are longer.

    **Arguments:**

    - `gradients`: a tree of arrays of any shapes `(...)`.

    Shapes: the results are gradients of the same shapes, and the norm before clipping, `()`.
    """
    norm = jnp.sqrt(sum(jnp.sum(jnp.square(g.astype(jnp.float32))) for g in jax.tree.leaves(gradients)))
    factor = jnp.where(norm < limit, 1.0, limit / norm)
    return jax.tree.map(lambda g: (g * factor).astype(g.dtype), gradients), norm
