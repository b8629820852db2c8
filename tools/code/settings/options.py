"""Defaults of command-line options: argparse, click, typer, absl and TensorFlow flags."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from .literals import UNKNOWN, Names, Unknown, Value, evaluate


@dataclass(frozen=True)
class Option:
    """An option with its default, at the line of the default."""

    name: str
    value: Value
    line: int


def callee(node: ast.expr) -> str:
    """The dotted name that a call calls, `""` for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def options_of(call: ast.Call, names: Names) -> list[Option]:
    """The options that a call defines with a constant default; empty for other calls."""
    function = callee(call.func).rpartition(".")[2]
    keywords = {k.arg: k.value for k in call.keywords if k.arg}
    if function == "add_argument":
        return _argparse(call, keywords, names)
    if function == "option" and call.args:
        return _click(call, keywords, names)
    if function.startswith("DEFINE_") and len(call.args) + len(keywords) >= 2:
        return _absl(call, keywords, names)
    if function == "set_defaults":
        pairs = ((name, evaluate(node, names), node.lineno) for name, node in keywords.items())
        return [Option(name, value, line) for name, value, line in pairs if not isinstance(value, Unknown)]
    return []


def typer_default(node: ast.expr, names: Names) -> Value:
    """The default inside `typer.Option(0.1, "--lr")` or `typer.Argument(...)`; `UNKNOWN` for other expressions."""
    if isinstance(node, ast.Call) and callee(node.func).rpartition(".")[2] in ("Option", "Argument"):
        keywords = {k.arg: k.value for k in node.keywords if k.arg}
        return evaluate(node.args[0] if node.args else keywords.get("default"), names)
    return UNKNOWN


def _flags(call: ast.Call) -> list[str]:
    return [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def _long_name(flags: list[str]) -> str | None:
    long = [f for f in flags if f.startswith("--")] or [f for f in flags if f.strip("-")]
    return long[0].partition("/")[0].strip("-").replace("-", "_") if long else None


def _argparse(call: ast.Call, keywords: dict[str, ast.expr], names: Names) -> list[Option]:
    dest = evaluate(keywords.get("dest"), {})
    name = dest if isinstance(dest, str) else _long_name(_flags(call))
    if not name:
        return []
    default = keywords.get("default")
    action = evaluate(keywords.get("action"), {})
    if default is not None:
        value = _as_type(evaluate(default, names), keywords.get("type"))
        return [] if isinstance(value, Unknown) else [Option(name, value, default.lineno)]
    if action in ("store_true", "store_false"):
        return [Option(name, action == "store_false", keywords["action"].lineno)]
    return []


def _as_type(value: Value, kind: ast.expr | None) -> Value:
    """What argparse makes of a default that is a string: it passes it through `type`."""
    if isinstance(value, str) and isinstance(kind, ast.Name) and kind.id in ("int", "float"):
        try:
            number = int(value) if kind.id == "int" else float(value)
            return number if math.isfinite(number) else UNKNOWN
        except ValueError:
            return value
    return value


def _click(call: ast.Call, keywords: dict[str, ast.expr], names: Names) -> list[Option]:
    flags = _flags(call)
    bare = [f for f in flags if not f.startswith("-")]
    name = bare[0] if bare else _long_name(flags)
    default = keywords.get("default")
    if name and default is not None:
        value = evaluate(default, names)
        return [] if isinstance(value, Unknown) else [Option(name, value, default.lineno)]
    if name and evaluate(keywords.get("is_flag"), {}) is True:
        return [Option(name, False, keywords["is_flag"].lineno)]
    return []


def _absl(call: ast.Call, keywords: dict[str, ast.expr], names: Names) -> list[Option]:
    name = evaluate(call.args[0] if call.args else keywords.get("name"), {})
    default = call.args[1] if len(call.args) > 1 else keywords.get("default")
    value = evaluate(default, names)
    if isinstance(name, str) and default is not None and not isinstance(value, Unknown):
        return [Option(name, value, default.lineno)]
    return []
