"""Losses of boxes beside torchvision."""

from __future__ import annotations

from typing import Literal

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.box_losses import box_loss
from tests.support.agreement import assert_same, assert_same_gradients

KINDS: list[Literal["giou", "diou", "ciou"]] = ["giou", "diou", "ciou"]


def _boxes(count: int, dtype: torch.dtype, size: float = 50.0) -> Tensor:
    corner = torch.rand(count, 2, dtype=dtype) * 100
    return torch.cat([corner, corner + 1 + torch.rand(count, 2, dtype=dtype) * size], 1)


@pytest.mark.parametrize("size", [5.0, 80.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_torchvision(kind: Literal["giou", "diou", "ciou"], dtype: torch.dtype, size: float) -> None:
    from torchvision import ops

    theirs = {
        "giou": ops.generalized_box_iou_loss,
        "diou": ops.distance_box_iou_loss,
        "ciou": ops.complete_box_iou_loss,
    }[kind]
    given = [_boxes(64, dtype, size), _boxes(64, dtype, size)]
    assert_same_gradients(lambda a, b: box_loss(a, b, kind), theirs, given)


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision_is_computed_in_single(kind: Literal["giou", "diou", "ciou"]) -> None:
    a, b = _boxes(16, torch.float32).bfloat16(), _boxes(16, torch.float32).bfloat16()
    assert_same(box_loss(a, b, kind), box_loss(a.float(), b.float(), kind))


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_apart_still_pull_and_equal_ones_cost_nothing(kind: Literal["giou", "diou", "ciou"]) -> None:
    there = torch.tensor([[0.0, 0.0, 10.0, 10.0]])
    far = torch.tensor([[50.0, 0.0, 60.0, 10.0]], requires_grad=True)
    loss = box_loss(far, there, kind)
    loss.sum().backward()
    assert float(loss.detach()) > 1
    assert far.grad is not None
    assert far.grad[0, 0] > 0
    torch.testing.assert_close(box_loss(there, there, kind), torch.zeros(1), atol=1e-5, rtol=0)
    flat = box_loss(far, there, "iou")
    assert float(flat.detach()) == 1
    assert not torch.autograd.grad(flat.sum(), far)[0].any()


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_without_area_give_finite_losses_and_gradients(kind: Literal["giou", "diou", "ciou"]) -> None:
    boxes = torch.zeros(3, 4, requires_grad=True)
    loss = box_loss(boxes, torch.tensor([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 4.0, 1.0], [1.0, 1.0, 2.0, 9.0]]), kind)
    loss.sum().backward()
    assert loss.isfinite().all()
    assert boxes.grad is not None
    assert boxes.grad.isfinite().all()


def test_no_pairs_give_no_losses() -> None:
    assert box_loss(torch.zeros(0, 4), torch.zeros(0, 4)).shape == (0,)
