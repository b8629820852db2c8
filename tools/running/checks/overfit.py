"""Can the model learn one batch by heart?"""

from __future__ import annotations

import time
from typing import Any

STEPS, SECONDS = 200, 20.0
RATES = (3e-3, 3e-4)
LEARNED, STUCK = 0.5, 0.95


def _train(run: Any, rate: float, until: float) -> tuple[float, float, int]:
    """First loss, lowest loss and steps of Adam on the same batch."""
    torch = run.torch
    model = run.fresh(0).train()
    trained = [p for p in model.parameters() if p.requires_grad]
    if not trained:
        raise run.not_run("no parameter is trainable")
    optimizer = torch.optim.Adam(trained, lr=rate)
    first = lowest = float("nan")
    for step in range(STEPS):
        torch.manual_seed(step)
        value, _ = run.loss(run.forward(model))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        number = float(value.detach())
        if step == 0:
            first = lowest = number
        lowest = min(lowest, number)
        if lowest <= 0.1 * abs(first) or time.monotonic() > until:
            break
    return first, lowest, step + 1


def check(run: Any) -> Any:
    """Train on one batch with Adam; a second, smaller rate is tried where the first one does not get far."""
    measured: dict[str, Any] = {}
    for rate in RATES:
        first, lowest, steps = _train(run, rate, time.monotonic() + SECONDS / len(RATES))
        share = lowest / first if first > 0 else float("nan")
        if not measured or lowest < measured["lowest_loss"]:
            measured = {"first_loss": first, "lowest_loss": lowest, "steps": steps, "learning_rate": rate}
        if share <= LEARNED:
            return run.verdict(True, measured, "the loss falls to half or less")
    if not measured["first_loss"] > 0:
        raise run.not_run("the loss is not positive: how far it can fall is not known")
    share = measured["lowest_loss"] / measured["first_loss"]
    if share <= STUCK:
        return run.verdict(
            True,
            measured,
            "the loss falls to half or less",
            f"it falls, but only to {share:.0%} in {measured['steps']} steps",
        )
    why = f"the loss stays at {share:.0%} of its start: gradients do not reach what decides the output, or the output is constant"
    return run.verdict(False, measured, "the loss falls to half or less", why)
