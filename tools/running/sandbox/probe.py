"""Try to get out of the sandbox: a program of the standard library, run inside it by the self-test.

Reads what to try from the command line (a JSON object) and writes one JSON object to the descriptor: name of a guarantee -> why it
does not hold, empty where it does.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CLONE_NEWUSER, PTRACE_TRACEME = 0x10000000, 0


def network(order: dict[str, Any]) -> str:
    """Reach a server that listens on the machine's own loopback, over TCP and over a Unix socket."""
    attempts: list[tuple[socket.AddressFamily, Any]] = [
        (socket.AF_INET, ("127.0.0.1", order["port"])),
        (socket.AF_UNIX, order["socket"]),
        (socket.AF_UNIX, "\0" + order["abstract"]),
    ]
    for family, address in attempts:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            try:
                connection.connect(address)
            except OSError:
                continue
            return f"reached {address!r}"
    return ""


def files(order: dict[str, Any]) -> str:
    """Read a file of the user that nothing shows."""
    try:
        return f"read {order['secret']}" if Path(order["secret"]).read_bytes() else ""
    except OSError:
        return ""


def read_only(order: dict[str, Any]) -> str:
    """Write where only reading is allowed: the system, the repository, the roots."""
    for folder in ("/usr", "/etc", "/", "/dev", order["repository"]):
        path = Path(folder, "written-by-the-self-test")
        try:
            path.write_bytes(b"x")
        except OSError:
            continue
        return f"wrote {path}"
    return ""


def scratch(order: dict[str, Any]) -> str:
    """Write to the scratch folder: it takes what it should, and no more."""
    path = Path(order["scratch"], "filled")
    block, written = bytes(2**20), 0
    try:
        with path.open("wb", buffering=0) as file:
            while written < 4 * order["scratch_mb"]:
                if file.write(block) < len(block):
                    break
                written += 1
    except OSError:
        pass
    finally:
        path.unlink(missing_ok=True)
    if not written:
        return "nothing can be written"
    return "" if written <= order["scratch_mb"] else f"{written} MiB were written, {order['scratch_mb']} are allowed"


def processes(order: dict[str, Any]) -> str:
    """See processes of the machine."""
    seen = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return "" if len(seen) <= 4 else f"{len(seen)} processes are visible"


def environment(order: dict[str, Any]) -> str:
    """Find variables of the user, here or in the environment of the first process."""
    foreign = sorted(set(os.environ) - set(order["variables"]) - {"PWD", "LC_CTYPE", "_"})
    if foreign:
        return f"{', '.join(foreign)} passed on"
    try:
        first = Path("/proc/1/environ").read_bytes()
    except OSError:
        return ""
    return "" if len(first) <= 1 else "the environment of the first process can be read"


def kernel(order: dict[str, Any]) -> str:
    """Gain rights by a namespace of our own, and use system calls that are refused."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(CLONE_NEWUSER) == 0:
        return "a user namespace can be made"
    if order["filtered"] and library.ptrace(PTRACE_TRACEME, 0, 0, 0) == 0:
        return "ptrace is allowed"
    return ""


def daemon(order: dict[str, Any]) -> str:
    """Leave a process behind that has left session and parent and ignores being asked to end; the host looks for it."""
    import signal
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        for fd in range(3, 256):
            try:
                os.close(fd)
            except OSError:
                continue
        time.sleep(600)
        os._exit(0)
    return ""


PROBES: tuple[Callable[[dict[str, Any]], str], ...] = (
    network,
    files,
    read_only,
    scratch,
    processes,
    environment,
    kernel,
    daemon,
)


def main() -> None:
    """Try everything and tell."""
    order = json.loads(sys.stdin.readline())
    told = {probe.__name__: probe(order) for probe in PROBES if probe.__name__ in order["probes"]}
    os.write(int(sys.argv[1]), (json.dumps(told) + "\n").encode())


if __name__ == "__main__":
    main()
