"""Expected calibration error (arXiv:1706.04599, section 2)."""

import torch
from torch import Tensor


def calibration_bins(confidence: Tensor, right: Tensor, bins: int = 15) -> tuple[Tensor, Tensor, Tensor]:
    """Share of samples, mean confidence and accuracy of evenly wide bins: `(samples,), (samples,) -> three of (bins,)`."""
    # Bins are closed on the right, as in the paper; confidence 0 belongs to the first.
    edges = torch.linspace(0, 1, bins + 1, dtype=confidence.dtype, device=confidence.device)
    at = (torch.bucketize(confidence, edges) - 1).clamp(0, bins - 1)
    size = torch.bincount(at, minlength=bins).double()
    sums = [torch.zeros(bins, dtype=torch.float64).index_add(0, at, values.double()) for values in (confidence, right)]
    mean, accuracy = (total / size.clamp(min=1) for total in sums)
    return size / max(len(confidence), 1), mean, accuracy


def expected_calibration_error(probabilities: Tensor, targets: Tensor, bins: int = 15) -> float:
    """Mean gap of confidence and accuracy, weighted by size: `(samples, classes), (samples,) -> number`.

    **Arguments:**

    - `probabilities`: after the softmax; the confidence is the largest of a row.
    - `bins`: 15 in the paper; the figure depends on it.
    """
    confidence, predicted = probabilities.max(dim=1)
    share, mean, accuracy = calibration_bins(confidence, predicted == targets, bins)
    return (share * (accuracy - mean).abs()).sum().item()
