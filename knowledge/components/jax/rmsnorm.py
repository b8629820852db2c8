"""RMSNorm (arXiv:1910.07467, section 3)."""

import jax
import jax.numpy as jnp


def rms_norm(x: jax.Array, gain: jax.Array, eps: float = 1e-6) -> jax.Array:
    """Divide by the root mean square of the last dimension, then scale by a learned gain.

    **Arguments:**

    - `x`: `(..., dim)`; the result has its shape and dtype.
    - `gain`: `(dim,)`, starts at ones.
    - `eps`: added to the mean square, inside the root.
    """
    # Squares of half precision overflow early: the statistics are taken in float32 at least.
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    normed = wide * jax.lax.rsqrt(jnp.mean(jnp.square(wide), axis=-1, keepdims=True) + eps)
    return normed.astype(x.dtype) * gain.astype(x.dtype)
