"""Loss of Barlow Twins (arXiv:2103.03230, section 2.1)."""

import torch
from torch import Tensor


def barlow_twins_loss(first: Tensor, second: Tensor, off_diagonal: float = 0.0051, eps: float = 1e-5) -> Tensor:
    """Make the features of two views of a batch correlate one by one, and not with each other.

    **Arguments:**

    - `first`, `second`: outputs of the projector for two views of the same images, `(batch, dim)`.
    - `off_diagonal`: weight of the terms between different features.
    - `eps`: added to the variances, as BatchNorm does.

    Shapes: the result is a scalar, the sum over all pairs of features.
    """
    # Correlations are sums over the batch of products: half precision is not enough.
    a, b = (_standardised(x if x.dtype == torch.float64 else x.float(), eps) for x in (first, second))
    # On several devices sum this product and the statistics over all of them before going on.
    correlation = a.T @ b / len(first)
    same = correlation.diagonal()
    others = correlation.square().sum() - same.square().sum()
    return (1 - same).square().sum() + off_diagonal * others


def _standardised(x: Tensor, eps: float) -> Tensor:
    centred = x - x.mean(0)
    return centred * torch.rsqrt(centred.square().mean(0) + eps)
