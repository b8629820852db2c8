"""MBConv beside torchvision."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from torch import nn

from paper_implementer.knowledge.components.pytorch.mbconv import MBConv
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize(("out", "stride", "expansion"), [(8, 1, 6), (16, 2, 4), (8, 1, 1), (8, 2, 6)])
def test_agrees_with_torchvision(out: int, stride: int, expansion: int) -> None:
    from torchvision.models.efficientnet import MBConv as Library
    from torchvision.models.efficientnet import MBConvConfig

    mine = MBConv(8, out, 5, stride, expansion)
    settings = MBConvConfig(expansion, 5, stride, 8, out, 1, 1.0, 1.0)
    theirs = Library(settings, 0.0, partial(nn.BatchNorm2d))
    # The order of layers is one, so that states agree by position.
    state = dict(zip(theirs.state_dict(), mine.state_dict().values(), strict=True))
    theirs.load_state_dict(state)
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    assert_same_gradients(mine, theirs, [torch.randn(3, 8, 9, 9)], pairs)
