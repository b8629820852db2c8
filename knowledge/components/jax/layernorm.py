"""LayerNorm (arXiv:1607.06450, section 3)."""

import jax
import jax.numpy as jnp


def layer_norm(x: jax.Array, gain: jax.Array, bias: jax.Array | None = None, eps: float = 1e-5) -> jax.Array:
    """Subtract the mean of the last dimension, divide by its standard deviation, then scale and shift.

    **Arguments:**

    - `x`: `(..., dim)`; the result has its shape and dtype.
    - `gain`, `bias`: `(dim,)`, start at ones and zeros.
    - `eps`: added to the variance, inside the root.
    """
    wide = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    centred = wide - jnp.mean(wide, axis=-1, keepdims=True)
    normed = centred * jax.lax.rsqrt(jnp.mean(jnp.square(centred), axis=-1, keepdims=True) + eps) * gain
    return (normed if bias is None else normed + bias).astype(x.dtype)
