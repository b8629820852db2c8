"""Average precision of detections as COCO defines it (pycocotools): ten thresholds, 101 points of recall."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

THRESHOLDS = tuple(0.5 + 0.05 * step for step in range(10))
AREAS = {"all": (0.0, 1e10), "small": (0.0, 32.0**2), "medium": (32.0**2, 96.0**2), "large": (96.0**2, 1e10)}


class Detections(NamedTuple):
    """What was found in an image: boxes `(n, 4)` as x1, y1, x2, y2; scores `(n,)`; labels `(n,)`."""

    boxes: Tensor
    scores: Tensor
    labels: Tensor


class Truths(NamedTuple):
    """What is in an image: boxes `(m, 4)`, labels `(m,)`, and which boxes `(m,)` are crowds."""

    boxes: Tensor
    labels: Tensor
    crowd: Tensor


def box_area(boxes: Tensor) -> Tensor:
    """Areas of boxes: `(n, 4) -> (n,)`."""
    return (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(dim=1)


def box_iou(found: Tensor, truth: Tensor, crowd: Tensor) -> Tensor:
    """Overlap over union, over the found box alone where the truth is a crowd: `(n, 4), (m, 4), (m,) -> (n, m)`."""
    low = torch.maximum(found[:, None, :2], truth[None, :, :2])
    high = torch.minimum(found[:, None, 2:], truth[None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=2)
    union = box_area(found)[:, None] + torch.where(crowd, shared, box_area(truth)) - shared
    return shared / union


def match(ious: Tensor, ignored: Tensor, crowd: Tensor, threshold: float) -> list[int]:
    """For each detection, best first, the truth that it takes or -1: `(n, m) -> (n,)`.

    A detection takes the free truth that it overlaps most; one that is ignored only if no other is left; a crowd is
    never used up.
    """
    order = sorted(range(len(ignored)), key=lambda at: bool(ignored[at]))
    taken: set[int] = set()
    found = []
    for row in ious.tolist():
        best, chosen = min(threshold, 1 - 1e-10), -1
        for at in order:
            if at in taken and not crowd[at]:
                continue
            if chosen >= 0 and not ignored[chosen] and ignored[at]:
                break
            if row[at] >= best:
                best, chosen = row[at], at
        if chosen >= 0:
            taken.add(chosen)
        found.append(chosen)
    return found


def precision_at_recalls(hits: Tensor, total: int, points: int = 101) -> Tensor:
    """Best precision at or beyond each of evenly spaced recalls: `(detections,) -> (points,)`, detections best first."""
    right = hits.double().cumsum(0)
    precision = right / torch.arange(1, len(hits) + 1)
    best = precision.flip(0).cummax(0).values.flip(0) if len(hits) else precision
    # Multiples of the step, as numpy spaces them: another rounding moves a point where a recall is exactly on it.
    recalls = torch.arange(points, dtype=torch.float64) * (1 / (points - 1))
    at = torch.searchsorted(right / total, recalls)
    return torch.cat([best, best.new_zeros(1)])[at]


def average_precision(
    found: Sequence[Detections],
    truths: Sequence[Truths],
    label: int,
    threshold: float,
    area: str = "all",
    limit: int = 100,
) -> float | None:
    """AP of one class at one threshold: `(images,), (images,) -> 0..1`; None where no truth counts."""
    least, most = AREAS[area]
    scores, hits, total = [], [], 0
    for each, truth in zip(found, truths, strict=True):
        mine, real = each.labels == label, truth.labels == label
        order = each.scores[mine].argsort(descending=True, stable=True)[:limit]
        boxes, wanted, crowd = each.boxes[mine][order], truth.boxes[real], truth.crowd[real].bool()
        size = box_area(wanted)
        ignored = crowd | (size < least) | (size > most)
        total += int((~ignored).sum())
        chosen = match(box_iou(boxes, wanted, crowd), ignored, crowd, threshold)
        for at, (score, extent) in enumerate(zip(each.scores[mine][order], box_area(boxes), strict=True)):
            # A detection of an ignored truth, or a free one of another size, counts neither way.
            outside = bool(ignored[chosen[at]]) if chosen[at] >= 0 else not least <= extent <= most
            if not outside:
                scores.append(score)
                hits.append(chosen[at] >= 0)
    if total == 0:
        return None
    ranked = (
        torch.tensor(hits, dtype=torch.bool)[torch.stack(scores).argsort(descending=True, stable=True)]
        if hits
        else torch.zeros(0)
    )
    return precision_at_recalls(ranked, total).mean().item()


def coco_map(
    found: Sequence[Detections],
    truths: Sequence[Truths],
    thresholds: Sequence[float] = THRESHOLDS,
    area: str = "all",
    limit: int = 100,
) -> float:
    """Mean AP over classes and thresholds: `(images,), (images,) -> 0..1`.

    **Arguments:**

    - `thresholds`: all ten for AP, `(0.5,)` for AP50.
    - `area`: `small`, `medium`, `large` for AP by the size of the truth in pixels.
    - `limit`: detections that count in an image, for each class.
    """
    labels = sorted({int(label) for truth in truths for label in truth.labels})
    values = [average_precision(found, truths, label, at, area, limit) for label in labels for at in thresholds]
    kept = [value for value in values if value is not None]
    return sum(kept) / len(kept) if kept else float("nan")
