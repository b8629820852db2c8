"""The process of one job: runs it, says how far it is, ends when asked to."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import anyio

from paper_implementer.tools.errors import PaperImplementerError

from .jobs import JobProgress, Jobs, Run
from .smoke import smoke_run

POLL_S = 0.2


async def work(home: Path, run_id: str) -> Run:
    """Run what `request.json` asks for and give the last state.

    **Raises:** nothing of our tree: that is a state too.
    """
    jobs = Jobs(home)
    request: dict[str, Any] = json.loads((home / "runs" / run_id / "request.json").read_text(encoding="utf-8"))
    os.chdir(request.pop("cwd"))
    run = Run(run_id=run_id, target=str(request.get("target", "")), state="running", started=time.time())
    jobs.tell(run)

    def tell(done: float, total: float | None, message: str) -> None:
        run.progress = JobProgress(done=done, total=total, message=message)
        jobs.tell(run)

    async def watch(scope: anyio.CancelScope) -> None:
        while not jobs.cancelled(run_id):
            await anyio.sleep(POLL_S)
        scope.cancel()

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(watch, group.cancel_scope)
            await smoke_run(**request, home=home, progress=tell, run_id=run_id)
            run.state = "done"
            group.cancel_scope.cancel()
    except* PaperImplementerError as several:
        error = several.exceptions[0]
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        run.state, run.error = "failed", error.as_dict() if isinstance(error, PaperImplementerError) else None
    if run.state == "running":
        run.state = "cancelled"
    run.ended = time.time()
    return run


def main(home: Path, run_id: str, stay: bool = False) -> None:
    """Hold the lock of the job and do it; leave whoever started this first, unless that is a cluster's job (`stay`)."""
    if not stay and os.fork():
        os._exit(0)
    jobs = Jobs(home)
    with jobs.lock(run_id):
        jobs.tell(anyio.run(work, home, run_id))


if __name__ == "__main__":
    stay, (home_folder, name) = sys.argv[1] == "--stay", sys.argv[-2:]
    main(Path(home_folder), name, stay)
