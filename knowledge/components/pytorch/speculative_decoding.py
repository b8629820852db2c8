"""Speculative decoding (arXiv:2211.17192, section 2.3)."""

import torch
from torch import Tensor


def accepted(large: Tensor, small: Tensor, drafted: Tensor) -> Tensor:
    """Take what the large model accepts of a draft, and one token more.

    **Arguments:**

    - `large`: probabilities of the large model at each drafted token and after the last, `(drafted + 1, vocabulary)`.
    - `small`: probabilities that the draft was drawn from, `(drafted, vocabulary)`.
    - `drafted`: tokens, `(drafted,)`.

    Shapes: the result has 1 to drafted + 1 tokens, distributed as if the large model had drawn them one by one.
    """
    for at, token in enumerate(drafted.tolist()):
        if torch.rand(()) * small[at, token] >= large[at, token]:
            # What the small model gives too rarely.
            rest = (large[at] - small[at]).clamp(min=0)
            return torch.cat([drafted[:at], torch.multinomial(rest, 1)])
    return torch.cat([drafted, torch.multinomial(large[len(drafted)], 1)])
