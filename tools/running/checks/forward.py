"""One forward pass gives finite numbers."""

from __future__ import annotations

from typing import Any


def check(subject: Any) -> dict[str, Any]:
    """Return the verdict; see the module."""
    outputs = subject.tensors(subject.forward(subject.model.train()))
    shapes = [list(t.shape) for t in outputs]
    broken = sum(int((~t.isfinite()).sum()) for t in outputs)
    return {
        "status": "fail" if broken or not outputs else "pass",
        "measured": {"shapes": shapes, "not_finite": broken},
        "expected": "floating-point tensors, all of them finite",
        "why": "a NaN or infinity at random initialisation comes from a wrong mask, scale, log or division",
    }
