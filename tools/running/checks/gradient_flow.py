"""Every trainable parameter gets a finite gradient that is not zero.

A parameter behind a layer that starts at zero gets its first gradient after one step, so those are looked at again.
"""

from __future__ import annotations

from typing import Any

SHOWN = 10


def check(subject: Any) -> dict[str, Any]:
    """Return the verdict; see the module."""
    torch = subject.torch
    model = subject.fresh().train()
    named = {name: p for name, p in model.named_parameters() if p.requires_grad}
    backward(subject, model)
    unused = [name for name, p in named.items() if p.grad is None]
    broken = [name for name, p in named.items() if p.grad is not None and not bool(p.grad.isfinite().all())]
    zero = [name for name, p in named.items() if p.grad is not None and not bool(p.grad.any())]
    behind_zero = []
    if zero and not broken:
        torch.optim.SGD(model.parameters(), lr=0.1).step()
        model.zero_grad()
        backward(subject, model)
        behind_zero = [name for name in zero if named[name].grad is not None and bool(named[name].grad.any())]
        zero = [name for name in zero if name not in behind_zero]
    measured = {"parameters": len(named)}
    for label, names in (("no_gradient", unused), ("not_finite", broken), ("zero", zero), ("zero_until_first_step", behind_zero)):
        if names:
            measured[label] = names[:SHOWN] + ([f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else [])
    return {
        "status": "fail" if unused or broken or zero else "pass",
        "measured": measured,
        "expected": "a finite gradient that is not zero for each trainable parameter",
        "why": "a parameter without one is never trained: not used in forward, detached, or behind a dead activation",
    }


def backward(subject: Any, model: Any) -> None:
    """One backward pass from the loss."""
    loss, _ = subject.loss(model)
    loss.backward()
