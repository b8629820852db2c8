"""Run one command with limits and end everything that it started: a program, run by path with the standard library alone.

Reads one JSON line (`Order`) from standard input and writes JSON lines to standard output: each line that the command writes to its private
descriptor as `{"said": {...}}`, and last `{"ended": {...}}`. When standard input closes, the run is over: a server that dies takes its runs along.

On Linux it adopts orphans (PR_SET_CHILD_SUBREAPER), so that a daemon that forked twice is still its descendant and is ended with the rest.
Elsewhere it ends the process group only.
"""

from __future__ import annotations

import base64
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
MAX_TRACE = 64 * 2**10
LOG_TAIL = 16 * 2**10
TICK_S = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")


class Order(TypedDict):
    """What to run.

    In the command, `{fd}` becomes the number of the private descriptor, `{trace_fd}` that of the descriptor for the stack of a crash, and
    `{filter_fd}` one from which `filter` (base64) can be read. `first_line` goes to its standard input. `sandboxed` says that the command is
    a sandbox, whose status for a signal is 128 and more; `scratch` is a file system inside it of which `files` are counted.
    """

    command: list[str]
    cwd: str
    environment: dict[str, str]
    first_line: str
    timeout_s: float
    memory_mb: int
    output_mb: int
    processes: int
    filter: str | None
    sandboxed: bool
    scratch: str | None
    files: int


def _prctl(option: int, value: int) -> bool:
    return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(option, value, 0, 0, 0) == 0)


def _processes() -> dict[int, tuple[int, int]]:
    """Parent and resident bytes of every process; empty where there is no /proc."""
    found: dict[int, tuple[int, int]] = {}
    with suppress(FileNotFoundError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdigit():
                with suppress(OSError):
                    fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                    found[int(entry.name)] = (int(fields[1]), int(fields[21]) * PAGE)
    return found


def descendants(root: int) -> dict[int, int]:
    """Resident bytes of every process below `root`, by process id."""
    processes = _processes()
    found: dict[int, int] = {}
    grown = True
    while grown:
        grown = False
        for pid, (parent, resident) in processes.items():
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
        self.pending = self.log = self.trace = b""
        self.status: int | None = None
        self.stopped: str | None = None
        self.left_over = 0
        self.deaf = False
        self.adopts = _prctl(PR_SET_CHILD_SUBREAPER, 1)

    def start(self) -> None:
        """Start the command, in a session of its own."""
        said, write_end = os.pipe()
        traced, trace_end = os.pipe()
        numbers = {"{fd}": str(write_end), "{trace_fd}": str(trace_end)}
        passed = [write_end, trace_end]
        if self.order["filter"] is not None:
            filter_fd, filter_end = os.pipe()
            os.write(filter_end, base64.b64decode(self.order["filter"]))
            os.close(filter_end)
            passed.append(filter_fd)
            numbers["{filter_fd}"] = str(filter_fd)
        supervisor, limit = os.getpid(), self.order["memory_mb"] * 2**20

        def limited() -> None:
            _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != supervisor:
                os._exit(1)
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

        self.process = subprocess.Popen(
            [numbers.get(part, part) for part in self.order["command"]],
            cwd=self.order["cwd"],
            env=self.order["environment"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=passed,
            start_new_session=True,
            preexec_fn=limited,
        )
        for fd in passed:
            os.close(fd)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(self.order["first_line"].encode() + b"\n")
            self.process.stdin.close()
        self.said, self.traced, self.output = said, traced, self.process.stdout.fileno()
        for fd in (said, traced, self.output):
            os.set_blocking(fd, False)

    def reap(self) -> None:
        """Collect whoever has ended: the command, and what was adopted."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                if pid == self.process.pid:
                    self.status = self.exit_code(os.waitstatus_to_exitcode(status))

    def exit_code(self, code: int) -> int:
        """The status of the command itself; negative for a signal, also where a sandbox passes it on as 128 and more."""
        return 128 - code if self.order["sandboxed"] and code > 128 else code

    def innermost(self) -> int:
        """The command itself, below the processes of the sandbox."""
        pid = self.process.pid
        for _ in range(4 if self.order["sandboxed"] else 0):
            children = [child for child, (parent, _) in _processes().items() if parent == pid]
            if not children or Path(f"/proc/{pid}/comm").read_text() != "bwrap\n":
                break
            pid = min(children)
        return pid

    def files(self) -> int:
        """How many files it has made in the sandbox: its size bounds bytes, not the memory that the kernel needs for each file."""
        if self.order["scratch"] is None:
            return 0
        try:
            there = os.statvfs(f"/proc/{self.innermost()}/root{self.order['scratch']}")
        except OSError:
            return 0
        return there.f_files - there.f_ffree

    def watch(self) -> None:
        """Read what it says and prints until it ends, or a limit or the server ends it."""
        deadline = time.monotonic() + self.order["timeout_s"]
        with selectors.DefaultSelector() as selector:
            for fd in (self.said, self.traced, self.output, 0):
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
                elif self.files() > self.order["files"]:
                    self.stopped = "files"
                elif self.output_bytes > self.order["output_mb"] * 2**20:
                    self.stopped = "output"
                elif self.said_bytes > MAX_SAID:
                    self.stopped = "said"
                elif time.monotonic() > deadline:
                    self.stopped = "time"
                    # Where it hangs: the harness has a handler that writes its stack. The signal may wake it: what it says then is not heard.
                    self.drain()
                    self.deaf = True
                    _signal([self.innermost()], signal.SIGUSR1)
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
        if fd == self.traced:
            self.trace = (self.trace + chunk)[:MAX_TRACE]
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
        own = {self.process.pid, self.innermost()}
        if self.order["sandboxed"]:
            # Process 1 of the sandbox stands between the two.
            own.update(child for child, (parent, _) in _processes().items() if parent == self.process.pid)
        stopped: set[int] = set()
        patience = time.monotonic() + 10
        while time.monotonic() < patience:
            fresh = [pid for pid in descendants(os.getpid()) if pid not in stopped]
            if not fresh:
                break
            _signal(fresh, signal.SIGSTOP)
            stopped.update(fresh)
        self.left_over = len(stopped - own)
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
        for fd in (self.said, self.traced, self.output):
            before = -1
            while before < self.taken() and time.monotonic() < until:
                before = self.taken()
                self.read(fd)

    def taken(self) -> int:
        return self.said_bytes + self.output_bytes + len(self.trace)


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
                "trace": run.trace.decode("utf-8", "replace"),
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
