"""Gated cross-attention beside torch's attention with keys of another size."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from paper_implementer.knowledge.components.pytorch.gated_cross_attention import GatedCrossAttention
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("masked", [False, True])
def test_agrees_with_torch_multihead_attention(masked: bool) -> None:
    mine = GatedCrossAttention(8, 6, heads=2)
    mine.attention_gate.data.fill_(0.3)
    mine.feed_gate.data.fill_(-0.7)
    theirs = nn.MultiheadAttention(8, 2, bias=False, kdim=6, vdim=6, batch_first=True)
    theirs.q_proj_weight.data.copy_(mine.query.weight)
    theirs.k_proj_weight.data.copy_(mine.key_value.weight[:8])
    theirs.v_proj_weight.data.copy_(mine.key_value.weight[8:])
    theirs.out_proj.weight.data.copy_(mine.out.weight)
    seen = torch.rand(2, 5, 4) < 0.6 if masked else None
    if seen is not None:
        seen[..., 0] = True

    def library(x: Tensor, context: Tensor) -> Tensor:
        mask = None if seen is None else ~seen.repeat_interleave(2, 0)
        x = x + torch.tanh(torch.tensor(0.3)) * theirs(mine.norm(x), context, context, attn_mask=mask)[0]
        return x - torch.tanh(torch.tensor(0.7)) * mine.feed(mine.feed_norm(x))

    assert_same_gradients(lambda x, c: mine(x, c, seen), library, [torch.randn(2, 5, 8), torch.randn(2, 4, 6)])


def test_it_starts_as_the_identity_and_its_gates_learn() -> None:
    block = GatedCrossAttention(8, 6, heads=2)
    x, context = torch.randn(2, 5, 8), torch.randn(2, 4, 6)
    assert torch.equal(block(x, context), x)
    block(x, context).square().sum().backward()
    assert block.attention_gate.grad is not None
    assert block.attention_gate.grad.abs().sum() > 0


def test_a_token_that_sees_nothing_takes_nothing() -> None:
    block = GatedCrossAttention(8, 6, heads=2)
    block.attention_gate.data.fill_(1.0)
    seen = torch.ones(1, 3, 4, dtype=torch.bool)
    seen[0, 1] = False
    x = torch.randn(1, 3, 8, requires_grad=True)
    y = block(x, torch.randn(1, 4, 6), seen)
    torch.testing.assert_close(y[0, 1], x[0, 1])
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.isfinite().all()
