"""Units: the functions and classes of a code base, each with the features by which it is recognised under other names."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field

from .canonical.project import Function, Module, Project
from .canonical.signatures import ALIASES, canonical, functions, modules

_SYNONYMS = {
    "tau": "temperature", "temp": "temperature", "attn": "attention", "attend": "attention", "ln": "norm", "layernorm": "norm",
    "rmsnorm": "norm", "norm1": "norm", "norm2": "norm", "ff": "mlp", "ffn": "mlp", "feedforward": "mlp", "feed": "mlp",
    "lr": "rate", "wd": "decay", "eps": "epsilon", "tiny": "epsilon", "embed": "embedding", "emb": "embedding", "pos": "position",
    "positional": "position", "posemb": "position", "rope": "rotary", "rotate": "rotary", "sched": "schedule", "scheduler": "schedule",
    "sample": "sampling", "sampler": "sampling", "nucleus": "topp", "smooth": "smoothing", "criterion": "loss", "drop": "dropout",
    "probs": "probability", "prob": "probability", "num": "", "self": "", "forward": "", "init": "", "the": "", "get": "",
    "warm": "warmup", "kl": "divergence", "ema": "average", "sin": "sine", "sincos": "sine", "conv": "convolution",
}  # fmt: skip
_COMMON = {
    "float",
    "int",
    "len",
    "range",
    "isinstance",
    "print",
    "super",
    "append",
    "str",
    "list",
    "dict",
    "format",
    "tuple",
}


@dataclass(eq=False)
class Unit:
    """A top-level function or class.

    **Arguments:**

    - `bag`: features with counts: `op:softmax`, `num:10000`, `name:attention`, `kind:class`.
    """

    module: Module
    node: Function | ast.ClassDef
    bag: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    @property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return isinstance(self.node, ast.ClassDef)

    def __repr__(self) -> str:
        return f"{self.module.file}:{self.name}"


def words(identifier: str) -> list[str]:
    """The words of an identifier, synonyms joined."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", identifier)
    found = (_SYNONYMS.get(p.lower(), p.lower()) for p in parts)
    return [w for w in found if len(w) > 1]


def units_of(project: Project, files: list[str]) -> list[Unit]:
    """All top-level functions and classes of these files."""
    found: list[Unit] = []
    for file in files:
        module = project.load(file)
        for node in (*module.classes.values(), *module.functions.values()):
            found.append(Unit(module, node, features(node)))
        helpers = {u.name: u for u in found if u.module is module and not u.is_class}
        own = {u.name: Counter(u.bag) for u in helpers.values()}
        for unit in found:
            if unit.module is module:
                for name in _reached(unit, helpers):
                    for feature, count in own[name].items():
                        if feature.startswith(("op:", "num:")):
                            unit.bag[feature] += count
    return found


def _reached(unit: Unit, helpers: dict[str, Unit]) -> set[str]:
    """Functions of the same file that a unit uses, directly and through one another."""
    found: set[str] = set()
    stack: list[ast.AST] = [unit.node]
    while stack and len(found) < 8:
        for item in ast.walk(stack.pop()):
            if isinstance(item, ast.Name) and item.id in helpers and item.id not in found and item.id != unit.name:
                found.add(item.id)
                stack.append(helpers[item.id].node)
    return found


def features(node: ast.AST) -> Counter[str]:
    """See `Unit.bag`."""
    bag: Counter[str] = Counter()
    if isinstance(node, ast.ClassDef):
        bag["kind:class"] += 1
        for base in node.bases:
            name = base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
            bag[f"base:{name}"] += 1
    else:
        bag["kind:function"] += 1
    name = getattr(node, "name", "")
    for word in words(name):
        bag[f"name:{word}"] += 3
    documented: set[int] = set()
    for item in ast.walk(node):
        if isinstance(item, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            for word in words(item.name):
                bag[f"name:{word}"] += 1
            if item.body and isinstance(item.body[0], ast.Expr) and isinstance(item.body[0].value, ast.Constant):
                documented.add(id(item.body[0].value))
        elif isinstance(item, ast.Call):
            _call(item, bag)
        elif isinstance(item, ast.Attribute):
            known = canonical(item.attr.rstrip("_"))
            if known in functions() or item.attr in ALIASES or item.attr in modules():
                bag[f"op:{known}"] += 1
            else:
                for word in words(item.attr):
                    bag[f"name:{word}"] += 1
        elif isinstance(item, ast.Name | ast.arg):
            for word in words(item.id if isinstance(item, ast.Name) else item.arg):
                bag[f"name:{word}"] += 1
        elif isinstance(item, ast.BinOp):
            bag[f"op:{type(item.op).__name__}"] += 1
        elif isinstance(item, ast.Compare):
            bag["op:compare"] += 1
        elif isinstance(item, ast.Constant) and id(item) not in documented:
            if (
                isinstance(item.value, int | float)
                and not isinstance(item.value, bool)
                and item.value not in (0, 1, 2, -1)
            ):
                bag[f"num:{float(item.value):g}"] += 1
            elif isinstance(item.value, str) and len(item.value) < 24:
                bag[f"str:{item.value.lower()}"] += 1
    return bag


def _call(node: ast.Call, bag: Counter[str]) -> None:
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    plain = canonical(name.rstrip("_"))
    if isinstance(func, ast.Name) and name not in _COMMON:
        bag[f"op:{plain}"] += 1
    for keyword in node.keywords:
        if keyword.arg:
            bag[f"key:{keyword.arg}"] += 1
