"""The block beside torch's encoder layer, with its weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.transformer_block import TransformerBlock
from tests.support.agreement import assert_same_gradients


def pair(pre_norm: bool) -> tuple[TransformerBlock, Any]:
    """My block and torch's layer with the same weights, norms not at their start."""
    mine = TransformerBlock(16, 4, 32, pre_norm)
    theirs = torch.nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, batch_first=True, norm_first=pre_norm)
    with torch.no_grad():
        for norm in mine.norms:
            for parameter in norm.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.1)
        theirs.self_attn.in_proj_weight.copy_(mine.project.weight)
        theirs.self_attn.in_proj_bias.copy_(mine.project.bias)
    same = [(mine.out, theirs.self_attn.out_proj), (mine.up, theirs.linear1), (mine.down, theirs.linear2)]
    for own, other in [*same, (mine.norms[0], theirs.norm1), (mine.norms[1], theirs.norm2)]:
        other.load_state_dict(own.state_dict())
    return mine, theirs


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("pre_norm", [False, True])
def test_agrees_with_torch(pre_norm: bool, padded: bool, causal: bool) -> None:
    mine, theirs = pair(pre_norm)
    mask = torch.tensor([[True] * 5, [True] * 3 + [False] * 2]) if padded else None
    later = torch.ones(5, 5, dtype=torch.bool).triu(1) if causal else None
    assert_same_gradients(
        lambda x: mine(x, mask, causal),
        lambda x: theirs(x, src_mask=later, src_key_padding_mask=None if mask is None else ~mask),
        [torch.randn(2, 5, 16)],
    )


def test_the_residual_path_of_pre_norm_is_left_alone() -> None:
    block, x = TransformerBlock(16, 4, 32, pre_norm=True), torch.randn(1, 3, 16) * 100
    with torch.no_grad():
        for layer in (block.out, block.down):
            layer.weight.zero_()
            layer.bias.zero_()
    assert torch.equal(block(x), x)
    block.pre_norm = False
    assert not torch.allclose(block(x), x)
