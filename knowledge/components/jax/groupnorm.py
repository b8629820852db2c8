"""Group normalisation (arXiv:1803.08494, section 3); instance normalisation is one channel a group."""

import jax
import jax.numpy as jnp


def group_norm(x: jax.Array, gain: jax.Array, bias: jax.Array, groups: int = 32, eps: float = 1e-5) -> jax.Array:
    """Normalise each example over its places and the channels of a group.

    **Arguments:**

    - `x`: `(batch, ..., channels)`; `groups` divides the channels. The result has its shape.
    - `gain`, `bias`: `(channels,)`, start at ones and zeros.
    """
    grouped = x.reshape(x.shape[0], -1, groups, x.shape[-1] // groups)
    centred = grouped - jnp.mean(grouped, axis=(1, 3), keepdims=True)
    variance = jnp.mean(jnp.square(centred), axis=(1, 3), keepdims=True)
    return (centred * jax.lax.rsqrt(variance + eps)).reshape(x.shape) * gain + bias
