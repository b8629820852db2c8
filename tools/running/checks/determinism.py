"""Does the same seed give the same step?"""

from __future__ import annotations

from typing import Any

TOLERANCE = {"cpu": 0.0, "cuda": 1e-4}
"""Largest relative difference: the sums of a GPU have no fixed order."""


def check(run: Any) -> Any:
    """Build, forward and backward twice with one seed; compare the loss and all gradients."""
    torch = run.torch
    steps = []
    for _ in range(2):
        model = run.fresh(1).train()
        torch.manual_seed(2)
        value, _ = run.loss(run.forward(model))
        value.backward()
        gradients = [(n, p.grad.clone()) for n, p in model.named_parameters() if p.grad is not None]
        steps.append([("loss", value.detach()), *gradients])
    worst, where = 0.0, ""
    for (name, first), (_, second) in zip(*steps):  # noqa: B905 - Python 3.8
        distance = float((first - second).abs().max() / first.abs().max().clamp(min=1e-12))
        if not distance <= worst:
            worst, where = distance, name
    why = "" if worst <= TOLERANCE[run.device] else f"two steps with the same seed differ, most in {where}"
    return run.verdict(not why, {"largest_relative_difference": worst}, "equal steps for equal seeds", why)
