"""Residual blocks beside torchvision, with its weights."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.residual_block import BasicBlock, Bottleneck
from tests.support.agreement import assert_same_gradients


def theirs(kind: str, inputs: int, channels: int, stride: int) -> Any:
    from torchvision.models import resnet

    block = getattr(resnet, kind)
    outputs = channels * block.expansion
    downsample = None
    if stride != 1 or inputs != outputs:
        downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
    return block(inputs, channels, stride, downsample)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(("mine", "inputs"), [(BasicBlock, 4), (BasicBlock, 6), (Bottleneck, 16), (Bottleneck, 6)])
def test_agrees_with_torchvision(mine: Any, inputs: int, stride: int) -> None:
    block, library = mine(inputs, 4, stride), theirs(mine.__name__, inputs, 4, stride)
    # The same tensors in the same order: branch, then shortcut.
    library.load_state_dict(dict(zip(library.state_dict(), block.state_dict().values(), strict=True)))
    pairs = list(zip(block.parameters(), library.parameters(), strict=True))
    assert_same_gradients(block, library, [torch.randn(2, inputs, 7, 7)], pairs)
    assert_same_gradients(block.eval(), library.eval(), [torch.randn(2, inputs, 7, 7)])
