"""F1 of classes, and its micro, macro and weighted averages."""

from typing import Literal

import torch
from torch import Tensor

Average = Literal["micro", "macro", "weighted"]


def class_counts(predictions: Tensor, targets: Tensor, classes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Hits, predicted and true sizes of each class: `(samples,), (samples,) -> three of (classes,)`."""
    hits = torch.bincount(targets[predictions == targets], minlength=classes)
    return hits, torch.bincount(predictions, minlength=classes), torch.bincount(targets, minlength=classes)


def f1_of_classes(predictions: Tensor, targets: Tensor, classes: int) -> Tensor:
    """F1 of each class, 0 where a class is neither predicted nor there: `(samples,), (samples,) -> (classes,)`."""
    hits, predicted, true = (count.double() for count in class_counts(predictions, targets, classes))
    return 2 * hits / (predicted + true).clamp(min=1)


def f1_score(predictions: Tensor, targets: Tensor, classes: int, average: Average = "macro") -> float:
    """F1 averaged over classes: `(samples,), (samples,) -> number`.

    **Arguments:**

    - `average`: `micro` sums the counts first (with one label a sample it is the accuracy); `macro` is the plain mean over
      the classes that are predicted or there; `weighted` weights by true size.
    """
    hits, predicted, true = class_counts(predictions, targets, classes)
    if average == "micro":
        return float(2 * hits.sum() / (predicted.sum() + true.sum()).clamp(min=1))
    scores = f1_of_classes(predictions, targets, classes)
    if average == "weighted":
        return float((scores * true).sum() / true.sum().clamp(min=1))
    return float(scores[(predicted + true) > 0].mean())


def multilabel_f1(predictions: Tensor, targets: Tensor, average: Average = "macro") -> float:
    """F1 where a sample has any number of labels: `(samples, labels), (samples, labels)` of 0 and 1 `-> number`."""
    hits = (predictions.bool() & targets.bool()).sum(dim=0).double()
    predicted, true = predictions.bool().sum(dim=0).double(), targets.bool().sum(dim=0).double()
    if average == "micro":
        return float(2 * hits.sum() / (predicted.sum() + true.sum()).clamp(min=1))
    scores = 2 * hits / (predicted + true).clamp(min=1)
    return float((scores * true).sum() / true.sum().clamp(min=1)) if average == "weighted" else float(scores.mean())
