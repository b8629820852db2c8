"""Smoke runs as jobs of a real Slurm of one node: sent, waited for, cancelled, and their ends told apart."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import BadReference, NotInstalled, TimedOut, Unreachable
from paper_implementer.tools.running import slurm
from paper_implementer.tools.running.cluster_run import run_on_cluster
from paper_implementer.tools.running.jobs import Jobs, Run
from paper_implementer.tools.running.local import _marked
from tests.support.isolation import ISOLATION
from tests.support.slurm import missing, one_node

pytestmark = pytest.mark.anyio
GOOD = "from torch import nn\nclass Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Linear(4, 3))\n"
ENDLESS = GOOD + "import time\nwhile True:\n    time.sleep(0.1)\n"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if missing() or os.geteuid() != 0:
        pytest.skip(f"needs root and Slurm (apt-get install slurm-wlm munge); not here: {missing() or 'root'}")
    with one_node(tmp_path_factory.mktemp("slurm")) as conf:
        yield conf


@pytest.fixture
def here(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands of Slurm ask this cluster."""
    monkeypatch.setenv("SLURM_CONF", str(cluster))
    config.cache_clear()
    yield
    config.cache_clear()


@pytest.fixture
def partition(here: None, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setenv("PAPER_IMPLEMENTER_SLURM_PARTITION", request.param)


def request_for(folder: Path, text: str) -> dict[str, Any]:
    (folder / "model.py").write_text(text)
    return {
        "target": f"{folder / 'model.py'}:Net",
        "checks": ["forward"],
        "isolation": ISOLATION,
        "device": "cpu",
        "python": sys.executable,
        "executor": "slurm",
    }


def until(jobs: Jobs, run_id: str, *states: str) -> Run:
    for _ in range(1200):
        run = jobs.get(run_id)
        if run.state in states:
            return run
        time.sleep(0.1)
    raise AssertionError(f"{run_id} is {run.state}, {run.cluster}: {run.log_tail}")


async def test_the_report_comes_back_from_the_node(here: None, tmp_path: Path) -> None:
    told: list[str] = []
    report = await run_on_cluster(
        request_for(tmp_path, GOOD), tmp_path / "home", lambda done, total, message: told.append(message)
    )
    assert {c.name: c.status for c in report.checks} == {"import": "pass", "forward": "pass"}
    assert any("queued" in message for message in told)
    run = Jobs(tmp_path / "home").get(report.run_id)
    assert run.state == "done"
    assert run.cluster is not None
    assert run.result == report


@pytest.mark.parametrize("partition", ["closed"], indirect=True)
def test_a_job_that_waits_says_why_and_can_be_cancelled(partition: None, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request_for(tmp_path, GOOD))
    time.sleep(1)
    run = jobs.get(run.run_id)
    assert run.state == "queued"
    assert run.cluster is not None
    assert run.cluster.reason == "PartitionDown"
    assert jobs.cancel(run.run_id).state == "cancelled"


@pytest.mark.parametrize("partition", ["nowhere"], indirect=True)
def test_what_the_cluster_refuses_is_told_with_its_words(partition: None, tmp_path: Path) -> None:
    with pytest.raises(BadReference, match="invalid partition"):
        Jobs(tmp_path / "home").start(request_for(tmp_path, GOOD))
    [run] = Jobs(tmp_path / "home").list()
    assert run.state == "failed"


def test_cancelling_a_job_ends_it_and_all_that_it_started(here: None, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request_for(tmp_path, ENDLESS))
    until(jobs, run.run_id, "running")
    for _ in range(300):
        if _marked(run.run_id):
            break
        time.sleep(0.1)
    assert _marked(run.run_id)
    assert jobs.cancel(run.run_id, wait_s=60).state == "cancelled"
    for _ in range(300):
        if not _marked(run.run_id):
            break
        time.sleep(0.1)
    assert not _marked(run.run_id)


async def test_who_waits_no_longer_ends_the_job(here: None, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    with anyio.move_on_after(6):
        await run_on_cluster(request_for(tmp_path, ENDLESS), tmp_path / "home")
    [run] = jobs.list()
    assert until(jobs, run.run_id, "cancelled").cluster is not None


async def test_a_node_that_fails_is_told_as_such(here: None, cluster: Path, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "home")
    run = jobs.start(request_for(tmp_path, ENDLESS))
    until(jobs, run.run_id, "running")
    node = subprocess.run(["sinfo", "-h", "-o", "%n"], capture_output=True, text=True, check=True).stdout.split()[0]
    scontrol = ["scontrol", "update", f"nodename={node}"]
    subprocess.run([*scontrol, "state=down", "reason=test"], check=True)
    try:
        run = until(jobs, run.run_id, "failed")
        assert run.error is not None
        assert "node that it ran on failed" in run.error["message"]
    finally:
        subprocess.run([*scontrol, "state=resume"], check=True)


async def test_the_time_limit_of_the_job_is_told_as_such(
    here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Slurm counts whole minutes; a sleeping start keeps the run's own limit from ending it first.
    monkeypatch.setattr(slurm, "MARGIN_S", 0)
    monkeypatch.setenv("PAPER_IMPLEMENTER_SLURM_SETUP", '["sleep 300"]')
    with pytest.raises(TimedOut, match="time limit of its job"):
        await run_on_cluster(request_for(tmp_path, GOOD) | {"timeout_s": 30}, tmp_path / "home")


def test_without_slurm_it_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotInstalled, match="sbatch"):
        Jobs(tmp_path / "home").start(request_for(tmp_path, GOOD))


def test_a_controller_that_is_gone_is_unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing():
        pytest.skip(f"needs Slurm: {missing()}")
    (tmp_path / "slurm.conf").write_text(
        "ClusterName=gone\nSlurmctldHost=localhost(127.0.0.1)\nSlurmctldPort=1\nMessageTimeout=5\n"
    )
    monkeypatch.setenv("SLURM_CONF", str(tmp_path / "slurm.conf"))
    with pytest.raises((Unreachable, BadReference), match="Slurm"):
        slurm.look(1)
