"""Run one command with limits and leave nothing of it alive. A program of its own: standard library only, no imports of ours.

Reads a JSON job on standard input, runs it, prints a JSON outcome on standard output. The run is ended at the deadline, over the
output cap, over the memory cap, or when this program is told to stop (SIGTERM, or its parent gone). On Linux it is the reaper of
all descendants, so that daemons which forked twice and left their session are found and killed as well.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

TAIL = 16_384
MAX_VERDICT = 2 * 2**20
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
LINUX = sys.platform == "linux"


def descendants(root: int) -> list[int]:
    """All living processes below `root`, from /proc; nothing elsewhere than on Linux."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc") if LINUX else ():
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as stat:
                fields = stat.read().rpartition(b")")[2].split()
                if fields[0] != b"Z":
                    children.setdefault(int(fields[1]), []).append(int(name))
    found: list[int] = []
    pending = [root]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def resident(pids: list[int]) -> int:
    """Bytes of memory that these processes hold, shared pages counted once for each."""
    total = 0
    for pid in pids:
        with suppress(OSError, ValueError, IndexError), open(f"/proc/{pid}/statm", "rb") as statm:
            total += int(statm.read().split()[1]) * resource.getpagesize()
    return total


def end_all(group: int) -> None:
    """Kill the run and every descendant, until there is none; stopping them first, so that none can fork away."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for _ in range(200):
        living = descendants(os.getpid())
        for sign in (signal.SIGSTOP, signal.SIGKILL):
            for pid in living:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, sign)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        if not living:
            return
        time.sleep(0.01)


def limit(job: dict[str, Any]) -> None:
    """Limits that the run inherits; set in the child before it starts."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_bytes"], job["file_bytes"]))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Run the job's command and return its outcome."""
    if LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    verdict_read, verdict_write = os.pipe()
    command = [word.replace("{fd}", str(verdict_write)) for word in job["command"]]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=job["cwd"],
        env=job["env"],
        pass_fds=[verdict_write],
        preexec_fn=lambda: limit(job),
    )
    os.close(verdict_write)

    def stop(signum: int, frame: object) -> None:
        end_all(process.pid)
        os._exit(1)

    signal.signal(signal.SIGTERM, stop)
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(job["input"].encode())
        process.stdin.close()
    outcome = _watch(job, process, verdict_read)
    end_all(process.pid)
    os.close(verdict_read)
    return outcome


def _watch(job: dict[str, Any], process: subprocess.Popen[bytes], verdict_fd: int) -> dict[str, Any]:
    """Read what the run says, until it ends or breaks a limit."""
    assert process.stdout is not None
    tail, verdict, printed, ended, peak = b"", b"", 0, "completed", 0
    deadline = time.monotonic() + job["timeout_s"]
    selector = selectors.DefaultSelector()
    for fd in (process.stdout.fileno(), verdict_fd):
        os.set_blocking(fd, False)
        selector.register(fd, selectors.EVENT_READ)
    while ended == "completed":
        for key, _ in selector.select(timeout=0.1):
            chunk = os.read(key.fd, 65_536)
            if not chunk:
                selector.unregister(key.fd)
            elif key.fd == verdict_fd:
                verdict = (verdict + chunk)[:MAX_VERDICT]
            else:
                printed += len(chunk)
                tail = (tail + chunk)[-TAIL:]
        held = resident(descendants(os.getpid()))
        peak = max(peak, held)
        if time.monotonic() > deadline:
            ended = "timed_out"
        elif printed > job["output_bytes"]:
            ended = "too_much_output"
        elif held > job["memory_bytes"]:
            ended = "too_much_memory"
        elif _over(process.pid) and not _unread(selector):
            break
    # Where a limit ended it, there is no status of its own to report.
    status = _status(process) if ended == "completed" else None
    return {
        "ended": ended,
        "status": status,
        "tail": tail.decode("utf-8", "replace"),
        "printed": printed,
        "peak_bytes": peak,
        "verdict": verdict.decode("utf-8", "replace"),
    }


def _over(pid: int) -> bool:
    """Has the run itself ended? Looks without reaping it."""
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _unread(selector: selectors.BaseSelector) -> bool:
    return bool(selector.get_map()) and bool(selector.select(timeout=0))


def _status(process: subprocess.Popen[bytes]) -> int:
    return process.wait(timeout=10)


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.stdin.buffer.read()))))
