"""Masking of tokens for masked language models (arXiv:1810.04805, appendix A.1)."""

import torch
from torch import Tensor


def mask_tokens(
    tokens: Tensor, mask: int, vocabulary: int, special: Tensor | None = None, rate: float = 0.15
) -> tuple[Tensor, Tensor]:
    """Hide some tokens; each position is chosen by itself.

    **Arguments:**

    - `tokens`: `(batch, length)`; `special`: boolean, of the same shape, True where nothing may be chosen.
    - `mask`: id of the mask token; `vocabulary`: random tokens are below it.
    - `rate`: share of positions that are chosen; of those 80 % are masked, 10 % random, 10 % left.

    Shapes: the results are what is shown and the labels, `(batch, length)`; labels are -100 where nothing is predicted.
    """
    chances = torch.full(tokens.shape, rate)
    if special is not None:
        chances = chances.masked_fill(special, 0.0)
    chosen = torch.bernoulli(chances).bool()
    labels = tokens.masked_fill(~chosen, -100)
    masked = torch.bernoulli(torch.full(tokens.shape, 0.8)).bool() & chosen
    # Half of what is left of the chosen ones.
    random = torch.bernoulli(torch.full(tokens.shape, 0.5)).bool() & chosen & ~masked
    shown = tokens.masked_fill(masked, mask)
    return torch.where(random, torch.randint(vocabulary, tokens.shape), shown), labels
