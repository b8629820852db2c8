"""Does one example of a batch see another?"""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-4
"""Largest change relative to the output, above what another order of sums makes in 32-bit floats."""


def check(run: Any) -> Any:
    """Change the last example in evaluation mode; the first one's output must stay."""
    torch = run.torch
    model = run.fresh(0).eval()
    batched = [i for i in run.inputs if torch.is_tensor(i) and i.dim()]
    size = batched[0].shape[0] if batched else 0
    if size < 2 or any(i.shape[0] != size for i in batched):
        raise run.not_run("the inputs have no common batch of two or more")
    changed = []
    for tensor in run.inputs:
        if torch.is_tensor(tensor) and tensor.dim():
            tensor = tensor.clone()
            tensor[-1] = (
                tensor[-1] * 1.5 + 0.5
                if tensor.is_floating_point()
                else tensor[-1].flip(0)
                if tensor.dim() > 1
                else tensor[0]
            )
        changed.append(tensor)
    results = []
    for inputs in (run.inputs, tuple(changed)):
        torch.manual_seed(0)
        with torch.no_grad():
            results.append(run.tensors(run.forward(model, inputs)))
    pairs = [(a, b) for a, b in zip(*results) if a.dim() and a.shape[0] == size and a.shape == b.shape]  # noqa: B905 - Python 3.8
    if not pairs:
        raise run.not_run("no output has the batch as its first dimension")
    worst = max(float((a[0] - b[0]).abs().max() / a[0].abs().max().clamp(min=1e-12)) for a, b in pairs)
    why = (
        ""
        if worst <= TOLERANCE
        else "the output of the first example changes with the last one: an operation mixes the batch dimension"
    )
    return run.verdict(not why, {"largest_relative_change": worst}, "no change", why)
