"""Does it train in half precision?"""

from __future__ import annotations

from typing import Any

TOLERANCE = 0.1
"""Largest distance between outputs relative to their size: bfloat16 has eight bits of mantissa."""


def check(run: Any) -> Any:
    """Forward and backward under autocast to bfloat16 (and float16 on a GPU); compare with 32 bits."""
    torch = run.torch
    model = run.fresh(0).eval()
    exact = run.tensors(run.forward(model))
    measured: dict[str, Any] = {}
    kinds = {"bfloat16": torch.bfloat16}
    if run.device == "cuda":
        kinds["float16"] = torch.float16
    for name, kind in kinds.items():
        model.zero_grad()
        with torch.autocast(run.device, dtype=kind):
            outputs = run.forward(model)
            value, _ = run.loss(outputs)
        value.float().backward()
        rough = run.tensors(outputs)
        if not all(bool(torch.isfinite(t).all()) for t in (*rough, value)):
            why = f"outputs are not finite under autocast to {name}: a large negative mask value or an exponential overflows"
            return run.verdict(False, measured, "finite and close to 32 bits", why)
        bad = [n for n, p in model.named_parameters() if p.grad is not None and not torch.isfinite(p.grad).all()]
        if bad:
            return run.verdict(
                False,
                {"not_finite": bad[:10]},
                "finite and close to 32 bits",
                f"gradients are not finite under autocast to {name}",
            )
        pairs = [(a.detach().float(), b.detach().float()) for a, b in zip(exact, rough) if a.shape == b.shape]  # noqa: B905 - Python 3.8
        distances = [float((a - b).norm() / a.norm().clamp(min=1e-12)) for a, b in pairs]
        measured[name] = {"relative_distance": round(max(distances, default=0.0), 5)}
        if max(distances, default=0.0) > TOLERANCE:
            why = f"outputs under autocast to {name} are far from those of 32 bits: something adds many terms, or subtracts close ones, in half precision"
            return run.verdict(False, measured, "finite and close to 32 bits", why)
    return run.verdict(True, measured, "finite and close to 32 bits")
