"""`smoke_run`: run a model once, small and fast, and say what holds."""

from __future__ import annotations

import json
import re
import secrets
import signal
from pathlib import Path
from typing import Any

import anyio.to_thread
from pydantic import BaseModel, Field, ValidationError

from paper_implementer.knowledge.facts import Place
from paper_implementer.tools.config import config
from paper_implementer.tools.errors import BadReference, NotInstalled
from paper_implementer.tools.worker import Progress, no_progress, run_in_worker

from .checks import ALWAYS, CHECKS, ON_REQUEST
from .entry import EntryPoint
from .interpreter import Interpreter, find_interpreter
from .local import Ended, Limits, run_locally, scratch_folder
from .report import Check, Entry, Isolation, SmokeReport
from .sandbox.level import Sandbox, choose
from .sandbox.selftest import examine
from .sandbox.view import View
from .store import RunStore, new_run_id

HERE = Path(__file__).parent
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MAX_PARAMETERS = {"cpu": 100_000_000, "cuda": 1_000_000_000, "auto": 100_000_000}
"""Largest model that is run as the code sets it; larger ones are made smaller, which the report says."""


class InputSpec(BaseModel):
    """One argument of forward."""

    model_config = {"extra": "forbid"}

    shape: list[int] = Field(max_length=8)
    dtype: str = Field(
        default="float32", pattern=r"^(float16|bfloat16|float32|float64|int8|int16|int32|int64|uint8|bool)$"
    )
    high: int | None = Field(default=None, gt=0)


async def smoke_run(
    target: str,
    checks: list[str] | None = None,
    inputs: list[dict[str, Any]] | None = None,
    device: str = "auto",
    timeout_s: float = 120.0,
    python: str | None = None,
    isolation: str = "auto",
    *,
    home: Path | None = None,
    limits: Limits | None = None,
    progress: Progress = no_progress,
    run_id: str | None = None,
) -> SmokeReport:
    """Run the checks on a target in a process of the user's interpreter and record the report.

    **Arguments:**

    - `target`: `path.py:Class`, `module:Class`, a script or a folder; relative to the working folder.
    - `checks`: names of `CHECKS`; `import` and `forward` always run. None means all but those that take long (`ON_REQUEST`).
    - `inputs`: one `{"shape": [...], "dtype": ..., "high": n}` for each argument of forward. None means: found by trying.
    - `timeout_s`: for everything, import of torch included. `limits` has the other limits.
    - `run_id`: of a job that was given one already.

    **Raises:** `NotFound`, `BadReference` for a target, check or input that is none, or a target that could mean several models;
    `NotInstalled` if no interpreter with torch is found or the isolation that is asked for is not to be had.
    """
    if device not in MAX_PARAMETERS:
        raise BadReference(f"{device!r} is no device.", "Devices are auto, cpu and cuda.")
    chosen = _chosen(checks)
    specs = _specs(inputs)
    limits = (limits or Limits()).model_copy(update={"timeout_s": timeout_s})
    cwd = str(Path.cwd())
    sandbox = await anyio.to_thread.run_sync(choose, isolation)
    progress(0, len(chosen), "finding the model")
    found = await run_in_worker(
        f"{__package__}.entry:find_entry",
        {"target": target, "cwd": cwd},
        what=f"Looking for the model of {target}",
        timeout_s=60,
    )
    entry = EntryPoint.model_validate(found)
    interpreter = await _interpreter(Path(entry.root), python)
    run = _Run(run_id or new_run_id(), target, entry, interpreter, chosen, sandbox, progress)
    with scratch_folder() as scratch:
        order = {
            **entry.model_dump(include={"root", "search", "module", "name", "smoke", "usage"}),
            "nonce": run.nonce,
            "checks": [(name, str(HERE / "checks" / CHECKS[name])) for name in chosen],
            "inputs": specs,
            "device": device,
            "max_parameters": MAX_PARAMETERS[device],
        }
        ended = await run_locally(
            [interpreter.path, "-u", str(HERE / "inside" / "harness.py"), "{fd}", "{trace_fd}"],
            run_id=run.id,
            cwd=Path(entry.root),
            scratch=Path(scratch),
            first_line=json.dumps(order),
            limits=limits,
            listen=run.hear,
            sandbox=sandbox,
            view=_view(entry, interpreter),
        )
    report = run.report(ended, limits, _stack(ended.trace))
    RunStore(home or config().home).save(report)
    return report


