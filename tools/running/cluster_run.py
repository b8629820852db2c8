"""A smoke run on a cluster for somebody who waits for it: sent, watched, and ended with whoever asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from paper_implementer.tools.errors import TimedOut, Unreachable
from paper_implementer.tools.worker import Progress, no_progress

from .jobs import GOING, Jobs
from .report import SmokeReport

POLL_S = 1.0


async def run_on_cluster(request: dict[str, Any], home: Path, progress: Progress = no_progress) -> SmokeReport:
    """Send a run to Slurm and wait for its report, however long the queue is.

    Cancelling the caller ends the job, waiting or running.

    **Arguments:**

    - `request`: arguments of `smoke_run`, as JSON, with `executor` "slurm".

    **Raises:** as `slurm.submit`; `TimedOut` at the time limit of the job; `Unreachable` where the job ended without a report.
    """
    jobs = Jobs(home)
    run = await anyio.to_thread.run_sync(jobs.start, request)
    try:
        while run.state in GOING:
            number = run.cluster.job_id if run.cluster else 0
            now = run.progress.message or run.state
            waiting = f"job {number} is queued" + (f" ({run.progress.message})" if run.progress.message else "")
            progress(run.progress.done, run.progress.total, waiting if run.state == "queued" else now)
            await anyio.sleep(POLL_S)
            run = await anyio.to_thread.run_sync(jobs.get, run.run_id)
    except BaseException:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(jobs.cancel, run.run_id)
        raise
    if run.result is not None:
        return run.result
    error = run.error or {"message": f"The job ended without a report: {run.state}.", "hint": "", "kind": ""}
    kind = TimedOut if error["kind"] == "TimedOut" else Unreachable
    raise kind(f"{run.run_id} on the cluster: {error['message']}", error["hint"] or f"Its log: get_run {run.run_id}.")
