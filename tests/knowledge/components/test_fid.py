"""The Fréchet distance beside torchmetrics and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
import torch
from torch import nn
from torchmetrics.image.fid import FrechetInceptionDistance

from paper_implementer.knowledge.components.pytorch.fid import fid, frechet_distance, moments


def _features(samples: int, dim: int) -> torch.Tensor:
    return torch.randn(samples, dim, dtype=torch.float64) @ torch.randn(dim, dim, dtype=torch.float64) + torch.randn(
        dim
    )


@pytest.mark.parametrize(("samples", "dim"), [(50, 4), (200, 32), (10, 24)])
def test_agrees_with_scipy(samples: int, dim: int) -> None:
    one, other = _features(samples, dim), _features(samples + 5, dim)
    first, second = (np.cov(features.numpy(), rowvar=False) for features in (one, other))
    gap = ((one.mean(0) - other.mean(0)) ** 2).sum().item()
    # The root of the product of singular covariances: its trace from the eigenvalues, the real part as everybody takes it.
    shared = np.sqrt(scipy.linalg.eigvals(first @ second).astype(complex)).real.sum()
    assert fid(one, other) == pytest.approx(gap + np.trace(first) + np.trace(second) - 2 * shared, rel=1e-5)


def test_agrees_with_torchmetrics() -> None:
    class Pixels(nn.Module):
        num_features = 12

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return images.flatten(1).double()

    theirs = FrechetInceptionDistance(Pixels(), normalize=True, input_img_size=(3, 2, 2)).set_dtype(torch.float64)
    real, made = torch.rand(40, 3, 2, 2), torch.rand(60, 3, 2, 2) ** 2
    theirs.update(real, real=True)
    theirs.update(made, real=False)
    assert fid(real.flatten(1), made.flatten(1)) == pytest.approx(theirs.compute().item(), rel=1e-4)


def test_equal_sets_are_at_no_distance_and_a_shift_is_its_square() -> None:
    features = _features(30, 40)
    assert fid(features, features) == pytest.approx(0, abs=1e-3)
    mean, cov = moments(features)
    assert frechet_distance(mean, cov, mean + 2, cov) == pytest.approx(4 * 40, rel=1e-6)
    with pytest.raises(ValueError, match="at least two"):
        fid(features[:1], features)
