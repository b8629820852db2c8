"""Experts beside Mixtral's block in transformers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, silu

from paper_implementer.knowledge.components.pytorch.mixture_of_experts import MixtureOfExperts, balancing_loss
from tests.support.agreement import assert_same, assert_same_gradients


class Expert(nn.Module):
    """One expert that reads its weights from a stack of them."""

    def __init__(self, stack: nn.Module, number: int) -> None:
        super().__init__()
        self.up, self.down = stack.gate_up_proj[number].detach(), stack.down_proj[number].detach()

    def forward(self, x: Tensor) -> Tensor:
        gate, up = linear(x, self.up).chunk(2, -1)
        return linear(silu(gate) * up, self.down)


def test_agrees_with_mixtral_of_transformers() -> None:
    from transformers import MixtralConfig
    from transformers.models.mixtral.modeling_mixtral import MixtralSparseMoeBlock, load_balancing_loss_func

    config = MixtralConfig(hidden_size=8, intermediate_size=12, num_local_experts=5, num_experts_per_tok=2)
    theirs = MixtralSparseMoeBlock(config)
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.5)
    mine = MixtureOfExperts(8, [Expert(theirs.experts, number) for number in range(5)], 2)
    mine.router.weight.data.copy_(theirs.gate.weight)
    x = torch.randn(3, 7, 8)
    assert_same_gradients(lambda x: mine(x)[0], theirs, [x])
    logits = mine(x)[1].detach()
    assert_same(balancing_loss(logits, 2), load_balancing_loss_func((logits,), 5, 2))


def test_even_choices_with_even_probabilities_have_the_least_loss() -> None:
    logits = torch.eye(4) * 1e-3
    assert abs(balancing_loss(logits, 1).item() - 1) < 1e-3
    assert balancing_loss(torch.eye(4)[[0] * 4] * 9, 1).item() > 3
