"""Boxes beside torchvision."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.boxes import iou, suppress, to_centres, to_corners
from tests.support.agreement import assert_same_gradients


def boxes(count: int) -> torch.Tensor:
    low = torch.rand(count, 2)
    return torch.cat([low, low + torch.rand(count, 2)], 1)


def test_overlaps_agree_with_torchvision() -> None:
    from torchvision.ops import box_iou, generalized_box_iou

    pair = [boxes(5), boxes(7)]
    assert_same_gradients(iou, box_iou, pair)
    assert_same_gradients(lambda a, b: iou(a, b, generalised=True), generalized_box_iou, pair)


def test_formats_agree_with_torchvision() -> None:
    from torchvision.ops import box_convert

    corners = boxes(6)
    torch.testing.assert_close(to_centres(corners), box_convert(corners, "xyxy", "cxcywh"))
    torch.testing.assert_close(to_corners(to_centres(corners)), corners)


def greedy(corners: torch.Tensor, scores: torch.Tensor, threshold: float, classes: torch.Tensor) -> list[int]:
    """Suppression as it is told: take the best, drop what overlaps it too much, go on with the rest."""
    from torchvision.ops import box_iou

    overlap = box_iou(corners, corners)
    left, kept = scores.argsort(descending=True).tolist(), []
    while left:
        best, *rest = left
        kept.append(best)
        left = [at for at in rest if classes[at] != classes[best] or overlap[best, at] <= threshold]
    return kept


@pytest.mark.parametrize("threshold", [0.1, 0.3, 0.7])
def test_suppression_keeps_what_a_greedy_choice_keeps(threshold: float) -> None:
    corners, scores, classes = boxes(80), torch.rand(80), torch.randint(0, 3, (80,))
    alike = torch.zeros(80)
    assert suppress(corners, scores, threshold).tolist() == greedy(corners, scores, threshold, alike)
    assert suppress(corners, scores, threshold, classes).tolist() == greedy(corners, scores, threshold, classes)


def test_boxes_without_area_overlap_nothing() -> None:
    point = torch.tensor([[0.5, 0.5, 0.5, 0.5]])
    assert float(iou(point, point)) == 0
    assert iou(point, point, generalised=True).isfinite().all()
    assert suppress(torch.zeros(0, 4), torch.zeros(0)).tolist() == []
