"""Boxes: formats, overlaps (arXiv:1902.09630, section 3) and suppression."""

import torch
from torch import Tensor


def to_corners(boxes: Tensor) -> Tensor:
    """From centre and size to corners: `(..., 4)`, cx, cy, w, h -> x1, y1, x2, y2."""
    centre, size = boxes.chunk(2, dim=-1)
    return torch.cat([centre - size / 2, centre + size / 2], dim=-1)


def to_centres(boxes: Tensor) -> Tensor:
    """From corners to centre and size: `(..., 4)`, x1, y1, x2, y2 -> cx, cy, w, h."""
    low, high = boxes.chunk(2, dim=-1)
    return torch.cat([(low + high) / 2, high - low], dim=-1)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(-1)


def iou(first: Tensor, second: Tensor, generalised: bool = False, eps: float = 1e-9) -> Tensor:
    """Overlap of every box with every other.

    **Arguments:**

    - `first`: `(n, 4)`; `second`: `(m, 4)`; corners.
    - `generalised`: take off the share of the surrounding box that neither fills; from -1 to 1.

    Shapes: the result is `(n, m)`.
    """
    a, b = first[:, None], second[None]
    shared = _area(torch.cat([torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])], -1))
    union = _area(a) + _area(b) - shared
    overlap = shared / union.clamp(min=eps)
    if not generalised:
        return overlap
    around = _area(torch.cat([torch.minimum(a[..., :2], b[..., :2]), torch.maximum(a[..., 2:], b[..., 2:])], -1))
    return overlap - (around - union) / around.clamp(min=eps)


def suppress(boxes: Tensor, scores: Tensor, threshold: float = 0.5, classes: Tensor | None = None) -> Tensor:
    """Keep the best box of each heap of boxes that overlap by more than the threshold.

    **Arguments:**

    - `boxes`: corners, `(n, 4)`; `scores`: `(n,)`.
    - `classes`: `(n,)`; boxes of different classes do not suppress each other.

    Shapes: the result has the places of the boxes that are kept, `(kept,)`, best first.
    """
    order = scores.argsort(descending=True)
    overlap = iou(boxes[order], boxes[order])
    if classes is not None:
        overlap = overlap * (classes[order][:, None] == classes[order][None])
    kept = torch.ones(len(order), dtype=torch.bool, device=boxes.device)
    for at in range(len(order)):
        if kept[at]:
            kept[at + 1 :] &= overlap[at, at + 1 :] <= threshold
    return order[kept]
