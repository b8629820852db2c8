"""Symbolic evaluation: a function or class to the expressions that it computes. Nothing is imported or run.

Helpers, methods, submodules and lambdas of the same code base are followed with the arguments that they are called with, so that
splitting and merging leave no trace; both branches of a condition are followed, the one that defaults switch off marked
`guard`; a loop is followed once (over a literal list, for each element).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from .expression import Expr, Where, const
from .project import Function, Module, Project
from .signatures import ALIASES, KEYWORDS, canonical, functions, modules

MAX_NODES = 30_000
MAX_DEPTH = 7
_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Pow: "**", ast.MatMult: "matmul",
    ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
_COMPARE = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.Is: "is",
    ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_ARITHMETIC = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**", "mm": "matmul", "bmm": "matmul"}
_METHODS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
_MODULE_LISTS = {"ModuleList", "Sequential", "list", "tuple"}
_DTYPES = {
    "float": "float32",
    "half": "float16",
    "bfloat16": "bfloat16",
    "double": "float64",
    "long": "int64",
    "bool": "bool",
}
_ENTRY = ("forward", "__call__", "call")


class Exhausted(Exception):
    """The budget of one unit is used up; what has been found stands."""


@dataclass
class Scope:
    """The names of one running function."""

    module: Module
    symbol: str
    names: dict[str, Expr] = field(default_factory=dict)
    me: Instance | None = None
    self_name: str = ""
    returns: list[Expr] = field(default_factory=list)
    tests: list[tuple[Expr, bool | None] | None] = field(default_factory=list)
    test: tuple[Expr, bool | None] | None = None


@dataclass
class Instance:
    """An object of a class of the code base: its attributes as its constructor leaves them."""

    module: Module
    node: ast.ClassDef
    attributes: dict[str, Expr] = field(default_factory=dict)


@dataclass
class Result:
    """What a unit computes.

    **Arguments:**

    - `trace`: every expression in the order of evaluation.
    - `returns`: what each function returned, by symbol, the unit's own only.
    - `parameters`: the parameters of the unit's own functions, by symbol.
    - `attributes`: of an instance made with default arguments.
    """

    trace: list[Expr] = field(default_factory=list)
    returns: dict[str, Expr] = field(default_factory=dict)
    parameters: dict[str, list[Expr]] = field(default_factory=dict)
    attributes: dict[str, Expr] = field(default_factory=dict)
    exhausted: bool = False


def is_static(node: Function) -> bool:
    """Whether a method has no `self`."""
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def decorator_names(node: Function | ast.ClassDef) -> set[str]:
    """Last components of the decorators' names."""
    found = set()
    for d in node.decorator_list:
        target = d.func if isinstance(d, ast.Call) else d
        found.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return found


