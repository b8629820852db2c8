"""Does the module import?"""

from __future__ import annotations

from typing import Any


def check(run: Any) -> Any:
    """Import the user's module; an exception is the verdict."""
    run.import_target()
    return run.verdict(True, run.module.__name__, "the module imports")
