"""Clipping of gradients by their global norm (arXiv:1211.5063, section 3.2)."""

from collections.abc import Iterable

import torch
from torch import Tensor


@torch.no_grad()
def clip_gradients(parameters: Iterable[Tensor], limit: float, eps: float = 1e-6) -> Tensor:
    """Shorten all gradients together to the limit where they are longer.

    **Arguments:**

    - `parameters`: of any shapes `(...)`; those without a gradient are left out.
    - `eps`: added to the norm that divides.

    Shapes: the result is the norm before clipping, `()`.
    """
    gradients = [p.grad for p in parameters if p.grad is not None]
    if not gradients:
        return torch.zeros(())
    norm = torch.stack([g.float().norm() for g in gradients]).norm()
    factor = (limit / (norm + eps)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factor.to(gradient.dtype))
    return norm
