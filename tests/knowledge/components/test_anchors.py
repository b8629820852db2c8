"""Anchors, offsets and assignment beside torchvision."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.anchors import anchors, assign_anchors, decode, encode
from tests.support.agreement import assert_same, assert_same_gradients

RATIOS = [(1.0,), (0.25, 1.0, 4.0)]


@pytest.mark.parametrize("ratios", RATIOS)
@pytest.mark.parametrize("sizes", [[[32.0], [64.0]], [[16.0, 64.0], [64.0, 128.0]]])
def test_agrees_with_torchvision(sizes: list[list[float]], ratios: tuple[float, ...]) -> None:
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.image_list import ImageList

    theirs = AnchorGenerator(tuple(map(tuple, sizes)), (ratios,) * 2)
    maps = [torch.zeros(1, 4, 12, 20), torch.zeros(1, 4, 6, 10)]
    found = theirs(ImageList(torch.zeros(1, 3, 96, 160), [(96, 160)]), maps)[0]
    # These sides and ratios give whole numbers, so that the rounding of torchvision changes nothing.
    assert_same(anchors([(12, 20), (6, 10)], [8, 16], sizes, ratios), found)


def test_torchvision_rounds_and_this_does_not() -> None:
    (box,) = anchors([(1, 1)], [16], [[32.0]], (0.5,))
    height, width = float(box[3] - box[1]), float(box[2] - box[0])
    assert height * width == pytest.approx(32 * 32)
    assert height / width == pytest.approx(0.5)
    moved = anchors([(1, 1)], [16], [[32.0]], (0.5,), offset=0.5)
    assert torch.equal(moved[0], box + 8)


def _boxes(count: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    corner = torch.rand(count, 2, dtype=dtype) * 100
    return torch.cat([corner, corner + 5 + torch.rand(count, 2, dtype=dtype) * 60], 1)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_offsets_agree_with_torchvision(dtype: torch.dtype) -> None:
    from torchvision.models.detection._utils import BoxCoder

    coder = BoxCoder((10.0, 10.0, 5.0, 5.0))
    boxes, around = _boxes(32, dtype), _boxes(32, dtype)
    assert_same_gradients(lambda a: encode(a, around, (10, 5)), lambda a: coder.encode_single(a, around), [boxes])
    wild = torch.randn(32, 4, dtype=dtype) * 30
    assert_same_gradients(lambda a: decode(a, around, (10, 5)), lambda a: coder.decode_single(a, around), [wild])
    torch.testing.assert_close(decode(encode(boxes, around), around), boxes)


@pytest.mark.parametrize("keep_best", [True, False])
@pytest.mark.parametrize(("low", "high"), [(0.3, 0.7), (0.4, 0.5)])
def test_the_assignment_agrees_with_torchvision(low: float, high: float, keep_best: bool) -> None:
    from torchvision.models.detection._utils import Matcher
    from torchvision.ops import box_iou

    overlap = box_iou(_boxes(6), _boxes(400))
    assert torch.equal(assign_anchors(overlap, low, high, keep_best), Matcher(high, low, keep_best)(overlap))
    even = torch.tensor([[0.2, 0.2, 0.0], [0.1, 0.6, 0.1], [low, high, low]])[:, [0, 1, 2, 0, 1]]
    assert torch.equal(assign_anchors(even, low, high, keep_best), Matcher(high, low, keep_best)(even))
    at = torch.tensor([[low, high, 0.9]])
    assert assign_anchors(at, low, high).tolist() == [-2, 0, 0]


def test_without_objects_everything_is_background() -> None:
    assert assign_anchors(torch.zeros(0, 5)).tolist() == [-1] * 5
