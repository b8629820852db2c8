"""An estimate as Markdown: the verdict first, then the numbers behind it."""

from __future__ import annotations

from paper_implementer.tools.running.estimate.report import Estimate

from .markdown import source_text, table


def estimate(result: Estimate) -> str:
    """The verdict, counts, memory, what to scale down, and what was taken for granted."""
    lines = [result.verdict, "", "**Parameters.** " + ", ".join(f"{k} {v:,}" for k, v in result.parameters.items())]
    flops = {
        "forward, an example": result.flops.forward_example,
        "a step": result.flops.training_step,
        "all training": result.flops.training_total,
    }
    if told := [f"{name} {value:.3g}" for name, value in flops.items() if value is not None]:
        lines += ["", "**Operations.** " + ", ".join(told)]
    rows = [(name, _gib(value)) for name, value in result.memory.model_dump().items() if value]
    lines += ["", table(("on one device", "GiB"), rows)]
    if result.scale_down:
        fits = {True: "yes", False: "no", None: ""}
        changes = [(one.change, _gib(one.total), fits[one.fits], one.cost) for one in result.scale_down]
        lines += ["", table(("then, one after another", "GiB", "fits", "cost"), changes)]
    lines += ["", "Taken for granted:", *(f"- {said}" for said in result.assumptions)]
    for fact in result.gpu:
        note = f" ({fact.note})" if fact.note else ""
        lines.append(f"- {fact.scope}: {fact.value} {fact.unit}{note}, {source_text(fact.source)}")
    return "\n".join(lines)


def _gib(value: int) -> str:
    return f"{value / 2**30:.2f}"
