"""Does an example give alone what it gives in a batch?"""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-3
"""Largest difference relative to the output: kernels differ with the size of the batch, results by rounding only."""


def check(run: Any) -> Any:
    """Run the first example in a batch and alone, in evaluation mode."""
    torch = run.torch
    model = run.fresh(0).eval()
    batched = [i for i in run.inputs if torch.is_tensor(i) and i.dim()]
    size = batched[0].shape[0] if batched else 0
    if size < 2 or any(i.shape[0] != size for i in batched):
        raise run.not_run("the inputs have no common batch of two or more")
    alone = tuple(i[:1] if torch.is_tensor(i) and i.dim() else i for i in run.inputs)
    results = []
    for inputs in (run.inputs, alone):
        torch.manual_seed(0)
        with torch.no_grad():
            results.append(run.tensors(run.forward(model, inputs)))
    pairs = [(a[:1], b) for a, b in zip(*results) if a.dim() and a.shape[0] == size and b.shape == (1, *a.shape[1:])]  # noqa: B905 - Python 3.8
    if not pairs:
        shapes = [[list(t.shape) for t in result] for result in results]
        why = "the shapes do not follow the batch: something squeezes or reshapes the batch dimension away"
        return run.verdict(False, {"in_batch": shapes[0], "alone": shapes[1]}, "equal outputs", why)
    worst = max(float((a - b).abs().max() / a.abs().max().clamp(min=1e-12)) for a, b in pairs)
    why = (
        ""
        if worst <= TOLERANCE
        else "an example gives something else when it stands alone: look for statistics over the batch"
    )
    return run.verdict(not why, {"largest_relative_difference": worst}, "equal outputs", why)
