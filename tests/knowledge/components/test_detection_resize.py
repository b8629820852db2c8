"""Sizes and boxes of a detector beside Hugging Face's DETR and torchvision."""

from __future__ import annotations

import pytest
import torch
from torchvision.transforms import v2
from transformers.image_transforms import get_size_with_aspect_ratio

from paper_implementer.knowledge.components.pytorch.detection_resize import (
    detection_size,
    flip,
    padded_batch,
    relative_boxes,
    resize,
)


@pytest.mark.parametrize("shorter", [480, 800])
def test_sizes_agree_with_transformers(shorter: int) -> None:
    for height, width in [
        (480, 640),
        (640, 480),
        (333, 1000),
        (1000, 333),
        (800, 800),
        (427, 640),
        (375, 1242),
        (1, 5),
        (800, 1333),
    ]:
        assert detection_size(height, width, shorter) == get_size_with_aspect_ratio((height, width), shorter, 1333)


def test_pixels_agree_with_torchvision_and_boxes_follow() -> None:
    image, boxes = torch.rand(3, 40, 60), torch.tensor([[0.0, 0, 60, 40], [15, 10, 30, 20]])
    mine, moved = resize(image, boxes, 80, 100)
    theirs = v2.functional.resize(image, list(mine.shape[-2:]), antialias=True)
    torch.testing.assert_close(mine, theirs)
    assert moved[0].tolist() == pytest.approx([0, 0, mine.shape[-1], mine.shape[-2]])
    torch.testing.assert_close(relative_boxes(moved, *mine.shape[-2:]), relative_boxes(boxes, 40, 60))
    assert relative_boxes(boxes, 40, 60)[1].tolist() == pytest.approx([0.375, 0.375, 0.25, 0.25])


def test_a_flip_is_its_own_inverse_and_agrees_with_torchvision() -> None:
    image, boxes = torch.rand(3, 8, 10), torch.tensor([[1.0, 2, 4, 6]])
    mirrored, moved = flip(image, boxes)
    assert torch.equal(mirrored, v2.functional.horizontal_flip(image))
    assert moved.tolist() == [[6, 2, 9, 6]]
    assert torch.equal(flip(mirrored, moved)[1], boxes)


def test_the_mask_is_true_on_padding_alone() -> None:
    batch, mask = padded_batch([torch.ones(3, 5, 9), torch.ones(3, 8, 4)], multiple=4)
    assert batch.shape == (2, 3, 8, 12)
    assert torch.equal(batch[:, 0] == 0, mask)
    assert (~mask).sum(dim=(1, 2)).tolist() == [45, 32]
