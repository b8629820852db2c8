"""Contrastive loss of images and texts (arXiv:2103.00020, section 2.3)."""

import jax
import jax.numpy as jnp


def clip_loss(images: jax.Array, texts: jax.Array, temperature: jax.Array | float = 0.07) -> jax.Array:
    """Cross-entropy of finding the text of an image among all of the batch, and the image of a text; the mean of both.

    **Arguments:**

    - `images`, `texts`: embeddings, `(batch, dim)`; row i of one belongs to row i of the other. Not yet normalised.

    Shapes: the result is `()`.
    """
    images, texts = (x / jnp.linalg.norm(x, axis=-1, keepdims=True) for x in (images, texts))
    scores = images @ texts.T / temperature
    right = jnp.diagonal(scores)
    by_image = jax.nn.logsumexp(scores, axis=1) - right
    by_text = jax.nn.logsumexp(scores, axis=0) - right
    return jnp.mean(by_image + by_text) / 2
