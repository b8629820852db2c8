"""F1 beside scikit-learn."""

from __future__ import annotations

from typing import get_args

import pytest
import torch
from sklearn import metrics

from paper_implementer.knowledge.components.pytorch.f1_score import Average, f1_of_classes, f1_score, multilabel_f1


@pytest.mark.parametrize("average", get_args(Average))
@pytest.mark.parametrize(("samples", "classes"), [(200, 2), (50, 5), (20, 30)])
def test_agrees_with_sklearn(samples: int, classes: int, average: Average) -> None:
    predictions, targets = torch.randint(classes, (2, samples)).unbind()
    theirs = metrics.f1_score(targets, predictions, average=average, zero_division=0)
    assert f1_score(predictions, targets, classes, average) == pytest.approx(theirs)


@pytest.mark.parametrize("average", get_args(Average))
def test_many_labels_agree_with_sklearn(average: Average) -> None:
    predictions, targets = (torch.rand(2, 40, 6) < 0.3).long().unbind()
    theirs = metrics.f1_score(targets, predictions, average=average, zero_division=0)
    assert multilabel_f1(predictions, targets, average) == pytest.approx(theirs)


def test_a_class_that_is_nowhere_scores_zero_and_leaves_the_macro_mean_alone() -> None:
    predictions, targets = torch.tensor([0, 1, 1]), torch.tensor([0, 1, 1])
    assert f1_of_classes(predictions, targets, 3).tolist() == [1, 1, 0]
    assert f1_score(predictions, targets, 3) == 1
    assert f1_score(torch.tensor([0]), torch.tensor([1]), 2) == 0
