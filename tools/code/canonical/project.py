"""A code base as modules, classes and functions by name, each file parsed once and only when it is asked for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from ..files import CodeFile, tree
from ..syntax import parse

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Module:
    """One file: what it defines and how it names what it imports."""

    file: str
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


@dataclass
class Project:
    """All Python files of a root; modules are parsed when first asked for."""

    files: dict[str, CodeFile] = field(default_factory=dict)
    modules: dict[str, Module] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    lines: int = 0

    def load(self, file: str) -> Module:
        """The module of a file."""
        if file not in self.modules:
            text = self.files[file].text()
            self.lines += text.count("\n") + 1
            parsed = parse(text)
            if parsed.broken:
                lines = ", ".join(map(str, parsed.broken[:5]))
                self.broken.append(f"{file}: the statements at line {lines} are no Python 3 and were left out")
            module = Module(file, parsed.module)
            _index(parsed.module.body, module)
            self.modules[file] = module
        return self.modules[file]

    def find(self, name: str, near: Module, depth: int = 0) -> tuple[Module, Function | ast.ClassDef] | None:
        """The definition that a bare name means in a module: its own, else one of this code base that it imports."""
        own = near.functions.get(name) or near.classes.get(name)
        if own is not None:
            return near, own
        target = near.imports.get(name)
        if target is None or depth > 3:
            return None
        path, _, last = target.rpartition(".")
        file = self._file_of(path, near.file)
        if file is None:
            return None
        module = self.load(file)
        found = module.functions.get(last) or module.classes.get(last)
        if found is not None:
            return module, found
        return self.find(last, module, depth + 1) if last in module.imports and module is not near else None

    def _file_of(self, path: str, near: str) -> str | None:
        dots = len(path) - len(path.lstrip("."))
        tail = path[dots:].replace(".", "/")
        if dots:
            folder = near.rsplit("/", dots)[0] if near.count("/") >= dots else ""
            tail = "/".join(p for p in (folder, tail) if p)
            candidates = [f"{tail}.py", f"{tail}/__init__.py"]
        else:
            parts = tail.split("/")
            tails = ["/".join(parts[i:]) for i in range(len(parts))]
            candidates = [c for t in tails if t for c in (f"{t}.py", f"{t}/__init__.py")]
            folder = near.rpartition("/")[0]
            if folder:
                candidates += [f"{folder}/{c}" for c in candidates]
        return next((c for c in candidates if c in self.files), None)


def open_project(root: str) -> Project:
    """List the Python files under a root. **Raises:** `NotFound`."""
    return Project({f.name: f for f in tree(root).with_suffix(".py", ".pyi")})


def _index(body: list[ast.stmt], module: Module) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            module.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            module.classes[node.name] = node
        elif isinstance(node, ast.Import):
            for name in node.names:
                head = name.name.partition(".")[0]
                module.imports[name.asname or head] = name.name if name.asname else head
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for name in node.names:
                joint = "" if base.endswith(".") or not base else "."
                module.imports[name.asname or name.name] = f"{base}{joint}{name.name}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            module.constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            module.constants[node.target.id] = node.value
        elif isinstance(node, ast.If | ast.Try):
            _index(node.body, module)
            if isinstance(node, ast.If):
                _index(node.orelse, module)
