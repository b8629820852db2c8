"""All settings of a code base, with what overrides what."""

from __future__ import annotations

from ..files import tree
from .data_files import settings_of_data
from .model import RawSetting
from .overrides import resolve
from .python import settings_of_python
from .shell import settings_of_shell

MAX_SETTINGS = 200_000


def raw_settings(root: str) -> list[RawSetting]:
    """Every value that the files under a root give to a name, in the order of files and lines.

    Nothing is imported or run. Files that cannot be read as what they are called give nothing.

    **Raises:** `NotFound`.
    """
    found: list[RawSetting] = []
    for file in tree(root).files:
        if len(found) > MAX_SETTINGS:
            break
        name = file.name.lower()
        if name.endswith(".py"):
            found += settings_of_python(file.name, file.text())
        elif name.endswith((".yaml", ".yml", ".json", ".toml", ".gin")):
            found += settings_of_data(file.name, file.text())
        elif name.endswith((".sh", ".bash", ".slurm", ".sbatch")):
            found += settings_of_shell(file.name, file.text())
    resolve(found)
    return found
