"""The tools that run code, or tell what running it would need."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import anyio.to_thread
from pydantic import Field

from paper_implementer.tools.running.estimate.report import Estimate
from paper_implementer.tools.running.jobs import Run, Runs
from paper_implementer.tools.running.report import SmokeReport
from paper_implementer.tools.worker import Progress, no_progress

from .. import estimate_markdown, markdown, run_markdown
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
    executor: Annotated[
        Literal["local", "slurm"],
        Field(description="slurm: as a job of the cluster; library and code on a file system that its nodes share"),
    ] = "local",
    timeout_s: Annotated[float, Field(gt=0, le=3600, description="seconds in all")] = 120,
    python: Annotated[
        str | None, Field(description="the interpreter; by default that of the target's workspace")
    ] = None,
    isolation: Annotated[
        str, Field(description="auto: the sandbox of this machine or an error; none: for trusted code")
    ] = "auto",
    wait: Annotated[
        bool, Field(description="false: return a run_id at once; the run outlives this session, get_run has the result")
    ] = True,
    progress: Progress = no_progress,
) -> SmokeReport:
    """Run a model once, small and fast, in a sandbox: shapes, loss at the start, gradients, leaks between examples and
    positions, half precision, saving, overfitting, cost; compile and distributed (DDP, FSDP) when named.

    Finds the model, its constructor arguments and its inputs by itself where it can, and says how. Each check says what was
    measured, what was expected and why; a check that did not run is not_run.
    """
    request = {
        "target": target, "checks": checks, "inputs": inputs, "device": device, "executor": executor, "timeout_s": timeout_s,
        "python": python, "isolation": isolation,
    }  # fmt: skip
    if not wait:
        from paper_implementer.tools.running.jobs import Jobs
        from paper_implementer.tools.running.smoke import started

        return started(Jobs(home()).start(request).run_id, target, checks, isolation)
    if executor == "slurm":
        from paper_implementer.tools.running.cluster_run import run_on_cluster

        return await run_on_cluster(request, home(), progress)
    from paper_implementer.tools.running.smoke import smoke_run as run

    return await run(
        target,
        checks=checks,
        inputs=inputs,
        device=device,
        timeout_s=timeout_s,
        python=python,
        isolation=isolation,
        home=home(),
        progress=progress,
    )


@tool(
    title="Estimate compute",
    render=estimate_markdown.estimate,
    example={
        "settings": {"family": "llama", "layers": 32, "hidden_size": 4096, "heads": 32, "vocabulary_size": 32000},
        "sequence": 2048,
        "gpu": "H100",
    },
    open_world=True,
)
async def estimate_compute(
    target: Annotated[
        str | None, Field(description="code, as smoke_run takes it: measured small in the sandbox")
    ] = None,
    settings: Annotated[
        dict[str, Any] | None,
        Field(
            description="sizes of a transformer under any usual name (or a config.json): family, layers, hidden_size, heads, "
            "kv_heads, feedforward_size, vocabulary_size; how it is trained: optimizer, gpus, sharding, checkpointing, flash, "
            "training; how long: tokens, examples, steps, utilisation"
        ),
    ] = None,
    batch: Annotated[int, Field(ge=1, description="examples on one device at a time")] = 1,
    sequence: Annotated[int | None, Field(ge=1, description="tokens of an example")] = None,
    image: Annotated[int | None, Field(ge=1, description="pixels a side")] = None,
    precision: Annotated[
        Literal["fp32", "mixed", "bf16", "fp16"],
        Field(
            description="mixed: float32 weights under autocast; bf16, fp16: 16-bit weights, float32 copies with the optimizer"
        ),
    ] = "mixed",
    gpu: Annotated[
        str | None, Field(description="H100, A100 40GB, T4, ...: does it fit, how long does it take")
    ] = None,
    python: Annotated[str | None, Field(description="the interpreter for a target")] = None,
    isolation: Annotated[str, Field(description="of a target's run, as for smoke_run")] = "auto",
    progress: Progress = no_progress,
) -> Estimate:
    """Tell before anything is run: parameters, operations, memory by what holds it, hours on a named GPU, whether it fits, and
    what to scale down in which order.

    From sizes it counts every matrix in milliseconds; code it measures in the sandbox. GPU figures carry their places; what
    was taken for granted is listed.
    """
    from paper_implementer.tools.running.estimate.estimate import estimate_compute as run

    return await run(
        target,
        settings,
        batch,
        sequence,
        image,
        precision,
        gpu,
        home=home(),
        python=python,
        isolation=isolation,
        progress=progress,
    )


@tool(title="Look at a run", render=run_markdown.run, example={"run_id": "run-0123456789ab"})
async def get_run(
    run_id: Annotated[str, Field(description="what smoke_run gave; list_runs has them too")],
) -> Run:
    """Tell the state of a run, how far it is, and its report when it is done."""
    from paper_implementer.tools.running.jobs import Jobs

    return await anyio.to_thread.run_sync(Jobs(home()).get, run_id)


@tool(title="Cancel a run", render=run_markdown.run, example={"run_id": "run-0123456789ab"}, read_only=False)
async def cancel_run(
    run_id: Annotated[str, Field(description="of a run that goes on")],
) -> Run:
    """End a run with everything that it started; one that has ended already stays as it is."""
    from paper_implementer.tools.running.jobs import Jobs

    return await anyio.to_thread.run_sync(Jobs(home()).cancel, run_id)


@tool(title="List runs", render=run_markdown.runs, example={})
async def list_runs(limit: Annotated[int, Field(ge=1, le=200)] = 20) -> Runs:
    """List the runs of this library, the newest first."""
    from paper_implementer.tools.running.jobs import Jobs

    return Runs(runs=await anyio.to_thread.run_sync(Jobs(home()).list, limit))
