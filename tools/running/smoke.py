"""Smoke runs: a model built once, small and fast, in a process of its own with limits, and what came of it."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio

from paper_implementer.knowledge.facts import Place
from paper_implementer.tools.errors import BadReference, NotInstalled, PaperImplementerError, Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from .checks import ORDER
from .interpreter import find_interpreter
from .report import Check, Entry, Isolation, SmokeReport
from .target import Target, find_target

HERE = Path(__file__).parent
OUTPUT_BYTES = 64 * 2**20
MEMORY_BYTES = 16 * 2**30
FILE_BYTES = 2**30
_DTYPE = re.compile(r"float(16|32|64)|bfloat16|u?int(8|16|32|64)|bool")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ENDED = {
    "timed_out": "the run reached its limit of {timeout_s:g} seconds",
    "too_much_output": f"the run printed more than {OUTPUT_BYTES // 2**20} MB",
    "too_much_memory": f"the run held more than {MEMORY_BYTES // 2**30} GB of memory",
}


async def smoke_run(
    target: str,
    *,
    home: Path,
    checks: list[str] | None = None,
    inputs: list[dict[str, Any]] | None = None,
    device: str = "auto",
    executor: str = "local",
    timeout_s: float = 120.0,
    python: str | None = None,
    isolation: str = "auto",
    progress: Progress = no_progress,
) -> SmokeReport:
    """Build a model and check it, in the user's interpreter.

    **Arguments:**

    - `target`: as in `find_target`.
    - `home`: where the report is kept, as `runs/RUN_ID.json`.
    - `checks`: names from `checks.ORDER`; all by default.
    - `inputs`: tensors for `forward`: `shape`, `dtype` (float32), `high` for integers, `name` for a keyword.

    **Raises:** `NotFound`, `BadReference`, `Unreadable` for the target or arguments; `NotInstalled` without torch, CUDA or an isolation that was asked for.
    """
    if isolation not in ("auto", "none"):
        raise NotInstalled(f"Isolation {isolation!r} is not available in this version.", 'Pass "none" (or "auto") for code that you trust.')
    if executor != "local":
        raise NotInstalled(f"The executor {executor!r} is not available in this version.", 'Pass "local".')
    names = _chosen(checks)
    _check_inputs(inputs)
    found = find_target(target)
    interpreter, how = find_interpreter(python, found.root)
    progress(0, None, f"starting {interpreter}")
    nonce = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="smoke-") as scratch:
        job = _job(found, interpreter, scratch, nonce, names, inputs, device, timeout_s)
        outcome = await _supervised(job)
    report = _report(target, found, how, nonce, names, outcome, timeout_s)
    _keep(report, home)
    return report


def _chosen(checks: list[str] | None) -> list[str]:
    if unknown := [name for name in checks or [] if name not in ORDER]:
        raise BadReference(f"There is no check {unknown[0]!r}.", f"There are: {', '.join(ORDER)}.")
    return [name for name in ORDER if name != "import" and (checks is None or name in checks)]


def _check_inputs(inputs: list[dict[str, Any]] | None) -> None:
    for spec in inputs or []:
        shape, dtype = spec.get("shape"), spec.get("dtype", "float32")
        if not isinstance(shape, list) or not all(isinstance(n, int) and 0 < n <= 2**20 for n in shape):
            raise BadReference(f"The input {spec!r} has no shape of positive sizes.", 'Pass {"shape": [2, 16], "dtype": "int64", "high": 100}.')
        if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
            raise BadReference(f"{dtype!r} is no dtype of torch.", "Pass float32, int64 or another one.")


def _job(
    found: Target, interpreter: Path, scratch: str, nonce: str, names: list[str], inputs: list[dict[str, Any]] | None, device: str, timeout_s: float
) -> dict[str, Any]:
    """What the supervisor runs, and what the harness is told. The environment is small: no tokens of the user in it."""
    kept = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "CUDA_HOME", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": scratch, "TMPDIR": scratch, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    harness = {
        "nonce": nonce,
        "root": str(found.root),
        "path": [str(p) for p in found.path],
        "module": found.module,
        "symbol": found.symbol,
        "is_model": found.is_model,
        "inputs": inputs,
        "device": device,
        "checks": [[name, str(HERE / "checks" / f"{name}.py")] for name in names],
    }
    return {
        "command": [str(interpreter), str(HERE / "harness.py"), "{fd}"],
        "input": json.dumps(harness),
        "cwd": scratch,
        "env": environment,
        "timeout_s": timeout_s,
        "output_bytes": OUTPUT_BYTES,
        "memory_bytes": MEMORY_BYTES,
        "file_bytes": FILE_BYTES,
    }


async def _supervised(job: dict[str, Any]) -> dict[str, Any]:
    """Run the job under the supervisor. If we are cancelled or killed, the supervisor ends everything."""
    process = await anyio.open_process([sys.executable, "-I", "-S", str(HERE / "supervisor.py")], stderr=None, start_new_session=True)
    assert process.stdin is not None
    assert process.stdout is not None
    answer = bytearray()
    try:
        await process.stdin.send(json.dumps(job).encode())
        await process.stdin.aclose()
        async for chunk in process.stdout:
            answer += chunk
        await process.wait()
    finally:
        with anyio.CancelScope(shield=True):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await process.wait()
            await process.aclose()
    if not answer:
        raise Unreadable("The smoke run ended without an outcome.", "Run it again; if that happens twice, please report it.")
    outcome: dict[str, Any] = json.loads(answer)
    return outcome


def _report(
    target: str, found: Target, how: str, nonce: str, names: list[str], outcome: dict[str, Any], timeout_s: float
) -> SmokeReport:
    entry = Entry(target=target, how_found=found.how_found)
    environment: dict[str, Any] = {"interpreter_found": how, "peak_process_bytes": outcome["peak_bytes"]}
    verdicts: list[Check] = []
    started, done = "import", False
    for message in _messages(outcome["verdict"], nonce):
        if "problem" in message:
            raise _problem(message, found, how)
        if "check" in message:
            verdicts.append(_verdict(message["check"]))
        if "entry" in message:
            entry = entry.model_copy(update=message["entry"])
        entry = entry.model_copy(update={"inputs": message["inputs"]}) if "inputs" in message else entry
        environment |= message.get("environment", {})
        started = message.get("started", started)
        done = done or "done" in message
    ended = outcome["ended"]
    failed_early = any(c.status == "fail" and c.name in ("import", "build", "forward") for c in verdicts)
    if ended == "completed" and not done and not failed_early:
        ended = "crashed"
    if ended != "completed":
        why = _ENDED.get(ended, "the process ended {status}").format(timeout_s=timeout_s, status=_status(outcome["status"]))
        verdicts = [c for c in verdicts if c.name != started]
        verdicts.append(Check(name=started, status="fail", measured=why, expected="the check ends", why="it was running when the run was ended"))
    seen = {c.name for c in verdicts}
    verdicts += [Check(name=n, status="not_run", why="an earlier step did not end well") for n in ("import", *names) if n not in seen]
    tail = _CONTROL.sub("", outcome["tail"])
    if outcome["printed"] > len(outcome["tail"].encode()):
        tail = f"(the last of {outcome['printed']} bytes)\n{tail}"
    return SmokeReport(
        run_id=f"run-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(3)}",
        entry=entry,
        outcome=ended,
        checks=verdicts,
        isolation=Isolation(level="none", guarantees=_guarantees()),
        environment=environment,
        log_tail=tail,
    )


def _messages(text: str, nonce: str) -> list[dict[str, Any]]:
    """The harness's messages; what does not carry the nonce was not said by it."""
    found = []
    for line in text.splitlines():
        with suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict) and message.get("nonce") == nonce:
                found.append(message)
    return found


