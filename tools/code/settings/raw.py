"""All settings of a code base, with what overrides what."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from paper_implementer.tools.errors import NotFound

from ..files import CodeFile, tree
from ..syntax import parse
from .context import name_keys
from .data_files import settings_of_data
from .model import RawSetting
from .overrides import is_chosen, resolve
from .python import Use, settings_of_python
from .shell import settings_of_markdown, settings_of_shell

MAX_SETTINGS = 200_000
_DATA = (".yaml", ".yml", ".json", ".toml", ".gin")
_SHELL = (".sh", ".bash", ".slurm", ".sbatch")
_NO_SETTINGS = re.compile(
    r"(?i)(^|/)(tests?/|docs?/|\.|package(-lock)?\.json|tsconfig|mkdocs|pyproject\.toml|tokenizer|vocab|poetry|[^/]*(environment|conda)[^/]*\.ya?ml|conftest\.py|setup\.py|test_\w+\.py$|[^/]*_test\.py$)"
)


@dataclass
class _Collected:
    settings: list[RawSetting] = field(default_factory=list)
    held: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    uses: dict[str, set[Use]] = field(default_factory=dict)
    files: list[CodeFile] = field(default_factory=list)


def raw_settings(root: str, entry: str | None = None) -> list[RawSetting]:
    """Every value that the files under a root give to a name, in the order of files and lines.

    Nothing is imported or run. Files that cannot be read as what they are called give nothing; tests, documentation and
    the metadata of packaging are left out.

    **Arguments:**

    - `root`: a folder or one file.
    - `entry`: the script, config or launch script that is run: other configs, and Python that it does not import, are
      left aside.

    **Raises:** `NotFound`.
    """
    found = _collect(root)
    if entry is not None:
        found.settings = _reached(found, entry)
    resolve(found.settings, found.held)
    name_keys(found.settings, found.uses)
    return found.settings


def _collect(root: str) -> _Collected:
    found = _Collected()
    made: dict[str, list[RawSetting]] = {}
    defined: dict[str, set[str]] = {}
    for file in tree(root).files:
        if len(found.settings) > MAX_SETTINGS:
            break
        name = file.name.lower()
        if _NO_SETTINGS.search(file.name):
            continue
        found.files.append(file)
        if name.endswith(".py"):
            python = settings_of_python(file.name, file.text())
            found.settings += python.settings
            found.uses[file.name] = python.uses
            made[file.name], defined[file.name] = python.made, python.defined
            for owner, names in python.held.items():
                found.held[owner] |= names
        elif name.endswith(_DATA):
            found.settings += settings_of_data(file.name, file.text())
        elif name.endswith(_SHELL):
            found.settings += settings_of_shell(file.name, file.text())
        elif name.endswith(".md"):
            found.settings += settings_of_markdown(file.name, file.text())
    own = {name for names in defined.values() for name in names}
    for settings in made.values():
        found.settings += [s for s in settings if s.path.partition(".")[0] in own]
    order = {file.name: index for index, file in enumerate(found.files)}
    found.settings.sort(key=lambda s: (order[s.file], s.line))
    return found


def _reached(found: _Collected, entry: str) -> list[RawSetting]:
    """The settings that hold when `entry` is run."""
    wanted = entry.removeprefix("./")
    file = next((f for f in found.files if f.name == wanted), None)
    if file is None:
        names = ", ".join(f.name for f in found.files[:20])
        raise NotFound(f"The code has no {entry}.", f"It has: {names}.")
    chosen_files = {s.file for s in found.settings if is_chosen(s)}
    if file.name in chosen_files or not file.name.endswith(".py"):
        return [s for s in found.settings if s.file == file.name or s.file not in chosen_files]
    scripts = _imported(file, found.files)
    texts = "\n".join(f.text() for f in found.files if f.name in scripts)
    named = {name for name in chosen_files if PurePosixPath(name).name in texts or len(chosen_files) == 1}
    return [s for s in found.settings if s.file in (named if is_chosen(s) else scripts)]


def _imported(start: CodeFile, files: list[CodeFile]) -> set[str]:
    """A script and the files of the code base that it imports, and so on."""
    by_module: dict[str, CodeFile] = {}
    for file in files:
        if file.name.endswith(".py"):
            module = file.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            parts = module.split(".")
            for first in range(len(parts)):
                by_module.setdefault(".".join(parts[first:]), file)
    reached: dict[str, CodeFile] = {}
    queue = [start]
    while queue:
        file = queue.pop()
        if file.name in reached:
            continue
        reached[file.name] = file
        for node in ast.walk(parse(file.text()).module):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [n for a in node.names for n in (f"{node.module or ''}.{a.name}".strip("."), node.module or "")]
            queue += [by_module[n] for n in names if n in by_module]
    return set(reached)
