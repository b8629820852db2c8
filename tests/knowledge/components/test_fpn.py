"""The feature pyramid beside that of torchvision."""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.fpn import FeaturePyramid, level_of
from tests.support.agreement import assert_same

SIZES = [[(16, 24), (8, 12), (4, 6)], [(15, 21), (8, 11), (4, 6)]]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("extra", ["none", "pool", "convolve"])
@pytest.mark.parametrize("sizes", SIZES)
def test_agrees_with_torchvision(
    sizes: list[tuple[int, int]], extra: Literal["none", "pool", "convolve"], dtype: torch.dtype
) -> None:
    from torchvision.ops import FeaturePyramidNetwork
    from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7

    channels = [4, 6, 10]
    blocks = {"none": None, "pool": LastLevelMaxPool(), "convolve": LastLevelP6P7(10, 8)}
    mine, theirs = (
        FeaturePyramid(channels, 8, extra).to(dtype),
        FeaturePyramidNetwork(channels, 8, blocks[extra]).to(dtype),
    )
    pairs = list(zip(mine.parameters(), theirs.parameters(), strict=True))
    with torch.no_grad():
        for one, other in pairs:
            other.copy_(one.normal_(std=0.3))
    maps = [torch.randn(2, dim, *size, dtype=dtype) for dim, size in zip(channels, sizes, strict=True)]
    first, second = ([x.clone().requires_grad_() for x in maps] for _ in range(2))
    found = mine(first)
    wanted = list(theirs(OrderedDict(zip("abc", second, strict=True))).values())
    for one, other in zip(found, wanted, strict=True):
        assert_same(one, other)
    torch.stack([x.square().sum() for x in found]).sum().backward()
    torch.stack([x.square().sum() for x in wanted]).sum().backward()
    for x, y in [*zip(first, second, strict=True), *pairs]:
        assert x.grad is not None
        assert y.grad is not None
        torch.testing.assert_close(x.grad, y.grad, rtol=1e-4, atol=1e-4 * float(y.grad.abs().max()))


def test_levels_of_boxes_agree_with_torchvision() -> None:
    from torchvision.ops.poolers import LevelMapper

    sides = torch.tensor([0.0, 10.0, 111.9, 112.0, 223.9, 224.0, 447.0, 448.0, 5000.0])
    boxes = torch.stack([sides * 0, sides * 0, sides, sides], 1)
    assert torch.equal(level_of(boxes), LevelMapper(2, 5)([boxes]) + 2)
    assert level_of(boxes).tolist() == [2, 2, 2, 3, 3, 4, 4, 5, 5]
