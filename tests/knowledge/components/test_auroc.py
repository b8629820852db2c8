"""The area under the ROC curve and average precision beside scikit-learn."""

from __future__ import annotations

import pytest
import torch
from sklearn import metrics

from paper_implementer.knowledge.components.pytorch.auroc import auroc, average_precision, one_vs_rest_auroc


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("samples", [2, 10, 300])
def test_agrees_with_sklearn(samples: int, ties: bool) -> None:
    scores = torch.randint(4, (samples,)).float() if ties else torch.randn(samples)
    targets = torch.cat([torch.tensor([0, 1]), torch.randint(2, (samples - 2,))])
    assert auroc(scores, targets) == pytest.approx(metrics.roc_auc_score(targets, scores))
    assert average_precision(scores, targets) == pytest.approx(metrics.average_precision_score(targets, scores))


def test_many_classes_agree_with_sklearn() -> None:
    scores, targets = torch.randn(60, 4).softmax(dim=1).double(), torch.arange(60) % 4
    scores /= scores.sum(dim=1, keepdim=True)
    assert one_vs_rest_auroc(scores, targets) == pytest.approx(
        metrics.roc_auc_score(targets, scores, multi_class="ovr")
    )


def test_one_class_alone_has_no_area() -> None:
    with pytest.raises(ValueError, match="positives and negatives"):
        auroc(torch.randn(4), torch.ones(4))
