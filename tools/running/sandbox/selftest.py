"""A test at first use that the sandbox holds what it promises: by trying to get out of it, on this machine, as this user."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .level import Enclosed, Sandbox, environment
from .view import View

_HERE = Path(__file__).parent
_SUPERVISOR = _HERE.parent / "supervisor.py"
_MARK = "PAPER_IMPLEMENTER_SELF_TEST"
_SCRATCH_MB = 8
_TIMEOUT_S = 30.0
_lock = threading.Lock()

GUARANTEES = {
    "network": "no network: neither the machine's own servers and sockets nor any other",
    "files": "no files of yours but the code that is run and its interpreter",
    "read_only": "what it sees of the machine can only be read",
    "scratch": "what it writes goes to a folder of limited size that is gone with it",
    "processes": "no processes but its own can be seen or reached",
    "environment": "no variables of your environment, here or in /proc",
    "kernel": "no new namespaces, no tracing, no risky system calls",
    "daemon": "nothing that it starts outlives it",
}
_OF_SEATBELT = ("network", "files", "read_only", "environment")
"""What macOS's sandbox promises: it has no namespaces for processes, and its scratch folder is as large as the disk."""


class Guarantee(BaseModel):
    """One promise of a sandbox, and whether it held when that was tried."""

    name: str
    promise: str
    holds: bool
    detail: str = ""


def examine(sandbox: Sandbox) -> tuple[Guarantee, ...]:
    """Try each guarantee of a sandbox once for this process; takes some tenths of a second."""
    with _lock:
        return _examined(sandbox)


@cache
def _examined(sandbox: Sandbox) -> tuple[Guarantee, ...]:
    names = [name for name in GUARANTEES if sandbox.level == "bubblewrap" or name in _OF_SEATBELT]
    try:
        told = _try(sandbox, names)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        told = dict.fromkeys(names, f"it could not be tried: {error}")
    return tuple(
        Guarantee(name=name, promise=GUARANTEES[name], holds=told.get(name) == "", detail=told.get(name, "no answer"))
        for name in names
    )


def _try(sandbox: Sandbox, names: list[str]) -> dict[str, str]:
    """Why each guarantee does not hold, empty where it does."""
    nonce = secrets.token_hex(8)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paper-implementer-self-test-"))).resolve()
        for name in ("repository", "elsewhere", "scratch"):
            (folder / name).mkdir()
        secret = folder / "elsewhere" / "secret"
        secret.write_text(nonce)
        servers: dict[str, tuple[socket.AddressFamily, Any]] = {
            "tcp": (socket.AF_INET, ("127.0.0.1", 0)),
            "unix": (socket.AF_UNIX, str(folder / "elsewhere" / "socket")),
        }
        if sys.platform == "linux":
            servers["abstract"] = (socket.AF_UNIX, f"\0{nonce}")
        listening = {}
        for name, (family, address) in servers.items():
            listening[name] = stack.enter_context(socket.socket(family, socket.SOCK_STREAM))
            listening[name].bind(address)
            listening[name].listen()
        interpreter = Path(sys.executable)
        view = View(
            (folder / "repository", _HERE, interpreter, Path(sys.prefix), Path(sys.base_prefix)), scratch_mb=_SCRATCH_MB
        )
        inside = sandbox.scratch(view, folder / "scratch")
        variables = environment(inside, interpreter, {_MARK: nonce})
        order = {
            "probes": names,
            "port": listening["tcp"].getsockname()[1],
            "socket": str(folder / "elsewhere" / "socket"),
            "abstract": nonce,
            "secret": str(secret),
            "repository": str(folder / "repository"),
            "scratch": inside,
            "scratch_mb": _SCRATCH_MB,
            "variables": list(variables),
            "filtered": True,
        }
        enclosed = sandbox.enclose(
            [str(interpreter), "-I", "-S", str(_HERE / "probe.py"), "{fd}"],
            view=view,
            environment=variables,
            cwd=folder / "repository",
            folder=folder / "scratch",
            devices=False,
        )
        order["filtered"] = enclosed.filter is not None
        told = _supervised(enclosed, json.dumps(order), folder / "repository")
        if "daemon" in told and _outlives(nonce):
            told["daemon"] = "a daemon was alive after the run"
        return told


def _supervised(enclosed: Enclosed, first_line: str, cwd: Path) -> dict[str, str]:
    """Run the probes under the supervisor and return what they tell."""
    order = {
        "command": enclosed.command,
        "cwd": str(cwd),
        "environment": enclosed.environment,
        "filter": b64encode(enclosed.filter).decode() if enclosed.filter is not None else None,
        "sandboxed": True,
        "scratch": None,
        "files": 0,
        "first_line": first_line,
        "timeout_s": _TIMEOUT_S,
        "memory_mb": 1024,
        "output_mb": 1,
        "processes": 32,
    }
    # Standard input stays open: its end means that the run is over.
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(_SUPERVISOR)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as supervisor:
        assert supervisor.stdin is not None
        assert supervisor.stdout is not None
        supervisor.stdin.write(json.dumps(order).encode() + b"\n")
        supervisor.stdin.flush()
        messages: list[dict[str, Any]] = [json.loads(line) for line in supervisor.stdout]
    told = [message["said"] for message in messages if "said" in message]
    if told:
        return {str(name): str(why) for name, why in told[0].items()}
    ended = messages[-1]["ended"] if messages else {}
    raise ValueError(" ".join(str(ended.get("log_tail", "")).split())[-300:] or f"status {ended.get('status')}")


def _outlives(nonce: str) -> bool:
    """Is a process alive that carries the mark of this test?"""
    mark = f"{_MARK}={nonce}".encode()
    until = time.monotonic() + 2
    while True:
        alive = False
        for entry in os.scandir("/proc"):
            with suppress(OSError):
                if entry.name.isdigit() and mark in Path(entry.path, "environ").read_bytes():
                    alive = True
        if not alive or time.monotonic() > until:
            return alive
        time.sleep(0.02)
