"""The tool that runs code."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from paper_implementer.tools.running.report import SmokeReport
from paper_implementer.tools.worker import Progress, no_progress

from .. import markdown
from ..definition import tool
from ..state import home


@tool(title="Smoke run", render=markdown.smoke, example={"target": "model.py:Net"}, read_only=False, open_world=True)
async def smoke_run(
    target: Annotated[str, Field(description="path.py:Class, module:Class, a script or a folder")],
    checks: Annotated[
        list[str] | None, Field(description="only these checks; all but compile and distributed by default")
    ] = None,
    inputs: Annotated[
        list[dict[str, Any]] | None,
        Field(
            description='forward arguments: [{"shape": [2, 16], "dtype": "int64", "high": 100}]; inferred by default'
        ),
    ] = None,
    device: Annotated[Literal["auto", "cpu", "cuda"], Field(description="auto takes the GPU if there is one")] = "auto",
    executor: Annotated[Literal["local"], Field(description="where it runs")] = "local",
    timeout_s: Annotated[float, Field(gt=0, le=3600, description="seconds in all")] = 120,
    python: Annotated[
        str | None, Field(description="the interpreter; by default that of the target's workspace")
    ] = None,
    isolation: Annotated[
        str, Field(description="auto: the sandbox of this machine or an error; none: for trusted code")
    ] = "auto",
    progress: Progress = no_progress,
) -> SmokeReport:
    """Run a model once, small and fast, in a sandbox: shapes, loss at the start, gradients, leaks between examples and
    positions, half precision, saving, overfitting, cost; compile and distributed (DDP, FSDP) when named.

    Finds the model, its constructor arguments and its inputs by itself where it can, and says how. Each check says what was
    measured, what was expected and why; a check that did not run is not_run.
    """
    from paper_implementer.tools.running.smoke import smoke_run as run

    return await run(
        target,
        checks=checks,
        inputs=inputs,
        device=device,
        executor=executor,
        timeout_s=timeout_s,
        python=python,
        isolation=isolation,
        home=home(),
        progress=progress,
    )
