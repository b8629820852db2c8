"""What a unit asks for or builds and then never uses: arguments that nothing reads, layers that nothing applies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..concepts import concepts, likeness
from .expression import Where
from .facts import CodeFact
from .project import Function

_CATEGORY = {"Parameter": "layer_scale", "Dropout": "dropout_placement", "DropPath": "stochastic_depth"}
_SELF = ("self", "cls")


@dataclass(frozen=True)
class Item:
    """An argument or a built layer.

    **Arguments:**

    - `kind`: `argument`, or the class of the layer.
    - `method`, `position`: which function, which of its arguments.
    - `default`: source text of the argument's default.
    - `line`: where it is used first; where it is declared when nothing uses it.
    """

    kind: str
    name: str
    method: str
    position: int
    default: str
    used: bool
    line: int


def items_of(node: Function | ast.ClassDef, loaded: set[str]) -> list[Item]:
    """Arguments with a default, and layers kept as attributes; `loaded`: the attributes that the code base reads."""
    methods = [m for m in node.body if isinstance(m, Function)] if isinstance(node, ast.ClassDef) else [node]
    found: list[Item] = []
    for method in methods:
        found += _arguments(method, loaded)
    if isinstance(node, ast.ClassDef):
        found += _layers(node, methods)
    return found


def attributes_read(trees: list[ast.Module]) -> set[str]:
    """The names of all attributes that are read, and all words in strings, for `getattr`."""
    read: set[str] = set()
    for tree in trees:
        for n in ast.walk(tree):
            if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load):
                read.add(n.attr)
            elif isinstance(n, ast.Constant) and isinstance(n.value, str):
                read.add(n.value)
    return read


def _arguments(method: Function, loaded: set[str]) -> Iterator[Item]:
    given = [*method.args.posonlyargs, *method.args.args]
    defaults: list[ast.expr | None] = [*[None] * (len(given) - len(method.args.defaults)), *method.args.defaults]
    pairs = [*zip(given, defaults, strict=True), *zip(method.args.kwonlyargs, method.args.kw_defaults, strict=True)]
    loads: dict[str, int] = {}
    for n in (n for s in method.body for n in ast.walk(s)):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load):
            loads[n.id] = min(loads.get(n.id, n.lineno), n.lineno)
    trivial = all(
        isinstance(s, ast.Pass | ast.Raise) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in method.body
    )
    if (
        trivial
        or "locals" in loads
        or ("super" in loads and method.name == "__init__" and not loads.keys() - {"super"})
    ):
        return
    stored = {
        s.value.id: s.targets[0].attr
        for s in method.body
        if isinstance(s, ast.Assign) and isinstance(s.value, ast.Name) and isinstance(s.targets[0], ast.Attribute)
    }
    for position, (a, default) in enumerate(pairs):
        if default is None or a.arg.startswith("_"):
            continue
        only_stored = a.arg in stored and stored[a.arg] not in loaded and _loads(method, a.arg) == 1
        used = a.arg in loads and not only_stored
        yield Item("argument", a.arg, method.name, position, ast.unparse(default), used, a.lineno)


def _loads(method: Function, name: str) -> int:
    return sum(isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load) for n in ast.walk(method))


def _layers(node: ast.ClassDef, methods: list[Function]) -> Iterator[Item]:
    init = next((m for m in methods if m.name == "__init__"), None)
    if init is None:
        return
    reads: dict[str, int] = {}
    for n in (n for m in methods if m is not init for n in ast.walk(m)):
        if (
            isinstance(n, ast.Attribute)
            and isinstance(n.ctx, ast.Load)
            and isinstance(n.value, ast.Name)
            and n.value.id in _SELF
        ):
            reads.setdefault(n.attr, n.lineno)
    inside = {n.attr for n in ast.walk(init) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Load)}
    last = next(
        (
            s.lineno
            for m in methods
            if m.name in ("forward", "__call__")
            for s in reversed(m.body)
            if isinstance(s, ast.Return)
        ),
        0,
    )
    for s in init.body:
        if not (
            isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Attribute) and isinstance(s.value, ast.Call)
        ):
            continue
        callee = s.value.func
        kind = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
        name = s.targets[0].attr
        if _category(kind) and last and name not in inside:
            yield Item(kind, name, "", 0, "", name in reads, reads.get(name, last))


def _category(kind: str) -> str | None:
    return _CATEGORY.get(kind)


def unused(mine: list[Item], official: list[Item], here: Where, there: Where) -> Iterator[tuple[CodeFact, CodeFact]]:
    """My unused items whose official counterpart is used."""
    for item in (i for i in mine if not i.used):
        other = _counterpart(item, mine, official)
        if other is None:
            continue
        category = "argument_ignored" if item.kind == "argument" else _category(item.kind)
        if category is None:
            continue
        verb = "read" if item.kind == "argument" else "applied"
        a = CodeFact(
            "use", category, False, here._replace(line=item.line), f"{item.name} is never {verb}", "", False, 0.85
        )
        yield (
            a,
            CodeFact(
                "use", category, True, there._replace(line=other.line), f"{other.name} is {verb}", "", False, 0.85
            ),
        )


def _counterpart(item: Item, mine: list[Item], official: list[Item]) -> Item | None:
    if item.kind != "argument":
        same = [o for o in official if o.kind == item.kind]
        count = sum(i.kind == item.kind for i in mine)
        return next((o for o in same if o.used), None) if len(same) >= count and all(o.used for o in same) else None
    ranked = []
    for o in official:
        if o.kind != "argument" or not o.used:
            continue
        alike = likeness(concepts(item.name), concepts(o.name))
        alike_default, elsewhere = o.default == item.default, (o.method == "__init__") != (item.method == "__init__")
        if (alike_default and alike > 0) or (
            (alike >= 0.5 or (alike_default and o.position == item.position)) and not elsewhere
        ):
            ranked.append((alike + alike_default + 0.5 * (o.position == item.position), o))
    return max(ranked, key=lambda r: r[0])[1] if ranked else None
