"""Bipartite matching and set loss of DETR (arXiv:2005.12872, section 3.1)."""

import math

import torch
from torch import Tensor
from torch.nn import functional


def assign(cost: Tensor) -> tuple[Tensor, Tensor]:
    """Give each row a column of its own so that the sum of costs is least (or each column a row, where rows are more).

    **Arguments:**

    - `cost`: `(rows, columns)`; what is not finite is taken last.

    Shapes: two results `(min(rows, columns),)`, rows in ascending order and their columns.
    """
    if len(cost) > cost.shape[1]:
        columns, rows = assign(cost.T)
        order = rows.argsort()
        return rows[order], columns[order]
    finite = cost.double().nan_to_num(math.inf, math.inf, math.inf)
    # Larger than any sum of true costs, and still small enough to leave digits for them.
    worst = 1 + 2 * len(cost) * float(finite[finite.isfinite()].abs().max()) if finite.isfinite().any() else 1.0
    column_of = _shortest_paths(finite.clamp(max=worst).tolist(), cost.shape[1])
    return torch.arange(len(cost), device=cost.device), torch.tensor(column_of, dtype=torch.long, device=cost.device)


def _shortest_paths(cost: list[list[float]], width: int) -> list[int]:
    # Hungarian method: rows join one by one along the cheapest alternating path, with prices that keep costs positive.
    row_price, column_price = [0.0] * len(cost), [0.0] * width
    owner = [-1] * width
    for new in range(len(cost)):
        distance, before, done = [math.inf] * width, [-1] * width, [False] * width
        row, at, reached = new, -1, 0.0
        while row >= 0:
            for column in range(width):
                if not done[column]:
                    length = reached + cost[row][column] - row_price[row] - column_price[column]
                    if length < distance[column]:
                        distance[column], before[column] = length, at
            at = min((column for column in range(width) if not done[column]), key=distance.__getitem__)
            done[at], reached, row = True, distance[at], owner[at]
        row_price[new] += reached
        for column in range(width):
            if done[column] and owner[column] >= 0:
                row_price[owner[column]] += reached - distance[column]
            if done[column]:
                column_price[column] -= reached - distance[column]
        while at >= 0:
            owner[at] = owner[before[at]] if before[at] >= 0 else new
            at = before[at]
    column_of = [0] * len(cost)
    for column, row in enumerate(owner):
        if row >= 0:
            column_of[row] = column
    return column_of


def _giou(first: Tensor, second: Tensor) -> Tensor:
    a, b = (torch.cat([x[..., :2] - x[..., 2:] / 2, x[..., :2] + x[..., 2:] / 2], -1) for x in (first, second))
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    around = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - shared
    return shared / union - (around - union) / around


@torch.no_grad()
def match(
    logits: Tensor, boxes: Tensor, labels: Tensor, truths: Tensor, weights: tuple[float, float, float] = (1, 5, 2)
) -> tuple[Tensor, Tensor]:
    """Match the queries of one image with its objects.

    **Arguments:**

    - `logits`: `(queries, classes + 1)`, the last class is "no object"; `boxes`: `(queries, 4)`.
    - `labels`: `(objects,)`; `truths`: `(objects, 4)`; boxes are centre and size, relative to the image.
    - `weights`: of class, L1 and GIoU.

    Shapes: queries and objects of the pairs, `(min(queries, objects),)` each.
    """
    # The probability itself and not its logarithm: it has the scale of the costs of boxes.
    by_class = -logits.softmax(-1)[:, labels]
    by_distance = torch.cdist(boxes, truths, p=1)
    by_overlap = -_giou(boxes[:, None], truths[None])
    return assign(weights[0] * by_class + weights[1] * by_distance + weights[2] * by_overlap)


def set_loss(
    logits: Tensor,
    boxes: Tensor,
    labels: list[Tensor],
    truths: list[Tensor],
    weights: tuple[float, float, float] = (1, 5, 2),
    no_object: float = 0.1,
) -> Tensor:
    """Match each image, then add up the losses of classes (every query) and of boxes (matched queries).

    **Arguments:**

    - `logits`: `(batch, queries, classes + 1)`; `boxes`: `(batch, queries, 4)`.
    - `labels`, `truths`: `(objects,)` and `(objects, 4)` for each image; objects may be none.
    - `no_object`: weight of the last class, since most queries have nothing to find.

    Shapes: the result is a scalar.
    """
    target = torch.full(logits.shape[:2], logits.shape[-1] - 1, device=logits.device)
    near, overlap = boxes.sum() * 0, boxes.sum() * 0
    for image in range(len(logits)):
        queries, objects = match(logits[image], boxes[image], labels[image], truths[image], weights)
        target[image, queries] = labels[image][objects]
        mine, theirs = boxes[image, queries], truths[image][objects]
        near = near + (mine - theirs).abs().sum()
        overlap = overlap + (1 - _giou(mine, theirs)).sum()
    balance = logits.new_ones(logits.shape[-1])
    balance[-1] = no_object
    # The mean is over the weights of the classes, not over the queries.
    by_class = functional.cross_entropy(logits.flatten(0, 1), target.flatten(), balance)
    # Over all devices, where there are several: the number of objects of the whole batch.
    count = max(1, sum(len(each) for each in labels))
    return weights[0] * by_class + (weights[1] * near + weights[2] * overlap) / count
