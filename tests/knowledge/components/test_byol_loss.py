"""Losses of BYOL and SimSiam beside the cosine and the squared distance of torch."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity, mse_loss

from paper_implementer.knowledge.components.pytorch.byol_loss import byol_loss, simsiam_loss
from tests.support.agreement import assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 4), (7, 16)])
def test_simsiam_agrees_with_the_cosine_of_torch(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    targets = [torch.randn(shape, dtype=dtype) for _ in range(2)]

    def theirs(a: Tensor, b: Tensor) -> Tensor:
        ways = cosine_similarity(a, targets[1]).mean() + cosine_similarity(b, targets[0]).mean()
        return -0.5 * ways

    given = [torch.randn(shape, dtype=dtype) for _ in range(2)]
    assert_same_gradients(lambda a, b: simsiam_loss(a, b, *targets), theirs, given)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(1, 4), (7, 16)])
def test_byol_agrees_with_squared_distances_of_unit_vectors(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    targets = [torch.randn(shape, dtype=dtype) for _ in range(2)]

    def distance(a: Tensor, b: Tensor) -> Tensor:
        # The mean of torch is over the features too.
        units = a / a.norm(dim=1, keepdim=True), b / b.norm(dim=1, keepdim=True)
        return mse_loss(*units) * shape[1]

    given = [torch.randn(shape, dtype=dtype) for _ in range(2)]
    assert_same_gradients(
        lambda a, b: byol_loss(a, b, *targets), lambda a, b: distance(a, targets[1]) + distance(b, targets[0]), given
    )


@pytest.mark.parametrize("loss", [byol_loss, simsiam_loss])
def test_targets_get_no_gradient_and_views_cross(loss: object) -> None:
    assert callable(loss)
    given = [torch.randn(4, 8, requires_grad=True) for _ in range(4)]
    loss(*given).backward()
    assert [x.grad is not None for x in given] == [True, True, False, False]
    same = torch.eye(4)
    assert float(loss(same, -same, -same, same)) == (0 if loss is byol_loss else -1)


def test_half_precision_and_zero_vectors_stay_finite() -> None:
    big = torch.full((2, 4096), 200.0, dtype=torch.float16)
    assert float(simsiam_loss(big, big, big, big)) == pytest.approx(-1, abs=1e-3)
    assert float(byol_loss(*[torch.zeros(2, 4)] * 4)) == 4
