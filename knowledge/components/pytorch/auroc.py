"""Area under the ROC curve as a rank statistic, and average precision without interpolation."""

import torch
from torch import Tensor


def auroc(scores: Tensor, targets: Tensor) -> float:
    """Probability that a positive scores above a negative, ties counting half: `(samples,), (samples,) -> number`.

    **Arguments:**

    - `scores`: higher is more positive; logits or probabilities alike.
    - `targets`: 0 or 1; both must be there, the area is not defined otherwise.
    """
    positive = targets.bool()
    count, others = int(positive.sum()), int((~positive).sum())
    if not count or not others:
        raise ValueError("the area needs positives and negatives")
    _, group, sizes = scores.unique(return_inverse=True, return_counts=True)
    # Equal scores share the mean of their ranks.
    ends = sizes.cumsum(0).double()
    ranks = (ends - (sizes - 1) / 2)[group]
    return (ranks[positive].sum().item() - count * (count + 1) / 2) / (count * others)


def one_vs_rest_auroc(scores: Tensor, targets: Tensor) -> float:
    """Mean over classes of each class against the rest: `(samples, classes), (samples,) -> number`."""
    areas = [auroc(scores[:, label], targets == label) for label in range(scores.shape[1])]
    return sum(areas) / len(areas)


def average_precision(scores: Tensor, targets: Tensor) -> float:
    """Precision summed over the steps of recall: `(samples,), (samples,) -> number`.

    No interpolation; the area under straight lines between the points would be too high.
    """
    order = scores.argsort(descending=True)
    scores, hits = scores[order], targets[order].double().cumsum(0)
    # Samples of equal score enter together: only the last of each run is a point of the curve.
    ends = torch.cat([scores[1:] != scores[:-1], torch.ones(1, dtype=torch.bool)])
    precision = (hits / torch.arange(1, len(scores) + 1))[ends]
    recall = hits[ends] / hits[-1]
    steps = recall.diff(prepend=torch.zeros(1, dtype=recall.dtype))
    return (steps * precision).sum().item()