def _verdict(data: dict[str, Any]) -> Check:
    place = data.pop("place", None)
    return Check(**data, place=Place(**place) if place else None)


def _problem(message: dict[str, Any], found: Target, how: str) -> PaperImplementerError:
    detail = str(message["detail"])[:1500]
    if message["problem"] == "ambiguous":
        hint = 'Pass inputs=[{"shape": [...], "dtype": "..."}], or a file smoke.py with a function model() that returns the model.'
        return BadReference(f"{found.module}:{found.symbol} cannot be run as it is: {detail}.", hint)
    if message["problem"] == "no_cuda":
        return NotInstalled(f"CUDA was asked for, and {detail}.", 'Pass device="auto" or "cpu".')
    return NotInstalled(
        f"The interpreter ({how}) has no torch: {detail}.",
        "Pass python=, or set PAPER_IMPLEMENTER_PYTHON, to an interpreter that has it.",
    )


def _status(status: int | None) -> str:
    if status is not None and status < 0:
        with suppress(ValueError):
            return f"by the signal {signal.Signals(-status).name}"
    return f"with status {status}"


def _guarantees() -> list[str]:
    held = ["limit of time", "limit of output", "environment without the user's variables", "verdicts on a private descriptor"]
    if sys.platform == "linux":
        held += ["limit of memory", "nothing of it stays alive"]
    return held


def _keep(report: SmokeReport, home: Path) -> None:
    """Write the report where runs are kept: whole or not at all."""
    folder = home / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{report.run_id}.partial"
    partial.write_text(report.model_dump_json(indent=1), encoding="utf-8")
    partial.replace(folder / f"{report.run_id}.json")
