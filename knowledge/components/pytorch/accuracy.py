"""Top-k accuracy, over all samples and averaged over classes."""

import torch
from torch import Tensor


def top_k_accuracy(logits: Tensor, targets: Tensor, ks: tuple[int, ...] = (1, 5)) -> list[float]:
    """Share of samples whose class is among the k largest logits: `(samples, classes), (samples,) -> (len(ks),)`."""
    ranked = logits.topk(min(max(ks), logits.shape[1]), dim=1).indices
    hits = ranked == targets[:, None]
    return [hits[:, :k].any(dim=1).double().mean().item() for k in ks]


def mean_class_accuracy(predictions: Tensor, targets: Tensor, classes: int) -> float:
    """Mean of the classes' recalls, also called balanced or macro accuracy: `(samples,), (samples,) -> number`.

    Classes without samples are left out; a mean that counts them as 0 is lower.
    """
    sizes = torch.bincount(targets, minlength=classes)
    hits = torch.bincount(targets[predictions == targets], minlength=classes)
    return (hits[sizes > 0] / sizes[sizes > 0]).double().mean().item()
