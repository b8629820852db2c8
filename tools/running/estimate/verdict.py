"""Does it fit, and if not, what to give up first."""

from __future__ import annotations

from collections.abc import Callable

from paper_implementer.knowledge.gpus import Gpu

from .memory import Memory, Plan
from .report import ScaleDown

RESERVED = 0.08
"""Share of a GPU's memory that is left to CUDA, the allocator and communication."""


def scale_down(plan: Plan, memory: Callable[[Plan], Memory], limit: float | None) -> list[ScaleDown]:
    """List what makes it smaller, cheapest first, each on top of those before it, up to the one that makes it fit.

    **Arguments:**

    - `memory`: what a plan needs on one device.
    - `limit`: bytes that may be used; None lists everything.
    """
    found: list[ScaleDown] = []
    before = memory(plan).total
    if limit is not None and before <= limit:
        return []
    for change, cost, update in _changes(plan):
        plan = plan.model_copy(update=update)
        total = memory(plan).total
        if total >= before:
            continue
        fits = total <= limit if limit is not None else None
        found.append(ScaleDown(change=change, total=total, fits=fits, cost=cost))
        before = total
        if fits:
            break
    return found


def _changes(plan: Plan) -> list[tuple[str, str, dict[str, object]]]:
    changes: list[tuple[str, str, dict[str, object]]] = []
    if not plan.flash:
        changes.append(("attention that keeps no scores (flash)", "none; results differ by rounding", {"flash": True}))
    if plan.precision == "fp32":
        changes.append(
            ("products in 16 bits (autocast)", "rounding; float16 needs loss scaling", {"precision": "mixed"})
        )
    if not plan.training:
        changes.append(("weights in 16 bits", "rounding", {"precision": "bf16"}))
        changes.append(("one sequence at a time", "less throughput", {"batch": 1}))
        return changes
    if plan.gpus > 1 and plan.sharding < 3:
        changes.append(
            (
                f"all states sharded over {plan.gpus} GPUs (FSDP, ZeRO 3)",
                "half as much communication again",
                {"sharding": 3},
            )
        )
    if plan.batch > 1:
        parts = plan.batch
        changes.append(
            (
                f"{parts} parts of one example with gradient accumulation",
                "the same gradient, slower; batch norm sees parts",
                {"batch": 1},
            )
        )
    if not plan.checkpointing:
        changes.append(("gradient checkpointing", "a third more time", {"checkpointing": True}))
    if plan.optimizer == "adamw":
        changes.append(("AdamW with 8-bit states", "rounding of the states", {"optimizer": "adamw8bit"}))
    if plan.optimizer not in ("adafactor", "sgd", "none", "lion"):
        changes.append(("Adafactor", "another optimizer: rates must be chosen anew", {"optimizer": "adafactor"}))
    if plan.trained == 1.0:
        changes.append(
            (
                "only low-rank matrices learn (LoRA, about 1 % of the parameters), frozen weights in 16 bits",
                "fine-tuning only; another method than the paper's",
                {"trained": 0.01, "precision": "bf16", "optimizer": "adamw"},
            )
        )
    return changes


def verdict(
    held: Memory, gpu: Gpu | None, plan: Plan, fits: bool | None, hours: float | None, down: list[ScaleDown]
) -> str:
    """Say in a sentence or two what an engineer wants to know first."""
    need = f"{held.total / 2**30:.1f} GiB on each device"
    if gpu is None:
        return f"It needs {need}; name a GPU to learn whether it fits and how long it takes."
    room = f"{gpu.memory_gib * (1 - RESERVED):.0f} of the {gpu.memory_gib:g} GiB of a {gpu.name}"
    if fits:
        text = f"It fits: {need}, {room} may be used."
    elif down and down[-1].fits:
        changes = "; ".join(one.change for one in down)
        text = f"It does not fit as it is ({need}; {room} may be used), but does after: {changes}."
    else:
        text = f"It does not fit: {need}, {room} may be used, and no usual way makes it small enough. Use more or larger GPUs, or a smaller model."
    if hours is not None:
        days = f" ({hours / 24:.1f} days)" if hours > 48 else ""
        text += (
            f" Training takes about {hours:.3g} hours{days} on {plan.gpus} GPU(s): {hours * plan.gpus:.3g} GPU-hours."
        )
    return text
