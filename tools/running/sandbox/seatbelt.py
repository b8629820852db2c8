"""The sandbox of macOS: `sandbox-exec` with a profile that allows reading what the view shows and writing its scratch folder."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from .view import View

_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/System",
    "/Library",
    "/private/var/db/dyld",
    "/dev",
    "/opt/homebrew",
    "/private/etc/ssl",
)


def find() -> str | None:
    """The `sandbox-exec` program."""
    return shutil.which("sandbox-exec") if sys.platform == "darwin" else None


def command(program: str, inner: list[str], *, view: View, scratch: Path) -> list[str]:
    """The command that runs `inner` in the sandbox; `scratch` is the folder that it may write."""
    return [program, "-p", profile(view, scratch), *inner]


def profile(view: View, scratch: Path) -> str:
    """The profile, in the language of seatbelt: everything is denied but what is named."""
    readable = [*_SYSTEM, *(str(path) for path in view.shown())]
    lines = [
        "(version 1)",
        "(deny default)",
        "(allow process-fork)",
        "(allow process-exec)",
        "(allow signal (target same-sandbox))",
        "(allow sysctl-read)",
        "(allow mach-lookup)",
        "(allow ipc-posix-shm)",
        "(allow file-read-metadata)",
        *(f"(allow file-read* (subpath {_quoted(path)}))" for path in readable),
        *(f"(deny file-read* (subpath {_quoted(str(path))}))" for path in view.masked()),
        f"(allow file-read* file-write* (subpath {_quoted(str(scratch.resolve()))}))",
        '(allow file-write* (literal "/dev/null"))',
        "(deny network*)",
    ]
    return "\n".join(lines)


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
