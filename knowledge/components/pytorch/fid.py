"""Fréchet distance between two sets of features; with those of Inception it is the FID (arXiv:1706.08500)."""

import torch
from torch import Tensor


def moments(features: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and unbiased covariance in float64: `(samples, dim) -> (dim,), (dim, dim)`."""
    wide = features.double()
    return wide.mean(dim=0), wide.T.cov()


def _root(matrix: Tensor) -> Tensor:
    """The square root of a symmetric matrix without negative eigenvalues: `(dim, dim) -> (dim, dim)`."""
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T


def frechet_distance(mean_1: Tensor, cov_1: Tensor, mean_2: Tensor, cov_2: Tensor) -> float:
    """Distance of two Gaussians: `(dim,), (dim, dim), (dim,), (dim, dim) -> number`."""
    # The trace of the root of cov_1 cov_2 through a symmetric product: real, and stable where a covariance is singular.
    root = _root(cov_1)
    shared = torch.linalg.eigvalsh(root @ cov_2 @ root).clamp(min=0).sqrt().sum()
    return ((mean_1 - mean_2).square().sum() + cov_1.trace() + cov_2.trace() - 2 * shared).item()


def fid(real: Tensor, generated: Tensor) -> float:
    """Fréchet distance of two sets of features: `(n, dim), (m, dim) -> number`, lower is nearer.

    **Arguments:**

    - `real`, `generated`: features of the same network from images prepared alike; 50,000 of each by convention. Fewer
      bias the distance upwards, so that figures with other counts cannot be compared.
    """
    if min(len(real), len(generated)) < 2:
        raise ValueError("a covariance needs at least two samples on either side")
    return frechet_distance(*moments(real), *moments(generated))