class Evaluator:
    """Evaluates units of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._clear()

    def _clear(self) -> None:
        self.trace: list[Expr] = []
        self.guards = 0
        self.branches = 0
        self.site: Where | None = None
        self.depth = 0
        self.active: list[int] = []
        self.instances: dict[int, Instance] = {}
        self.closures: dict[int, tuple[ast.expr | Function, Scope]] = {}
        self.called: list[int] = []
        self.held: list[Expr] = []
        self.constants: dict[tuple[str, str], Expr] = {}
        self.options: Expr | None = None

    # -- units ---------------------------------------------------------------------------------------------------

    def unit(self, module: Module, node: Function | ast.ClassDef) -> Result:
        """Evaluate a function, or a class with all its methods, at its default arguments."""
        self._clear()
        result = Result(trace=self.trace)
        try:
            if isinstance(node, ast.ClassDef):
                self._class_unit(module, node, result)
            else:
                self._function_unit(module, node, None, node.name, result)
                self._handed_on(result)
        except (Exhausted, RecursionError):
            result.exhausted = True
        return result

    def body(self, module: Module) -> Result:
        """Evaluate the statements of a module outside its definitions."""
        self._clear()
        result = Result(trace=self.trace)
        scope = Scope(module, "")
        try:
            self._block([s for s in module.tree.body if not isinstance(s, ast.FunctionDef | ast.ClassDef)], scope)
        except (Exhausted, RecursionError):
            result.exhausted = True
        return result

    def _class_unit(self, module: Module, node: ast.ClassDef, result: Result) -> None:
        instance = Instance(module, node)
        self._class_constants(instance)
        methods = self.methods(module, node)
        init = methods.get("__init__")
        order = ([init] if init else []) + [m for m in methods.values() if m is not init]
        for owner, method in order:
            if owner is not node and method.name != "__init__":
                continue
            self._function_unit(
                owner_module(self.project, module, owner), method, instance, f"{node.name}.{method.name}", result
            )
        result.attributes = instance.attributes

    def methods(self, module: Module, node: ast.ClassDef, depth: int = 0) -> dict[str, tuple[ast.ClassDef, Function]]:
        """Methods by name, inherited ones of the same code base too."""
        found: dict[str, tuple[ast.ClassDef, Function]] = {}
        if depth < 4:
            for base in reversed(node.bases):
                if isinstance(base, ast.Name):
                    parent = self.project.find(base.id, module)
                    if parent and isinstance(parent[1], ast.ClassDef) and parent[1] is not node:
                        found.update(self.methods(parent[0], parent[1], depth + 1))
        for item in node.body:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                found[item.name] = (node, item)
        return found

    def _class_constants(self, instance: Instance) -> None:
        scope = Scope(instance.module, instance.node.name)
        for item in instance.node.body:
            target = (
                item.target
                if isinstance(item, ast.AnnAssign)
                else item.targets[0]
                if isinstance(item, ast.Assign)
                else None
            )
            value = item.value if isinstance(item, ast.AnnAssign | ast.Assign) else None
            if isinstance(target, ast.Name) and value is not None:
                instance.attributes[target.id] = self._expr(value, scope)

    def _function_unit(self, module: Module, node: Function, me: Instance | None, symbol: str, result: Result) -> None:
        scope = Scope(module, symbol, me=me)
        names: list[Expr] = []
        for name, default, line in parameters_of(node):
            if me is not None and not names and not scope.self_name and not is_static(node):
                scope.self_name = name
                continue
            value = self._expr(default, Scope(module, symbol)) if default is not None else None
            made = self._make("arg", (value,) if value is not None else (), scope, line, value=name)
            scope.names[name] = made
            names.append(made)
        result.parameters[symbol] = names
        self.active.append(id(node))
        try:
            self._block(node.body, scope)
        finally:
            self.active.pop()
            if scope.returns:
                result.returns[symbol] = self._join(scope)

    def _handed_on(self, result: Result) -> None:
        """Functions that the unit makes and hands to others to call, as a schedule does: what they return."""
        called = set(self.called)
        for made in [n for n in self.trace if n.op in ("closure", "partial") and id(n) not in called]:
            if made.op == "partial":
                given = (
                    self.project.find(str(made.args[0].value), self.module_of(made))
                    if made.args and made.args[0].op == "global"
                    else None
                )
                if given is None or not isinstance(given[1], ast.FunctionDef) or len(made.args) > 1:
                    continue
                scope = Scope(given[0], given[1].name)
                value = self._inline(given[0], given[1], [], dict(made.kw), None, given[1].name, scope, made.where.line)
                result.returns[given[1].name] = value
            elif id(made) in self.closures and isinstance(self.closures[id(made)][0], ast.FunctionDef):
                node, home = self.closures[id(made)]
                assert isinstance(node, ast.FunctionDef)
                symbol = f"{home.symbol}.{node.name}"
                result.returns[symbol] = self._inline(
                    home.module, node, [], {}, home.me, symbol, home, made.where.line, home
                )

    def module_of(self, made: Expr) -> Module:
        """The module that an expression stands in."""
        return self.project.load(made.where.file)

    def _join(self, scope: Scope) -> Expr:
        """What a function returns: its last value, or an earlier one under the condition that it stands in."""
        joined = scope.returns[-1]
        tests = [*scope.tests, *[None] * len(scope.returns)]
        for i in reversed(range(len(scope.returns) - 1)):
            test = tests[i]
            args = (test[0] if test else const(None), scope.returns[i], joined)
            joined = Expr("phi", args, {}, test[1] if test else None, joined.where)
        return joined

    # -- statements ----------------------------------------------------------------------------------------------

    def _block(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Assign():
                value = self._expr(node.value, scope)
                for target in node.targets:
                    self._assign(target, value, scope)
            case ast.AnnAssign() if node.value is not None:
                self._assign(node.target, self._expr(node.value, scope), scope)
            case ast.AugAssign():
                op = _BINARY.get(type(node.op), "?")
                left, right = self._expr(node.target, scope), self._expr(node.value, scope)
                self._assign(node.target, self._make(op, (left, right), scope, node.lineno), scope)
            case ast.Return():
                if node.value is not None:
                    value = self._expr(node.value, scope)
                    scope.returns.append(self._make("return", (value,), scope, node.lineno).args[0])
                    scope.tests.append(scope.test)
            case ast.Expr():
                self._effect(node.value, scope)
            case ast.If():
                self._if(node, scope)
            case ast.For() | ast.AsyncFor():
                self._for(node, scope)
            case ast.While():
                test = self._expr(node.test, scope)
                self._make("while", (test,), scope, node.lineno)
                self._block(node.body, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self._expr(item.context_expr, scope)
                    self._make("with", (value,), scope, node.lineno)
                    if item.optional_vars is not None:
                        self._assign(item.optional_vars, value, scope)
                self._block(node.body, scope)
            case ast.Try():
                self._block(node.body, scope)
                self._block(node.orelse, scope)
                self._block(node.finalbody, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                made = self._make("closure", (), scope, node.lineno, value=node.name)
                self.closures[id(made)] = (node, scope)
                scope.names[node.name] = made
            case ast.Delete() | ast.Pass() | ast.Assert() | ast.Raise():
                return

    def _if(self, node: ast.If, scope: Scope) -> None:
        test = self._expr(node.test, scope)
        self._make("if", (test,), scope, node.lineno)
        known = truth(test)
        certain = is_certain(test)
        before = dict(scope.names)
        attributes = dict(scope.me.attributes) if scope.me else {}
        count = len(scope.returns)
        if not (certain and known is False):
            self._guarded(known is False and not counts(test), node.body, scope, (test, known))
        after_body, attributes_body = scope.names, dict(scope.me.attributes) if scope.me else {}
        if certain and known is True:
            return
        scope.names = before
        if scope.me:
            scope.me.attributes = attributes
        left = node.body and isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
        self._guarded(known is True and not counts(test), node.orelse, scope)
        if (certain and known is False) or left:
            if isinstance(node.body[-1], ast.Raise):
                del scope.returns[count:]
            return
        scope.names = self._merge(test, after_body, scope.names, known, node.lineno, scope)
        if scope.me:
            scope.me.attributes = self._merge(test, attributes_body, scope.me.attributes, known, node.lineno, scope)

    def _merge(
        self, test: Expr, yes: dict[str, Expr], no: dict[str, Expr], known: bool | None, line: int, scope: Scope
    ) -> dict[str, Expr]:
        merged = dict(no)
        for name, value in yes.items():
            other = no.get(name)
            if other is None:
                merged[name] = value
            elif other is not value:
                merged[name] = self._make("phi", (test, value, other), scope, line, value=known)
        return merged

    def _guarded(
        self, guard: bool, body: Sequence[ast.stmt], scope: Scope, test: tuple[Expr, bool | None] | None = None
    ) -> None:
        before = scope.test
        scope.test = test
        self.guards += guard
        self.branches += 1
        self._block(body, scope)
        self.branches -= 1
        self.guards -= guard
        scope.test = before

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        source = self._expr(node.iter, scope)
        elements = self._elements(source)
        if elements is not None and 1 <= len(elements) <= 8:
            for element in elements:
                self._assign(node.target, element, scope)
                self._block(node.body, scope)
            return
        self._make("for", (source,), scope, node.lineno)
        self._assign(node.target, self._each(source, scope, node.lineno), scope)
        self._block(node.body, scope)

    def _elements(self, expr: Expr) -> tuple[Expr, ...] | None:
        if expr.op in ("list", "tuple", "ModuleList", "Sequential"):
            if len(expr.args) == 1 and expr.op in ("ModuleList", "Sequential"):
                inner = self._elements(expr.args[0])
                return inner if inner is not None else expr.args if expr.op == "Sequential" else None
            return expr.args
        return None

    def _each(self, source: Expr, scope: Scope, line: int) -> Expr:
        if source.op == "comp":
            return source.args[0]
        if source.op in ("ModuleList", "reversed", "tqdm", "list", "sorted", "Sequential") and len(source.args) >= 1:
            return (
                self._each(source.args[0], scope, line)
                if source.args[0].op in ("comp", "list")
                else (
                    source.args[0]
                    if source.op in ("list", "Sequential")
                    else self._make("each", (source.args[0],), scope, line)
                )
            )
        if source.op == "zip":
            return self._make("tuple", tuple(self._each(a, scope, line) for a in source.args), scope, line)
        if source.op == "enumerate" and source.args:
            index = self._make("index", (source.args[0],), scope, line)
            return self._make("tuple", (index, self._each(source.args[0], scope, line)), scope, line)
        return self._make("each", (source,), scope, line)

    def _assign(self, target: ast.expr, value: Expr, scope: Scope) -> None:
        match target:
            case ast.Name():
                scope.names[target.id] = value
            case ast.Tuple() | ast.List():
                for i, part in enumerate(target.elts):
                    if isinstance(part, ast.Starred):
                        part = part.value
                    self._assign(part, self._item(value, i, scope, target.lineno), scope)
            case ast.Attribute():
                if isinstance(target.value, ast.Name) and target.value.id == scope.self_name and scope.me:
                    scope.me.attributes[target.attr] = value
                else:
                    base = self._expr(target.value, scope)
                    made = self._make("setattr", (base, value), scope, target.lineno, value=target.attr)
                    if target.attr == "data":
                        self._rebind(target.value, made.args[1], scope)
            case ast.Subscript():
                path = self._path(target, scope)
                if path:
                    scope.names[path] = self._state(path, value, scope, target.lineno)
                    if isinstance(target.slice, ast.Constant):
                        return
                base = self._expr(target.value, scope)
                made = self._make("setitem", (base, self._expr(target.slice, scope), value), scope, target.lineno)
                self._rebind(target.value, made, scope)

    def _state(self, path: str, value: Expr, scope: Scope, line: int) -> Expr:
        """What an entry of a state dict holds after its first step: any value, where a condition sets it to zero."""
        if not self.branches or value.op not in ("const", "zeros", "zeros_like", "tensor", "new_zeros", "phi"):
            return value
        name = path.partition("[")[2].rstrip("]")
        return self._make("getitem", (Expr("free", value=path.partition("[")[0]), const(name)), scope, line)

    def _rebind(self, target: ast.expr, value: Expr, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Attribute) and target.attr == "data":
            self._rebind(target.value, value, scope)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            if target.value.id == scope.self_name and scope.me:
                scope.me.attributes[target.attr] = value
        elif isinstance(target, ast.Subscript):
            path = self._path(target, scope)
            if path:
                scope.names[path] = value

    def _path(self, node: ast.expr, scope: Scope) -> str:
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ) and isinstance(node.value, ast.Name):
            return f"{node.value.id}[{node.slice.value}]"
        return ""

    def _effect(self, node: ast.expr, scope: Scope) -> None:
        value = self._expr(node, scope)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return
        name, base = node.func.attr, node.func.value
        if name in ("append", "extend", "add_module", "update"):
            old = self._expr(base, scope)
            if name == "append" and old.op in ("list", "ModuleList", "Sequential") and value.args:
                inner = old.args
                if old.op == "ModuleList" and len(old.args) == 1 and old.args[0].op == "list":
                    inner = old.args[0].args
                if len(inner) < 64:
                    self._rebind(base, self._make("list", (*inner, value.args[-1]), scope, node.lineno), scope)
            if name == "update" and isinstance(base, ast.Name):
                for keyword in node.keywords:
                    if keyword.arg:
                        path = f"{base.id}[{keyword.arg}]"
                        scope.names[path] = self._state(path, self._expr(keyword.value, scope), scope, node.lineno)
        elif name.endswith("_") and not name.startswith("_") and name not in ("requires_grad_",):
            self._rebind(base, value, scope)
            while isinstance(base, ast.Call) and isinstance(base.func, ast.Attribute) and base.func.attr.endswith("_"):
                base = base.func.value
                self._rebind(base, value, scope)

    # -- expressions ---------------------------------------------------------------------------------------------

    def _make(
        self,
        op: str,
        args: tuple[Expr, ...],
        scope: Scope,
        line: int,
        kw: dict[str, Expr] | None = None,
        value: str | int | float | bool | None = None,
        explicit: frozenset[str] = frozenset(),
    ) -> Expr:
        if len(self.trace) >= MAX_NODES:
            raise Exhausted
        where = Where(scope.module.file, line, scope.symbol)
        made = Expr(op, args, kw or {}, value, where, self.guards > 0, self.site, explicit)
        self.trace.append(made)
        return made

    def _expr(self, node: ast.expr, scope: Scope) -> Expr:
        line = node.lineno
        match node:
            case ast.Constant():
                value = node.value if isinstance(node.value, str | int | float | bool | None) else str(node.value)
                return const(value, Where(scope.module.file, line, scope.symbol))
            case ast.Name():
                return self._name(node.id, scope, line)
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.Call():
                return self._call(node, scope)
            case ast.BinOp():
                left, right = self._expr(node.left, scope), self._expr(node.right, scope)
                op = _BINARY.get(type(node.op), "?")
                return self._make(op, (left, right), scope, line)
            case ast.UnaryOp():
                operand = self._expr(node.operand, scope)
                if isinstance(node.op, ast.USub):
                    if operand.op == "const" and isinstance(operand.value, int | float):
                        return const(-operand.value, operand.where)
                    return self._make("neg", (operand,), scope, line)
                return self._make("not", (operand,), scope, line)
            case ast.Compare():
                left = self._expr(node.left, scope)
                parts = []
                for comparison, other in zip(node.ops, node.comparators, strict=True):
                    right = self._expr(other, scope)
                    parts.append(self._make(_COMPARE[type(comparison)], (left, right), scope, line))
                    left = right
                return parts[0] if len(parts) == 1 else self._make("and", tuple(parts), scope, line)
            case ast.BoolOp():
                op = "and" if isinstance(node.op, ast.And) else "or"
                return self._make(op, tuple(self._expr(v, scope) for v in node.values), scope, line)
            case ast.IfExp():
                test = self._expr(node.test, scope)
                known = truth(test)
                if is_certain(test) and known is not None:
                    return self._expr(node.body if known else node.orelse, scope)
                self._make("if", (test,), scope, line)
                self.guards += known is False
                body = self._expr(node.body, scope)
                self.guards += (known is True) - (known is False)
                orelse = self._expr(node.orelse, scope)
                self.guards -= known is True
                return self._make("phi", (test, body, orelse), scope, line, value=known)
            case ast.Tuple() | ast.List() | ast.Set():
                items: list[Expr] = []
                for e in node.elts:
                    if isinstance(e, ast.Starred):
                        inner = self._expr(e.value, scope)
                        items += (
                            inner.args if inner.op in ("tuple", "list") else [self._make("star", (inner,), scope, line)]
                        )
                    else:
                        items.append(self._expr(e, scope))
                op = "list" if isinstance(node, ast.List) else "tuple"
                return self._make(op, tuple(items), scope, line)
            case ast.Dict():
                return self._dict(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Lambda():
                made = self._make("closure", (), scope, line)
                self.closures[id(made)] = (node, scope)
                return made
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                return self._comprehension(node, node.elt, scope)
            case ast.DictComp():
                return self._comprehension(node, node.value, scope)
            case ast.Slice():
                parts = [
                    self._expr(p, scope) if p is not None else const(None) for p in (node.lower, node.upper, node.step)
                ]
                return self._make("slice", tuple(parts), scope, line)
            case ast.JoinedStr():
                return const("".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values))
            case ast.NamedExpr():
                named = self._expr(node.value, scope)
                self._assign(node.target, named, scope)
                return named
            case ast.Await() | ast.Starred() | ast.YieldFrom():
                return self._expr(node.value, scope)
            case ast.Yield():
                given = self._expr(node.value, scope) if node.value is not None else const(None)
                scope.returns.append(given)
                return given
        return self._make("unknown", (), scope, line)

    def _comprehension(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, element: ast.expr, scope: Scope
    ) -> Expr:
        inner = replace(scope, names=dict(scope.names), returns=[])
        sources = []
        for generator in node.generators:
            source = self._expr(generator.iter, inner)
            sources.append(source)
            elements = self._elements(source)
            self._assign(generator.target, elements[0] if elements else self._each(source, inner, node.lineno), inner)
            for test in generator.ifs:
                sources.append(self._make("filter", (self._expr(test, inner),), inner, node.lineno))
        return self._make("comp", (self._expr(element, inner), *sources), scope, node.lineno)

    def _dict(self, node: ast.Dict, scope: Scope) -> Expr:
        kw: dict[str, Expr] = {}
        rest: list[Expr] = []
        for key, value in zip(node.keys, node.values, strict=True):
            made = self._expr(value, scope)
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                kw[key.value] = made
            else:
                rest.append(made)
        return self._make("dict", tuple(rest), scope, node.lineno, kw, explicit=frozenset(kw))

    def _name(self, name: str, scope: Scope, line: int) -> Expr:
        if name in scope.names:
            return scope.names[name]
        where = Where(scope.module.file, line, scope.symbol)
        constant = scope.module.constants.get(name)
        if constant is not None and scope.symbol:
            key = (scope.module.file, name)
            if key not in self.constants:
                self.constants[key] = Expr("free", value=name, where=where)
                self.constants[key] = self._expr(constant, Scope(scope.module, name))
            return self.constants[key]
        found = self.project.find(name, scope.module)
        if found is not None:
            return Expr("global", value=found[1].name, where=where)
        imported = scope.module.imports.get(name)
        return Expr("global", value=imported or name, where=where)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Expr:
        if (
            isinstance(node.value, ast.Name)
            and node.value.id in (scope.self_name, "cls")
            and scope.me
            and scope.self_name
        ):
            found = scope.me.attributes.get(node.attr)
            if found is not None:
                return found
            method = self.methods(scope.me.module, scope.me.node).get(node.attr)
            if method and "property" in decorator_names(method[1]) and id(method[1]) not in self.active:
                owner = owner_module(self.project, scope.me.module, method[0])
                return self._inline(
                    owner, method[1], [], {}, scope.me, f"{scope.me.node.name}.{node.attr}", scope, node.lineno
                )
            return Expr("free", value=node.attr, where=Where(scope.module.file, node.lineno, scope.symbol))
        base = self._expr(node.value, scope)
        if base.op == "global":
            return Expr(
                "global", value=f"{base.value}.{node.attr}", where=Where(scope.module.file, node.lineno, scope.symbol)
            )
        if base.op == "instance" and id(base) in self.instances:
            found = self.instances[id(base)].attributes.get(node.attr)
            if found is not None:
                return found
        member = _member(base, node.attr)
        if member is not None:
            return member
        if node.attr in ("T", "mT"):
            return self._make("transpose", (base,), scope, node.lineno)
        if node.attr == "data":
            return base
        return self._make("attr", (base,), scope, node.lineno, value=node.attr)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Expr:
        path = self._path(node, scope)
        if path in scope.names:
            return scope.names[path]
        base = self._expr(node.value, scope)
        index = self._expr(node.slice, scope)
        member = _member(base, str(index.value)) if index.op == "const" else None
        if member is not None:
            return member
        if self.options is not None and index.op == "const" and base.op not in ("dict", "list"):
            option = self.options.kw.get(str(index.value))
            if option is not None:
                return option
        if base.op == "list" and len(base.args) == 1 and index.op in ("index", "each", "item"):
            return base.args[0]
        if (
            index.op == "const"
            and isinstance(index.value, int)
            and base.op in ("tuple", "list", "comp", "map", "chunk", "phi")
        ):
            return self._item(base, index.value, scope, node.lineno)
        if base.op == "dict" and base.kw and index.op != "const":
            values = list(base.kw.values())
            joined = values[0]
            for other in values[1:]:
                joined = Expr("phi", (index, joined, other), where=joined.where)
            return joined
        return self._make("getitem", (base, index), scope, node.lineno)

    def _item(self, value: Expr, index: int, scope: Scope, line: int) -> Expr:
        elements = self._elements(value)
        if elements is not None and -len(elements) <= index < len(elements):
            return elements[index]
        if value.op == "map" and len(value.args) == 2:
            return self._apply(value.args[0], [self._item(value.args[1], index, scope, line)], {}, scope, line)
        if value.op == "comp":
            return value.args[0]
        if value.op == "phi" and len(value.args) == 3:
            sides = [self._item(a, index, scope, line) for a in value.args[1:]]
            return self._make("phi", (value.args[0], *sides), scope, line, value=value.value)
        return self._make("item", (value,), scope, line, value=index)

    # -- calls ---------------------------------------------------------------------------------------------------

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[list[Expr], dict[str, Expr]]:
        positional: list[Expr] = []
        for a in node.args:
            if isinstance(a, ast.Starred):
                inner = self._expr(a.value, scope)
                positional += (
                    inner.args if inner.op in ("tuple", "list") else [self._make("star", (inner,), scope, node.lineno)]
                )
            else:
                positional.append(self._expr(a, scope))
        keywords: dict[str, Expr] = {}
        for k in node.keywords:
            value = self._expr(k.value, scope)
            if k.arg:
                keywords[k.arg] = value
            elif value.op == "dict":
                keywords.update(value.kw)
        return positional, keywords

    def _call(self, node: ast.Call, scope: Scope) -> Expr:
        func = node.func
        if isinstance(func, ast.Attribute):
            return self._method_call(node, func, scope)
        callee = self._expr(func, scope)
        positional, keywords = self._arguments(node, scope)
        return self._apply(callee, positional, keywords, scope, node.lineno)

    def _method_call(self, node: ast.Call, func: ast.Attribute, scope: Scope) -> Expr:
        name, line = func.attr, node.lineno
        if isinstance(func.value, ast.Call) and isinstance(func.value.func, ast.Name) and func.value.func.id == "super":
            return self._super(node, name, scope)
        if (
            isinstance(func.value, ast.Name)
            and func.value.id in (scope.self_name, "cls")
            and scope.self_name
            and scope.me
        ):
            found = scope.me.attributes.get(name)
            positional, keywords = self._arguments(node, scope)
            if found is not None:
                return self._apply(found, positional, keywords, scope, line)
            method = self.methods(scope.me.module, scope.me.node).get(name)
            if method is not None:
                owner = owner_module(self.project, scope.me.module, method[0])
                symbol = f"{method[0].name}.{name}"
                return self._inline(owner, method[1], positional, keywords, scope.me, symbol, scope, line)
            if name == "register_buffer" and len(positional) > 1:
                value = self._make("buffer", (positional[1],), scope, line, value=str(positional[0].value))
                scope.me.attributes[str(positional[0].value)] = positional[1]
                return value
            return self._make(f"self.{name}", tuple(positional), scope, line, keywords, explicit=frozenset(keywords))
        base = self._expr(func.value, scope)
        positional, keywords = self._arguments(node, scope)
        if base.op == "global":
            target = Expr("global", value=f"{base.value}.{name}", where=Where(scope.module.file, line, scope.symbol))
            found_class = self.project.find(str(base.value), scope.module)
            if found_class and isinstance(found_class[1], ast.ClassDef):
                return self._unbound(found_class[0], found_class[1], name, positional, keywords, scope, line)
            return self._apply(target, positional, keywords, scope, line)
        if base.op == "instance" and id(base) in self.instances:
            instance = self.instances[id(base)]
            attribute = instance.attributes.get(name)
            if attribute is not None:
                return self._apply(attribute, positional, keywords, scope, line)
            method = self.methods(instance.module, instance.node).get(name)
            if method is not None:
                owner = owner_module(self.project, instance.module, method[0])
                return self._inline(
                    owner, method[1], positional, keywords, instance, f"{method[0].name}.{name}", scope, line
                )
        member = _member(base, name)
        if member is not None:
            return self._apply(member, positional, keywords, scope, line)
        return self._tensor_method(base, name, positional, keywords, scope, line)

    def _unbound(
        self,
        module: Module,
        node: ast.ClassDef,
        name: str,
        positional: list[Expr],
        keywords: dict[str, Expr],
        scope: Scope,
        line: int,
    ) -> Expr:
        """`Base.__init__(self, ...)` and static methods."""
        method = self.methods(module, node).get(name)
        if method is None:
            return self._make(f"{node.name}.{name}", tuple(positional), scope, line, keywords)
        me = scope.me
        if not is_static(method[1]) and positional and me is not None:
            positional = positional[1:]
        return self._inline(
            module,
            method[1],
            positional,
            keywords,
            None if is_static(method[1]) else me,
            f"{node.name}.{name}",
            scope,
            line,
        )

    def _super(self, node: ast.Call, name: str, scope: Scope) -> Expr:
        positional, keywords = self._arguments(node, scope)
        if scope.me is not None:
            if name == "__init__":
                for value in (*positional, *keywords.values()):
                    if value.op == "dict":
                        self.options = value
            for base in scope.me.node.bases:
                parent = self.project.find(base.id, scope.me.module) if isinstance(base, ast.Name) else None
                if parent and isinstance(parent[1], ast.ClassDef):
                    method = self.methods(parent[0], parent[1]).get(name)
                    if method is not None:
                        return self._inline(
                            parent[0],
                            method[1],
                            positional,
                            keywords,
                            scope.me,
                            f"{parent[1].name}.{name}",
                            scope,
                            node.lineno,
                        )
        return self._make(
            f"super.{name}", tuple(positional), scope, node.lineno, keywords, explicit=frozenset(keywords)
        )

    def _tensor_method(
        self, base: Expr, name: str, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int
    ) -> Expr:
        plain = name.rstrip("_") if not name.startswith("_") and name != "_" else name
        if plain in ("normal", "uniform", "trunc_normal", "fill", "zero") and name.endswith("_"):
            op = {"fill": "constant_", "zero": "zeros_"}.get(plain, name)
            return self._signature(op, modules(), [base, *positional], keywords, scope, line)
        if name == "t" and not positional:
            return self._make("transpose", (base,), scope, line)
        if name == "get" and positional and positional[0].op == "const" and base.op == "dict":
            found = base.kw.get(str(positional[0].value))
            if found is not None:
                return found
        if plain in _METHODS and len(positional) == 1:
            return self._make(_METHODS[plain], (base, positional[0]), scope, line)
        if name == "copy_" and positional:
            return self._make("setattr", (base, positional[0]), scope, line, value="data").args[1]
        known = canonical(plain)
        if known == "cast":
            dtype = _DTYPES.get(plain)
            kw = {"dtype": const(dtype)} if dtype else {}
            return self._make("cast", (base, *positional), scope, line, {**kw, **keywords})
        if known in functions() or plain in ALIASES:
            return self._function(known, [base, *positional], keywords, scope, line)
        return self._make(plain, (base, *positional), scope, line, keywords, explicit=frozenset(keywords))

    def _apply(self, callee: Expr, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int) -> Expr:
        if callee.op == "closure" and id(callee) in self.closures:
            return self._call_closure(callee, positional, keywords, scope, line)
        if callee.op == "partial" and callee.args:
            self.called.append(id(callee))
            return self._apply(callee.args[0], [*callee.args[1:], *positional], {**callee.kw, **keywords}, scope, line)
        if callee.op == "global":
            return self._call_global(str(callee.value), positional, keywords, scope, line)
        if callee.op == "instance" and id(callee) in self.instances:
            instance = self.instances[id(callee)]
            methods = self.methods(instance.module, instance.node)
            for entry in _ENTRY:
                if entry in methods:
                    owner = owner_module(self.project, instance.module, methods[entry][0])
                    symbol = f"{methods[entry][0].name}.{entry}"
                    self._make("called", (callee,), scope, line)
                    return self._inline(owner, methods[entry][1], positional, keywords, instance, symbol, scope, line)
            return self._make("apply", (callee, *positional), scope, line, keywords)
        if callee.op == "phi" and len(callee.args) == 3:
            known = callee.value if isinstance(callee.value, bool) else None
            first, second = callee.args[1], callee.args[2]
            self.guards += known is False
            a = self._apply(first, positional, keywords, scope, line)
            self.guards += (known is True) - (known is False)
            b = self._apply(second, positional, keywords, scope, line)
            self.guards -= known is True
            return self._make("phi", (callee.args[0], a, b), scope, line, value=known)
        elements = self._elements(callee) if callee.op == "Sequential" else None
        if elements is not None and positional:
            value = positional[0]
            for element in elements:
                value = self._apply(element, [value], {}, scope, element.where.line or line)
            return value
        default = callee.args[0] if callee.op == "arg" and callee.args else None
        if default is not None and default.op == "global":
            tail = str(default.value).rpartition(".")[2]
            if tail[:1].isupper() and (tail in modules() or tail in ALIASES):  # a layer's class as a default
                return self._call_global(str(default.value), positional, keywords, scope, line)
        fallback = next(
            (a for a in callee.args if a.op == "global" and self.project.find(str(a.value), scope.module)), None
        )
        if fallback is not None and callee.op not in ("partial", "phi"):
            return self._apply(fallback, positional, keywords, scope, line)
        if callee.op in ("Rearrange", "rearrange") and positional:
            return self._make("rearrange", (positional[0], *callee.args), scope, line)
        if callee.op.startswith("nn."):
            return self._apply_layer(callee, positional, keywords, scope, line)
        return self._make("apply", (callee, *positional), scope, line, keywords, explicit=frozenset(keywords))

    def _apply_layer(
        self, layer: Expr, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int
    ) -> Expr:
        """The functional form of a layer; it keeps the layer as keyword `layer`, with whose arguments it was made."""
        name = canonical(layer.op[3:])
        kw = {**layer.kw, **keywords, "layer": layer}
        return self._make(name, tuple(positional), scope, line, kw, explicit=layer.explicit)

    def _call_closure(
        self, callee: Expr, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int
    ) -> Expr:
        node, home = self.closures[id(callee)]
        self.called.append(id(callee))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._inline(home.module, node, positional, keywords, home.me, home.symbol, scope, line, home)
        if not isinstance(node, ast.Lambda) or self.depth > MAX_DEPTH + 4:
            return self._make("apply", (callee, *positional), scope, line, keywords)
        inner = replace(home, names=dict(home.names), returns=[])
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
            inner.names[name] = self._expr(default, home)
        for name, value in zip(names, positional, strict=False):
            inner.names[name] = value
        inner.names.update(keywords)
        self.depth += 1
        try:
            return self._expr(node.body, inner)
        finally:
            self.depth -= 1

    def _call_global(
        self, dotted: str, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int
    ) -> Expr:
        found = self.project.find(dotted, scope.module) if "." not in dotted else None
        if found is None and "." not in dotted:
            found = self._anywhere(dotted, scope)
        if found is not None:
            module, node = found
            if isinstance(node, ast.ClassDef):
                return self._construct(module, node, positional, keywords, scope, line)
            return self._inline(module, node, positional, keywords, None, node.name, scope, line)
        name = dotted.rpartition(".")[2]
        if name == "partial" and positional:
            return self._make("partial", tuple(positional), scope, line, keywords)
        if name == "map" and len(positional) == 2:
            items = self._elements(positional[1])
            if items is not None:
                made = tuple(self._apply(positional[0], [i], {}, scope, line) for i in items)
                return self._make("tuple", made, scope, line)
            return self._make("map", tuple(positional), scope, line)
        if name == "getattr" and len(positional) >= 2 and positional[1].op == "const":
            attribute = self._make("attr", (positional[0],), scope, line, value=positional[1].value)
            return (
                self._make("phi", (attribute, positional[2], attribute), scope, line)
                if len(positional) > 2
                else attribute
            )
        if name in _MODULE_LISTS:
            return self._make(name, tuple(positional), scope, line, keywords)
        if name in ("tuple", "list") and len(positional) == 1:
            return positional[0]
        if name == "dict":
            return self._make("dict", tuple(positional), scope, line, keywords, explicit=frozenset(keywords))
        if name == "Parameter" and positional:
            return self._make("Parameter", tuple(positional), scope, line, keywords)
        if name in modules():
            call = self._signature(name, modules(), positional, keywords, scope, line)
            if name[0].isupper() and name not in _NOT_LAYERS:
                call.op = f"nn.{name}"
            return call
        if name in ALIASES and name[0].isupper():
            return self._make(f"nn.{name}", tuple(positional), scope, line, keywords, explicit=frozenset(keywords))
        return self._function(
            canonical(name.rstrip("_")) if name.rstrip("_") else name, positional, keywords, scope, line
        )

    def _anywhere(self, name: str, scope: Scope) -> tuple[Module, Function | ast.ClassDef] | None:
        module = scope.module
        node = module.functions.get(name) or module.classes.get(name)
        return (module, node) if node is not None else None

    def _function(self, name: str, positional: list[Expr], keywords: dict[str, Expr], scope: Scope, line: int) -> Expr:
        if name in functions():
            made = self._signature(name, functions(), positional, keywords, scope, line)
            return self._simplify(made)
        return self._make(name, tuple(positional), scope, line, keywords, explicit=frozenset(keywords))

    def _signature(
        self,
        name: str,
        table: dict[str, tuple[tuple[str, str | None], ...]],
        positional: list[Expr],
        keywords: dict[str, Expr],
        scope: Scope,
        line: int,
    ) -> Expr:
        signature = table[name]
        tensors = [
            p
            for p, d in signature
            if d is None and p in ("x", "y", "z", "x2", "target", "anchor", "query", "key", "value")
        ]
        given = {KEYWORDS.get(k, k): v for k, v in keywords.items()}
        if "unbiased" in given and given["unbiased"].op == "const":
            given["correction"] = const(int(bool(given.pop("unbiased").value)), given.get("x", const(0)).where)
        bound: dict[str, Expr] = {}
        for (parameter, _), value in zip(signature, positional, strict=False):
            bound[parameter] = value
        extra = positional[len(signature) :]
        for k, v in given.items():
            bound.setdefault(k, v)
        explicit = frozenset(bound)
        if (
            name in ("max", "min", "where")
            and "dim" not in given
            and len(positional) > 1
            and positional[1].op not in ("const", "neg")
        ):
            return self._make(
                {"max": "maximum", "min": "minimum"}.get(name, name),
                tuple(positional),
                scope,
                line,
                given,
                explicit=explicit,
            )
        args = [bound.pop(t) for t in tensors if t in bound]
        for parameter, default in signature:
            if parameter not in bound and default is not None:
                bound[parameter] = _default(default)
        return self._make(name, (*args, *extra), scope, line, bound, explicit=explicit)

    def _simplify(self, made: Expr) -> Expr:
        """In-place and spelled-out arithmetic as the operators that it is."""
        where, guard = made.where, made.guard

        def node(op: str, *args: Expr) -> Expr:
            inner = Expr(op, args, {}, None, where, guard, made.site)
            self.trace.append(inner)
            return inner

        alpha = made.kw.get("alpha") if made.op in ("add", "sub") else made.kw.get("value")
        scaled: Callable[[Expr], Expr] = lambda e: e if alpha is None or alpha.constant() == 1 else node("*", alpha, e)  # noqa: E731
        if made.op in _ARITHMETIC and len(made.args) == 2:
            right = scaled(made.args[1]) if made.op in ("add", "sub") else made.args[1]
            return node(_ARITHMETIC[made.op], made.args[0], right)
        if made.op in ("addcmul", "addcdiv") and len(made.args) == 3:
            inner = node("*" if made.op == "addcmul" else "/", made.args[1], made.args[2])
            return node("+", made.args[0], scaled(inner))

        def absent(k: str) -> bool:
            return k not in made.kw or (made.kw[k].op == "const" and made.kw[k].value is None)

        if (
            made.op == "batch_norm"
            and made.args
            and all(absent(k) for k in ("weight", "bias", "running_mean", "running_var"))
        ):
            x = made.args[0]
            variance = Expr("var", (x,), {"correction": const(0, where)}, None, where, guard, made.site)
            self.trace.append(variance)
            spread = node("sqrt", node("+", variance, made.kw.get("eps", const(1e-5, where))))
            return node("/", node("-", x, node("mean", x)), spread)
        if made.op == "lerp" and made.args:
            end, weight = made.kw.get("end"), made.kw.get("weight")
            if end is not None and weight is not None:
                rest = node("-", const(1, where), weight)
                return node("+", node("*", made.args[0], rest), node("*", end, weight))
        return made

    def _construct(
        self,
        module: Module,
        node: ast.ClassDef,
        positional: list[Expr],
        keywords: dict[str, Expr],
        scope: Scope,
        line: int,
    ) -> Expr:
        made = self._make(
            "instance", tuple(positional), scope, line, keywords, value=node.name, explicit=frozenset(keywords)
        )
        if id(node) in self.active or self.depth > MAX_DEPTH:
            return made
        instance = Instance(module, node)
        self.instances[id(made)] = instance
        self._class_constants(instance)
        init = self.methods(module, node).get("__init__")
        if init is not None:
            owner = owner_module(self.project, module, init[0])
            self.active.append(id(node))
            self._inline(owner, init[1], positional, keywords, instance, f"{init[0].name}.__init__", scope, line)
            self.active.pop()
        else:
            fields = [i.target.id for i in node.body if isinstance(i, ast.AnnAssign) and isinstance(i.target, ast.Name)]
            instance.attributes.update(zip(fields, positional, strict=False))
            instance.attributes.update(keywords)
        return made

    def _inline(
        self,
        module: Module,
        node: Function,
        positional: list[Expr],
        keywords: dict[str, Expr],
        me: Instance | None,
        symbol: str,
        scope: Scope,
        line: int,
        home: Scope | None = None,
    ) -> Expr:
        if id(node) in self.active or self.depth >= MAX_DEPTH or len(self.active) > 24:
            return self._make(node.name, tuple(positional), scope, line, keywords)
        inner = Scope(module, symbol, dict(home.names) if home else {}, me)
        if home is not None:
            inner.self_name = home.self_name
        parameters = parameters_of(node)
        if me is not None and home is None and parameters and not is_static(node):
            inner.self_name = parameters[0][0]
            parameters = parameters[1:]
        variadic = node.args.vararg.arg if node.args.vararg else ""
        names = [p for p, _, _ in parameters]
        for name, value in zip([n for n in names if n not in ("*",)], positional, strict=False):
            inner.names[name] = value
        if variadic:
            count = len(node.args.posonlyargs) + len(node.args.args) - (1 if inner.self_name and home is None else 0)
            inner.names[variadic] = self._make("tuple", tuple(positional[count:]), scope, line)
        if node.args.kwarg:
            rest = {k: v for k, v in keywords.items() if k not in names}
            inner.names[node.args.kwarg.arg] = self._make("dict", (), scope, line, rest, explicit=frozenset(rest))
        inner.names.update({k: v for k, v in keywords.items() if k in names})
        for name, default, at in parameters:
            if name not in inner.names or (
                home is not None and name not in keywords and names.index(name) >= len(positional)
            ):
                given = (self._expr(default, Scope(module, symbol)),) if default is not None else ()
                inner.names[name] = self._make("arg", given, inner, at, value=name)
        self.active.append(id(node))
        outer = self.site
        if outer is None:
            self.site = Where(scope.module.file, line, scope.symbol)
        self.depth += 1
        try:
            self._block(node.body, inner)
        finally:
            self.depth -= 1
            self.active.pop()
            self.site = outer
        return self._join(inner) if inner.returns else const(None, Where(module.file, node.lineno, symbol))


_NOT_LAYERS = {
    "Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "NAdam", "RAdam", "CosineAnnealingLR", "CosineAnnealingWarmRestarts",
    "StepLR", "MultiStepLR", "ExponentialLR", "LinearLR", "OneCycleLR", "LambdaLR", "DataLoader", "RandomResizedCrop",
    "Resize", "CenterCrop", "RandomCrop", "RandomHorizontalFlip", "RandomVerticalFlip", "RandomGrayscale", "ColorJitter",
    "GaussianBlur", "RandomErasing", "RandomSolarize", "Normalize",
}  # fmt: skip


def _member(base: Expr, name: str) -> Expr | None:
    """An entry of a dict, or of a `ModuleDict` made of one."""
    if base.op == "ModuleDict" and base.args:
        base = base.args[0]
    return base.kw.get(name) if base.op == "dict" else None


def _default(text: str) -> Expr:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return const(text)
    if isinstance(value, tuple):
        return Expr("tuple", tuple(const(v) for v in value))
    return const(value)


def parameters_of(node: Function) -> list[tuple[str, ast.expr | None, int]]:
    """Name, default and line of each parameter, the variadic ones left out."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.args.defaults))
    defaults += node.args.defaults
    found = [(a.arg, d, a.lineno) for a, d in zip(positional, defaults, strict=True)]
    found += [(a.arg, d, a.lineno) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    return found


def owner_module(project: Project, near: Module, node: ast.ClassDef) -> Module:
    """The module that defines a class."""
    if near.classes.get(node.name) is node:
        return near
    return next((m for m in project.modules.values() if m.classes.get(node.name) is node), near)


def truth(test: Expr) -> bool | None:
    """What a condition is at the default arguments; None where that is not known."""
    if test.op == "const":
        return bool(test.value)
    if test.op == "arg":
        inner = test.args[0] if test.args else None
        return truth(inner) if inner is not None and inner.op in ("const", "neg") else None
    if test.op == "not" and test.args:
        inner_truth = truth(test.args[0])
        return None if inner_truth is None else not inner_truth
    if test.op in ("and", "or"):
        values = [truth(a) for a in test.args]
        decided = test.op == "or"
        if decided in values:
            return decided
        return None if None in values else not decided
    if test.op in ("is", "is not", "==", "!=", ">", "<", ">=", "<=") and len(test.args) == 2:
        a, b = (_known(x) for x in test.args)
        if a is _UNKNOWN or b is _UNKNOWN:
            return None
        if test.op in ("is", "=="):
            return a == b
        if test.op in ("is not", "!="):
            return a != b
        if isinstance(a, int | float) and isinstance(b, int | float):
            return {">": a > b, "<": a < b, ">=": a >= b, "<=": a <= b}[test.op]
    return None


_UNKNOWN = object()


def _known(expr: Expr) -> object:
    if expr.op == "const":
        return expr.value
    if expr.op == "arg" and expr.args:
        return _known(expr.args[0])
    if expr.op == "phi" and isinstance(expr.value, bool):
        return _known(expr.args[1 if expr.value else 2])
    number = expr.number()
    return _UNKNOWN if number is None else number


def counts(test: Expr) -> bool:
    """Whether a condition asks for a number, such as a rank of zero, rather than for an option."""
    if test.op in ("and", "or", "not"):
        return any(counts(a) for a in test.args)
    given = test.args[0].value if test.op == "arg" and test.args else None
    return test.op in (">", "<", ">=", "<=") or (isinstance(given, int | float) and not isinstance(given, bool))


def is_certain(test: Expr) -> bool:
    """Whether a condition holds no argument that a caller may set."""
    if test.op in ("arg", "free", "attr", "each", "item", "getitem", "global", "phi"):
        return False
    return all(is_certain(a) for a in test.args) and not re.match(r"self\.|super\.|apply", test.op)
