"""Runs as Markdown: one with its report, or a list."""

from __future__ import annotations

import time

from paper_implementer.tools.running.jobs import Run, Runs

from .markdown import quoted, smoke, table


def run(result: Run) -> str:
    """The state of a run, and its verdicts when it is done."""
    if result.result is not None:
        return smoke(result.result)
    lines = [f"run `{result.run_id}` of {result.target}: {result.state}"]
    progress = result.progress
    if result.state == "running":
        of = f" of {progress.total:g}" if progress.total else ""
        lines.append(f"{progress.done:g}{of} checks done, now: {progress.message}")
    if result.state == "queued" and result.cluster:
        lines.append(f"job {result.cluster.job_id} waits for a node: {result.cluster.reason or 'just sent'}")
    if result.error:
        lines.append(f"{result.error['kind']}: {result.error['message']} {result.error['hint']}".rstrip())
    if result.state == "lost":
        lines.append("Its process was ended from outside; run smoke_run again.")
    if result.log_tail:
        lines += ["", "End of its log:", quoted(result.log_tail[-2000:])]
    return "\n".join(lines)


def runs(result: Runs) -> str:
    """A row for each run."""
    if not result.runs:
        return "There are no runs yet: smoke_run makes one."
    rows = [
        (
            one.run_id,
            one.state,
            one.target,
            time.strftime("%Y-%m-%d %H:%M", time.localtime(one.started)) if one.started else "",
        )
        for one in result.runs
    ]
    return table(("run", "state", "target", "started"), rows)
