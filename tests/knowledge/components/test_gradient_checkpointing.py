"""Recomputed blocks beside the plain ones and torch's own checkpointing."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from paper_implementer.knowledge.components.pytorch.gradient_checkpointing import recomputed


@pytest.mark.parametrize("needed", [True, False])
def test_gradients_are_those_of_the_plain_module(needed: bool) -> None:
    block = nn.Sequential(nn.Linear(6, 16), nn.GELU(), nn.Dropout(0.5), nn.Linear(16, 3))
    given = torch.randn(5, 6)

    def gradients(run: Any) -> list[Tensor]:
        block.zero_grad()
        torch.manual_seed(3)
        x = given.clone().requires_grad_(needed)
        run(x).square().sum().backward()
        assert (x.grad is not None) == needed
        return [p.grad.clone() for p in block.parameters() if p.grad is not None] + ([x.grad] if needed else [])

    plain = gradients(block)
    torchs = gradients(lambda x: checkpoint(block, x, use_reentrant=False))
    mine = gradients(lambda x: recomputed(block, x))
    assert len(plain) == 4 + needed
    for one, two, three in zip(plain, torchs, mine, strict=True):
        torch.testing.assert_close(one, three)
        torch.testing.assert_close(two, three)


def test_it_keeps_its_input_only() -> None:
    kept: list[int] = []

    def pack(x: Tensor) -> Tensor:
        kept.append(x.numel())
        return x

    block = nn.Sequential(*(layer for _ in range(4) for layer in (nn.Linear(32, 32, bias=False), nn.Tanh())))
    x = torch.randn(64, 32, requires_grad=True)
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        block(x)
        plain = sum(kept)
        kept.clear()
        recomputed(block, x)
    assert sum(kept) - 4 * 32 * 32 == x.numel() < plain
