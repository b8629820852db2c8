"""How a repository itself builds a model: calls with literal arguments, functions that return it, configuration files."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from paper_implementer.tools.errors import TooLarge

from .calls import Call, calls_of
from .candidates import called
from .configurations import configuration_of
from .sources import MAX_FILE_BYTES, dotted, package_top, parse_all, python_files


class Usage(BaseModel):
    """What the repository says of how its model is built, best first.

    **Arguments:**

    - `factories`: functions of the model's file without required arguments that return it.
    - `config`: settings of the file that holds most of what the model reads from its configuration, as JSON.
    """

    calls: list[Call] = []
    factories: list[str] = []
    config: dict[str, Any] = {}
    config_file: str | None = None


def usage_of(folder: Path, file: Path, name: str) -> Usage:
    """Find how a folder builds the class or function `name` of `file`."""
    mention = f"{name}(".encode()
    try:
        files = list(python_files(folder, with_tests=True))
    except TooLarge:
        files = []
    files = [f for f in files if f.stat().st_size <= MAX_FILE_BYTES and mention in f.read_bytes()]
    trees = parse_all(list(dict.fromkeys([file, *files])), skip_broken=True)
    found = Usage(calls=calls_of(name, folder, trees))
    definition = (
        next((n for n in trees[file].body if isinstance(n, ast.ClassDef) and n.name == name), None)
        if file in trees
        else None
    )
    if definition is not None:
        found.factories = _factories(name, file, trees)
        found.config, found.config_file = configuration_of(definition, file, folder)
    return found


def _factories(name: str, file: Path, trees: dict[Path, ast.Module]) -> list[str]:
    """Functions that return the class and need no argument, of its own file first."""
    top = package_top(file)
    ordered = sorted(trees, key=lambda path: path != file)
    return [
        f"{dotted(path, top)}:{made}"
        for path in ordered
        if path.is_relative_to(top)
        for made in _makers(trees[path], name)
    ]


def _makers(tree: ast.Module, name: str) -> list[str]:
    """Functions of a file that return the class, themselves or through one another, and need no argument."""
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    makers = {name}
    while fresh := {f.name for f in functions if f.name not in makers and _returned(f) & makers}:
        makers |= fresh
    return [f.name for f in functions if f.name in makers and not f.name.startswith("_") and _required(f) == 0]


def _required(function: ast.FunctionDef) -> int:
    arguments = function.args
    plain = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return plain + sum(default is None for default in arguments.kw_defaults)


def _returned(function: ast.FunctionDef) -> set[str]:
    """Names of what a function calls to make what it returns."""
    made: dict[str, set[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    made.setdefault(target.id, set()).add(called(node.value))
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            names.add(called(node.value))
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Name):
            names |= made.get(node.value.id, set())
    return names
