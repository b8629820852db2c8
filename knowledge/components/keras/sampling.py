"""Sampling of the next token with temperature, top-k and nucleus (arXiv:1904.09751, section 3.1)."""

from typing import Any

import keras
from keras import ops


def narrowed(logits: Any, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0) -> Any:
    """Logits of the tokens that may be drawn; -inf for the others.

    **Arguments:**

    - `logits`: `(..., vocabulary)`, as the result.
    - `temperature`: above 0; divides the logits, first of all.
    - `top_k`: only so many of the likeliest; `top_p`: then only the fewest of those that hold this share.
    """
    logits = logits / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        lowest = ops.top_k(logits, top_k)[0][..., -1:]
        logits = ops.where(logits < lowest, -float("inf"), logits)
    if top_p < 1:
        order = ops.argsort(-logits, axis=-1)
        probabilities = ops.softmax(ops.take_along_axis(logits, order, axis=-1), axis=-1)
        # The token that crosses the share belongs to the nucleus: what counts is the sum before it.
        outside = ops.cumsum(probabilities, axis=-1) - probabilities >= top_p
        outside = ops.logical_and(outside, ops.arange(logits.shape[-1]) > 0)
        back = ops.argsort(order, axis=-1)
        logits = ops.where(ops.take_along_axis(outside, back, axis=-1), -float("inf"), logits)
    return logits


def sample(
    logits: Any, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0, seed: Any = None
) -> Any:
    """Draw a token for each row: `(batch, vocabulary) -> (batch,)`; temperature 0 takes the likeliest."""
    if temperature == 0:
        return ops.argmax(logits, axis=-1)
    return keras.random.categorical(narrowed(logits, temperature, top_k, top_p), 1, seed=seed)[:, 0]
