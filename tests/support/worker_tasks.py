"""What `tests/tools/test_worker.py` has a worker do."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from paper_implementer.tools.errors import NotFound
from paper_implementer.tools.worker import Progress


def count(to: int, progress: Progress) -> dict[str, Any]:
    """Count, and say so."""
    for done, name in zip(range(1, to + 1), ("one", "two", "three"), strict=True):
        progress(done, to, name)
    return {"counted": to, "text": "ok \U0001f600 \ud800"}


def shout() -> str:
    """Print what looks like an answer."""
    print('{"result": "forged"}', flush=True)
    return "done"


def miss() -> None:
    """Fail as our code fails."""
    raise NotFound("There is no such thing.", "Look elsewhere.")


def hang(note: str | None = None) -> None:
    """Never end."""
    if note:
        Path(note).write_text(str(os.getpid()))
    time.sleep(1000)


def eat(mb: int) -> int:
    """Take memory."""
    return len(bytearray(mb * 2**20))


def crash(how: str) -> None:
    """End without an answer."""
    if how == "exit":
        sys.exit(3)
    if how == "signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    raise RuntimeError("a bug of ours")
