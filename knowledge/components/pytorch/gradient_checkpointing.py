"""Gradient checkpointing (arXiv:1604.06174): memory for time."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor


class _Recomputed(torch.autograd.Function):
    """Forgets what lies between its input and its output, and computes it once more in the backward pass."""

    @staticmethod
    def forward(ctx: Any, function: Callable[..., Tensor], count: int, *given: Tensor) -> Tensor:
        ctx.function, ctx.count = function, count
        # Dropout must draw the same numbers again.
        ctx.random = torch.get_rng_state()
        ctx.save_for_backward(*given)
        with torch.no_grad():
            return function(*given[:count])

    @staticmethod
    def backward(ctx: Any, *slopes: Tensor) -> tuple[Any, ...]:
        now = torch.get_rng_state()
        torch.set_rng_state(ctx.random)
        inputs = [x.detach().requires_grad_(x.requires_grad) for x in ctx.saved_tensors[: ctx.count]]
        with torch.enable_grad():
            result = ctx.function(*inputs)
        torch.set_rng_state(now)
        wanted = [x for x in (*inputs, *ctx.saved_tensors[ctx.count :]) if x.requires_grad]
        found = iter(torch.autograd.grad(result, wanted, slopes[0], allow_unused=True))
        given = (*inputs, *ctx.saved_tensors[ctx.count :])
        return (None, None, *(next(found) if x.requires_grad else None for x in given))


def recomputed(module: torch.nn.Module, *inputs: Tensor) -> Tensor:
    """Run a module `(...)` to `(...)` without keeping what it computes on its way.

    **Arguments:**

    - `inputs`: tensors that the module takes; buffers that it changes (running means) are changed twice.
    """
    result: Tensor = _Recomputed.apply(module, len(inputs), *inputs, *module.parameters())
    return result
