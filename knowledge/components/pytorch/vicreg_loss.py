"""Loss of VICReg (arXiv:2105.04906, section 4)."""

import torch
from torch import Tensor
from torch.nn import functional


def vicreg_loss(
    first: Tensor, second: Tensor, weights: tuple[float, float, float] = (25.0, 25.0, 1.0), eps: float = 1e-4
) -> Tensor:
    """Bring two views together, keep the spread of each feature at one and features uncorrelated.

    **Arguments:**

    - `first`, `second`: outputs of the expander for two views of the same images, `(batch, dim)`; a batch of 2 at least.
    - `weights`: of invariance, variance and covariance.
    - `eps`: added to the variances under the root.

    Shapes: the result is a scalar.
    """
    a, b = (x if x.dtype == torch.float64 else x.float() for x in (first, second))
    # On several devices gather both views first: the statistics are of the whole batch.
    invariance = functional.mse_loss(a, b)
    spread_a, covariance_a = _regularisers(a, eps)
    spread_b, covariance_b = _regularisers(b, eps)
    # Half of each hinge as in the published code, the covariances in full as there.
    variance, covariance = (spread_a + spread_b) / 2, covariance_a + covariance_b
    return weights[0] * invariance + weights[1] * variance + weights[2] * covariance


def _regularisers(x: Tensor, eps: float) -> tuple[Tensor, Tensor]:
    centred = x - x.mean(0)
    covariance = centred.T @ centred / (len(x) - 1)
    spread = (covariance.diagonal() + eps).sqrt()
    others = covariance.square().sum() - covariance.diagonal().square().sum()
    return functional.relu(1 - spread).mean(), others / x.shape[1]
