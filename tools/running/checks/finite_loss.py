"""The loss is finite: the model's own where it returns one, else a random projection of its outputs."""

from __future__ import annotations

from typing import Any


def check(subject: Any) -> dict[str, Any]:
    """Return the verdict; see the module."""
    loss, kind = subject.loss(subject.model.train())
    return {
        "status": "pass" if bool(loss.isfinite()) else "fail",
        "measured": {"loss": float(loss.detach()), "kind": kind},
        "expected": "a finite number",
        "why": "training cannot start from a loss that is not finite",
    }
