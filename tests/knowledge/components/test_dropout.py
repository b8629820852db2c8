"""Dropout beside torch, stochastic depth beside timm."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from paper_implementer.knowledge.components.pytorch.dropout import depth_rates, drop_path, dropout


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_scales_as_torch_does(rate: float) -> None:
    x = torch.ones(100_000)
    for kept in (dropout(x, rate, training=True), functional.dropout(x, rate, training=True)):
        assert kept.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)])
        assert float((kept == 0).float().mean()) == pytest.approx(rate, abs=0.01)


@pytest.mark.parametrize("drop", [dropout, drop_path])
def test_evaluation_rate_zero_and_rate_one(drop: object) -> None:
    assert callable(drop)
    x = torch.randn(4, 5)
    assert torch.equal(drop(x, 0.7, training=False), x)
    assert torch.equal(drop(x, 0.0, training=True), x)
    assert torch.equal(drop(x, 1.0, training=True), torch.zeros(4, 5))


def test_drop_path_agrees_with_timm() -> None:
    from timm.layers import calculate_drop_path_rates
    from timm.layers import drop_path as library

    x = torch.randn(64, 3, 5)
    torch.manual_seed(1)
    mine = drop_path(x, 0.3, training=True)
    torch.manual_seed(1)
    torch.testing.assert_close(mine, library(x, 0.3, training=True))
    dropped = (mine == 0).flatten(1)
    assert torch.equal(dropped.all(1), dropped.any(1))
    assert depth_rates(12, 0.2) == pytest.approx(calculate_drop_path_rates(0.2, 12))
