"""Does torch.compile give the same?"""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-3


def check(run: Any) -> Any:
    """Compile the model, run forward and backward, and compare outputs and graph breaks with the plain model."""
    torch = run.torch
    if not hasattr(torch, "compile"):
        raise run.not_run("this torch has no compiler")
    model = run.fresh(0).eval()
    exact = run.tensors(run.forward(model))
    try:
        explained = torch._dynamo.explain(model)(*run.inputs)
        breaks = int(explained.graph_break_count)
    except Exception as error:  # noqa: BLE001 - the compiler raises what it likes; that is the finding.
        return run.verdict(
            False, {}, "equal outputs", f"it cannot be traced: {type(error).__name__}: {str(error)[:300]}"
        )
    torch._dynamo.reset()
    try:
        rough = run.tensors(torch.compile(model)(*run.inputs))
    except Exception as error:  # noqa: BLE001
        text = str(error)
        if "compiler" in text.lower() and "not found" in text.lower():
            raise run.not_run("no C++ compiler is in the sandbox") from None
        return run.verdict(
            False, {"graph_breaks": breaks}, "equal outputs", f"compiling fails: {type(error).__name__}: {text[:300]}"
        )
    pairs = [(a.detach(), b.detach()) for a, b in zip(exact, rough) if a.shape == b.shape and a.numel()]  # noqa: B905 - Python 3.8
    worst = max((float((a - b).abs().max() / a.abs().max().clamp(min=1e-12)) for a, b in pairs), default=0.0)
    why = "" if worst <= TOLERANCE and len(pairs) == len(exact) else "the compiled model gives something else"
    return run.verdict(not why, {"graph_breaks": breaks, "largest_relative_difference": worst}, "equal outputs", why)
