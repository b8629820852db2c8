"""Sparse mixture of experts (arXiv:2401.04088, section 2.1) with the balancing loss of arXiv:2101.03961, section 2.2."""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot


class MixtureOfExperts(nn.Module):
    """Sends each token to its best experts and adds their answers, weighted by the router.

    **Arguments:**

    - `experts`: modules from `(tokens, dim)` to `(tokens, dim)`.
    - `chosen`: experts a token.
    """

    def __init__(self, dim: int, experts: list[nn.Module], chosen: int = 2) -> None:
        super().__init__()
        self.router = nn.Linear(dim, len(experts), bias=False)
        self.experts = nn.ModuleList(experts)
        self.chosen = chosen

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Map `(..., dim)` to the same shape; the second result are the router's logits, `(tokens, experts)`."""
        tokens = x.reshape(-1, x.shape[-1])
        logits: Tensor = self.router(tokens)
        # Probabilities of the chosen ones, made to sum to one: a softmax over the chosen logits.
        weights, chosen = logits.float().softmax(-1).topk(self.chosen, dim=-1)
        weights = (weights / weights.sum(-1, keepdim=True)).to(x.dtype)
        result = torch.zeros_like(tokens)
        for number, expert in enumerate(self.experts):
            token, place = torch.where(chosen == number)
            if len(token):
                result.index_add_(0, token, weights[token, place, None] * expert(tokens[token]))
        return result.view_as(x), logits


def balancing_loss(logits: Tensor, chosen: int) -> Tensor:
    """Experts times the sum of (share of choices) x (mean probability), `()`; `chosen` at best.

    **Arguments:**

    - `logits`: of the router, `(tokens, experts)`; leave padding out.
    """
    experts = logits.shape[-1]
    probabilities = logits.float().softmax(-1)
    choices = one_hot(probabilities.topk(chosen, dim=-1).indices, experts).float().sum(1).mean(0)
    return experts * (choices * probabilities.mean(0)).sum()
