"""Patches of an image as a sequence (arXiv:2010.11929, section 3.1)."""

import jax


def patchify(images: jax.Array, patch: int) -> jax.Array:
    """Cut images into patches, line by line.

    **Arguments:**

    - `images`: `(batch, height, width, channels)`; both sides are multiples of `patch`.

    Shapes: the result is `(batch, patches, patch * patch * channels)`; a linear map and positions make tokens of it.
    """
    batch, height, width, channels = images.shape
    cut = images.reshape(batch, height // patch, patch, width // patch, patch, channels)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(batch, -1, patch * patch * channels)
