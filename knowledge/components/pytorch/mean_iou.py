"""Mean intersection over union of semantic segmentation, from one confusion matrix of the whole data set."""

import torch
from torch import Tensor


def confusion_matrix(predictions: Tensor, targets: Tensor, classes: int, ignore_index: int = 255) -> Tensor:
    """Pixels of each true class (rows) that were given each class (columns): `(...,), (...,) -> (classes, classes)`.

    Add up the matrices of all images: the mean of the images' scores is another, higher or lower, figure.
    """
    kept = targets != ignore_index
    pairs = targets[kept].long() * classes + predictions[kept].long()
    return torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def iou_of_classes(matrix: Tensor) -> Tensor:
    """Intersection over union of each class, NaN where a class is nowhere: `(classes, classes) -> (classes,)`."""
    hits = matrix.diagonal().double()
    return hits / (matrix.sum(dim=0) + matrix.sum(dim=1) - hits)


def mean_iou(matrix: Tensor) -> float:
    """The mean over the classes that are there or predicted: `(classes, classes) -> number`."""
    return iou_of_classes(matrix).nanmean().item()


def pixel_accuracy(matrix: Tensor) -> float:
    """Share of pixels that have the right class: `(classes, classes) -> number`."""
    return (matrix.diagonal().sum() / matrix.sum()).item()


def dice_of_classes(matrix: Tensor) -> Tensor:
    """Dice coefficient of each class, the F1 of its pixels: `(classes, classes) -> (classes,)`."""
    return 2 * matrix.diagonal().double() / (matrix.sum(dim=0) + matrix.sum(dim=1))
