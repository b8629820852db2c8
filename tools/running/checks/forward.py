"""Can the model be built, and does it take its inputs?"""

from __future__ import annotations

from typing import Any

REQUIRED = True


def check(run: Any) -> Any:
    """Build the model, find its inputs, run it once in evaluation mode; shapes are what was measured."""
    run.prepare()
    torch = run.torch
    model = run.fresh(0).eval()
    if run.device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    with torch.no_grad():
        outputs = run.tensors(run.forward(model))
    measured = {
        "inputs": [f"{str(i.dtype)[6:]} {list(i.shape)}" for i in run.inputs if torch.is_tensor(i)],
        "outputs": [list(o.shape) for o in outputs],
    }
    if run.device == "cuda":
        measured["cuda_peak_mb"] = round(torch.cuda.max_memory_allocated() / 2**20, 1)
    bad = [i for i, o in enumerate(outputs) if not torch.isfinite(o).all()]
    if not outputs:
        return run.verdict(False, measured, "finite outputs", "forward gives no floating-point tensor")
    if bad:
        return run.verdict(False, measured, "finite outputs", f"output {bad[0]} has infinite or undefined values")
    return run.verdict(True, measured, "finite outputs")
