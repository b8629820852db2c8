"""`Codebase`: code that has been opened, at a pin, as plain files."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Codebase(BaseModel):
    """An opened code base.

    **Arguments:**

    - `id`: a reference that opens exactly this again, with full commit or version.
    - `root`: the folder or file that was asked for; places are relative to it.
    - `ref`: how sources cite it: `github:owner/name@<commit>`, `pypi:name==1.2.3`, or the local path.
    - `commit`: of git; None for packages and local folders, which nothing pins.
    - `licence`: SPDX identifier, None where none was recognised.
    - `sub`: the path inside the repository or package, as asked for.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    root: Path
    ref: str
    commit: str | None = None
    version: str | None = None
    licence: str | None = None
    sub: str | None = None
    warnings: list[str] = Field(default_factory=list)
