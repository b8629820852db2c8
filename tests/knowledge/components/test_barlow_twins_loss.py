"""The loss of Barlow Twins beside BatchNorm and the equation, feature by feature."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from paper_implementer.knowledge.components.pytorch.barlow_twins_loss import barlow_twins_loss
from tests.support.agreement import assert_same, assert_same_gradients


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(8, 5), (3, 12)])
def test_agrees_with_the_equation_over_outputs_of_batchnorm(shape: tuple[int, int], dtype: torch.dtype) -> None:
    norm = nn.BatchNorm1d(shape[1], affine=False).to(dtype)

    def theirs(a: Tensor, b: Tensor) -> Tensor:
        a, b = norm(a), norm(b)
        total = a.new_zeros(())
        for i in range(shape[1]):
            for j in range(shape[1]):
                correlation = (a[:, i] * b[:, j]).mean()
                total = total + ((1 - correlation) ** 2 if i == j else 0.01 * correlation**2)
        return total

    given = [torch.randn(shape, dtype=dtype) * 3 + 1 for _ in range(2)]
    assert_same_gradients(lambda a, b: barlow_twins_loss(a, b, 0.01), theirs, given)


def test_agrees_with_the_correlations_of_numpy() -> None:
    a, b = torch.randn(50, 4, dtype=torch.float64), torch.randn(50, 4, dtype=torch.float64)
    both = np.corrcoef(a.numpy(), b.numpy(), rowvar=False)[:4, 4:]
    others = (both**2).sum() - (np.diag(both) ** 2).sum()
    assert float(barlow_twins_loss(a, b, eps=0.0)) == pytest.approx(((1 - np.diag(both)) ** 2).sum() + 0.0051 * others)


def test_a_constant_feature_and_half_precision_stay_finite() -> None:
    a = torch.randn(6, 3)
    a[:, 0] = 2.0
    a.requires_grad_()
    barlow_twins_loss(a, a.detach()).backward()
    assert a.grad is not None
    assert a.grad.isfinite().all()
    half = torch.randn(6, 3).half() * 200
    assert_same(barlow_twins_loss(half, half), barlow_twins_loss(half.float(), half.float()))
