"""The ConvNeXt block beside timm and torchvision."""

from __future__ import annotations

import torch

from paper_implementer.knowledge.components.pytorch.convnext_block import ConvNeXtBlock
from tests.support.agreement import assert_same, assert_same_gradients


def test_agrees_with_timm() -> None:
    from timm.models.convnext import ConvNeXtBlock as Library

    mine, theirs = ConvNeXtBlock(8, scale=0.5), Library(8, 8, ls_init_value=0.5)
    names = {
        "conv_dw": mine.depthwise,
        "norm": mine.norm,
        "mlp.fc1": mine.up,
        "mlp.fc2": mine.down,
    }
    for name, module in names.items():
        theirs.get_submodule(name).load_state_dict(module.state_dict())
    pairs = [(m.weight, theirs.get_submodule(n).weight) for n, m in names.items()] + [(mine.scale, theirs.gamma)]
    assert_same_gradients(mine, theirs, [torch.randn(2, 8, 9, 11)], pairs)


def test_agrees_with_torchvision() -> None:
    from torchvision.models.convnext import CNBlock

    mine, theirs = ConvNeXtBlock(8, scale=0.5), CNBlock(8, 0.5, 0.0)
    for at, module in ((0, mine.depthwise), (2, mine.norm), (3, mine.up), (5, mine.down)):
        theirs.block[at].load_state_dict(module.state_dict())
    x = torch.randn(2, 8, 5, 5)
    assert_same(mine(x).detach(), theirs(x).detach())


def test_it_starts_as_the_identity_but_for_a_millionth() -> None:
    x = torch.randn(1, 8, 7, 7)
    difference = (ConvNeXtBlock(8)(x) - x).abs().max()
    assert 0 < difference < 1e-5
