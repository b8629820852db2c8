"""Who calls a class or function, and what it calls: by name, within one code base."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from paper_implementer.knowledge.facts import Place

from .files import CodeFile
from .outline import Definition, definitions
from .syntax import parse

MAX_PLACES = 40
_TOP = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)


def callers(file: CodeFile, node: Definition, files: list[CodeFile]) -> list[Place]:
    """Calls of a definition's name in any file, each with the function that it stands in; at most `MAX_PLACES`.

    **Arguments:**

    - `file`, `node`: the definition and its file.
    - `files`: the Python files of the code base.
    """
    found: list[Place] = []
    used = re.compile(rf"\b{re.escape(node.name)}\s*\(")
    own = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    for other in files if not node.name.startswith("__") else []:
        text = other.text()
        if not any(not _defines(text, match) for match in used.finditer(text)):
            continue
        module = parse(text).module
        places = [(d.lineno, d.end_lineno or d.lineno, owner + d.name) for d, owner in definitions(module)]
        for call in _calls(module):
            if _called(call)[1] != node.name or (other.name == file.name and call.lineno in own):
                continue
            around = [symbol for first, last, symbol in places if first <= call.lineno <= last]
            found.append(Place(file=other.name, line=call.lineno, symbol=around[-1] if around else None))
            if len(found) == MAX_PLACES:
                return found
    return found


def callees(file: CodeFile, node: Definition, symbol: str, module: ast.Module, files: list[CodeFile]) -> list[Place]:
    """What a definition calls: methods of its class, and functions and classes of its file or, if there is one only, of another.

    **Arguments:**

    - `symbol`: its name with the classes around it; `module`: the syntax of its file.
    """
    called = [_called(call) for call in _calls(node)]
    methods = {name for base, name in called if base in ("self", "cls")}
    functions = {name for base, name in called if base not in ("self", "cls") and name}
    owner = symbol.removesuffix(node.name)
    found: dict[str, Place] = {}
    for other, inside in definitions(module):
        if other is node:
            continue
        if (other.name in methods and inside == owner != "") or (other.name in functions and not inside):
            found.setdefault(other.name, _place(file, other, inside))
    bare = {name for base, name in called if base is None and name} - found.keys()
    elsewhere: dict[str, list[CodeFile]] = {}
    for candidate in files if bare else []:
        if candidate.name != file.name:
            for name in bare & set(_TOP.findall(candidate.text())):
                elsewhere.setdefault(name, []).append(candidate)
    for name, where in elsewhere.items():
        if len(where) == 1:
            for other, inside in definitions(parse(where[0].text()).module):
                if other.name == name and not inside:
                    found.setdefault(name, _place(where[0], other, ""))
    return sorted(found.values(), key=lambda p: (p.file != file.name, p.file, p.line))[:MAX_PLACES]


def _place(file: CodeFile, node: Definition, owner: str) -> Place:
    return Place(file=file.name, line=node.lineno, end_line=node.end_lineno, symbol=owner + node.name)


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (n for n in ast.walk(node) if isinstance(n, ast.Call))


def _called(call: ast.Call) -> tuple[str | None, str]:
    """Base and name of what is called: (None, "f") for `f()`, ("self", "f") for `self.f()`, ("", "f") for deeper ones."""
    match call.func:
        case ast.Name(id=name):
            return None, name
        case ast.Attribute(attr=name, value=ast.Name(id=base)):
            return base, name
        case ast.Attribute(attr=name):
            return "", name
    return "", ""


def _defines(text: str, match: re.Match[str]) -> bool:
    """Whether a name before a parenthesis is being defined there."""
    return bool(re.search(r"\b(def|class)\s+$", text[max(0, match.start() - 40) : match.start()]))
