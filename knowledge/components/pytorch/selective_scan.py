"""Selective state space of Mamba (arXiv:2312.00752, section 3.2), step by step."""

import torch
from torch import Tensor
from torch.nn.functional import softplus


def selective_scan(
    x: Tensor, step: Tensor, decay: Tensor, into: Tensor, out: Tensor, skip: Tensor, state: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Run a linear recurrence whose step, input and output depend on the input.

    **Arguments:**

    - `x`, `step`: `(batch, length, channels)`; `step` before its softplus, with its bias.
    - `decay`: `(channels, states)`, negative: minus the exponential of what is learned.
    - `into`, `out`: `(batch, length, states)`; `skip`: `(channels,)`.
    - `state`: `(batch, channels, states)` to go on from, zeros where none is given.

    Shapes: the result `(batch, length, channels)`, and the last state.
    """
    # The recurrence is kept in float32: errors of half precision add up over the sequence.
    dtype = x.dtype
    x, step, into, out = x.float(), softplus(step.float()), into.float(), out.float()
    if state is None:
        state = x.new_zeros(x.shape[0], *decay.shape)
    kept = torch.exp(step.unsqueeze(-1) * decay.float())
    added = (step * x).unsqueeze(-1) * into.unsqueeze(-2)
    results = []
    for at in range(x.shape[1]):
        state = kept[:, at] * state + added[:, at]
        results.append((state @ out[:, at].unsqueeze(-1)).squeeze(-1))
    return (torch.stack(results, dim=1) + skip.float() * x).to(dtype), state
