"""Sampling of the next token with temperature, top-k and nucleus (arXiv:1904.09751, section 3.1)."""

import torch
from torch import Tensor


def narrowed(logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0) -> Tensor:
    """Logits of the tokens that may be drawn; -inf for the others.

    **Arguments:**

    - `logits`: `(..., vocabulary)`, as the result.
    - `temperature`: above 0; divides the logits, first of all.
    - `top_k`: only so many of the likeliest; `top_p`: then only the fewest of those that hold this share.
    """
    logits = logits / temperature
    if top_k is not None and top_k < logits.shape[-1]:
        lowest = logits.topk(top_k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < lowest, float("-inf"))
    if top_p < 1:
        ordered, order = logits.sort(dim=-1, descending=True)
        probabilities = ordered.softmax(-1)
        # The token that crosses the share belongs to the nucleus: what counts is the sum before it.
        outside = probabilities.cumsum(-1) - probabilities >= top_p
        outside[..., 0] = False
        logits = logits.masked_fill(outside.scatter(-1, order, outside), float("-inf"))
    return logits


def sample(logits: Tensor, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0) -> Tensor:
    """Draw a token for each row: `(batch, vocabulary) -> (batch,)`; temperature 0 takes the likeliest."""
    if temperature == 0:
        return logits.argmax(-1)
    probabilities = narrowed(logits.float(), temperature, top_k, top_p).softmax(-1)
    return torch.multinomial(probabilities, 1).squeeze(-1)
