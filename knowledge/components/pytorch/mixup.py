"""Mixup (arXiv:1710.09412, section 2) and CutMix (arXiv:1905.04899, section 3.1)."""

import math

import torch
from torch import Tensor


def mixup(images: Tensor, targets: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Mix each example with another one of the batch, labels in the same share.

    **Arguments:**

    - `images`: `(batch, ...)`; `targets`: one-hot or soft, `(batch, classes)`. The results have their shapes.
    - `alpha`: of the Beta distribution of the share; 0 mixes nothing.
    """
    share, other = _share(alpha), torch.randperm(len(images), device=images.device)
    return images.lerp(images[other], 1 - share), targets.lerp(targets[other], 1 - share)


def cutmix(images: Tensor, targets: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Put a box of another image of the batch into each, labels in the share of the area.

    **Arguments:**

    - `images`: `(batch, channels, height, width)`; `targets`: `(batch, classes)`. The results have their shapes.
    - `alpha`: of the Beta distribution of the area that is kept; 0 cuts nothing.
    """
    share, other = _share(alpha), torch.randperm(len(images), device=images.device)
    height, width = images.shape[-2:]
    left, right = _side(width, share)
    top, bottom = _side(height, share)
    mixed = images.clone()
    mixed[..., top:bottom, left:right] = images[other][..., top:bottom, left:right]
    # At the border the box is smaller than was drawn: what counts is the area that was replaced.
    kept = 1 - (bottom - top) * (right - left) / (height * width)
    return mixed, targets.lerp(targets[other], 1 - kept)


def _share(alpha: float) -> float:
    return float(torch.distributions.Beta(alpha, alpha).sample()) if alpha > 0 else 1.0


def _side(length: int, share: float) -> tuple[int, int]:
    centre, half = int(torch.randint(length, ())), int(0.5 * length * math.sqrt(1 - share))
    return max(0, centre - half), min(length, centre + half)
