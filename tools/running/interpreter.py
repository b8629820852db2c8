"""Find the interpreter of the user's project: the one that has its torch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import NotInstalled

_ASK = """
import importlib.util, json, os, platform, site, sys
try:
    from importlib.metadata import version
    torch = version("torch") if importlib.util.find_spec("torch") else None
except Exception as error:
    torch = None
folders = [sys.prefix, sys.base_prefix, sys.exec_prefix, *(path for path in sys.path if os.path.isabs(path))]
print(json.dumps({"python": platform.python_version(), "torch": torch, "folders": folders}))
"""
_FOLDERS = (".venv", "venv", "env", ".env")


class Interpreter(BaseModel):
    """An interpreter with torch, and how it was found.

    **Arguments:**

    - `folders`: where it and its packages lie.
    """

    path: str
    python: str
    torch: str
    how_found: str
    folders: list[str] = Field(default_factory=list)


def find_interpreter(start: Path, python: str | None = None) -> Interpreter:
    """Find the interpreter for code at `start`.

    In this order: the argument; the setting PAPER_IMPLEMENTER_PYTHON; a virtual environment in the folder of the code or one above it (also
    where uv puts it); the activated environment (venv or conda); our own interpreter; `python3` on the path.
    The first one with torch is taken; one that was named is taken or refused.

    **Raises:** `NotInstalled` if none has torch.
    """
    looked_at: list[str] = []
    for path, how in _candidates(start, python):
        found = _ask(path)
        if found is not None and found["torch"]:
            return Interpreter(path=path, how_found=how, **found)
        looked_at.append(f"{path} ({how}): " + ("no torch" if found else "does not run"))
        if how.startswith("named"):
            break
    raise NotInstalled(
        "A smoke run needs an interpreter with torch. Looked at: " + "; ".join(looked_at) + ".",
        "Install torch into the project's environment, or name an interpreter: python=/path/to/python, or PAPER_IMPLEMENTER_PYTHON.",
    )


def _candidates(start: Path, python: str | None) -> Iterator[tuple[str, str]]:
    for named, how in (
        (python, "named in the call"),
        (config().python, "named by PAPER_IMPLEMENTER_PYTHON"),
    ):
        if named:
            yield shutil.which(named) or named, how
            return
    folder = start if start.is_dir() else start.parent
    for above in (folder, *folder.parents):
        for name in (os.environ.get("UV_PROJECT_ENVIRONMENT"), *_FOLDERS):
            if name and (path := _python_in(above / name)):
                yield path, f"virtual environment {above / name}"
        if (above / ".git").exists():
            break
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if (active := os.environ.get(variable)) and (path := _python_in(Path(active))):
            yield path, f"activated environment ({variable})"
    yield sys.executable, "the interpreter of paper-implementer itself"
    if path_python := shutil.which("python3"):
        yield path_python, "python3 on the path"


def _python_in(environment: Path) -> str | None:
    for relative in ("bin/python", "Scripts/python.exe", "python.exe"):
        if (environment / relative).is_file():
            return str(environment / relative)
    return None


def _ask(path: str) -> dict[str, Any] | None:
    """Its versions and folders, without importing torch; None if it does not run."""
    # Folders that are on its path only because of our environment are not its own.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(
            [path, "-c", _ASK], capture_output=True, text=True, timeout=30, check=False, cwd="/", env=environment
        )
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
    return found
