"""The interpreter that runs the user's code: theirs, never ours unless there is no other."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import NotInstalled

_INSIDE = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")


def find_interpreter(python: str | None, folder: Path) -> tuple[Path, str]:
    """Return an interpreter and how it was found.

    **Arguments:**

    - `python`: what the caller has named; a path or a name on the path.
    - `folder`: where the code is; its virtual environment and those of the folders above are looked for.

    **Raises:** `NotInstalled` if the one that was named is not there.
    """
    for named, how in ((python, "named by the caller"), (config().python, "PAPER_IMPLEMENTER_PYTHON")):
        if named:
            found = shutil.which(named)
            if found is None:
                raise NotInstalled(f"The interpreter {named!r} ({how}) is not there.", "Pass the path of a Python that has torch.")
            return Path(found), how
    return next(_around(folder))


def _around(folder: Path) -> Iterator[tuple[Path, str]]:
    for above in (folder, *folder.parents):
        for name in (".venv", "venv", "env"):
            if (above / name / "pyvenv.cfg").is_file() and (above / name / _INSIDE).exists():
                yield above / name / _INSIDE, f"the virtual environment {above / name}"
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        prefix = os.environ.get(variable)
        if prefix and (Path(prefix) / _INSIDE).exists():
            yield Path(prefix) / _INSIDE, variable
    yield Path(sys.executable), "the interpreter of this product, since the workspace has none"
