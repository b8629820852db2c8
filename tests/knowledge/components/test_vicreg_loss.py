"""The loss of VICReg beside variances and covariances of torch and numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from paper_implementer.knowledge.components.pytorch.vicreg_loss import vicreg_loss
from tests.support.agreement import assert_same, assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("shape", "scale"), [((8, 5), 0.5), ((3, 12), 1.0), ((16, 4), 3.0)])
def test_agrees_with_its_terms_one_by_one(shape: tuple[int, int], scale: float, dtype: torch.dtype) -> None:
    batch, dim = shape

    def theirs(a: Tensor, b: Tensor) -> Tensor:
        total = 25 * sum(((x - y) ** 2).sum() for x, y in zip(a, b, strict=True)) / (batch * dim)
        for x in (a, b):
            spread = torch.stack([torch.clamp(1 - torch.sqrt(x[:, i].var() + 1e-4), min=0) for i in range(dim)])
            total = total + 25 * spread.mean() / 2
            covariance = torch.cov(x.T)
            total = total + sum(covariance[i, j] ** 2 for i in range(dim) for j in range(dim) if i != j) / dim
        assert isinstance(total, Tensor)
        return total

    assert_same_gradients(vicreg_loss, theirs, [torch.randn(shape, dtype=dtype) * scale for _ in range(2)])


def test_the_covariance_term_agrees_with_numpy() -> None:
    a, b = torch.randn(20, 6, dtype=torch.float64), torch.randn(20, 6, dtype=torch.float64)
    terms = [np.cov(x.numpy(), rowvar=False) for x in (a, b)]
    wanted = sum((c**2).sum() - (np.diag(c) ** 2).sum() for c in terms) / 6
    assert float(vicreg_loss(a, b, (0.0, 0.0, 1.0))) == pytest.approx(wanted)


def test_a_collapse_costs_the_whole_hinge_and_has_finite_gradients() -> None:
    same = torch.ones(4, 8, requires_grad=True)
    loss = vicreg_loss(same, same)
    assert float(loss.detach()) == pytest.approx(25 * (1 - 1e-2))
    loss.backward()
    assert same.grad is not None
    assert same.grad.isfinite().all()


def test_half_precision_is_computed_in_single() -> None:
    half = torch.randn(6, 3).half() * 300
    assert_same(vicreg_loss(half, half + 1), vicreg_loss(half.float(), (half + 1).float()))
