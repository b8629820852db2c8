"""Numbers of code, measured in a smoke run."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import BaseModel

from paper_implementer.tools.errors import Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from ..report import SmokeReport
from ..smoke import smoke_run


class Measured(BaseModel):
    """What a run of a few examples says of one.

    **Arguments:**

    - `forward_example`, `activation_bytes_example`: None where the run made the model smaller than the code sets it.
    """

    parameters: dict[str, int]
    forward_example: int | None = None
    activation_bytes_example: float | None = None
    notes: list[str]


async def measure(
    target: str, *, home: Path | None, python: str | None, isolation: str, progress: Progress = no_progress
) -> Measured:
    """Run a model once and read parameters, operations and what it keeps for the backward pass.

    **Raises:** `Unreadable` if it does not run; what `smoke_run` raises.
    """
    report = await smoke_run(
        target,
        ["parameter_count", "cost"],
        device="cpu",
        python=python,
        isolation=isolation,
        home=home,
        progress=progress,
    )
    checks = {check.name: check for check in report.checks}
    counted = checks["parameter_count"]
    if not isinstance(counted.measured, dict):
        broken = next(check for check in report.checks if check.status != "pass")
        raise Unreadable(
            f"{target} does not run, so that nothing can be measured: {broken.name}: {broken.why}",
            "Mend that (smoke_run shows it in full), or pass settings with the sizes.",
        )
    total = int(_number(counted.measured.get("at_full_size")) or _number(counted.measured.get("total")) or 0)
    notes = [f"measured on run {report.run_id}: {report.entry.how_found}"]
    found = Measured(parameters={"total": total, "active": total}, notes=notes)
    cost = checks["cost"].measured
    if report.entry.shrunk:
        found.notes.append(
            f"the model was made smaller to run it ({'; '.join(report.entry.shrunk)}): operations and activations at full size are not known"
        )
    elif isinstance(cost, dict):
        examples = _examples(report)
        forward, kept = _number(cost.get("forward_flops")), _number(cost.get("activation_bytes"))
        found.forward_example = int(forward / examples) if forward is not None else None
        found.activation_bytes_example = kept / examples if kept is not None else None
        found.notes.append(
            f"operations and activations are those of {examples} example(s) at the size of the run, divided by their number"
        )
    else:
        found.notes.append(f"operations and activations are not known: {checks['cost'].why}")
    return found


def _examples(report: SmokeReport) -> int:
    """Examples of the run's batch: the first dimension of its first input."""
    forward = next((c.measured for c in report.checks if c.name == "forward"), None)
    shapes = forward.get("inputs") if isinstance(forward, dict) else None
    found = re.match(r"\w+ \[(\d+)", str(shapes[0])) if isinstance(shapes, list) and shapes else None
    return max(1, int(found[1])) if found else 1


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
