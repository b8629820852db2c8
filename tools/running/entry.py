"""Find what to run from what the user typed: `path.py:Class`, `module:Class`, a script or a folder. Reads code, never runs it."""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from paper_implementer.tools.errors import BadReference, NotFound, TooLarge, Unreadable

MAX_FILES = 2000
MAX_FILE_BYTES = 2**20
_SKIPPED = {"node_modules", "site-packages", "__pycache__", "build", "dist", "tests", "test"}
_MODULE_BASES = {"Module", "LightningModule", "PreTrainedModel"}
_ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")


class EntryPoint(BaseModel):
    """What the harness imports and builds.

    **Arguments:**

    - `root`: the folder that places are relative to, and where the run works.
    - `search`: folders for `sys.path`, first to last.
    - `module`: dotted name to import.
    - `name`: the class or function that gives the model; None if the module has to be asked.
    - `smoke`: a `smoke.py` that gives the model or its inputs.
    """

    root: str
    search: list[str]
    module: str
    name: str | None
    smoke: str | None = None
    how_found: str


class _Module(BaseModel):
    """One subclass of nn.Module."""

    file: str
    name: str
    bases: list[str]
    uses: set[str]
    has_forward: bool


def find_entry(target: str, cwd: str) -> dict[str, object]:
    """Find the entry point of a target, as JSON; runs in the worker.

    **Raises:** `NotFound`, `BadReference` (with the candidates) if several classes could be meant, `Unreadable` for what is no Python.
    """
    # Invalid escapes of old code are its own matter.
    warnings.simplefilter("ignore", SyntaxWarning)
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


def _in_file(path: Path, wanted: str | None, target: str) -> EntryPoint:
    if path.suffix != ".py":
        raise BadReference(
            f"{target!r} is not a Python file.", "Give path.py:Class, module:Class, a script or a folder."
        )
    top = path.parent
    while (top / "__init__.py").is_file() and top != top.parent:
        top = top.parent
    project = next((f for f in (top, *top.parents) if any((f / m).exists() for m in _ROOT_MARKS)), top)
    search = list(dict.fromkeys(str(f) for f in (top, project, project / "src") if f.is_dir()))
    module = ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__")
    smoke = next((str(f / "smoke.py") for f in (path.parent, top) if (f / "smoke.py").is_file()), None)
    if wanted is None:
        try:
            found, used = _modules([path], top)
        except SyntaxError:
            # The import will tell, with the line.
            found, used = [], {}
        wanted = _top(found, used, target, str(top)).name if found else None
        how = f"{wanted}, the model of {path.name} that no other one uses" if wanted else f"what {path.name} holds"
    else:
        how = f"{wanted} of {path.name}"
    return EntryPoint(root=str(top), search=search, module=module, name=wanted, smoke=smoke, how_found=how)


def _in_folder(folder: Path, wanted: str | None, target: str) -> EntryPoint:
    files = list(_python_files(folder))
    if not files:
        raise NotFound(f"{target!r} holds no Python file.", "Give the folder of the code.")
    if (folder / "smoke.py").is_file() and wanted is None and "model" in _functions(folder / "smoke.py"):
        entry = _in_file(folder / "smoke.py", "model", target)
        return entry.model_copy(update={"smoke": str(folder / "smoke.py"), "how_found": "model() of smoke.py"})
    found, used = _modules(files, folder, skip_broken=True)
    if wanted is not None:
        found = [m for m in found if m.name == wanted]
    if not found:
        raise NotFound(
            f"No {wanted or 'subclass of torch.nn.Module'} is in the {len(files)} Python files of {target!r}.",
            "Give path.py:Class, or path.py:function for a function that returns the model.",
        )
    best = _top(found, used, target, str(folder))
    entry = _in_file(folder / best.file, best.name, target)
    how = f"{best.name} of {best.file}" + ("" if wanted else f", the outermost of {len(found)} models of this folder")
    smoke = entry.smoke or (str(folder / "smoke.py") if (folder / "smoke.py").is_file() else None)
    search = list(dict.fromkeys([*entry.search, str(folder)]))
    return entry.model_copy(update={"how_found": how, "smoke": smoke, "root": str(folder), "search": search})


def _python_files(folder: Path) -> Iterator[Path]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            f for f in folders if f not in _SKIPPED and not f.startswith(".") and not f.endswith("venv")
        )
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > MAX_FILES:
                    raise TooLarge(f"{folder} has more than {MAX_FILES} Python files.", "Give path.py:Class.")
                yield Path(place, name)


def _parse(path: Path) -> ast.Module:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MiB.", "Give path.py:Class.")
    try:
        return ast.parse(path.read_bytes())
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{path} cannot be parsed: {error}.", "Give path.py:Class of another file.") from None


def _functions(path: Path) -> set[str]:
    try:
        return {n.name for n in _parse(path).body if isinstance(n, ast.FunctionDef)}
    except SyntaxError:
        return set()


def _modules(files: list[Path], root: Path, skip_broken: bool = False) -> tuple[list[_Module], dict[str, int]]:
    """All models in some files, and how often code outside of models (scripts, functions) names each name."""
    classes: list[_Module] = []
    used: dict[str, int] = {}
    for file in files:
        try:
            tree = _parse(file)
        except (SyntaxError, Unreadable, TooLarge):
            if skip_broken:
                continue
            raise
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes.append(_class(node, str(file.relative_to(root))))
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                for name in _names(node):
                    used[name] = used.get(name, 0) + 1
    models = set(_MODULE_BASES)
    grown = True
    while grown:
        fresh = {c.name for c in classes if set(c.bases) & models} - models
        models |= fresh
        grown = bool(fresh)
    return [c for c in classes if set(c.bases) & models], used


def _class(node: ast.ClassDef, file: str) -> _Module:
    return _Module(
        file=file,
        name=node.name,
        bases=[ast.unparse(b).rpartition(".")[2] for b in node.bases if isinstance(b, ast.Name | ast.Attribute)],
        uses=set().union(*(_names(n) for n in node.body)) - {node.name},
        has_forward=any(isinstance(n, ast.FunctionDef) and n.name == "forward" for n in node.body),
    )


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def _top(found: list[_Module], used: dict[str, int], target: str, root: str) -> _Module:
    """The model that the others are parts of: used by none, with the most parts, rather one that scripts use than one that they do not.

    **Raises:** `BadReference` with at most three candidates if several are equally good.
    """
    by_name = {m.name: m for m in found}

    def parts(model: _Module) -> set[str]:
        seen: set[str] = set()
        todo = [model.name]
        while todo:
            for name in by_name[todo.pop()].uses & set(by_name):
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
        return seen

    tops = [m for m in found if not any(m.name in other.uses or m.name in other.bases for other in found)] or found
    if len(tops) > 1:
        tops = [m for m in tops if not re.search(r"(Loss|Criterion|Wrapper|Metric)$", m.name)] or tops
    ranked = sorted(tops, key=lambda m: (-len(parts(m)), -int(m.name in used), m.file, m.name))
    if len(ranked) > 1:
        first, second = ((len(parts(m)), m.name in used) for m in ranked[:2])
        if first == second:
            names = ", ".join(f"{m.file}:{m.name}" for m in ranked[:3])
            more = f" and {len(ranked) - 3} more" if len(ranked) > 3 else ""
            raise BadReference(
                f"Which model of {target!r} shall run? It could be {names}{more}.",
                f"Name it, for example {Path(root) / ranked[0].file}:{ranked[0].name}.",
            )
    return ranked[0]
