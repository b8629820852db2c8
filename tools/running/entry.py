"""Find what to run from what the user typed: `path.py:Class`, `module:Class`, a script or a folder. Reads code, never runs it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from pydantic import BaseModel

from paper_implementer.tools.errors import BadReference, NotFound

from .candidates import models_of, outermost, why
from .sources import dotted, package_top, parse, parse_all, python_files
from .usage import Usage, usage_of

_ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")


class EntryPoint(BaseModel):
    """What the harness imports and builds.

    **Arguments:**

    - `root`: the folder that places are relative to, and where the run works.
    - `search`: folders for `sys.path`, first to last.
    - `module`: dotted name to import.
    - `name`: the class or function that gives the model; None if the module has to be asked.
    - `smoke`: a `smoke.py` that gives the model or its inputs.
    - `usage`: how the repository itself builds it.
    """

    root: str
    search: list[str]
    module: str
    name: str | None
    smoke: str | None = None
    usage: Usage = Usage()
    how_found: str


def find_entry(target: str, cwd: str) -> dict[str, object]:
    """Find the entry point of a target, as JSON; runs in the worker.

    **Raises:** `NotFound`, `BadReference` (with the candidates) if several classes could be meant, `Unreadable` for what is no Python.
    """
    head, separator, name = target.rpartition(":")
    if separator and re.fullmatch(r"[\w.]+", name) and len(head) > 1:
        place, wanted = head, name
    else:
        place, wanted = target, None
    path = (Path(cwd) / place).expanduser()
    if path.is_dir():
        return _in_folder(path.resolve(), wanted, target).model_dump()
    if path.is_file():
        return _in_file(path.resolve(), wanted, target).model_dump()
    if wanted and re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", place) and not place.endswith(".py"):
        return EntryPoint(
            root=cwd, search=[cwd], module=place, name=wanted, how_found=f"{wanted} of the module {place}"
        ).model_dump()
    raise NotFound(
        f"There is nothing to run at {target!r}: no such file or folder below {cwd}.",
        "Give path.py:Class, module:Class, a script or a folder.",
    )


def _in_file(path: Path, wanted: str | None, target: str, folder: Path | None = None) -> EntryPoint:
    if path.suffix != ".py":
        raise BadReference(
            f"{target!r} is not a Python file.", "Give path.py:Class, module:Class, a script or a folder."
        )
    top = package_top(path)
    project = next((f for f in (top, *top.parents) if any((f / m).exists() for m in _ROOT_MARKS)), top)
    search = list(dict.fromkeys(str(f) for f in (top, project, project / "src") if f.is_dir()))
    smoke = next((str(f / "smoke.py") for f in (path.parent, top) if (f / "smoke.py").is_file()), None)
    if wanted is None:
        # What cannot be parsed is told by the import, with the line.
        held = models_of(parse_all([path], skip_broken=True), top)
        wanted = outermost(held, target, str(top)).name if held.models else None
        how = f"{wanted}, the model of {path.name} that no other one uses" if wanted else f"what {path.name} holds"
    else:
        how = f"{wanted} of {path.name}"
    usage = usage_of(folder or _project(top, project), path, wanted) if wanted else Usage()
    return EntryPoint(
        root=str(top), search=search, module=dotted(path, top), name=wanted, smoke=smoke, usage=usage, how_found=how
    )


def _project(top: Path, project: Path) -> Path:
    """The folder whose files tell how the model is used: the project, unless that is a whole home or more."""
    return project if any((project / mark).exists() for mark in _ROOT_MARKS) and project != Path.home() else top


def _in_folder(folder: Path, wanted: str | None, target: str) -> EntryPoint:
    files = list(python_files(folder))
    if not files:
        raise NotFound(f"{target!r} holds no Python file.", "Give the folder of the code.")
    if (folder / "smoke.py").is_file() and wanted is None and "model" in _functions(folder / "smoke.py"):
        entry = _in_file(folder / "smoke.py", "model", target)
        return entry.model_copy(update={"smoke": str(folder / "smoke.py"), "how_found": "model() of smoke.py"})
    held = models_of(parse_all(files, skip_broken=True), folder)
    if wanted is not None:
        held.models = [m for m in held.models if m.name == wanted]
    if not held.models:
        raise NotFound(
            f"No {wanted or 'subclass of torch.nn.Module'} is in the {len(files)} Python files of {target!r}.",
            "Give path.py:Class, or path.py:function for a function that returns the model.",
        )
    best = outermost(held, target, str(folder))
    entry = _in_file(folder / best.file, best.name, target, folder)
    how = f"{best.name} of {best.file}" + ("" if wanted else f", {why(held, best)}")
    smoke = entry.smoke or (str(folder / "smoke.py") if (folder / "smoke.py").is_file() else None)
    return entry.model_copy(
        update={
            "how_found": how,
            "smoke": smoke,
            "root": str(folder),
            "search": list(dict.fromkeys([*entry.search, str(folder)])),
        }
    )


def _functions(path: Path) -> set[str]:
    try:
        return {n.name for n in parse(path).body if isinstance(n, ast.FunctionDef)}
    except SyntaxError:
        return set()
