"""Runs that outlive who asked for them: started apart, looked at, cancelled, listed.

A job is a process of its own session below `home/runs/RUN_ID`: `request.json` is what was asked, `state.json` what it says of
itself, `cancel` asks it to end, and `lock` is held by it as long as it lives, so that one that was killed is never taken for
running, whatever process has its number now. Its report lies where every report lies.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, Field, ValidationError

from paper_implementer.tools.errors import BadReference, Busy, NotFound, PaperImplementerError

from . import slurm
from .report import SmokeReport
from .slurm import ClusterJob
from .store import RunStore, new_run_id, write_atomically

State = Literal["queued", "starting", "running", "done", "failed", "cancelled", "lost"]
GOING = ("queued", "starting", "running")
MAX_RUNNING = 4
"""Jobs of one library at a time; each may use all cores."""


class JobProgress(BaseModel):
    """How far a run is: checks done, of how many, and what it does now."""

    done: float = 0
    total: float | None = None
    message: str = ""


class Run(BaseModel):
    """A run as `get_run` tells it.

    **Arguments:**

    - `state`: queued says that it waits for a node of a cluster; lost that its process was killed from outside: what it had
      found so far is gone, its log is not.
    - `cluster`: the job that Slurm has for it, if it runs there.
    - `result`: the report, of a run that is done.
    - `error`: kind, message and hint, of one that failed.
    """

    run_id: str
    target: str = ""
    state: State
    progress: JobProgress = Field(default_factory=JobProgress)
    started: float | None = None
    ended: float | None = None
    cluster: ClusterJob | None = None
    result: SmokeReport | None = None
    error: dict[str, str] | None = None
    log_tail: str = ""


class Runs(BaseModel):
    """Runs of a library, the newest first."""

    runs: list[Run]


class Jobs:
    """The runs below `home/runs`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._folder = home / "runs"

    def start(self, request: dict[str, Any]) -> Run:
        """Start a smoke run apart and return at once.

        **Arguments:**

        - `request`: arguments of `smoke_run`, as JSON; `target` among them.

        **Raises:** `Busy` when enough of them run already; for a cluster, as `slurm.submit`.
        """
        if request.get("executor") == "slurm":
            return self._submit(request)
        here = [run for run in self.list() if run.state in ("starting", "running") and run.cluster is None]
        if len(here) >= MAX_RUNNING:
            raise Busy(f"{MAX_RUNNING} runs are going on already.", "Wait for one, or cancel one with cancel_run.")
        run_id, folder = self._new(request)
        self.tell(Run(run_id=run_id, target=str(request.get("target", "")), state="starting", started=time.time()))
        with (folder / "log").open("ab") as log:
            # It forks once more and its parent ends at once, so that no server has a child to wait for.
            subprocess.run(
                [sys.executable, "-P", "-m", f"{__package__}.job_process", str(self.home), run_id],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=False,
            )
        return self.get(run_id)

    def _new(self, request: dict[str, Any]) -> tuple[str, Path]:
        run_id = new_run_id()
        folder = self._folder / run_id
        folder.mkdir(parents=True)
        # Where it arrives, it runs there.
        local = {name: value for name, value in request.items() if name != "executor"}
        write_atomically(folder / "request.json", json.dumps(local | {"cwd": str(Path.cwd())}))
        return run_id, folder

    def _submit(self, request: dict[str, Any]) -> Run:
        run_id, folder = self._new(request)
        run = Run(run_id=run_id, target=str(request.get("target", "")), state="queued", started=time.time())
        self.tell(run)
        command = ["-P", "-m", f"{__package__}.job_process", "--stay", str(self.home.resolve()), run_id]
        try:
            run.cluster = slurm.submit(folder.resolve(), command, float(request.get("timeout_s") or 120))
        except PaperImplementerError as error:
            self.tell(run.model_copy(update={"state": "failed", "error": error.as_dict(), "ended": time.time()}))
            raise
        write_atomically(folder / "cluster.json", run.cluster.model_dump_json())
        return self.get(run_id)

    def tell(self, run: Run) -> None:
        """Write the state of a job; for the job itself."""
        write_atomically(
            self._folder / run.run_id / "state.json", run.model_dump_json(exclude={"result", "log_tail", "cluster"})
        )

    def get(self, run_id: str) -> Run:
        """Read what is known of a run.

        **Raises:** `BadReference` for what is no run id; `NotFound` for a run that is not recorded.
        """
        folder = self._job(run_id)
        try:
            run = Run.model_validate_json((folder / "state.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            report = RunStore(self.home).get(run_id)
            return Run(run_id=run_id, target=report.entry.target, state="done", result=report)
        except ValidationError:
            return Run(run_id=run_id, state="lost", log_tail=_tail(folder / "log"))
        if (folder / "cluster.json").exists():
            run = self._on_cluster(run, ClusterJob.model_validate_json((folder / "cluster.json").read_text()))
        elif run.state in GOING and not self._alive(run):
            # It may have ended between the two looks.
            run = Run.model_validate_json((folder / "state.json").read_text(encoding="utf-8"))
            if run.state in ("starting", "running"):
                run = run.model_copy(update={"state": "lost"})
        if run.state == "done":
            return run.model_copy(update={"result": RunStore(self.home).get(run_id)})
        return run.model_copy(update={"log_tail": _tail(folder / "log")})

    def _on_cluster(self, run: Run, job: ClusterJob) -> Run:
        """The state of a run on a cluster: its own word if it has ended, else what Slurm says."""
        run.cluster = job
        if run.state not in GOING:
            return run
        run.cluster = job = slurm.look(job.job_id)
        # It may have ended between the two looks.
        said = Run.model_validate_json((self._folder / run.run_id / "state.json").read_text(encoding="utf-8"))
        if said.state not in GOING:
            return said.model_copy(update={"cluster": job})
        if job.waits:
            return run.model_copy(update={"state": "queued", "progress": JobProgress(message=job.reason)})
        if job.runs:
            return run
        if job.state == "CANCELLED":
            return run.model_copy(update={"state": "cancelled"})
        if why := slurm.ENDS.get(job.state):
            error = {"kind": "TimedOut" if job.state == "TIMEOUT" else "Unreachable", "message": why, "hint": ""}
            return run.model_copy(update={"state": "failed", "error": error})
        return run.model_copy(update={"state": "lost"})

    def cancel(self, run_id: str, wait_s: float = 10.0) -> Run:
        """Ask a run to end, with everything that it started, and wait until it has.

        **Raises:** as `get`.
        """
        run = self.get(run_id)
        if run.state in GOING:
            (self._job(run_id) / "cancel").touch()
            if run.cluster is not None:
                slurm.cancel(run.cluster.job_id)
            until = time.monotonic() + wait_s
            while run.state in GOING and time.monotonic() < until:
                time.sleep(0.1)
                run = self.get(run_id)
        return run

    def cancelled(self, run_id: str) -> bool:
        """Was this run asked to end?"""
        return (self._job(run_id) / "cancel").exists()

    def list(self, limit: int = 20) -> list[Run]:
        """Give the newest runs first, without their reports."""
        found: dict[str, float] = {}
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                if re.fullmatch(r"run-[0-9a-f]{12}(\.json)?", entry.name):
                    with suppress(FileNotFoundError):
                        found[entry.name[:16]] = entry.stat().st_mtime
        newest = sorted(found, key=lambda run_id: found[run_id], reverse=True)[:limit]
        runs = []
        for run_id in newest:
            with suppress(NotFound, ValidationError):
                runs.append(self.get(run_id).model_copy(update={"result": None, "log_tail": ""}))
        return runs

    def lock(self, run_id: str) -> FileLock:
        """The lock that a job holds while it lives."""
        return FileLock(self._job(run_id) / "lock")

    def _alive(self, run: Run) -> bool:
        if run.state == "starting" and run.started is not None and time.time() - run.started < 30:
            # It takes the lock a moment after it was started.
            return True
        try:
            with self.lock(run.run_id).acquire(timeout=0):
                return False
        except Timeout:
            return True

    def _job(self, run_id: str) -> Path:
        if not re.fullmatch(r"run-[0-9a-f]{12}", run_id):
            raise BadReference(f"{run_id!r} is no id of a run.", "Ids look like run-0123456789ab; list_runs has them.")
        return self._folder / run_id


def _tail(log: Path, size: int = 4000) -> str:
    with suppress(FileNotFoundError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - size))
        return file.read().decode("utf-8", "replace")
    return ""
