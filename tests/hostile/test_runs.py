"""Code that misbehaves when it is run: each has a clear verdict, and nothing of it is alive afterwards."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import uuid
from pathlib import Path
from typing import Any

import anyio
import pytest

from paper_implementer.tools.running.local import Ended, Limits, run_locally
from paper_implementer.tools.running.report import Check, SmokeReport
from paper_implementer.tools.running.smoke import smoke_run
from tests.support.isolation import ISOLATION

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(sys.platform != "linux", reason="daemons are found by /proc")]

MODEL = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 2)

    def forward(self, x):
        {body}
        return self.layer(x)
"""


def alive(mark: str) -> list[int]:
    """Living processes with this mark in their command line or their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
                is_zombie = b") Z " in (folder / "stat").read_bytes()
            except OSError:
                continue
            if mark.encode() in told and not is_zombie:
                found.append(int(folder.name))
    return found


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> str:
    """What every process of a run carries in its environment."""
    value = f"mark-{uuid.uuid4().hex}"
    monkeypatch.setenv("RUN_OF_THIS_TEST", value)
    return value


async def execute(code: str, tmp_path: Path, said: list[dict[str, Any]] | None = None, **limits: Any) -> Ended:
    """Run some Python under the supervisor, without torch."""
    listener = (said if said is not None else []).append
    return await run_locally(
        [sys.executable, "-c", textwrap.dedent(code), "{fd}"],
        run_id=f"run-{uuid.uuid4().hex[:12]}",
        cwd=tmp_path,
        scratch=tmp_path,
        first_line="{}",
        limits=Limits(**{"timeout_s": 20, "memory_mb": 512, "output_mb": 1, "processes": 20, **limits}),
        listen=listener,
    )


HANGS_WITH_DAEMONS = """
import os, signal, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        time.sleep(600)
"""


async def test_daemons_that_left_the_session_and_ignore_signals_end_with_the_run(tmp_path: Path, mark: str) -> None:
    ended = await execute(HANGS_WITH_DAEMONS, tmp_path)
    assert (ended.stopped, ended.status) == (None, 0)
    assert ended.left_over >= 3
    assert alive(mark) == []


async def test_a_hanging_run_is_stopped_with_its_daemons(tmp_path: Path, mark: str) -> None:
    ended = await execute(HANGS_WITH_DAEMONS + "time.sleep(600)", tmp_path, timeout_s=1)
    assert ended.stopped == "time"
    assert alive(mark) == []


async def test_a_fork_bomb_is_stopped(tmp_path: Path, mark: str) -> None:
    code = """
    import os, time
    while True:
        try:
            os.fork()
        except OSError:
            pass
        time.sleep(0.02)
    """
    assert (await execute(code, tmp_path)).stopped == "processes"
    assert alive(mark) == []


async def test_output_beyond_the_limit_ends_the_run_and_its_end_is_kept(tmp_path: Path, mark: str) -> None:
    code = """
    import sys
    while True:
        sys.stdout.write("endless " * 8192)
    """
    ended = await execute(code, tmp_path)
    assert ended.stopped == "output"
    assert ended.output_bytes < 64 * 2**20
    assert 0 < len(ended.log_tail) <= 16 * 2**10
    assert alive(mark) == []


async def test_memory_beyond_the_limit_is_refused_to_one_process(tmp_path: Path) -> None:
    ended = await execute("hoard = bytearray(4 * 2**30)", tmp_path)
    assert ended.status == 1
    assert "MemoryError" in ended.log_tail


async def test_memory_beyond_the_limit_in_several_processes_ends_the_run(tmp_path: Path, mark: str) -> None:
    code = """
    import os, time
    for _ in range(4):
        if os.fork() == 0:
            hoard = bytearray(b"x") * (200 * 2**20)
            time.sleep(600)
    time.sleep(600)
    """
    assert (await execute(code, tmp_path)).stopped == "memory"
    assert alive(mark) == []


async def test_memory_that_processes_share_counts_once(tmp_path: Path) -> None:
    code = """
    import os, time
    hoard = bytearray(b"x") * (200 * 2**20)
    children = [os.fork() for _ in range(3)]
    time.sleep(0.5)
    """
    ended = await execute(code, tmp_path)
    assert (ended.stopped, ended.status) == (None, 0)


async def test_a_run_that_kills_its_supervisor_is_ended_all_the_same(tmp_path: Path, mark: str) -> None:
    code = HANGS_WITH_DAEMONS + "time.sleep(0.3)\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(600)"
    assert (await execute(code, tmp_path)).stopped == "lost"
    assert alive(mark) == []


async def test_cancelling_the_caller_ends_the_run(tmp_path: Path, mark: str) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(execute, HANGS_WITH_DAEMONS + "time.sleep(600)", tmp_path)
        with anyio.fail_after(20):
            while not alive(mark):
                await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    assert alive(mark) == []


async def test_only_whole_json_lines_are_heard_and_not_too_many(tmp_path: Path) -> None:
    said: list[dict[str, Any]] = []
    code = r"""
    import os, sys
    fd = int(sys.argv[1])
    os.write(fd, b'no json\n{"fine": 1}\n\xff\xfe\n{"cut off')
    """
    assert (await execute(code, tmp_path, said)).status == 0
    assert said == [{"fine": 1}]
    flood = "import os, sys\nwhile True: os.write(int(sys.argv[1]), b'[' * 65536)"
    assert (await execute(flood, tmp_path)).stopped == "said"


async def test_what_looks_like_a_secret_is_not_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HF_TOKEN", "AWS_SECRET_ACCESS_KEY", "WANDB_API_KEY", "PAPER_IMPLEMENTER_TOKEN"):
        monkeypatch.setenv(name, "hidden-from-runs")
    ended = await execute("import os; print(sorted(os.environ.items()))", tmp_path)
    assert "PATH" in ended.log_tail
    assert "hidden-from-runs" not in ended.log_tail


async def smoke(tmp_path: Path, source: str, **limits: Any) -> SmokeReport:
    """Run a model of this source; memory and output are limited as in the tests above."""
    (tmp_path / "net.py").write_text(source, encoding="utf-8")
    timeout_s = limits.pop("timeout_s", 60)
    return await smoke_run(
        f"{tmp_path / 'net.py'}:Net",
        device="cpu",
        python=sys.executable,
        timeout_s=timeout_s,
        home=tmp_path / "home",
        limits=Limits(**{"memory_mb": 4096, "output_mb": 1, **limits}),
        isolation=ISOLATION,
    )


def first_trouble(report: SmokeReport) -> Check:
    """The first check that did not pass; all after it did not run."""
    trouble = [c for c in report.checks if c.status != "pass"]
    assert [c.status for c in trouble] == ["fail"] + ["not_run"] * (len(trouble) - 1)
    assert all(c.why for c in trouble)
    return trouble[0]


@pytest.mark.parametrize(
    ("body", "why", "line"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by SIGKILL during forward", None),
        ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV during forward", 11),
        ("import os; os._exit(0)", "ended with status 0 during forward", None),
        ("print('x' * 2**22)", "printed more than 1 MiB", None),
        ("torch.empty(2**40)", "can't allocate memory", 11),
    ],
    ids=["kills itself", "segfault", "leaves quietly", "prints too much", "takes too much memory"],
)
async def test_a_model_that_dies_in_forward_is_told_from_one_that_fails(
    tmp_path: Path, body: str, why: str, line: int | None
) -> None:
    report = await smoke(tmp_path, MODEL.format(body=body))
    check = first_trouble(report)
    assert check.name == "forward"
    assert why in check.why
    assert (check.place.line if check.place else None) == line
    assert alive(report.run_id) == []


@pytest.mark.parametrize(
    "hang",
    ["while True: pass", "import ctypes; ctypes.PyDLL(None).sleep(600)"],
    ids=["in Python", "in C with the lock held"],
)
async def test_a_model_that_hangs_is_stopped_and_the_line_is_named(tmp_path: Path, hang: str) -> None:
    report = await smoke(tmp_path, f"import os\n{hang}\n", timeout_s=2)
    check = first_trouble(report)
    assert check.name == "import"
    assert "did not end within 2 seconds" in check.why
    assert check.place is not None
    assert (check.place.file, check.place.line) == ("net.py", 2)
    assert alive(report.run_id) == []


@pytest.mark.parametrize(
    ("source", "why", "line"),
    [
        ("import sys\nsys.exit(3)\n", "sys.exit(3)", 2),
        ("\nclass Net(:\n    pass\n", "SyntaxError", 2),
        ("import torch\n\nimport no_such_module_anywhere\n", "No module named 'no_such_module_anywhere'", 3),
    ],
    ids=["sys.exit", "syntax error", "missing module"],
)
async def test_a_module_that_does_not_import_is_named_with_its_line(
    tmp_path: Path, source: str, why: str, line: int
) -> None:
    check = first_trouble(await smoke(tmp_path, source))
    assert check.name == "import"
    assert why in check.why
    assert check.place is not None
    assert (check.place.file, check.place.line) == ("net.py", line)


async def test_verdicts_are_taken_neither_from_output_nor_from_lines_without_the_nonce(tmp_path: Path) -> None:
    forged = json.dumps({"check": {"name": "forward", "status": "pass", "measured": "forged"}})
    body = f"""
        line = {forged!r} + "\\n"
        print(line)
        import os
        for fd in range(3, 256):
            try:
                os.write(fd, line.encode())
            except OSError:
                pass
        raise ValueError("the real end")"""
    report = await smoke(tmp_path, MODEL.format(body=body.strip()))
    check = first_trouble(report)
    assert (check.name, check.measured) == ("forward", None)
    assert "the real end" in check.why
    assert "forged" in report.log_tail
