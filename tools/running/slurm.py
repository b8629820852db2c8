"""Runs on a Slurm cluster: the same job process, sent by `sbatch`, looked at with `scontrol`, ended with `scancel`.

The library and the code must lie on a file system that the nodes share. Nothing is unpickled from a job: it writes the state and
the report that every run writes.
"""

from __future__ import annotations

import math
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import BadReference, NotInstalled, Unreachable

MARGIN_S = 300
"""Added to the time of a run for its start on a node, before Slurm ends it."""
COMMAND_TIMEOUT_S = 30
_WAITING = {"PENDING", "CONFIGURING", "REQUEUED", "SUSPENDED", "RESV_DEL_HOLD", "REQUEUE_HOLD"}
_RUNNING = {"RUNNING", "COMPLETING", "STAGE_OUT", "SIGNALING"}
ENDS = {
    "TIMEOUT": "The cluster ended it at the time limit of its job; pass a longer timeout_s.",
    "DEADLINE": "The cluster ended it at its deadline.",
    "NODE_FAIL": "The node that it ran on failed; run it again.",
    "BOOT_FAIL": "The node that it was given did not start; run it again.",
    "PREEMPTED": "Another job took its place (preemption); run it again.",
    "OUT_OF_MEMORY": "It needed more memory than the job was given.",
    "FAILED": "Its process failed on the node; its log tells why.",
}


class ClusterJob(BaseModel):
    """A job as Slurm tells it.

    **Arguments:**

    - `state`: Slurm's own word: PENDING, RUNNING, COMPLETED, TIMEOUT, NODE_FAIL, PREEMPTED ...; UNKNOWN once Slurm has forgotten it.
    - `reason`: why it waits or ended.
    """

    job_id: int
    state: str = "PENDING"
    reason: str = ""

    @property
    def waits(self) -> bool:
        return self.state in _WAITING

    @property
    def runs(self) -> bool:
        return self.state in _RUNNING


def submit(folder: Path, command: list[str], timeout_s: float) -> ClusterJob:
    """Send a command to the cluster.

    **Arguments:**

    - `folder`: of the run, on a shared file system; the script and the log are put there.
    - `command`: its arguments after the interpreter.
    - `timeout_s`: of the run; the job gets `MARGIN_S` more.

    **Raises:** `NotInstalled` without Slurm; `BadReference` for what the cluster refuses; `Unreachable` if it does not answer.
    """
    settings = config()
    options = {
        "job-name": f"smoke-{folder.name}",
        "output": str(folder / "log"),
        "open-mode": "append",
        "ntasks": "1",
        "time": str(math.ceil((timeout_s + MARGIN_S) / 60)),
        "partition": settings.slurm_partition,
        "account": settings.slurm_account,
        "gres": settings.slurm_gres,
    }
    lines = ["#!/bin/bash", *(f"#SBATCH --{name}={value}" for name, value in options.items() if value)]
    # Started anew it would find the state of its first life.
    lines += ["#SBATCH --no-requeue", *settings.slurm_setup]
    lines += ["exec " + shlex.join([settings.slurm_python or sys.executable, *command]), ""]
    script = folder / "job.sh"
    script.write_text("\n".join(lines), encoding="utf-8")
    said = _slurm("sbatch", "--parsable", str(script))
    number = re.match(r"\d+", said)
    if number is None:
        raise Unreachable(f"sbatch gave no number of a job but {said[:200]!r}.", "Try it by hand: sbatch --parsable.")
    return ClusterJob(job_id=int(number[0]))


def look(job_id: int) -> ClusterJob:
    """Ask for the state of a job; UNKNOWN where Slurm has forgotten it.

    **Raises:** `NotInstalled` without Slurm; `Unreachable` if it does not answer.
    """
    try:
        said = _slurm("scontrol", "show", "job", str(job_id), "--oneliner")
    except BadReference:
        return ClusterJob(job_id=job_id, state="UNKNOWN", reason="Slurm knows this job no longer")
    fields = dict(re.findall(r"(\w+)=(\S*)", said))
    reason = fields.get("Reason", "None")
    return ClusterJob(job_id=job_id, state=fields.get("JobState", "UNKNOWN"), reason="" if reason == "None" else reason)


def cancel(job_id: int) -> None:
    """End a job, waiting or running.

    **Raises:** as `look`.
    """
    _slurm("scancel", str(job_id))


def _slurm(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise NotInstalled(
            f"executor='slurm' needs {program}, which is not on the path here.",
            "Run this on a login node of the cluster, or pass executor='local'.",
        )
    try:
        done = subprocess.run(
            [path, *arguments], capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreachable(
            f"Slurm did not answer {program} within {COMMAND_TIMEOUT_S} s.", "Ask `sinfo` whether its controller is up."
        ) from None
    if done.returncode == 0:
        return done.stdout.strip()
    why = " ".join((done.stderr or done.stdout).split())[:400]
    if re.search(
        r"unable to contact|communication connection failure|connection refused|timed out", why, re.IGNORECASE
    ):
        raise Unreachable(f"Slurm did not answer {program}: {why}.", "Ask `sinfo` whether its controller is up.")
    raise BadReference(
        f"Slurm refused {program}: {why}.",
        "Partition, account and gres come from PAPER_IMPLEMENTER_SLURM_PARTITION, _ACCOUNT and _GRES.",
    )