def started(run_id: str, target: str, checks: list[str] | None, isolation: str) -> SmokeReport:
    """The report of a run that goes on by itself: no verdict yet.

    **Raises:** as `smoke_run`, for what can be told at once.
    """
    sandbox = choose(isolation)
    why = f"the run goes on: ask get_run for {run_id}"
    return SmokeReport(
        run_id=run_id,
        state="started",
        entry=Entry(target=target, how_found="not looked for yet"),
        checks=[Check(name=name, status="not_run", why=why) for name in _chosen(checks)],
        isolation=Isolation(level=sandbox.level if sandbox else "none", guarantees=[]),
        environment={},
    )


def _chosen(checks: list[str] | None) -> list[str]:
    unknown = sorted(set(checks or ()) - set(CHECKS))
    if unknown:
        raise BadReference(f"There is no check {', '.join(map(repr, unknown))}.", f"Checks are {', '.join(CHECKS)}.")
    wanted = set(checks) if checks is not None else set(CHECKS) - set(ON_REQUEST)
    return [name for name in CHECKS if name in wanted or name in ALWAYS]


def _specs(inputs: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    if inputs is None:
        return None
    try:
        return [InputSpec.model_validate(one).model_dump() for one in inputs]
    except ValidationError as error:
        first = error.errors()[0]
        raise BadReference(
            f"inputs cannot be read: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            'Give one object for each argument, for example {"shape": [2, 16], "dtype": "int64", "high": 100}.',
        ) from None


async def _interpreter(start: Path, python: str | None) -> Interpreter:
    return await anyio.to_thread.run_sync(find_interpreter, start, python)


def _view(entry: EntryPoint, interpreter: Interpreter) -> View:
    """What the run sees: the code, the interpreter with its packages, and our own programs."""
    folders = [Path(entry.root), *map(Path, entry.search), Path(interpreter.path), *map(Path, interpreter.folders)]
    return View((*folders, HERE / "inside", HERE / "checks"))


def _stack(trace: str) -> list[tuple[str, int, str]]:
    """The frames that the interpreter wrote when it crashed or was asked where it hangs, innermost first."""
    return [(f, int(n), s) for f, n, s in re.findall(r'^  File "(.+)", line (\d+) in (.+)$', trace, re.M)]


class _Run:
    """Collects what the harness says and makes the report of it."""

    def __init__(
        self,
        run_id: str,
        target: str,
        entry: EntryPoint,
        interpreter: Interpreter,
        chosen: list[str],
        sandbox: Sandbox | None,
        progress: Progress,
    ) -> None:
        self.id, self.nonce, self.sandbox = run_id, secrets.token_hex(16), sandbox
        self.target, self.entry, self.interpreter, self.chosen, self.progress = (
            target,
            entry,
            interpreter,
            chosen,
            progress,
        )
        self.checks: dict[str, Check] = {}
        self.notes: list[str] = []
        self.shrunk: list[str] = []
        self.environment: dict[str, Any] = {}
        self.current = "start"
        self.unable: str | None = None
        self.done = False

    def hear(self, said: dict[str, Any]) -> None:
        """Take one message; what is none of the harness's is left out, since user code could write here."""
        if not isinstance(said, dict) or said.get("nonce") != self.nonce:
            return
        try:
            if "started" in said:
                self.current = str(said["started"])
                self.progress(len(self.checks), len(self.chosen), self.current)
            elif "check" in said:
                check = Check.model_validate({k: v for k, v in said["check"].items() if k != "seconds"})
                if check.name in self.chosen and check.name not in self.checks:
                    self.checks[check.name] = check
            elif "found" in said:
                self.notes, self.shrunk = (
                    [str(n) for n in said["found"]["notes"]],
                    [str(s) for s in said["found"]["shrunk"]],
                )
            elif "environment" in said:
                self.environment = dict(said["environment"])
            elif "unable" in said:
                self.unable = str(said["unable"])
            elif "done" in said:
                self.done = True
        except (ValidationError, TypeError, KeyError, AttributeError):
            return

    def report(self, ended: Ended, limits: Limits, stack: list[tuple[str, int, str]]) -> SmokeReport:
        """The report, with a verdict for each check that was asked for."""
        if self.unable is not None:
            raise NotInstalled(
                f"The run cannot start with the torch of {self.interpreter.path}: {self.unable}.",
                "Pass device='auto', or another interpreter with python=.",
            )
        died = None if self.done else _death(ended, limits, self.current)
        failed = next((c.name for c in self.checks.values() if c.status != "pass" and c.name in ALWAYS), None)
        place = next((p for p in (self._place(frame) for frame in stack) if p), None) if died else None
        checks = []
        for name in self.chosen:
            if name in self.checks:
                checks.append(self.checks[name])
            elif died and (name == self.current or (self.current == "start" and name == self.chosen[0])):
                checks.append(Check(name=name, status="fail", expected="the process lives", why=died, place=place))
            else:
                why = f"{failed} did not pass" if failed else died or "the run ended before"
                checks.append(Check(name=name, status="not_run", why=why))
        how = "; ".join([self.entry.how_found, *self.notes, f"interpreter: {self.interpreter.how_found}"])
        return SmokeReport(
            run_id=self.id,
            entry=Entry(target=self.target, how_found=how, shrunk=self.shrunk),
            checks=checks,
            isolation=Isolation(
                level=self.sandbox.level if self.sandbox else "none",
                guarantees=_guarantees(self.sandbox, ended, limits),
            ),
            environment={
                "interpreter": self.interpreter.path,
                "python": self.interpreter.python,
                "torch": self.interpreter.torch,
                **self.environment,
                "wall_s": ended.wall_s,
                "peak_memory_mb": ended.peak_mb,
                "processes_ended": ended.left_over,
            },
            log_tail=_CONTROL.sub("", ended.log_tail),
        )

    def _place(self, frame: tuple[str, int, str]) -> Place | None:
        file, line, symbol = frame
        root = Path(self.entry.root).resolve()
        path = Path(file).resolve()
        if not path.is_relative_to(root) or "site-packages" in path.parts:
            return None
        return Place(file=str(path.relative_to(root)), line=line, symbol=symbol)


def _death(ended: Ended, limits: Limits, during: str) -> str:
    """Why a run ended before it was done."""
    while_ = f"during {during}" if during != "start" else "at the start"
    reasons = {
        "time": f"It did not end within {limits.timeout_s:g} seconds and was stopped {while_}.",
        "memory": f"It needed more than {limits.memory()} MiB of memory and was stopped {while_}.",
        "processes": f"It had more than {limits.processes} processes and was stopped {while_}.",
        "files": f"It made more than {limits.files} files and was stopped {while_}.",
        "output": f"It printed more than {limits.output_mb} MiB and was stopped {while_}.",
        "said": f"It wrote too much to the descriptor of the verdicts and was stopped {while_}.",
        "lost": f"It killed the process that watches it, {while_}.",
        "start": f"It could not be started: {ended.log_tail}.",
    }
    if ended.stopped in reasons:
        return reasons[ended.stopped]
    if ended.status is not None and ended.status < 0:
        try:
            name = signal.Signals(-ended.status).name
        except ValueError:
            name = f"signal {-ended.status}"
        return f"The process was ended by {name} {while_}."
    return f"The process ended with status {ended.status} {while_}."


def _guarantees(sandbox: Sandbox | None, ended: Ended, limits: Limits) -> list[str]:
    """What held in this run, and what did not."""
    limited = f"at most {limits.timeout_s:g} s, {limits.memory()} MiB of memory in all its processes together, {limits.processes} processes, {limits.output_mb} MiB of output"
    verdicts = "verdicts come on a private descriptor, not from what it prints; code that digs through the harness in its own process could still forge them"
    if sandbox is not None:
        return [limited, *(each.promise for each in examine(sandbox) if each.holds), verdicts]
    tree = (
        "every process that it started is ended with it, daemons too"
        if ended.adopts
        else "its process group is ended with it; a daemon that left the group is not found on this system"
    )
    return [
        limited,
        tree,
        verdicts,
        "variables of the environment that look like secrets are not passed on",
        "none for files and network: it can read and write what you can",
    ]
