"""Span corruption of T5 (arXiv:1910.10683, sections 3.1.4 and 3.3.4)."""

import torch
from torch import Tensor


def noise_spans(length: int, rate: float = 0.15, mean_span: float = 3.0, seed: torch.Generator | None = None) -> Tensor:
    """Draw which tokens are dropped, `(length,)`: always the same number, in spans of random lengths, never the first.

    **Arguments:**

    - `rate`: share of tokens that are dropped; `mean_span`: mean length of a span.
    """
    dropped = min(max(round(length * rate), 1), length - 1)
    spans = min(max(round(dropped / mean_span), 1), length - dropped)

    def pieces(total: int) -> Tensor:
        # A random way to write the total as a sum of `spans` positive numbers.
        cuts = torch.randperm(total - 1, generator=seed)[: spans - 1].sort().values + 1
        edges = torch.cat([torch.tensor([0]), cuts, torch.tensor([total])])
        return edges.diff()

    lengths = torch.stack([pieces(length - dropped), pieces(dropped)], dim=1).flatten()
    return torch.arange(2 * spans).remainder(2).bool().repeat_interleave(lengths)


def corrupt(tokens: Tensor, dropped: Tensor, first_sentinel: int, end: int) -> tuple[Tensor, Tensor]:
    """Give input and target: a falling sentinel stands for each span in the one, and before it in the other.

    **Arguments:**

    - `tokens`, `dropped`: `(length,)`.
    - `first_sentinel`: number of the first sentinel; T5's are the last of the vocabulary, falling.
    - `end`: the end-of-sequence token, put after both.
    """

    def replaced(masked: Tensor) -> Tensor:
        starts = masked & ~torch.cat([masked.new_zeros(1), masked[:-1]])
        sentinels = first_sentinel + 1 - starts.cumsum(0)
        kept = torch.where(starts, sentinels, tokens)[starts | ~masked]
        return torch.cat([kept, tokens.new_tensor([end])])

    return replaced(dropped), replaced(~dropped)
