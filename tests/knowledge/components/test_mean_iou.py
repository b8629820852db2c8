"""Intersection over union beside torchmetrics."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.classification import multiclass_accuracy, multiclass_jaccard_index

from paper_implementer.knowledge.components.pytorch.mean_iou import (
    confusion_matrix,
    dice_of_classes,
    iou_of_classes,
    mean_iou,
    pixel_accuracy,
)


@pytest.mark.parametrize("classes", [2, 6, 40])
def test_agrees_with_torchmetrics(classes: int) -> None:
    predictions, targets = torch.randint(classes, (2, 3, 7, 5)).unbind()
    targets[torch.rand(targets.shape) < 0.2] = 255
    matrix = sum(confusion_matrix(one, other, classes) for one, other in zip(predictions, targets, strict=True))
    theirs = multiclass_jaccard_index(predictions, targets, classes, ignore_index=255).item()
    assert mean_iou(matrix) == pytest.approx(theirs)
    accuracy = multiclass_accuracy(predictions, targets, classes, average="micro", ignore_index=255).item()
    assert pixel_accuracy(matrix) == pytest.approx(accuracy)


def test_a_class_that_is_nowhere_is_left_out_and_one_that_is_missed_is_not() -> None:
    matrix = confusion_matrix(torch.tensor([0, 0, 1]), torch.tensor([0, 2, 1]), 4)
    assert iou_of_classes(matrix)[:3].tolist() == [0.5, 1, 0]
    assert iou_of_classes(matrix)[3].isnan()
    assert mean_iou(matrix) == pytest.approx(0.5)


def test_dice_and_iou_say_the_same() -> None:
    matrix = torch.randint(1, 50, (5, 5))
    iou = iou_of_classes(matrix)
    torch.testing.assert_close(dice_of_classes(matrix), 2 * iou / (1 + iou))
