"""Reports of runs on disk: one file a run."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from paper_implementer.tools.errors import BadReference, NotFound

from .report import SmokeReport


def new_run_id() -> str:
    """An id that no other run has."""
    return f"run-{secrets.token_hex(6)}"


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a kill leaves the old state or the new, and no reader sees half of it."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False) as part:
        part.write(text)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)


class RunStore:
    """The reports below `home/runs`. A kill in the middle of a save leaves the old state or the new."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "runs"

    def save(self, report: SmokeReport) -> None:
        """Write a report under its id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._folder / f"{report.run_id}.json", report.model_dump_json(indent=1))

    def get(self, run_id: str) -> SmokeReport:
        """Read a report.

        **Raises:** `BadReference` for what is no run id; `NotFound` for a run that is not recorded.
        """
        if not re.fullmatch(r"run-[0-9a-f]{12}", run_id):
            raise BadReference(f"{run_id!r} is no id of a run.", "Ids look like run-0123456789ab.")
        try:
            text = (self._folder / f"{run_id}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotFound(f"There is no record of {run_id}.", "Run smoke_run again.") from None
        return SmokeReport.model_validate_json(text)
