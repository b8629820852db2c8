"""The expected calibration error beside torchmetrics."""

from __future__ import annotations

import pytest
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

from paper_implementer.knowledge.components.pytorch.calibration_error import (
    calibration_bins,
    expected_calibration_error,
)


@pytest.mark.parametrize("bins", [1, 10, 15])
@pytest.mark.parametrize(("samples", "classes"), [(5, 3), (400, 10)])
def test_agrees_with_torchmetrics(samples: int, classes: int, bins: int) -> None:
    probabilities, targets = (3 * torch.randn(samples, classes)).softmax(dim=1), torch.randint(classes, (samples,))
    theirs = multiclass_calibration_error(probabilities, targets, classes, n_bins=bins).item()
    assert expected_calibration_error(probabilities, targets, bins) == pytest.approx(theirs, abs=1e-5)


def test_a_bin_holds_its_upper_edge() -> None:
    share, mean, accuracy = calibration_bins(torch.tensor([0.0, 0.5, 0.51, 1.0]), torch.tensor([0, 1, 1, 1]), bins=2)
    assert share.tolist() == [0.5, 0.5]
    assert mean.tolist() == pytest.approx([0.25, 0.755])
    assert accuracy.tolist() == [0.5, 1]
