"""Read the settings that source code writes down: defaults of arguments, fields of classes, keywords of calls.

Only the standard library's `ast` looks at the code; nothing is imported or run.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import JsonValue

_MAX_BYTES = 5_000_000
_MAX_HOPS = 6
_QUOTE_WORDS = 25
_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<item>[^\]]+)\])?")
_OPERATORS: dict[type[ast.AST], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


class NotThere(LookupError):
    """The code has no such file or symbol, or its value cannot be read without running it."""


Written = ast.expr | ast.stmt | ast.arg | ast.keyword
"""A node that has a place."""


@dataclass(frozen=True)
class Setting:
    """A name that code sets to a value, and where: lines count from 1, the quote is on the first line."""

    name: str
    value: JsonValue
    line: int
    quote: str


class Module:
    """A source file of a package.

    **Arguments:**

    - `root`: the folder that holds the package.
    - `file`: the file, relative to the root.
    """

    def __init__(self, root: Path, file: str) -> None:
        path = root / file
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            raise NotThere(f"there is no file {file} of at most {_MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8")
        self.root, self.file = root, file
        self._lines = text.splitlines()
        self._tree = ast.parse(text)

    def settings(self, symbol: str) -> dict[str, Setting]:
        """The settings of a symbol by name, the first one where a name is set twice.

        **Arguments:**

        - `symbol`: `Class` (its fields and the arguments of its `__init__`), `function` (its arguments), `function()`
          (the keywords of the calls in it), `CONSTANT` or `Class.member` (the keywords and entries of its value),
          `TABLE[key]` (those of one entry of a dictionary, then of the functions of the module that make the entry).
        """
        found: dict[str, Setting] = {}
        made = [self._node(symbol)]
        for node in made:
            for name, start, value in _named(node, calls=node is not made[0] or symbol.endswith("()")):
                try:
                    found.setdefault(
                        name, Setting(name, self._value(value, 0), start.lineno, self._quote(start, value))
                    )
                except NotThere:
                    continue
            if symbol.endswith("]") and len(made) < _MAX_HOPS:
                made += [function for function in self._called(node) if function not in made]
        return found

    def _called(self, node: ast.AST) -> Iterator[ast.AST]:
        """The functions of the module that are called in a node."""
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
                called = _members(self._tree, part.func.id)
                yield from (function for function in called if isinstance(function, ast.FunctionDef))

    def _node(self, symbol: str) -> ast.AST:
        nodes: list[ast.AST] = [self._tree]
        for step in _STEP.finditer(symbol.removesuffix("()")):
            nodes = [inner for node in nodes for inner in _members(node, step["name"])]
            if step["item"] is not None:
                nodes = [inner for node in nodes for inner in _items(node, step["item"])]
        if not nodes:
            raise NotThere(f"{self.file} has no {symbol}")
        # What is defined last is what Python finds.
        return nodes[-1]

    def _quote(self, start: Written, value: ast.expr) -> str:
        """What is written from the name to the end of the value, as far as it stands on one line."""
        line = self._lines[start.lineno - 1].encode()
        end = value.end_col_offset if value.end_lineno == start.lineno else None
        return " ".join(line[start.col_offset : end].decode().split()[:_QUOTE_WORDS])

    def constant(self, name: str, hops: int = 0) -> JsonValue:
        """The value of a constant of the module, followed through imports inside the package; raises `NotThere`."""
        if hops > _MAX_HOPS:
            raise NotThere(f"{name} is imported in a circle")
        for node in self._tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and _assigned(node) == name and node.value is not None:
                return self._value(node.value, hops + 1)
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if (alias.asname or alias.name) in {name, "*"}:
                        module = self._imported(node)
                        if module is not None:
                            return module.constant(name if alias.name == "*" else alias.name, hops + 1)
        raise NotThere(f"{self.file} sets no {name}")

    def _imported(self, node: ast.ImportFrom) -> Module | None:
        folder = Path(self.file).parent
        base = folder.parents[node.level - 2] if node.level > 1 else folder if node.level else Path()
        path = base / (node.module or "").replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if (self.root / file).is_file():
                return module_at(self.root, file)
        return None

    def _value(self, node: ast.AST, hops: int) -> JsonValue:
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None as value):
                return value
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return [self._value(item, hops) for item in items]
            case ast.UnaryOp(op=ast.USub()):
                return -self._number(node.operand, hops)
            case ast.BinOp() if type(node.op) in _OPERATORS:
                return _OPERATORS[type(node.op)](self._number(node.left, hops), self._number(node.right, hops))
            case ast.Name(id=name):
                return self.constant(name, hops)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in {"nn", "F", "torch", "jnp"}:
                return name
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner.endswith("Mode"):
                return name.lower()
            case ast.Call():
                return self._of_call(node, hops)
        raise NotThere("the value is not written out")

    def _number(self, node: ast.AST, hops: int) -> float:
        value = self._value(node, hops)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise NotThere("no number")
        return value

    def _of_call(self, node: ast.Call, hops: int) -> JsonValue:
        """The value that a field declares, or that a call of a plain container makes."""
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        match node:
            case ast.Call() if "default" in keywords:
                return self._value(keywords["default"], hops)
            case ast.Call() if isinstance(made := keywords.get("default_factory"), ast.Lambda):
                return self._value(made.body, hops)
            case ast.Call(func=ast.Name(id="tuple" | "list" | "float" | "int"), args=[inner], keywords=[]):
                return self._value(inner, hops)
        raise NotThere("the value is computed")


@cache
def module_at(root: Path, file: str) -> Module:
    """A source file, read once; raises `NotThere`."""
    return Module(root, file)


def _assigned(node: ast.Assign | ast.AnnAssign) -> str | None:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return target.id if isinstance(target, ast.Name) else None


def _members(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a module or class calls by a name: classes, functions, values."""
    for inner in getattr(node, "body", []):
        if isinstance(inner, ast.ClassDef | ast.FunctionDef) and inner.name == name:
            yield inner
        elif isinstance(inner, ast.Assign | ast.AnnAssign) and _assigned(inner) == name and inner.value is not None:
            yield inner.value


def _items(node: ast.AST, key: str) -> Iterator[ast.AST]:
    """The values of a key in the dictionaries of a value."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict):
            for name, value in zip(inner.keys, inner.values, strict=True):
                if isinstance(name, ast.Constant) and name.value == key:
                    yield value


def _named(node: ast.AST, calls: bool) -> Iterator[tuple[str, Written, ast.expr]]:
    """Each name that is set, where that is written, and the node of its value."""
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
                yield from _arguments(inner.args)
            elif isinstance(inner, ast.Assign | ast.AnnAssign) and (name := _assigned(inner)) and inner.value:
                yield name, inner, inner.value
    elif isinstance(node, ast.FunctionDef) and not calls:
        yield from _arguments(node.args)
    else:
        for part in ast.walk(node):
            if isinstance(part, ast.keyword) and part.arg:
                yield part.arg, part, part.value
            elif isinstance(part, ast.Dict):
                for key, value in zip(part.keys, part.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, key, value


def _arguments(arguments: ast.arguments) -> Iterator[tuple[str, ast.arg, ast.expr]]:
    plain = [*arguments.posonlyargs, *arguments.args]
    for argument, default in zip(reversed(plain), reversed(arguments.defaults), strict=False):
        yield argument.arg, argument, default
    for argument, given in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if given is not None:
            yield argument.arg, argument, given
