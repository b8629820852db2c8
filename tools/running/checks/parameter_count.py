"""How many parameters the model has, counted once where they are shared."""

from __future__ import annotations

from typing import Any


def check(subject: Any) -> dict[str, Any]:
    """Return the verdict; see the module."""
    parameters = list(subject.model.parameters())
    total = sum(p.numel() for p in parameters)
    trainable = sum(p.numel() for p in parameters if p.requires_grad)
    return {
        "status": "pass" if total else "fail",
        "measured": {"total": total, "trainable": trainable},
        "expected": "at least one parameter",
        "why": "hold it against the count that the paper states; inputs were " + ("shrunk" if subject.shrunk else "not shrunk"),
    }
