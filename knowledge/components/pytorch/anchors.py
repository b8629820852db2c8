"""Anchors of a pyramid of feature maps and their offsets to boxes (Faster R-CNN, arXiv:1506.01497, section 3.1)."""

import math

import torch
from torch import Tensor


def anchors(
    maps: list[tuple[int, int]],
    strides: list[int],
    sizes: list[list[float]],
    ratios: tuple[float, ...] = (0.5, 1.0, 2.0),
    offset: float = 0.0,
) -> Tensor:
    """Boxes of fixed sizes and shapes around every place of every map.

    **Arguments:**

    - `maps`: height and width of each map; `strides`: pixels of the image between two of its places.
    - `sizes`: for each map, sides in pixels of the square with the area of the anchor.
    - `ratios`: height over width.
    - `offset`: of the centre from the corner of a place, as a share of the stride: 0 or 0.5, by code base.

    Shapes: `(sum of height * width * shapes, 4)`, corners in pixels; maps one after the other, in each line by line, at a
    place first by ratio, then by size.
    """
    every = []
    for (height, width), stride, sides in zip(maps, strides, sizes, strict=True):
        tall = torch.tensor([side * math.sqrt(ratio) for ratio in ratios for side in sides])
        wide = torch.tensor([side / math.sqrt(ratio) for ratio in ratios for side in sides])
        shapes = torch.stack([-wide, -tall, wide, tall], -1) / 2
        y = (torch.arange(height) + offset) * stride
        x = (torch.arange(width) + offset) * stride
        centre_y, centre_x = torch.meshgrid(y, x, indexing="ij")
        centres = torch.stack([centre_x, centre_y, centre_x, centre_y], -1).reshape(-1, 1, 4)
        every.append((centres + shapes).reshape(-1, 4))
    return torch.cat(every)


def _centred(boxes: Tensor) -> tuple[Tensor, Tensor]:
    low, high = boxes.chunk(2, dim=-1)
    return (low + high) / 2, high - low


def encode(boxes: Tensor, around: Tensor, weights: tuple[float, float] = (1.0, 1.0)) -> Tensor:
    """Offsets of boxes from their anchors, which the network learns: `(n, 4)`, `(n, 4)` -> `(n, 4)`.

    **Arguments:**

    - `boxes`, `around`: corners of true boxes and of anchors, both with an area.
    - `weights`: of the offsets of centre and of size; 10 and 5 in the second stage of Faster R-CNN.
    """
    (centre, size), (middle, scale) = _centred(boxes), _centred(around)
    return torch.cat([weights[0] * (centre - middle) / scale, weights[1] * (size / scale).log()], -1)


def decode(offsets: Tensor, around: Tensor, weights: tuple[float, float] = (1.0, 1.0)) -> Tensor:
    """Boxes from offsets, the inverse of `encode`: `(n, 4)`, `(n, 4)` -> `(n, 4)`, not clipped to the image."""
    middle, scale = _centred(around)
    shift, stretch = offsets.chunk(2, dim=-1)
    # An early network may predict anything: exp must not overflow.
    size = scale * (stretch / weights[1]).clamp(max=math.log(1000 / 16)).exp()
    centre = middle + scale * shift / weights[0]
    return torch.cat([centre - size / 2, centre + size / 2], -1)


def assign_anchors(overlap: Tensor, low: float = 0.3, high: float = 0.7, keep_best: bool = True) -> Tensor:
    """Say for each anchor which object it is to find.

    **Arguments:**

    - `overlap`: IoU of objects with anchors, `(objects, anchors)`.
    - `low`, `high`: below `low` an anchor is background, from `high` on it belongs to the object; between it is left out.
    - `keep_best`: the anchors with the largest overlap of an object belong to their best object, however small it is.

    Shapes: `(anchors,)`: the object, -1 for background, -2 for neither.
    """
    if len(overlap) == 0:
        return torch.full((overlap.shape[1],), -1, device=overlap.device)
    best, found = overlap.max(0)
    given = torch.where(best < low, -1, torch.where(best < high, -2, found))
    if keep_best:
        top = (overlap == overlap.amax(1, keepdim=True)).any(0)
        given = torch.where(top, found, given)
    return given
