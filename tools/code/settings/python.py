"""Settings that Python files make, from their syntax alone."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass

from pydantic import JsonValue

from ..syntax import parse
from .calls import SIGNATURES, arguments_of, choice_of_call, name_in, uses_of
from .literals import Unknown, Value, evaluate
from .model import Origin, RawSetting
from .options import callee, options_of, typer_default
from .statements import always, bodies, defaults, expressions, field_default, is_config_class, target_path

MAX_SETTINGS = 20_000
"""Of one file."""
_CONFIG_OBJECTS = {
    "ConfigDict",
    "CfgNode",
    "CN",
    "EasyDict",
    "edict",
    "Namespace",
    "SimpleNamespace",
    "HParams",
    "AttrDict",
    "DictConfig",
}
_CONFIG_NAMES = {"cfg", "config", "_C", "hparams", "hps", "hp", "conf", "opt", "opts", "args", "FLAGS", "C"}
_CONFIG_LIKE = re.compile(r"(?i)(config|cfg|params|args|settings|options|defaults|recipe|opts?)$")
"""Local variables whose entries are settings."""
_CONFIG_MAKER = re.compile(r"(?i)config|cfg|hparam|default|recipe|settings")
"""Functions whose dicts are settings."""


@dataclass(frozen=True)
class Use:
    """A name that is passed to a known callee; `qualified` if it is read from an object (`cfg.lr`)."""

    name: str
    qualified: bool
    callee: str
    parameter: str


@dataclass(frozen=True)
class PythonSettings:
    """What a Python file sets.

    **Arguments:**

    - `settings`: in the order of its lines.
    - `held`: for each class the names of the fields that hold one (`net: Network`).
    - `uses`: what names are passed for.
    - `made`: keyword arguments of calls that no library is known for; they count where the code base defines the callee.
    - `defined`: its classes and functions.
    """

    settings: list[RawSetting]
    held: dict[str, set[str]]
    uses: set[Use]
    made: list[RawSetting]
    defined: set[str]


def settings_of_python(file: str, text: str) -> PythonSettings:
    """All values that a Python file gives to names.

    **Arguments:**

    - `file`: its name, relative to the root.
    """
    reader = _Reader(file)
    reader.block(parse(text).module.body)
    return PythonSettings(
        sorted(reader.found, key=lambda s: s.line), reader.held, reader.uses, reader.made, reader.defined
    )


class _Reader:
    """Walks one module; `scope` is the path of enclosing classes and functions."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[RawSetting] = []
        self.held: dict[str, set[str]] = defaultdict(set)
        self.uses: set[Use] = set()
        self.made: list[RawSetting] = []
        self.defined: set[str] = set()
        self.names: dict[str, JsonValue] = {}
        self.objects: set[str] = set()
        self.scope: list[str] = []
        self.depth = 0
        self.conditions = 0
        self.config_class = False

    def add(self, path: str, value: Value, line: int, origin: Origin, *, made: bool = False) -> None:
        if isinstance(value, Unknown) or len(self.found) + len(self.made) >= MAX_SETTINGS:
            return
        symbol = ".".join(self.scope) or None
        name = path.rpartition(".")[2]
        (self.made if made else self.found).append(
            RawSetting(name=name, path=path, value=value, file=self.file, line=line, symbol=symbol, origin=origin)
        )

    def block(self, body: list[ast.stmt]) -> None:
        """Statements of a module or a function."""
        for statement in body:
            match statement:
                case ast.ClassDef():
                    self.class_(statement)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.function(statement, config=False)
                case ast.Assign(targets=[target], value=value):
                    self.assign(target, value)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    self.assign(target, value)
                case ast.Return(value=ast.expr() as value) if self.scope and _CONFIG_MAKER.search(self.scope[-1]):
                    self.calls(value)
                    self.entries(self.scope[-1], value)
                case _:
                    self.calls(statement)
                    conditional = isinstance(statement, ast.If | ast.Match) and not always(statement)
                    self.conditions += conditional
                    for inner in bodies(statement):
                        self.block(inner)
                    self.conditions -= conditional

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """`x = 1`, `a, b = 1, 2`, `cfg.lr = 1`, `cfg['lr'] = 1`, `cfg = dict(lr=1)`; not what an `if` may leave undone."""
        self.calls(value)
        if self.conditions:
            self.names.pop(target.id if isinstance(target, ast.Name) else "", None)
            return
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                self.assign(one, part)
            return
        path = target_path(target)
        if path is None:
            return
        if isinstance(target, ast.Name):
            if isinstance(value, ast.Call) and callee(value.func).rpartition(".")[2] in _CONFIG_OBJECTS:
                self.objects.add(target.id)
            constant = evaluate(value, self.names)
            if not self.scope:
                if not isinstance(constant, Unknown):
                    self.names[target.id] = constant
                else:
                    self.names.pop(target.id, None)
                if not target.id.startswith("_"):
                    self.add(target.id, constant, value.lineno, "constant")
            maker = bool(self.scope) and _CONFIG_MAKER.search(self.scope[-1])
            if not self.scope or maker or target.id in self.objects or _CONFIG_LIKE.search(target.id):
                self.entries(target.id, value)
            return
        base, _, rest = path.partition(".")
        if base == "self" and self.config_class and "." not in rest:
            self.add(f"{'.'.join(self.scope[:-1])}.{rest}", evaluate(value, self.names), value.lineno, "config")
        elif base in self.objects or base in _CONFIG_NAMES:
            self.add(path, evaluate(value, self.names), value.lineno, "dict")
            self.entries(path, value)

    def entries(self, path: str, value: ast.expr, depth: int = 0) -> None:
        """The entries of a dict, of `dict(...)` or of a config object, nested."""
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(value, ast.Dict):
            pairs = [
                (k.value, v)
                for k, v in zip(value.keys, value.values, strict=True)
                if isinstance(k, ast.Constant) and isinstance(k.value, str)
            ]
        elif isinstance(value, ast.Call) and callee(value.func).rpartition(".")[2] in _CONFIG_OBJECTS | {"dict"}:
            pairs = [(k.arg, k.value) for k in value.keywords if k.arg]
            for inner in value.args[:1]:
                self.entries(path, inner, depth)
        if depth > 12:
            return
        for name, node in pairs:
            self.add(f"{path}.{name}", evaluate(node, self.names), node.lineno, "dict")
            self.entries(f"{path}.{name}", node, depth + 1)

    def class_(self, node: ast.ClassDef) -> None:
        config = is_config_class(node)
        self.defined.add(node.name)
        self.scope.append(node.name)
        for statement in node.body:
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self.function(statement, config=config and statement.name == "__init__")
                case ast.ClassDef():
                    self.class_(statement)
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    default = field_default(value)
                    self.add(f"{'.'.join(self.scope)}.{name}", evaluate(default, self.names), default.lineno, "field")
                    self.entries(f"{'.'.join(self.scope)}.{name}", value)
                    self.calls(value)
                    if isinstance(statement, ast.AnnAssign):
                        self.held[callee(statement.annotation).rpartition(".")[2]].add(name)
        self.scope.pop()

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *, config: bool) -> None:
        if self.depth > 20:
            return
        owner = ".".join(self.scope)
        if not owner:
            self.defined.add(node.name)
        for decorator in node.decorator_list:
            self.calls(decorator)
        self.scope.append(node.name)
        self.depth += 1
        path = owner if node.name == "__init__" and owner else ".".join(self.scope)
        for name, default in defaults(node.args):
            option = typer_default(default, self.names)
            if not isinstance(option, Unknown):
                self.add(name, option, default.lineno, "option")
            else:
                self.add(
                    f"{path}.{name}", evaluate(default, self.names), default.lineno, "config" if config else "parameter"
                )
        objects, outer = set(self.objects), self.config_class
        self.config_class = config
        self.block(node.body)
        self.objects, self.config_class = objects, outer
        self.depth -= 1
        self.scope.pop()

    def calls(self, node: ast.AST) -> None:
        """Options, known calls and telling uses in an expression or the head of a statement."""
        for inner in expressions(node):
            for function, parameter, value in uses_of(inner):
                self.use(function, parameter, value)
            if not isinstance(inner, ast.Call):
                continue
            for option in options_of(inner, self.names):
                self.add(option.name, option.value, option.line, "option")
            if chosen := choice_of_call(inner):
                self.add(f"{callee(inner.func).rpartition('.')[2]}.{chosen[0]}", chosen[1], inner.lineno, "argument")
            for function, parameter, value in arguments_of(inner):
                self.add(f"{function}.{parameter}", evaluate(value, self.names), value.lineno, "argument")
                self.use(function, parameter, value)
            base, _, name = callee(inner.func).rpartition(".")
            if name in ("update", "HParams"):
                for entries in inner.args[:1]:
                    self.entries(base or "HParams", entries)
            elif name == "add_hparam" and len(inner.args) == 2:
                hparam = evaluate(inner.args[0], {})
                if isinstance(hparam, str):
                    self.add(f"{base}.{hparam}", evaluate(inner.args[1], self.names), inner.lineno, "dict")
            elif name not in SIGNATURES and name not in _CONFIG_OBJECTS | {"dict", "print"}:
                for keyword in inner.keywords if name else []:
                    if keyword.arg:
                        given = evaluate(keyword.value, self.names)
                        self.add(f"{name}.{keyword.arg}", given, keyword.value.lineno, "argument", made=True)

    def use(self, function: str, parameter: str, value: ast.expr) -> None:
        """Remember what a name is passed for; a list tells for its elements (`betas=(cfg.b1, cfg.b2)`)."""
        if isinstance(value, ast.Tuple | ast.List):
            for index, element in enumerate(value.elts[:4]):
                self.use(function, f"{parameter}[{index}]", element)
        elif named := name_in(value):
            self.uses.add(Use(*named, function, parameter))
