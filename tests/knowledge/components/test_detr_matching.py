"""Matching beside scipy and transformers, the set loss beside the criterion of transformers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.detr_matching import assign, match, set_loss
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (5, 5), (3, 20), (20, 3), (25, 40), (0, 4), (4, 0)])
@pytest.mark.parametrize("draw", range(5))
def test_the_assignment_agrees_with_scipy(rows: int, columns: int, draw: int) -> None:
    from scipy.optimize import linear_sum_assignment

    cost = torch.randn(rows, columns, dtype=torch.float64, generator=torch.Generator().manual_seed(draw))
    mine, theirs = assign(cost), linear_sum_assignment(cost)
    assert mine[0].tolist() == theirs[0].tolist()
    assert mine[1].tolist() == theirs[1].tolist()


@pytest.mark.parametrize("draw", range(10))
def test_with_ties_the_sum_is_still_the_least(draw: int) -> None:
    from scipy.optimize import linear_sum_assignment

    cost = torch.randint(0, 3, (7, 9), generator=torch.Generator().manual_seed(draw)).double()
    rows, columns = assign(cost)
    assert len(set(columns.tolist())) == 7
    assert float(cost[rows, columns].sum()) == float(cost[linear_sum_assignment(cost)].sum())


def test_what_is_not_finite_is_taken_only_where_nothing_else_is_left() -> None:
    nan = float("nan")
    assert assign(torch.tensor([[nan, 5.0, 9.0], [nan, 1.0, nan]]))[1].tolist() == [2, 1]
    assert sorted(assign(torch.full((2, 2), nan))[1].tolist()) == [0, 1]


def _batch(counts: list[int], queries: int = 12) -> tuple[Tensor, Tensor, list[Tensor], list[Tensor]]:
    def boxes(*shape: int) -> Tensor:
        return torch.cat([torch.rand(*shape, 2), 0.05 + torch.rand(*shape, 2) / 2], -1).double()

    logits = torch.randn(len(counts), queries, 6).double() * 3
    return (
        logits,
        boxes(len(counts), queries),
        [torch.randint(0, 5, (n,)) for n in counts],
        [boxes(n) for n in counts],
    )


@pytest.mark.parametrize("counts", [[3, 1], [5, 0, 2], [12], [0]])
def test_agrees_with_transformers(counts: list[int]) -> None:
    from transformers.loss.loss_for_object_detection import HungarianMatcher, ImageLoss

    logits, boxes, labels, truths = _batch(counts)
    targets = [{"class_labels": a, "boxes": b} for a, b in zip(labels, truths, strict=True)]
    matcher = HungarianMatcher(class_cost=1, bbox_cost=5, giou_cost=2)
    criterion = ImageLoss(matcher, 5, 0.125, ["labels", "boxes"]).double()
    for at, pairs in enumerate(matcher({"logits": logits, "pred_boxes": boxes}, targets)):
        mine = match(logits[at], boxes[at], labels[at], truths[at])
        assert [each.tolist() for each in mine] == [each.tolist() for each in pairs]

    def theirs(logits: Tensor, boxes: Tensor) -> Tensor:
        parts = criterion({"logits": logits, "pred_boxes": boxes}, targets)
        total = parts["loss_ce"] + 5 * parts["loss_bbox"] + 2 * parts["loss_giou"]
        assert isinstance(total, Tensor)
        return total

    assert_same_gradients(lambda a, b: set_loss(a, b, labels, truths, no_object=0.125), theirs, [logits, boxes])
