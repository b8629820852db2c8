"""Run a command on this machine under the supervisor: with limits, and with nothing left afterwards."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any

import anyio
import anyio.abc
from pydantic import BaseModel

from paper_implementer.tools.errors import NotInstalled

from .sandbox.level import Enclosed, Sandbox, environment
from .sandbox.view import View

SUPERVISOR = Path(__file__).parent / "supervisor.py"
MARK = "PAPER_IMPLEMENTER_RUN"
MAX_LINE = 8 * 2**20
GRACE_S = 30.0
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE|ACCESS_?KEY|AUTH", re.I)


class Limits(BaseModel):
    """What one run may use.

    **Arguments:**

    - `timeout_s`: seconds in all, import of torch included.
    - `memory_mb`: of all its processes together; None means 80 % of what is free now.
    - `output_mb`: what it may print.
    - `processes`: how many at once.
    - `files`: how many it may make in the scratch folder of a sandbox.
    """

    timeout_s: float = 120.0
    memory_mb: int | None = None
    output_mb: int = 256
    processes: int = 128
    files: int = 100_000

    def memory(self) -> int:
        """The limit of memory in MiB."""
        if self.memory_mb is not None:
            return self.memory_mb
        with suppress(OSError, ValueError):
            for line in Path("/proc/meminfo").read_text().splitlines():
                if line.startswith("MemAvailable:"):
                    return max(1024, int(int(line.split()[1]) / 1024 * 0.8))
        return 8192


class Ended(BaseModel):
    """How a run ended.

    **Arguments:**

    - `stopped`: the limit that ended it: `time`, `memory`, `processes`, `files`, `output`, `said`; `start` if it could not be started; `lost` if the
      supervisor was killed.
    - `status`: exit status; negative for a signal.
    - `left_over`: processes that it had left behind and that were ended.
    - `adopts`: whether daemons of it could be found.
    - `trace`: what was written to the descriptor for the stack of a crash.
    """

    stopped: str | None = None
    status: int | None = None
    wall_s: float = 0.0
    peak_mb: float = 0.0
    output_bytes: int = 0
    left_over: int = 0
    adopts: bool = False
    log_tail: str = ""
    trace: str = ""


def user_environment() -> dict[str, str]:
    """Our environment without what looks like a secret: for code that is trusted."""
    return {k: v for k, v in os.environ.items() if not _SECRET.search(k) and not k.startswith("PAPER_IMPLEMENTER_")}


def run_variables(run_id: str, scratch: str) -> dict[str, str]:
    """What every run gets: its mark, its temporary folder, no trackers, no downloads."""
    return {
        MARK: run_id,
        "TMPDIR": scratch,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "MPLBACKEND": "Agg",
        "WANDB_MODE": "disabled",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


async def run_locally(
    command: list[str],
    *,
    run_id: str,
    cwd: Path,
    scratch: Path,
    first_line: str,
    limits: Limits,
    listen: Callable[[dict[str, Any]], None],
    sandbox: Sandbox | None = None,
    view: View | None = None,
) -> Ended:
    """Run a command to its end and tell `listen` each JSON line that it writes to its private descriptor (`{fd}` in the command).

    Cancelling the caller ends the run and everything that it started.

    **Arguments:**

    - `scratch`: its temporary folder, where there is no sandbox that has one of its own.
    - `sandbox`, `view`: run it in this sandbox, where it sees this.

    **Raises:** `NotInstalled` where there is no POSIX system under us.
    """
    if sys.platform == "win32":
        raise NotInstalled("Smoke runs need Linux or macOS.", "Use the Windows Subsystem for Linux.")
    enclosed = Enclosed(command, {**user_environment(), **run_variables(run_id, str(scratch))})
    if sandbox is not None:
        view = view or View((cwd,))
        inside = sandbox.scratch(view, scratch)
        variables = environment(inside, Path(command[0]), run_variables(run_id, inside))
        enclosed = sandbox.enclose(command, view=view, environment=variables, cwd=cwd, folder=scratch, devices=True)
    order = {
        "command": enclosed.command,
        "cwd": str(cwd),
        "environment": enclosed.environment,
        "filter": base64.b64encode(enclosed.filter).decode() if enclosed.filter is not None else None,
        "sandboxed": sandbox is not None,
        "scratch": view.scratch if view and sandbox and sandbox.level == "bubblewrap" else None,
        "files": limits.files,
        "first_line": first_line,
        "timeout_s": limits.timeout_s,
        "memory_mb": limits.memory(),
        "output_mb": limits.output_mb,
        "processes": limits.processes,
    }
    process = await anyio.open_process(
        [sys.executable, "-I", "-S", str(SUPERVISOR)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    ended = Ended(stopped="lost")
    try:
        assert process.stdin is not None
        await process.stdin.send(json.dumps(order).encode() + b"\n")
        with anyio.move_on_after(limits.timeout_s + GRACE_S):
            async with aclosing(_lines(process)) as lines:
                async for message in lines:
                    if "ended" in message:
                        ended = Ended.model_validate(message["ended"])
                        break
                    listen(message["said"])
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass
    finally:
        with anyio.CancelScope(shield=True):
            await _finish(process, run_id)
    return ended


async def _lines(process: anyio.abc.Process) -> AsyncGenerator[dict[str, Any]]:
    assert process.stdout is not None
    pending = bytearray()
    async for chunk in process.stdout:
        pending += chunk
        if len(pending) > MAX_LINE:
            return
        if b"\n" in chunk:
            *whole, rest = bytes(pending).split(b"\n")
            pending = bytearray(rest)
            for line in whole:
                yield json.loads(line)


async def _finish(process: anyio.abc.Process, run_id: str) -> None:
    """Let the supervisor end the run; if somebody killed the supervisor, do it for it by the mark in their environment."""
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        assert process.stdin is not None
        await process.stdin.aclose()
    with anyio.move_on_after(GRACE_S):
        await process.wait()
    if process.returncode != 0:
        for _ in range(50):
            marked = await anyio.to_thread.run_sync(_marked, run_id)
            for pid in marked:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if not marked:
                break
            await anyio.sleep(0.02)
        with suppress(ProcessLookupError):
            process.kill()
    await process.aclose()


def _marked(run_id: str) -> list[int]:
    """Living processes that carry the mark of a run; none where there is no /proc."""
    mark = f"{MARK}={run_id}".encode()
    found = []
    with suppress(FileNotFoundError), os.scandir("/proc") as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.name.isdigit() and mark in Path(entry.path, "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def scratch_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for what a run writes, removed with all that is in it."""
    return tempfile.TemporaryDirectory(prefix="paper-implementer-", ignore_cleanup_errors=True)
