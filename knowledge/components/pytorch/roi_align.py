"""RoIAlign (Mask R-CNN, arXiv:1703.06870, section 3)."""

import torch
from torch import Tensor


def roi_align(
    features: Tensor,
    boxes: Tensor,
    image: Tensor,
    size: int = 7,
    scale: float = 1.0,
    samples: int = 0,
    aligned: bool = True,
) -> Tensor:
    """Average bilinear samples of the features in each cell of a grid over each box.

    **Arguments:**

    - `features`: `(batch, dim, height, width)`.
    - `boxes`: corners in pixels of the image, `(n, 4)`; they get no gradient. `image`: where in the batch, `(n,)`.
    - `size`: cells along each side; `scale`: places of the features for one pixel, 1 / stride.
    - `samples`: along each side of a cell; 0 takes as many as a cell has places, rounded up.
    - `aligned`: a place is the square around its centre, so that boxes move by half a place. False is the older form,
      which also makes boxes at least one place large.

    Shapes: `(n, dim, size, size)`.
    """
    corners = boxes.detach().to(torch.promote_types(features.dtype, torch.float32)) * scale - (0.5 if aligned else 0.0)
    spans = corners[:, 2:] - corners[:, :2]
    if not aligned:
        spans = spans.clamp(min=1)
    # Sampling and averaging go along one axis after the other: two small matrices for each box.
    columns = _weights(corners[:, 0], spans[:, 0], size, samples, features.shape[3])
    rows = _weights(corners[:, 1], spans[:, 1], size, samples, features.shape[2])
    pooled = corners.new_zeros(len(boxes), features.shape[1], size, size)
    for at in image.unique().tolist():
        mine = image == at
        wide = features[at].to(corners.dtype)
        pooled[mine] = torch.einsum("nyh,chw,nxw->ncyx", rows[mine], wide, columns[mine])
    return pooled.to(features.dtype)


def _weights(start: Tensor, span: Tensor, cells: int, samples: int, length: int) -> Tensor:
    """How much each place of an axis counts in each cell: `(n, cells, length)`."""
    cell = span / cells
    count = torch.full_like(cell, samples) if samples else cell.ceil().clamp(min=1)
    step = torch.arange(int(count.max()) if len(count) else 1, device=start.device)
    inside = (step + 0.5) / count[:, None]
    at = (
        start[:, None, None]
        + (torch.arange(cells, device=start.device)[:, None] + inside[:, None]) * cell[:, None, None]
    )
    # Samples up to one place outside take the value of the border, those further out are zero.
    valid = (at >= -1) & (at <= length) & (step < count[:, None])[:, None]
    at = at.clamp(0, length - 1)
    hat = (1 - (at[..., None] - torch.arange(length, device=start.device)).abs()).clamp(min=0)
    return (hat * valid[..., None]).sum(2) / count[:, None, None]
