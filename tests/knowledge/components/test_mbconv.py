"""MBConv beside the blocks of torchvision and timm."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.mbconv import MBConv, SqueezeExcitation
from tests.support.agreement import assert_same, assert_same_gradients

KINDS = [(8, 8, 6, 3, 1), (8, 16, 4, 5, 2), (8, 8, 1, 3, 1), (16, 16, 6, 5, 2)]


def _copy(mine: nn.Module, theirs: nn.Module) -> list[tuple[nn.Parameter, nn.Parameter]]:
    """Parameters stand in one order in both: one convolution after the other."""
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    with torch.no_grad():
        for one, other in pairs:
            one.normal_(std=0.5)
            other.copy_(one)
    return pairs


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("size", [(8, 8), (7, 5)])
@pytest.mark.parametrize(("dim", "out", "expansion", "kernel", "stride"), KINDS)
def test_agrees_with_torchvision(
    dim: int, out: int, expansion: int, kernel: int, stride: int, size: tuple[int, int], training: bool
) -> None:
    from torchvision.models.efficientnet import MBConv as Theirs
    from torchvision.models.efficientnet import MBConvConfig

    norm = partial(nn.BatchNorm2d, eps=1e-3, momentum=0.01)
    mine = MBConv(dim, out, expansion, kernel, stride).double().train(training)
    theirs = Theirs(MBConvConfig(expansion, kernel, stride, dim, out, 1), 0.0, norm).double().train(training)
    pairs = _copy(mine, theirs)
    assert_same_gradients(mine, theirs, [torch.randn(3, dim, *size, dtype=torch.float64)], pairs)
    for (name, one), other in zip(mine.named_buffers(), theirs.buffers(), strict=True):
        if "running" in name:
            assert_same(one, other)


@pytest.mark.parametrize("stride", [1, 2])
def test_agrees_with_the_inverted_residual_of_timm(stride: int) -> None:
    from timm.models._efficientnet_blocks import InvertedResidual, SqueezeExcite

    gate = partial(SqueezeExcite, rd_ratio=0.25 / 6, rd_round_fn=round, act_layer=nn.SiLU)
    theirs = InvertedResidual(8, 8, stride=stride, exp_ratio=6.0, act_layer=nn.SiLU, se_layer=gate).double().eval()
    mine = MBConv(8, 8, 6, 3, stride, eps=1e-5, momentum=0.1).double().eval()
    order = ["conv_pw", "bn1", "conv_dw", "bn2", "se", "conv_pwl", "bn3"]
    parts = nn.ModuleList([dict(theirs.named_children())[name] for name in order])
    _copy(mine, parts)
    assert_same_gradients(mine, theirs, [torch.randn(2, 8, 9, 6, dtype=torch.float64)])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_gate_agrees_with_torchvision(dtype: torch.dtype) -> None:
    from torchvision.ops import SqueezeExcitation as Theirs

    mine, theirs = SqueezeExcitation(12, 3).to(dtype), Theirs(12, 3, activation=nn.SiLU).to(dtype)
    assert_same_gradients(mine, theirs, [torch.randn(2, 12, 5, 4, dtype=dtype)], _copy(mine, theirs))


def test_without_a_residual_no_branch_is_dropped() -> None:
    x = torch.randn(16, 8, 4, 4)
    assert MBConv(8, 12, drop_path=0.9)(x).flatten(1).abs().sum(1).gt(0).all()
    assert (MBConv(8, 8, drop_path=0.9)(x) == x).flatten(1).all(1).sum() > 8
