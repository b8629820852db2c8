"""Calls of a model in its repository, with the arguments that are literal there."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from .candidates import called
from .sources import readme_code

MAX_CALLS = 3
MAX_LOOKED_AT = 12
"""Calls of one file that are looked at: each is a walk through it."""


class Call(BaseModel):
    """A call of the model in the repository, with those of its arguments that are literal.

    **Arguments:**

    - `positional`, `named`: as Python literals (JSON would turn tuples into lists).
    - `fields`: what is set beside the call on a configuration that it is given.
    - `inputs`: what the model is called with beside it: shape, dtype and `high`, as `smoke_run` takes them.
    - `place`: file and line, for the report.
    """

    positional: str
    named: str
    fields: dict[str, Any] = {}
    inputs: list[dict[str, Any]] = []
    place: str


def calls_of(name: str, folder: Path, trees_of_files: dict[Path, ast.Module]) -> list[Call]:
    """Find calls of a name: those of the README first, then those with the most literal arguments."""
    found: list[tuple[bool, int, int, Call]] = []
    trees: Iterable[tuple[Path, int, ast.Module, bool]] = [
        *((path, line, tree, True) for path, line, tree in readme_code(folder)),
        *((path, 0, tree, False) for path, tree in trees_of_files.items()),
    ]
    for path, before, tree, readme in trees:
        constants = _constants(tree)
        made = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == name)
        for node in islice(made, MAX_LOOKED_AT):
            positional = _leading([literal(argument, constants) for argument in node.args])
            named = {
                keyword.arg: value[0]
                for keyword in node.keywords
                if keyword.arg and (value := literal(keyword.value, constants))
            }
            fields = _fields(tree, node)
            if not positional and not named and not fields:
                continue
            missing = len(node.args) + len(node.keywords) - len(positional) - len(named)
            place = f"{path.relative_to(folder)}:{before + node.lineno}"
            inputs = _inputs(tree, node, constants) if readme else []
            call = Call(positional=repr(positional), named=repr(named), fields=fields, inputs=inputs, place=place)
            found.append((not readme, missing, len(found), call))
    return [call for *_, call in sorted(found, key=lambda item: item[:3])][:MAX_CALLS]


def _constants(tree: ast.Module) -> dict[str, Any]:
    """Names that are given one literal in a file, once."""
    values: dict[str, Any] = {}
    given: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            target = node.targets[0].id
            given[target] = given.get(target, 0) + 1
            if value := literal(node.value, {}):
                values[target] = value[0]
    return {name: value for name, value in values.items() if given[name] == 1}


def literal(node: ast.AST, constants: dict[str, Any]) -> tuple[Any] | None:
    """The value of a literal, or of a name that stands for one, in a tuple of its own; None for anything else."""
    if isinstance(node, ast.Name):
        return (constants[node.id],) if node.id in constants else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = literal(node.left, constants), literal(node.right, constants)
        if left and right and type(left[0]) is int and type(right[0]) is int:
            return (left[0] * right[0],)
        return None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return (value,) if len(repr(value)) < 2000 else None


def _leading(values: list[tuple[Any] | None]) -> list[Any]:
    """Positional arguments up to the first that is no literal."""
    known: list[Any] = []
    for value in values:
        if value is None:
            break
        known.append(value[0])
    return known


def _fields(tree: ast.Module, call: ast.Call) -> dict[str, Any]:
    """Literals that a file sets as attributes of the names that a call is given: `config.width = 64`."""
    given = {a.id for a in call.args if isinstance(a, ast.Name)}
    fields = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Attribute):
            holder, value = node.targets[0].value, literal(node.value, {})
            if isinstance(holder, ast.Name) and holder.id in given and value and _plain(value[0]):
                fields[node.targets[0].attr] = value[0]
    return fields


def _plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _inputs(tree: ast.Module, call: ast.Call, constants: dict[str, Any]) -> list[dict[str, Any]]:
    """Random tensors that the model made by a call is itself called with; nothing if any of them is something else."""
    assigned = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    models = {name for name, value in assigned.items() if value is call}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in models and node.args:
            values = [assigned.get(a.id) if isinstance(a, ast.Name) else a for a in node.args]
            specs = [_random(value, constants) for value in values]
            return [spec for spec in specs if spec] if all(specs) else []
    return []


def _random(node: ast.expr | None, constants: dict[str, Any]) -> dict[str, Any] | None:
    """Shape and kind of `torch.randn(2, 3)` and its like."""
    if not isinstance(node, ast.Call):
        return None
    values = [literal(argument, constants) for argument in node.args]
    if not values or not all(values):
        return None
    plain = [value[0] for value in values if value]
    kind = called(node)
    if kind == "randint":
        *bounds, shape = plain
        if bounds and isinstance(shape, tuple | list) and type(bounds[-1]) is int:
            return {"shape": list(shape), "dtype": "int64", "high": bounds[-1]}
    if kind in ("randn", "rand", "zeros", "ones"):
        shape = plain[0] if isinstance(plain[0], tuple | list) else plain
        if all(type(side) is int for side in shape):
            return {"shape": list(shape), "dtype": "float32"}
    return None
