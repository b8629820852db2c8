"""Gradient penalties of critics: WGAN-GP (arXiv:1704.00028, section 4) and R1 (arXiv:1801.04406, section 4)."""

from collections.abc import Callable

import torch
from torch import Tensor


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, weight: float = 10.0) -> Tensor:
    """Weighted squared distance of the critic's slope from one, between real and generated data, `()`.

    **Arguments:**

    - `critic`: gives `(batch,)` or `(batch, 1)` of `(batch, ...)`; without batch normalisation, which couples examples.
    - `real`, `fake`: `(batch, ...)`.
    """
    share = torch.rand(len(real), *[1] * (real.dim() - 1), dtype=real.dtype, device=real.device)
    between = (share * real.detach() + (1 - share) * fake.detach()).requires_grad_()
    return weight * (_slopes(critic, between) - 1).square().mean()


def r1_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, gamma: float = 10.0) -> Tensor:
    """Half of gamma times the squared slope of the critic at real data `(batch, ...)`, `()`."""
    return gamma / 2 * _slopes(critic, real.detach().requires_grad_()).square().mean()


def _slopes(critic: Callable[[Tensor], Tensor], data: Tensor) -> Tensor:
    # The graph is kept: the penalty is differentiated once more, by the critic's weights.
    (slopes,) = torch.autograd.grad(critic(data).sum(), data, create_graph=True)
    return slopes.flatten(1).norm(dim=1)
