"""Does a saved model come back as it was?"""

from __future__ import annotations

import io
from typing import Any


def check(run: Any) -> Any:
    """Save one model, load it into another with other weights, and compare outputs."""
    torch = run.torch
    first, second = run.fresh(0).eval(), run.fresh(1).eval()
    buffer = io.BytesIO()
    torch.save(first.state_dict(), buffer)
    buffer.seek(0)
    state = torch.load(buffer, weights_only=True)
    second.load_state_dict(state)
    results = []
    for model in (first, second):
        torch.manual_seed(0)
        with torch.no_grad():
            results.append(run.tensors(run.forward(model)))
        torch.manual_seed(0)
        with torch.no_grad():
            again = run.tensors(run.forward(model))
        if any(a.shape != b.shape or not torch.equal(a, b) for a, b in zip(results[-1], again)):  # noqa: B905 - Python 3.8
            raise run.not_run("two runs of one model differ, so that two models cannot be compared")
    distance = max((float((a - b).abs().max()) for a, b in zip(*results) if a.numel()), default=0.0)  # noqa: B905 - Python 3.8
    measured = {"tensors": len(state), "largest_difference": distance}
    why = (
        ""
        if distance <= 1e-5
        else "tensors decide the output that are not saved: register them as parameters or buffers"
    )
    return run.verdict(not why, measured, "equal outputs after loading", why)
