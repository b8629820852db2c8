"""Losses of BYOL (arXiv:2006.07733, section 3.1) and SimSiam (arXiv:2011.10566, section 3)."""

import torch
from torch import Tensor
from torch.nn import functional


def byol_loss(first: Tensor, second: Tensor, first_target: Tensor, second_target: Tensor) -> Tensor:
    """Squared distance of each prediction from the target of the other view, both of length one; the sum of both ways.

    **Arguments:**

    - `first`, `second`: predictions of the online network for two views, `(batch, dim)`.
    - `first_target`, `second_target`: projections of the same views by the averaged network; they get no gradient.

    Shapes: the result is a scalar, from 0 to 8.
    """
    return 4 - 2 * (_cosine(first, second_target) + _cosine(second, first_target))


def simsiam_loss(first: Tensor, second: Tensor, first_target: Tensor, second_target: Tensor) -> Tensor:
    """Minus the cosine of each prediction with the projection of the other view; the mean of both ways.

    **Arguments:**

    - `first`, `second`: outputs of the predictor for two views, `(batch, dim)`.
    - `first_target`, `second_target`: outputs of the projector of the same network; they get no gradient.

    Shapes: the result is a scalar, from 1 down to -1.
    """
    return -(_cosine(first, second_target) + _cosine(second, first_target)) / 2


def _cosine(prediction: Tensor, target: Tensor) -> Tensor:
    # Without the stop of the gradient both networks would agree on a constant.
    a, b = (
        functional.normalize(x if x.dtype == torch.float64 else x.float(), dim=-1)
        for x in (prediction, target.detach())
    )
    return (a * b).sum(-1).mean()
