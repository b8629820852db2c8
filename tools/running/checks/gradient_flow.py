"""Does every parameter learn?"""

from __future__ import annotations

from typing import Any

SHOWN = 20


def _reached(run: Any, model: Any, others: bool = False) -> dict[str, str]:
    """What is wrong with the gradient of each parameter where something is, by name.

    The gradient is that of the loss; with `others`, of everything else that forward gives.
    """
    model.zero_grad()
    run.torch.manual_seed(0)
    outputs = run.forward(model)
    if others:
        held = [t for t in run.tensors(outputs) if t.requires_grad and t.numel()]
        value = sum(t.abs().square().mean() for t in held[1:])
    else:
        value, _ = run.loss(outputs)
    if not run.torch.is_tensor(value):
        return {name: "none" for name, _ in model.named_parameters()}
    value.backward()
    wrong = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.grad is None:
            wrong[name] = "none"
        elif not run.torch.isfinite(parameter.grad).all():
            wrong[name] = "not finite"
        elif not parameter.grad.any():
            wrong[name] = "zero"
    return wrong


def check(run: Any) -> Any:
    """Backward once, and once more after a small step, since layers that start at zero (LoRA, zero-initialised residuals) hold others back at first."""
    torch = run.torch
    model = run.fresh(0).train()
    total = sum(p.requires_grad for p in model.parameters())
    wrong = _reached(run, model)
    waited = 0
    if "zero" in wrong.values():
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None and torch.isfinite(parameter.grad).all():
                    parameter -= 0.01 * parameter.grad / (parameter.grad.abs().max() + 1e-12)
        after = _reached(run, model)
        still = {name: what for name, what in wrong.items() if what != "zero" or name in after}
        waited, wrong = len(wrong) - len(still), still
    # A head whose result stands beside the output that the loss is of: reached, but not by this loss.
    beside: list[str] = []
    if wrong and 2 * len(wrong) < total and set(wrong.values()) == {"none"}:
        unreached = _reached(run, model, others=True)
        beside = [name for name in wrong if name not in unreached]
        wrong = {name: what for name, what in wrong.items() if name in unreached}
    measured = {
        "parameters": total,
        "reached": total - len(wrong),
        "by_other_outputs": beside[:SHOWN],
        "after_one_step": waited,
        "not_reached": dict(list(wrong.items())[:SHOWN]),
    }
    names = ", ".join(list(wrong)[:5]) + (" ..." if len(wrong) > 5 else "")
    why = "" if not wrong else f"{len(wrong)} of {total} parameters get no usable gradient: {names}"
    return run.verdict(
        not wrong and total > 0,
        measured,
        "a finite gradient that is not zero for each",
        why or ("" if total else "no parameter is trainable"),
    )
