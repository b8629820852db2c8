"""The adapter beside plain layers, its parameter count and its start."""

from __future__ import annotations

import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.adapter import Adapter
from tests.support.agreement import assert_same_gradients


def test_agrees_with_a_sequence_of_layers() -> None:
    mine = Adapter(6, 3, std=0.5)
    layers = nn.Sequential(nn.Linear(6, 3), nn.GELU(), nn.Linear(3, 6))
    layers.load_state_dict({k.replace("down", "0").replace("up", "2"): v for k, v in mine.state_dict().items()})
    pairs = list(zip(mine.parameters(), layers.parameters(), strict=True))
    assert_same_gradients(mine, lambda x: x + layers(x), [torch.randn(2, 4, 6)], pairs)


def test_it_starts_near_the_identity_with_the_parameters_of_the_paper() -> None:
    adapter = Adapter(768, 64)
    x = torch.randn(3, 768)
    assert (adapter(x) - x).abs().max() < 1e-2
    assert sum(p.numel() for p in adapter.parameters()) == 2 * 64 * 768 + 768 + 64
