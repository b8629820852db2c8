"""Run one command with limits and end everything that it started: a program, run by path with the standard library alone.

Reads one JSON line (`Order`) from standard input and writes JSON lines to standard output: each line that the command writes to its private
descriptor as `{"said": {...}}`, and last `{"ended": {...}}`. When standard input closes, the run is over: a server that dies takes its runs along.

On Linux it adopts orphans (PR_SET_CHILD_SUBREAPER), so that a daemon that forked twice is still its descendant and is ended with the rest.
Elsewhere it ends the process group only.
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
from pathlib import Path
from typing import Any, TypedDict

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MAX_SAID = 4 * 2**20
MAX_LINE = 2**20
LOG_TAIL = 16 * 2**10
TICK_S = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")


class Order(TypedDict):
    """What to run. `{fd}` in the command becomes the number of the private descriptor; `first_line` goes to its standard input."""

    command: list[str]
    cwd: str
    environment: dict[str, str]
    first_line: str
    timeout_s: float
    memory_mb: int
    output_mb: int
    processes: int


def _prctl(option: int, value: int) -> bool:
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


def descendants(root: int) -> dict[int, int]:
    """Resident bytes of every process below `root`, by process id; empty where there is no /proc."""
    parents: dict[int, tuple[int, int]] = {}
    with suppress(FileNotFoundError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit():
                with suppress(OSError):
                    fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                    parents[int(entry.name)] = (int(fields[1]), int(fields[21]) * PAGE)
    found: dict[int, int] = {}
    grown = True
    while grown:
        grown = False
        for pid, (parent, resident) in parents.items():
            if pid not in found and (parent == root or parent in found):
                found[pid] = resident
                grown = True
    return found


def proportional(pids: list[int]) -> int:
    """Bytes that processes hold, with pages that several share counted once; slower to find than resident bytes."""
    total = 0
    for pid in pids:
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
            total += 1024 * int(next(line for line in lines if line.startswith(b"Pss:")).split()[1])
    return total


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


class Run:
    """One run of the command, from start to nothing left."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.said_bytes = self.output_bytes = self.peak = 0
        self.pending = self.log = b""
        self.status: int | None = None
        self.stopped: str | None = None
        self.left_over = 0
        self.deaf = False
        self.adopts = _prctl(PR_SET_CHILD_SUBREAPER, 1)

    def start(self) -> None:
        """Start the command, in a session of its own."""
        said, write_end = os.pipe()
        supervisor, limit = os.getpid(), self.order["memory_mb"] * 2**20

        def limited() -> None:
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != supervisor:
                os._exit(1)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

        self.process = subprocess.Popen(
            [part.replace("{fd}", str(write_end)) for part in self.order["command"]],
            cwd=self.order["cwd"],
            env=self.order["environment"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[write_end],
            start_new_session=True,
            preexec_fn=limited,
        )
        os.close(write_end)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(self.order["first_line"].encode() + b"\n")
            self.process.stdin.close()
        self.said, self.output = said, self.process.stdout.fileno()
        for fd in (said, self.output):
            os.set_blocking(fd, False)

    def reap(self) -> None:
        """Collect whoever has ended: the command, and what was adopted."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                if pid == self.process.pid:
                    self.status = os.waitstatus_to_exitcode(status)

    def watch(self) -> None:
        """Read what it says and prints until it ends, or a limit or the server ends it."""
        deadline = time.monotonic() + self.order["timeout_s"]
        with selectors.DefaultSelector() as selector:
            for fd in (self.said, self.output, 0):
                selector.register(fd, selectors.EVENT_READ)
            while self.status is None and self.stopped is None:
                for key, _ in selector.select(TICK_S):
                    if key.fd == 0:
                        if not os.read(0, 4096):
                            self.stopped = "cancelled"
                    elif not self.read(key.fd):
                        selector.unregister(key.fd)
                self.reap()
                below = descendants(os.getpid())
                resident = sum(below.values())
                if resident > self.order["memory_mb"] * 2**20:
                    resident = proportional(list(below))
                self.peak = max(self.peak, resident)
                if self.status is not None:
                    break
                if resident > self.order["memory_mb"] * 2**20:
                    self.stopped = "memory"
                elif len(below) > self.order["processes"]:
                    self.stopped = "processes"
                elif self.output_bytes > self.order["output_mb"] * 2**20:
                    self.stopped = "output"
                elif self.said_bytes > MAX_SAID:
                    self.stopped = "said"
                elif time.monotonic() > deadline:
                    self.stopped = "time"
                    # Where it hangs: the harness has a handler that writes its stack. The signal may wake it: what it says then is not heard.
                    self.drain()
                    self.deaf = True
                    _signal([self.process.pid], signal.SIGUSR1)
                    time.sleep(0.2)

    def read(self, fd: int) -> bool:
        """Take what is there on a descriptor; False at its end."""
        try:
            chunk = os.read(fd, 1 << 18)
        except BlockingIOError:
            return True
        if fd == self.output:
            self.output_bytes += len(chunk)
            self.log = (self.log + chunk)[-LOG_TAIL:]
            return bool(chunk)
        self.said_bytes += len(chunk)
        self.pending += chunk
        *whole, self.pending = self.pending.split(b"\n")
        self.pending = self.pending[:MAX_LINE]
        if self.said_bytes <= MAX_SAID and not self.deaf:
            for line in whole:
                with suppress(ValueError):
                    tell({"said": json.loads(line)})
        return bool(chunk)

    def end(self) -> None:
        """Kill what is left. Stopping all first keeps a fork bomb from outrunning the list of its processes."""
        stopped: set[int] = set()
        patience = time.monotonic() + 10
        while time.monotonic() < patience:
            fresh = [pid for pid in descendants(os.getpid()) if pid not in stopped]
            if not fresh:
                break
            _signal(fresh, signal.SIGSTOP)
            stopped.update(fresh)
        self.left_over = len(stopped - {self.process.pid})
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        while time.monotonic() < patience:
            remaining = list(descendants(os.getpid()))
            _signal(remaining, signal.SIGKILL)
            self.reap()
            if not remaining:
                break
            time.sleep(0.005)
        if self.status is None:
            with suppress(subprocess.TimeoutExpired):
                self.status = self.process.wait(1)
        self.drain()

    def drain(self) -> None:
        """Take what was written before the end, for at most a second."""
        until = time.monotonic() + 1
        for fd in (self.said, self.output):
            before = -1
            while before < self.said_bytes + self.output_bytes and time.monotonic() < until:
                before = self.said_bytes + self.output_bytes
                self.read(fd)


def tell(message: dict[str, Any]) -> None:
    """Write one line to the server; when the server has gone, nobody needs it."""
    with suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


def main() -> None:
    """Take the order and carry it out."""
    order: Order = json.loads(_first_line())
    run = Run(order)
    began = time.monotonic()
    try:
        run.start()
    except OSError as error:
        tell({"ended": {"stopped": "start", "log_tail": str(error)}})
        return
    try:
        run.watch()
    finally:
        run.end()
    tell(
        {
            "ended": {
                "stopped": run.stopped,
                "status": run.status,
                "wall_s": round(time.monotonic() - began, 3),
                "peak_mb": round(run.peak / 2**20, 1),
                "output_bytes": run.output_bytes,
                "left_over": run.left_over,
                "adopts": run.adopts,
                "log_tail": run.log.decode("utf-8", "replace"),
            }
        }
    )


def _first_line() -> bytes:
    """The order; unbuffered, so that the end of standard input is seen later."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 1 << 16)
        if not chunk:
            sys.exit("no order")
        line += chunk
    return line


if __name__ == "__main__":
    main()
