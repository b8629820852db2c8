"""In evaluation mode the outputs for one example do not depend on the other examples of the batch."""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-4
"""Relative; kernels of different batch sizes sum in different orders."""


def check(subject: Any) -> dict[str, Any]:
    """Return the verdict; see the module."""
    torch = subject.torch
    model = subject.fresh().eval()
    batch = subject.batch_size
    if batch is None or batch < 2:
        return {"status": "not_run", "why": "the inputs have no common batch dimension of two or more"}
    with torch.no_grad():
        whole = subject.tensors(subject.forward(model))
        alone = subject.tensors(subject.forward(model, first_only=True))
    pairs = [(w[:1], a) for w, a in zip(whole, alone) if w.dim() and w.shape[0] == batch and a.shape == w[:1].shape]
    if not pairs:
        return {"status": "not_run", "why": "no output has the batch as its first dimension"}
    largest = max(float((w - a).abs().max() / (w.abs().max() + 1e-8)) for w, a in pairs)
    return {
        "status": "pass" if largest < TOLERANCE else "fail",
        "measured": {"largest_relative_difference": largest},
        "expected": f"below {TOLERANCE}",
        "why": "examples that see each other leak information: a wrong reshape, a softmax over the batch, a norm over the wrong dimension",
    }
