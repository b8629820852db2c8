"""The isolation that tests of runs use: the sandbox of this machine where there is one that holds, else none."""

from __future__ import annotations

import pytest

from paper_implementer.tools.running.sandbox.level import Sandbox, available
from paper_implementer.tools.running.sandbox.selftest import examine


def _holds() -> Sandbox | None:
    found = available()
    return found if found is not None and all(each.holds for each in examine(found)) else None


SANDBOX = _holds()
ISOLATION = "auto" if SANDBOX else "none"
needs_sandbox = pytest.mark.skipif(
    SANDBOX is None, reason="this machine has no sandbox: see `paper-implementer doctor`"
)
