"""Contrastive loss of images and texts (arXiv:2103.00020, section 2.3)."""

from typing import Any

from keras import ops


def clip_loss(images: Any, texts: Any, temperature: float = 0.07) -> Any:
    """Cross-entropy of finding the text of an image among all of the batch, and the image of a text; the mean of both.

    **Arguments:**

    - `images`, `texts`: embeddings, `(batch, dim)`; row i of one belongs to row i of the other. Not yet normalised.

    Shapes: the result is `()`.
    """
    images, texts = (x / ops.norm(x, axis=-1, keepdims=True) for x in (images, texts))
    scores = images @ ops.transpose(texts) / temperature
    right = ops.diagonal(scores)
    return ops.mean(ops.logsumexp(scores, axis=1) + ops.logsumexp(scores, axis=0) - 2 * right) / 2
