"""Parts of Python's syntax that the reader of settings asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .options import callee

_CONFIG_SUFFIXES = (
    "config", "configuration", "args", "arguments", "settings", "options", "params", "hparams", "cfg", "recipe",
)  # fmt: skip
_CONFIG_BASES = {
    "PretrainedConfig", "PreTrainedConfig", "BaseModel", "BaseSettings", "NamedTuple", "ConfigBase", "TypedDict",
}  # fmt: skip
_FIELD_CALLS = {"field", "Field", "ib", "attrib", "PrivateAttr", "list_field"}


def expressions(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is inside it, without nested statements."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(
            c for c in ast.iter_child_nodes(current) if not isinstance(c, ast.stmt | ast.ExceptHandler | ast.match_case)
        )


def always(statement: ast.If | ast.Match) -> bool:
    """Whether the body is what running the file does: `if __name__ == "__main__":`."""
    return isinstance(statement, ast.If) and "__name__" in (
        n.id for n in ast.walk(statement.test) if isinstance(n, ast.Name)
    )


def bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks inside a compound statement."""
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(statement, field, None)
        if inner:
            yield inner
    for handler in getattr(statement, "handlers", []):
        yield handler.body
    for case in getattr(statement, "cases", []):
        yield case.body


def target_path(target: ast.expr) -> str | None:
    """`a`, `a.b.c`, `a['b']` as a dotted path."""
    parts: list[str] = []
    while True:
        match target:
            case ast.Name(id=name):
                return ".".join([name, *reversed(parts)])
            case (
                ast.Attribute(attr=name, value=inner)
                | ast.Subscript(slice=ast.Constant(value=str() as name), value=inner)
            ):
                parts.append(name)
                target = inner
            case _:
                return None


def defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Each parameter that has a default, with it."""
    positional = [*arguments.posonlyargs, *arguments.args]
    if arguments.defaults:
        for argument, default in zip(positional[-len(arguments.defaults) :], arguments.defaults, strict=True):
            yield argument.arg, default
    for argument, keyword_default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if keyword_default is not None:
            yield argument.arg, keyword_default


def field_default(node: ast.expr) -> ast.expr:
    """The default of a class field: the expression itself, or that inside `field(...)`, `Field(...)`, `attr.ib(...)`."""
    if not isinstance(node, ast.Call) or callee(node.func).rpartition(".")[2] not in _FIELD_CALLS:
        return node
    for keyword in node.keywords:
        if keyword.arg == "default":
            return keyword.value
        if keyword.arg in ("default_factory", "factory") and isinstance(keyword.value, ast.Lambda):
            return keyword.value.body
    return node.args[0] if node.args else node


def is_config_class(node: ast.ClassDef) -> bool:
    """Whether the constructor of a class takes settings, by its name and its bases."""
    bases = {callee(base).rpartition(".")[2] for base in node.bases}
    ends = any(name.lower().endswith(_CONFIG_SUFFIXES) for name in (node.name, *bases))
    return ends or bool(bases & _CONFIG_BASES)
