"""Losses of boxes by their overlap: IoU, GIoU (arXiv:1902.09630), DIoU and CIoU (arXiv:1911.08287)."""

import math
from typing import Literal

import torch
from torch import Tensor


def box_loss(
    predicted: Tensor, target: Tensor, kind: Literal["iou", "giou", "diou", "ciou"] = "giou", eps: float = 1e-7
) -> Tensor:
    """One minus the overlap of each predicted box with its own target, and what the kind adds.

    **Arguments:**

    - `predicted`, `target`: corners x1, y1, x2, y2 in pairs, `(..., 4)`.
    - `kind`: `giou` adds the share of the surrounding box that neither fills, `diou` the distance of the centres
      relative to its diagonal, `ciou` also the difference of the aspect ratios.

    Shapes: the result is `(...)`, one loss a pair, in float32 at least: sum it and divide by the number of boxes.
    """
    # Areas of half precision have no digits left for the difference of two of them.
    a, b = (boxes if boxes.dtype == torch.float64 else boxes.float() for boxes in (predicted, target))
    a_size, b_size = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = a_size.prod(-1) + b_size.prod(-1) - shared
    overlap = shared / (union + eps)
    if kind == "iou":
        return 1 - overlap
    around = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    if kind == "giou":
        area = around.prod(-1)
        return 1 - overlap + (area - union) / (area + eps)
    between = (a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2
    distance = between.square().sum(-1) / (around.square().sum(-1) + eps)
    if kind == "diou":
        return 1 - overlap + distance
    # A box without height would divide by zero.
    a_angle, b_angle = (torch.atan(size[..., 0] / size[..., 1].clamp(min=eps)) for size in (a_size, b_size))
    aspect = 4 / math.pi**2 * (b_angle - a_angle).square()
    # The weight of the aspect is a constant to the gradient.
    weight = (aspect / (1 - overlap + aspect + eps)).detach()
    return 1 - overlap + distance + weight * aspect
