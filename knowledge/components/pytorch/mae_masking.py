"""Random masking of masked autoencoders (arXiv:2111.06377, section 3)."""

import torch
from torch import Tensor


def mask_tokens(tokens: Tensor, ratio: float = 0.75, noise: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """Keep a random share of each example's tokens.

    **Arguments:**

    - `tokens`: `(batch, length, dim)`, positions added already.
    - `noise`: `(batch, length)` to sort by, drawn where none is given.

    Shapes: kept tokens `(batch, kept, dim)`; the mask `(batch, length)`, true where dropped; and the order that puts
    tokens back, `(batch, length)`.
    """
    batch, length, dim = tokens.shape
    kept = int(length * (1 - ratio))
    if noise is None:
        noise = torch.rand(batch, length, device=tokens.device)
    order = noise.argsort(1)
    back = order.argsort(1)
    # A token whose rank is among the first is kept.
    chosen = order[:, :kept].unsqueeze(-1).expand(-1, -1, dim)
    return tokens.gather(1, chosen), back >= kept, back


def restore(tokens: Tensor, back: Tensor, mask_token: Tensor) -> Tensor:
    """Put kept tokens `(batch, kept, dim)` back among mask tokens `(dim,)`, `(batch, length, dim)`."""
    batch, kept, dim = tokens.shape
    filled = torch.cat([tokens, mask_token.expand(batch, back.shape[1] - kept, dim)], dim=1)
    return filled.gather(1, back.unsqueeze(-1).expand(-1, -1, dim))


def reconstruction_loss(prediction: Tensor, patches: Tensor, mask: Tensor, eps: float = 1e-6) -> Tensor:
    """Mean squared error at dropped patches against patches brought to mean zero and deviation one, `()`.

    **Arguments:**

    - `prediction`, `patches`: `(batch, length, pixels)`; `mask`: `(batch, length)`, true where dropped.
    """
    # The unbiased variance, as the official code has it.
    target = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + eps).sqrt()
    loss = (prediction - target).square().mean(-1)
    return (loss * mask).sum() / mask.sum()
