"""Runs that go on by themselves: looked at, cancelled, listed, and told as lost when they were killed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from paper_implementer.tools.errors import BadReference, Busy, NotFound
from paper_implementer.tools.running.jobs import MAX_RUNNING, Jobs, Run
from paper_implementer.tools.running.local import _marked
from tests.support.isolation import ISOLATION

GOOD = "from torch import nn\nclass Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Linear(4, 3))\n"


def until(jobs: Jobs, run_id: str, *states: str) -> Run:
    """Look at a run until it is in one of these states."""
    for _ in range(600):
        run = jobs.get(run_id)
        if run.state in states:
            return run
        time.sleep(0.1)
    raise AssertionError(f"{run_id} is {run.state}: {run.log_tail}")


def request(folder: Path, text: str, **more: Any) -> dict[str, Any]:
    """Ask for a quick run of a module of this text."""
    folder.mkdir(exist_ok=True)
    (folder / "model.py").write_text(text)
    return {
        "target": f"{folder / 'model.py'}:Net",
        "checks": ["forward"],
        "isolation": ISOLATION,
        "device": "cpu",
    } | more


def pid_of(run_id: str) -> int:
    """The process of a job, by its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if run_id.encode() in words and any(b"job_process" in word for word in words):
                return int(entry.name)
    raise AssertionError(f"no process of {run_id}")


def test_a_run_goes_on_by_itself_and_its_report_is_kept(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request(tmp_path / "code", GOOD))
    assert run.state in ("starting", "running")
    # Another server of the same library sees it too.
    done = until(Jobs(tmp_path / "home"), run.run_id, "done", "failed")
    assert done.error is None
    assert done.result is not None
    assert {check.name: check.status for check in done.result.checks}["forward"] == "pass"
    assert done.result.run_id == run.run_id
    assert done.ended is not None
    assert [each.run_id for each in jobs.list()] == [run.run_id]


def test_a_run_that_cannot_be_made_is_failed_with_the_error_of_our_tree(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start({"target": str(tmp_path / "nothing.py"), "isolation": ISOLATION})
    failed = until(jobs, run.run_id, "done", "failed")
    assert failed.error is not None
    assert failed.error["kind"] in ("NotFound", "BadReference")
    assert failed.result is None


def test_a_cancelled_run_ends_with_everything_that_it_started(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request(tmp_path / "code", "import time\ntime.sleep(600)\n" + GOOD, timeout_s=300.0))
    until(jobs, run.run_id, "running")
    for _ in range(300):
        if jobs.get(run.run_id).progress.message == "import":
            break
        time.sleep(0.1)
    pid = pid_of(run.run_id)
    ended = jobs.cancel(run.run_id)
    assert ended.state == "cancelled"
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists() or _zombie(pid):
            break
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists() or _zombie(pid)
    assert _marked(run.run_id) == []
    assert jobs.cancel(run.run_id).state == "cancelled"


def test_a_killed_run_is_lost_and_not_taken_for_running(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request(tmp_path / "code", "import time\ntime.sleep(600)\n" + GOOD, timeout_s=300.0))
    until(jobs, run.run_id, "running")
    for _ in range(300):
        if jobs.get(run.run_id).progress.message == "import":
            break
        time.sleep(0.1)
    assert _marked(run.run_id)
    os.kill(pid_of(run.run_id), signal.SIGKILL)
    assert until(jobs, run.run_id, "lost").result is None
    for _ in range(200):
        if not _marked(run.run_id):
            break
        time.sleep(0.05)
    assert _marked(run.run_id) == []
    assert [each.state for each in jobs.list()] == ["lost"]


def test_there_are_not_too_many_at_once(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    for number in range(MAX_RUNNING):
        folder = tmp_path / "home" / "runs" / f"run-{number:012x}"
        folder.mkdir(parents=True)
        jobs.tell(Run(run_id=folder.name, state="starting", started=time.time()))
    with pytest.raises(Busy, match="cancel_run"):
        jobs.start(request(tmp_path / "code", GOOD))


@pytest.mark.parametrize("run_id", ["", "run-1", "../../etc", "run-0123456789ab/..", "run-0123456789AB"])
def test_what_is_no_id_is_refused_before_any_path_is_made_of_it(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(BadReference, match="no id of a run"):
        Jobs(tmp_path).get(run_id)


def test_an_unknown_run_is_not_found_and_an_empty_library_has_none(tmp_path: Path) -> None:
    assert Jobs(tmp_path).list() == []
    with pytest.raises(NotFound):
        Jobs(tmp_path).get("run-0123456789ab")


def test_a_broken_state_is_lost_instead_of_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "run-0123456789ab"
    folder.mkdir(parents=True)
    (folder / "state.json").write_text('{"run_id": 1')
    assert Jobs(tmp_path).get(folder.name).state == "lost"


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
