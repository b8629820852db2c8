"""Accuracy beside torchmetrics and scikit-learn."""

from __future__ import annotations

import pytest
import torch
from sklearn.metrics import balanced_accuracy_score
from torchmetrics.functional.classification import multiclass_accuracy

from paper_implementer.knowledge.components.pytorch.accuracy import mean_class_accuracy, top_k_accuracy


@pytest.mark.parametrize("classes", [3, 10, 100])
def test_agrees_with_torchmetrics(classes: int) -> None:
    logits, targets = torch.randn(64, classes), torch.randint(classes, (64,))
    ks = (1, 3)
    theirs = [multiclass_accuracy(logits, targets, classes, average="micro", top_k=k).item() for k in ks]
    assert top_k_accuracy(logits, targets, ks) == pytest.approx(theirs)


def test_more_places_than_classes_hold_every_class() -> None:
    assert top_k_accuracy(torch.randn(8, 3), torch.randint(3, (8,)), (5,)) == [1.0]


@pytest.mark.parametrize("classes", [4, 40])
def test_the_mean_over_classes_agrees_with_sklearn(classes: int) -> None:
    predictions, targets = torch.randint(classes, (2, 50)).unbind()
    wanted = balanced_accuracy_score(
        targets[torch.isin(predictions, targets)], predictions[torch.isin(predictions, targets)]
    )
    kept = torch.isin(predictions, targets)
    assert mean_class_accuracy(predictions[kept], targets[kept], classes) == pytest.approx(wanted)
