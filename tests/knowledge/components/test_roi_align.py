"""RoIAlign beside the one of torchvision that is written in Python, and beside a loop over samples for boxes outside."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.roi_align import roi_align
from tests.support.agreement import assert_same, assert_same_gradients


def _boxes(count: int, dtype: torch.dtype) -> Tensor:
    corner = torch.rand(count, 2, dtype=dtype) * 30
    return torch.cat(
        [corner, corner + torch.tensor([0.5, 3.0], dtype=dtype) + torch.rand(count, 2, dtype=dtype) * 25], 1
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize(("samples", "size"), [(2, 3), (0, 2), (1, 7)])
def test_agrees_with_torchvision(samples: int, size: int, aligned: bool, dtype: torch.dtype) -> None:
    from torchvision.ops.roi_align import _roi_align as compiled

    # As it is written: torchvision would compile it at the first call.
    theirs = compiled.__wrapped__
    boxes, image = _boxes(12, dtype), torch.arange(12) % 2
    rois = torch.cat([image[:, None].to(dtype), boxes], 1)
    assert_same_gradients(
        lambda x: roi_align(x, boxes, image, size, 0.25, samples, aligned),
        lambda x: theirs(x, rois, 0.25, size, size, samples, aligned),
        [torch.randn(2, 3, 16, 15, dtype=dtype)],
    )


def _by_loops(x: Tensor, box: Tensor, size: int, samples: int) -> Tensor:
    """One box on one map `(dim, height, width)`, aligned, sample by sample."""
    low, span = box[:2] - 0.5, box[2:] - box[:2]
    found = x.new_zeros(len(x), size, size)
    for row in range(size * samples):
        for column in range(size * samples):
            at = [float(low[k] + (n + 0.5) * span[k] / (size * samples)) for k, n in ((1, row), (0, column))]
            if any(c < -1 or c > side for c, side in zip(at, x.shape[1:], strict=True)):
                continue
            y, z = (min(max(c, 0.0), side - 1) for c, side in zip(at, x.shape[1:], strict=True))
            for i in {math.floor(y), math.ceil(y)}:
                for j in {math.floor(z), math.ceil(z)}:
                    share = (1 - abs(y - i)) * (1 - abs(z - j)) / samples**2
                    found[:, row // samples, column // samples] += share * x[:, i, j]
    return found


def test_boxes_that_reach_outside_take_zeros_from_there() -> None:
    x = torch.randn(1, 2, 6, 8, dtype=torch.float64)
    boxes = torch.tensor([[-9.0, -5.0, 4.0, 5.0], [3.0, 2.0, 20.0, 9.0], [40.0, 40.0, 50.0, 50.0]], dtype=torch.float64)
    found = roi_align(x, boxes, torch.zeros(3, dtype=torch.long), 3, samples=2)
    assert_same(found, torch.stack([_by_loops(x[0], box, 3, 2) for box in boxes]))
    assert not found[2].any()


def test_a_linear_ramp_is_read_at_the_centres_of_the_cells() -> None:
    ramp = (torch.arange(16.0) + 0.5).repeat(16, 1)[None, None]
    found = roi_align(ramp, torch.tensor([[2.0, 2.0, 10.0, 10.0]]), torch.zeros(1, dtype=torch.long), 4)
    torch.testing.assert_close(found[0, 0, 0], torch.tensor([3.0, 5.0, 7.0, 9.0]))


def test_no_boxes_give_no_features_and_half_precision_is_kept() -> None:
    x = torch.randn(1, 2, 6, 8).bfloat16()
    assert roi_align(x, torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)).shape == (0, 2, 7, 7)
    one = roi_align(x, torch.tensor([[1.0, 1.0, 5.0, 5.0]]), torch.zeros(1, dtype=torch.long))
    assert one.dtype == torch.bfloat16
