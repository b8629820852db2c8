"""From what the user typed to a class or function to run, found by reading the code, not by running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from paper_implementer.tools.errors import BadReference, NotFound, TooLarge, Unreadable

MAX_FILES, MAX_BYTES = 2_000, 2_000_000
_SKIPPED = {".git", ".venv", "venv", "env", "node_modules", "__pycache__", "build", "dist", "site-packages", ".tox"}
_MODULES = {"Module", "LightningModule", "PreTrainedModel"}
_HOOK = "smoke.py"


@dataclass(frozen=True)
class Target:
    """What to import and build.

    **Arguments:**

    - `root`: the folder that places are relative to; `path`: the folders to import from.
    - `symbol`: a class, or a function without arguments that returns a model where `is_model` is false.
    """

    root: Path
    path: tuple[Path, ...]
    module: str
    symbol: str
    is_model: bool
    how_found: str


@dataclass(frozen=True)
class _Class:
    file: Path
    name: str
    bases: frozenset[str]
    uses: frozenset[str]


def find_target(target: str) -> Target:
    """Find the model that a target means.

    **Arguments:**

    - `target`: `path.py:Class`, `module:Class`, a script or a folder.

    **Raises:** `NotFound`, `Unreadable` for files that are no Python; `BadReference` where several models could be meant, with three of them.
    """
    head, colon, symbol = target.rpartition(":")
    if colon and symbol.isidentifier() and head:
        return _named(target, head, symbol)
    path = Path(target).expanduser()
    if not path.exists():
        raise NotFound(f"There is nothing at {target!r} to run.", "Pass path.py:Class, module:Class, a script or a folder.")
    path = path.resolve()
    if path.is_file() and path.suffix != ".py":
        raise BadReference(f"{path.name} is no Python file.", "Pass path.py:Class, module:Class, a script or a folder.")
    root = path if path.is_dir() else path.parent
    if path.is_dir() and (path / _HOOK).is_file():
        return _located(root, path / _HOOK, "model", False, f"the function model() of {_HOOK}")
    return _best(target, root, _classes(path))


def _named(target: str, head: str, symbol: str) -> Target:
    path = Path(head).expanduser()
    if path.suffix == ".py" or path.exists():
        if not path.is_file():
            raise NotFound(f"There is no file {head!r}.", "Pass path.py:Class with the path of a Python file.")
        defined = _definitions(path.resolve())
        if symbol not in defined:
            near = ", ".join(sorted(defined)[:8]) or "nothing"
            raise NotFound(f"{path.name} defines no {symbol!r}.", f"It defines: {near}.")
        return _located(path.resolve().parent, path.resolve(), symbol, defined[symbol], "named by the caller")
    if not all(part.isidentifier() for part in head.split(".")):
        raise BadReference(f"{target!r} is neither path.py:Class nor module:Class.", "For a file: models/net.py:Net.")
    return Target(Path.cwd(), (Path.cwd(),), head, symbol, True, "named by the caller")


def _located(root: Path, file: Path, symbol: str, is_model: bool, how_found: str) -> Target:
    """How a file is imported: by its dotted name from above the packages that it is in."""
    top = file.parent
    while (top / "__init__.py").is_file() and top.parent != top:
        top = top.parent
    if top != root and file.is_relative_to(root) and not (root / "__init__.py").is_file():
        top = root  # Namespace packages: imports in the code start at the folder that was passed.
    module = ".".join(file.relative_to(top).with_suffix("").parts)
    return Target(root, tuple(dict.fromkeys((top, root))), module, symbol, is_model, how_found)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = []
    for file in sorted(path.rglob("*.py")):
        parts = file.relative_to(path).parts
        if _SKIPPED.isdisjoint(parts) and not parts[-1].startswith("test_") and "tests" not in parts[:-1] and not file.is_symlink():
            found.append(file)
        if len(found) > MAX_FILES:
            raise TooLarge(f"{path} has more than {MAX_FILES} Python files.", "Name the model: path.py:Class.")
    return found


def _tree(file: Path) -> ast.Module:
    if file.stat().st_size > MAX_BYTES:
        raise TooLarge(f"{file.name} is larger than {MAX_BYTES // 1_000_000} MB.", "Name a smaller file.")
    try:
        return ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise Unreadable(f"{file.name}, line {error.lineno}: {error.msg}.", "Mend the syntax error, then run again.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{file.name} cannot be parsed: {error}.") from None


def _definitions(file: Path) -> dict[str, bool]:
    """Names that a file defines or assigns, and whether each is a class."""
    found: dict[str, bool] = {}
    for node in _tree(file).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = True
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = False
        elif isinstance(node, ast.Assign):
            found |= {t.id: True for t in node.targets if isinstance(t, ast.Name)}
    return found


def _classes(path: Path) -> list[_Class]:
    """The classes of a folder that are torch modules, by their bases, followed through the folder by name."""
    files = _files(path)
    if not files:
        raise NotFound(f"There is no Python file in {path}.", "Pass the folder of the model, or path.py:Class.")
    found, broken = [], []
    for file in files:
        try:
            tree = _tree(file)
        except Unreadable as error:
            broken.append(error)
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                bases = frozenset(b.attr if isinstance(b, ast.Attribute) else b.id for b in node.bases if isinstance(b, (ast.Attribute, ast.Name)))
                uses = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
                found.append(_Class(file, node.name, bases, uses))
    if not found and broken:
        raise broken[0]
    known = set(_MODULES)
    while grown := {c.name for c in found if c.name not in known and c.bases & known}:
        known |= grown
    return [c for c in found if c.name in known]


def _best(target: str, root: Path, classes: list[_Class]) -> Target:
    """The model of a folder: a module that no other uses, and that is made of the most others."""
    if not classes:
        raise NotFound(f"{target!r} defines no torch.nn.Module.", "Name what to run: path.py:Class, or a function that returns the model.")
    by_name = {c.name: c for c in classes}

    def parts(one: _Class) -> set[str]:
        reached: set[str] = set()
        pending = [one]
        while pending:
            for name in (pending.pop().uses & by_name.keys()) - reached:
                reached.add(name)
                pending.append(by_name[name])
        return reached - {one.name}

    size = {c.name: len(parts(c)) for c in classes}
    used = {name for c in classes for name in parts(c)}
    based_on = {name for c in classes for name in c.bases}
    roots = [c for c in classes if c.name not in used | based_on] or classes
    roots.sort(key=lambda c: -size[c.name])
    first = roots[0]
    if len(roots) > 1 and size[roots[1].name] == size[first.name]:
        options = ", ".join(f"{c.file.relative_to(root)}:{c.name}" for c in roots[:3])
        raise BadReference(f"{target!r} has several models that could be meant.", f"Which one? {options}")
    why = f"{first.file.relative_to(root)}:{first.name}, the module that no other uses" + (
        f" and that is made of {size[first.name]} others" if size[first.name] else ""
    )
    return _located(root, first.file, first.name, True, why)
