"""Does gradient checkpointing give the same gradients?"""

from __future__ import annotations

from typing import Any

TOLERANCE = 1e-4


def check(run: Any) -> Any:
    """Recompute each block of every ModuleList (or each child) in the backward pass; compare gradients with those of a plain step."""
    torch = run.torch
    from torch.utils.checkpoint import checkpoint

    def step(wrapped: bool) -> tuple[dict[str, Any], int]:
        model = run.fresh(0).train()
        lists = [m for m in model.modules() if isinstance(m, torch.nn.ModuleList)]
        blocks = [block for one in lists for block in one] or list(model.children())
        for block in blocks if wrapped else ():
            plain = block.forward
            # Nothing of this run asks for the old, reentrant kind.
            block.forward = lambda *a, _plain=plain, **k: checkpoint(_plain, *a, use_reentrant=False, **k)
        torch.manual_seed(0)
        value, _ = run.loss(run.forward(model))
        value.backward()
        return {n: p.grad for n, p in model.named_parameters() if p.grad is not None}, len(blocks)

    plain, blocks = step(False)
    if not blocks:
        raise run.not_run("it has no parts that could be recomputed")
    again, _ = step(True)
    worst, where = 0.0, ""
    for name, gradient in plain.items():
        if name not in again:
            return run.verdict(
                False, {"blocks": blocks}, "equal gradients", f"{name} gets no gradient with checkpointing"
            )
        distance = float((gradient - again[name]).abs().max() / gradient.abs().max().clamp(min=1e-12))
        if not distance <= worst:
            worst, where = distance, name
    why = (
        ""
        if worst <= TOLERANCE
        else f"gradients differ, most in {where}: a block draws random numbers or keeps state in a way that recomputing does not repeat"
    )
    return run.verdict(not why, {"blocks": blocks, "largest_relative_difference": worst}, "equal gradients", why)
