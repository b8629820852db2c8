"""Sampling of the next token with temperature, top-k and nucleus (arXiv:1904.09751, section 3.1)."""

import jax
import jax.numpy as jnp


def narrowed(logits: jax.Array, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0) -> jax.Array:
    """Logits of the tokens that may be drawn; -inf for the others.

    **Arguments:**

    - `logits`: `(..., vocabulary)`, as the result.
    - `temperature`: above 0; divides the logits, first of all.
    - `top_k`: only so many of the likeliest; `top_p`: then only the fewest of those that hold this share.
    """
    logits = logits / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        lowest = jax.lax.top_k(logits, top_k)[0][..., -1:]
        logits = jnp.where(logits < lowest, -jnp.inf, logits)
    if top_p < 1:
        order = jnp.argsort(-logits, axis=-1)
        probabilities = jax.nn.softmax(jnp.take_along_axis(logits, order, -1), axis=-1)
        # The token that crosses the share belongs to the nucleus: what counts is the sum before it.
        outside = (jnp.cumsum(probabilities, -1) - probabilities >= top_p).at[..., 0].set(False)
        logits = jnp.where(jnp.take_along_axis(outside, jnp.argsort(order, axis=-1), -1), -jnp.inf, logits)
    return logits


def sample(
    key: jax.Array, logits: jax.Array, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0
) -> jax.Array:
    """Draw a token for each row: `(batch, vocabulary) -> (batch,)`; temperature 0 takes the likeliest."""
    if temperature == 0:
        return jnp.argmax(logits, -1)
    return jax.random.categorical(key, narrowed(logits, temperature, top_k, top_p))
