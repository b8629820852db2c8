"""Does a position see later ones?"""

from __future__ import annotations

import re
from typing import Any

TOLERANCE = 1e-4
CAUSAL = re.compile(r"gpt|causal|decoder|llama|autoregress|lmhead|language_?model|mamba|rwkv", re.I)


def _says_causal(torch: Any, model: Any) -> str:
    """What in the code says that the model is to be causal: a name, a triangular mask, a flag."""
    for part in [model, *model.modules()]:
        if CAUSAL.search(type(part).__name__) and "encoder" not in type(part).__name__.lower():
            return f"the name {type(part).__name__}"
        if any(getattr(part, flag, None) is True for flag in ("causal", "is_causal")):
            return f"the flag of {type(part).__name__}"
    for name, buffer in model.named_buffers():
        square = buffer.dim() >= 2 and buffer.shape[-1] == buffer.shape[-2] > 1
        if square:
            mask = buffer.reshape(-1, *buffer.shape[-2:])[0]
            mask = mask if mask.dtype == torch.bool else mask.float().isfinite() & (mask != 0)
            if torch.equal(mask, mask.tril()) or torch.equal(mask, mask.triu(1)):
                return f"the triangular mask {name}"
    return ""


def check(run: Any) -> Any:
    """Change one position in the middle in evaluation mode; the outputs before it must stay."""
    torch = run.torch
    first: Any = run.inputs[0] if run.inputs else None
    if not torch.is_tensor(first) or first.dim() < 2 or first.shape[1] < 4:
        raise run.not_run("the first input is no sequence")
    model = run.fresh(0).eval()
    middle = first.shape[1] // 2
    changed = first.clone()
    if first.is_floating_point():
        changed[:, middle] = changed[:, middle] * 1.5 + 0.5
    else:
        # Another id that occurs in the input is a legal one.
        others = (first.roll(1, 0)[:, middle], first[:, middle - 1], first[:, 0])
        changed[:, middle] = next((o for o in others if not torch.equal(o, first[:, middle])), others[0])
    if torch.equal(changed, first):
        raise run.not_run("the inputs give no other value to put in")
    results = []
    for tokens in (first, changed):
        torch.manual_seed(0)
        with torch.no_grad():
            results.append(run.tensors(run.forward(model, (tokens, *run.inputs[1:]))))
    pairs = [(a, b) for a, b in zip(*results) if a.dim() >= 2 and a.shape[:2] == first.shape[:2] and a.shape == b.shape]  # noqa: B905 - Python 3.8
    if not pairs:
        raise run.not_run("no output has a value for each position")
    a, b = pairs[0]
    moved = ((a - b).abs().flatten(2).amax(2) if a.dim() > 2 else (a - b).abs()).amax(0)
    moved = moved > TOLERANCE * a.abs().max().clamp(min=1e-12)
    before = [position for position in range(middle) if bool(moved[position])]
    measured = {
        "changed": middle,
        "first_output_that_changes": min(before, default=middle if bool(moved[middle]) else None),
    }
    expected = "outputs before a position do not depend on it"
    if not before:
        return run.verdict(
            True, measured, expected, "" if bool(moved[middle:].any()) else "no output depends on it at all"
        )
    says = _says_causal(torch, model)
    near = len(before) < middle and before[0] >= middle - 2
    if not says and not near:
        raise run.not_run("every position sees every other, and nothing says that the model is to be causal")
    what = f"{says} says that it is causal, but" if says else "only the nearest positions see it:"
    why = f"{what} position {before[0]} changes with position {middle}: look at the mask (its diagonal, its sign, where it is added)"
    return run.verdict(False, measured, expected, why)
