"""Triplet loss (FaceNet, arXiv:1503.03832, section 3.1) and its choice of the hardest in a batch (arXiv:1703.07737, section 2)."""

import torch
from torch import Tensor
from torch.nn import functional


def triplet_loss(
    anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.2, squared: bool = True
) -> Tensor:
    """Ask that the negative is further from the anchor than the positive, by a margin.

    **Arguments:**

    - `anchor`, `positive`, `negative`: `(batch, dim)`, of length one in FaceNet.
    - `squared`: squared distances as in FaceNet; else the distances themselves.

    Shapes: `(batch,)`; take the mean.
    """
    near, far = (anchor - positive).square().sum(-1), (anchor - negative).square().sum(-1)
    if not squared:
        near, far = _root(near), _root(far)
    return functional.relu(near - far + margin)


def batch_hard_loss(embeddings: Tensor, labels: Tensor, margin: float | None = 0.2) -> Tensor:
    """For each example of a batch: its furthest positive against its nearest negative.

    **Arguments:**

    - `embeddings`: `(batch, dim)`; `labels`: `(batch,)`, several examples of each.
    - `margin`: None takes the soft margin, log(1 + exp(x)).

    Shapes: `(anchors,)`, of the examples that have a positive and a negative; take the mean where there are any.
    """
    distance = _root((embeddings[:, None] - embeddings[None]).square().sum(-1))
    same = labels[:, None] == labels[None]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    positive, negative = same & ~itself, ~same
    usable = positive.any(1) & negative.any(1)
    furthest = distance.masked_fill(~positive, -torch.inf)[usable].amax(1)
    nearest = distance.masked_fill(~negative, torch.inf)[usable].amin(1)
    gap = furthest - nearest
    return functional.softplus(gap) if margin is None else functional.relu(gap + margin)


def _root(square: Tensor) -> Tensor:
    # The slope of a root is infinite at zero, where equal embeddings and the diagonal are.
    zero = square == 0
    return torch.where(zero, 1.0, square).sqrt().masked_fill(zero, 0.0)
