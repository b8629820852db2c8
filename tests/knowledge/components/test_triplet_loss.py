"""Triplet loss beside torch, and the hardest of a batch beside loops over all triplets."""

from __future__ import annotations

import pytest
import torch

from paper_implementer.knowledge.components.pytorch.triplet_loss import batch_hard_loss, triplet_loss
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("margin", [0.2, 1.0, 5.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("squared", [True, False])
def test_agrees_with_torch(squared: bool, dtype: torch.dtype, margin: float) -> None:
    from torch.nn.functional import triplet_margin_loss, triplet_margin_with_distance_loss

    def distance(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        return (a - b).square().sum(-1)

    def theirs(a: torch.Tensor, p: torch.Tensor, n: torch.Tensor) -> torch.Tensor:
        if squared:
            return triplet_margin_with_distance_loss(
                a, p, n, distance_function=distance, margin=margin, reduction="none"
            )
        return triplet_margin_loss(a, p, n, margin=margin, eps=0.0, reduction="none")

    given = [torch.randn(16, 6, dtype=dtype) for _ in range(3)]
    assert_same_gradients(lambda a, p, n: triplet_loss(a, p, n, margin, squared), theirs, given)


@pytest.mark.parametrize("margin", [0.2, None])
def test_the_hardest_are_those_that_loops_over_all_triplets_find(margin: float | None) -> None:
    x, labels = torch.randn(12, 4, dtype=torch.float64), torch.tensor([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 4, 4])

    def loops(x: torch.Tensor) -> torch.Tensor:
        losses = []
        for anchor in range(12):
            gaps = [
                (x[anchor] - x[positive]).norm() - (x[anchor] - x[negative]).norm()
                for positive in range(12)
                for negative in range(12)
                if anchor != positive and labels[anchor] == labels[positive] and labels[anchor] != labels[negative]
            ]
            if gaps:
                worst = torch.stack(gaps).max()
                losses.append((1 + worst.exp()).log() if margin is None else (worst + margin).clamp(min=0))
        return torch.stack(losses)

    assert_same_gradients(lambda x: batch_hard_loss(x, labels, margin), loops, [x])


def test_equal_embeddings_have_finite_gradients_and_lone_labels_are_left_out() -> None:
    x = torch.ones(4, 3, requires_grad=True)
    loss = batch_hard_loss(x, torch.tensor([0, 0, 1, 1]))
    loss.sum().backward()
    assert torch.equal(loss, torch.full((4,), 0.2))
    assert x.grad is not None
    assert x.grad.isfinite().all()
    assert batch_hard_loss(torch.randn(3, 2), torch.tensor([0, 1, 2])).shape == (0,)
    assert batch_hard_loss(torch.randn(3, 2), torch.tensor([1, 1, 1])).shape == (0,)
