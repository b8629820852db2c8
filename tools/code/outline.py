"""What a code base holds: languages, entry points, configuration files, classes and functions with their lines."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from paper_implementer.knowledge.facts import Place

from ..errors import NotFound
from .codebase import Codebase
from .files import CodeFile, Tree, tree
from .model import CodeOutline, OutlineEntry
from .syntax import parse

MAX_ENTRIES = 400
"""Entries of an outline that are returned; the units of the model come before tests and scripts."""
MAX_LISTED = 60

_LANGUAGES = {
    ".py": "Python", ".ipynb": "Jupyter", ".cu": "CUDA", ".cuh": "CUDA", ".cpp": "C++", ".cc": "C++", ".c": "C", ".h": "C/C++ header",
    ".hpp": "C++", ".rs": "Rust", ".jl": "Julia", ".lua": "Lua", ".m": "MATLAB", ".sh": "Shell", ".js": "JavaScript", ".ts": "TypeScript",
    ".java": "Java", ".go": "Go", ".r": "R", ".swift": "Swift", ".pyx": "Cython", ".yaml": "YAML", ".yml": "YAML", ".gin": "gin",
    ".toml": "TOML", ".json": "JSON", ".md": "Markdown",
}  # fmt: skip
_CODE = {
    "Python",
    "Jupyter",
    "CUDA",
    "C++",
    "C",
    "Rust",
    "Julia",
    "Lua",
    "MATLAB",
    "JavaScript",
    "TypeScript",
    "Java",
    "Go",
    "R",
    "Swift",
}
_SCRIPT_NAMES = re.compile(
    r"(train|finetune|fine_tune|pretrain|main|run|eval|evaluate|test|sample|generate|infer|inference|demo)(_\w+)?\.py"
)
_CONFIG_FOLDERS = {"config", "configs", "conf", "cfg", "cfgs", "experiments", "recipes", "hparams"}
_CONFIG_NAMES = re.compile(
    r"(?i)(.*(config|settings|hparams|defaults|recipe|params)[\w-]*)\.(py|yaml|yml|json|toml|gin)"
)
_NO_CONFIG = re.compile(
    r"(?i)(^|/)(\.|package(-lock)?\.json|tsconfig|setup\.cfg|mkdocs|pyproject\.toml|environment|tokenizer|vocab|test|docs?/)"
)
_TESTS = re.compile(
    r"(^|/)(tests?|testing|examples?|docs?|benchmarks?)/|(^|/)(test_[^/]*|[^/]*_test|conftest|setup)\.py$"
)


def outline(codebase: Codebase) -> CodeOutline:
    """Outline a code base.

    **Raises:** `NotFound` where it holds no Python.
    """
    found = tree(codebase.root)
    languages = Counter(_LANGUAGES.get(PurePosixPath(f.name).suffix.lower(), "") for f in found.files)
    del languages[""]
    python = found.with_suffix(".py")
    if not python:
        others = ", ".join(f"{name} ({count})" for name, count in languages.most_common() if name in _CODE)
        raise NotFound(
            f"{codebase.id} holds no Python. It holds {others or f'{len(found.files)} files, none of them code'}.",
            "Only Python is outlined and compared. Check the path, or name the folder that holds it with //sub/path.",
        )
    warnings = [*codebase.warnings, *(f"Left out: {count} {why}." for why, count in found.skipped.items())]
    kept: list[OutlineEntry] = []
    total = tops = 0
    entry_points: list[Place] = []
    for file in sorted(python, key=lambda f: (bool(_TESTS.search(f.name)), f.name)):
        parsed = parse(file.text())
        if parsed.broken:
            lines = ", ".join(str(n) for n in parsed.broken[:8])
            warnings.append(
                f"{file.name}: no valid Python 3 at line {lines}{' …' if len(parsed.broken) > 8 else ''}; the rest was read."
            )
        for node, owner in definitions(parsed.module):
            top = not owner or isinstance(node, ast.ClassDef)
            total += 1
            tops += top
            if tops <= MAX_ENTRIES and (top or len(kept) < 4 * MAX_ENTRIES):
                kept.append(_entry(file.name, node, owner))
        entry_points += _entry_points(file, parsed.module)
    entry_points += _console_scripts(found)
    if total > MAX_ENTRIES:
        warnings.append(
            f"The outline has the first {MAX_ENTRIES} of {total} entries; open a part with //sub/path, or read by symbol."
        )
    return CodeOutline(
        id=codebase.id,
        commit=codebase.commit,
        licence=codebase.licence,
        languages=dict(languages.most_common()),
        entry_points=_ranked(entry_points)[:MAX_LISTED],
        configs=[f.name for f in found.files if _is_config(f.name)][:MAX_LISTED],
        outline=_within(kept, MAX_ENTRIES),
        total=total,
        warnings=warnings[:50],
    )


def outline_of(codebase: dict[str, Any]) -> dict[str, Any]:
    """`outline`, for a worker process."""
    return outline(Codebase.model_validate(codebase)).model_dump(mode="json")


def _entry(file: str, node: Definition, owner: str) -> OutlineEntry:
    kind = "class" if isinstance(node, ast.ClassDef) else "method" if owner else "function"
    end = node.end_lineno or node.lineno
    symbol = f"{owner}{node.name}"
    return OutlineEntry(file=file, line=node.lineno, end_line=end, kind=kind, symbol=symbol, signature=_signature(node))


Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def definitions(module: ast.Module) -> Iterator[tuple[Definition, str]]:
    """Each class and function of a module that is no function's own, with the classes around it as `"Outer.Inner."`."""
    stack: list[tuple[ast.stmt, str, int]] = [(s, "", 0) for s in reversed(module.body)]
    while stack:
        node, owner, depth = stack.pop()
        if isinstance(node, Definition):
            yield node, owner
        if depth < 20 and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = f"{owner}{node.name}." if isinstance(node, ast.ClassDef) else owner
            children = [c for c in ast.iter_child_nodes(node) if isinstance(c, ast.stmt)]
            children += [s for h in getattr(node, "handlers", []) for s in h.body]
            stack.extend((c, inner, depth + 1) for c in reversed(children))


def _signature(node: Definition) -> str:
    try:
        if isinstance(node, ast.ClassDef):
            return ", ".join(ast.unparse(b) for b in node.bases)[:120]
        return ast.unparse(node.args)[:160]
    except (ValueError, RecursionError):
        return ""


def _within(entries: list[OutlineEntry], limit: int) -> list[OutlineEntry]:
    """At most `limit` entries: methods go before classes and functions do."""
    if len(entries) <= limit:
        return entries
    tops = [e for e in entries if e.kind != "method"]
    if len(tops) >= limit:
        return tops[:limit]
    room = limit - len(tops)
    kept: list[OutlineEntry] = []
    for entry in entries:
        if entry.kind != "method":
            kept.append(entry)
        elif room > 0:
            kept.append(entry)
            room -= 1
    return kept


def _entry_points(file: CodeFile, module: ast.Module) -> Iterator[Place]:
    base = PurePosixPath(file.name).name
    for node in module.body:
        if isinstance(node, ast.If) and "__name__" in (n.id for n in ast.walk(node.test) if isinstance(n, ast.Name)):
            yield Place(file=file.name, line=node.lineno, end_line=node.end_lineno, symbol="__main__")
            return
    if base == "__main__.py" or (
        _SCRIPT_NAMES.fullmatch(base) and any(isinstance(n, ast.For | ast.While | ast.Expr) for n in module.body[1:])
    ):
        yield Place(file=file.name, line=1, symbol=None)


def _console_scripts(found: Tree) -> Iterator[Place]:
    """Commands that installing the project makes: `[project.scripts]`, `entry_points.txt`, `console_scripts` of setup."""
    for file in found.files:
        base = PurePosixPath(file.name).name
        if base not in ("pyproject.toml", "setup.py", "setup.cfg", "entry_points.txt") or file.name.count("/") > 2:
            continue
        active = base == "entry_points.txt"
        for number, line in enumerate(file.text().split("\n"), 1):
            if re.match(r"\s*\[", line) or "console_scripts" in line:
                active = bool(re.search(r"scripts\]|console_scripts", line))
            match = re.search(r"""([\w.-]+)["']?\s*=\s*["']?([\w.]+:[\w.]+)""", line) if active else None
            if match:
                yield Place(file=file.name, line=number, symbol=f"{match[1]} = {match[2]}")


def _ranked(places: list[Place]) -> list[Place]:
    """Training first, then what else is run; tests, examples and deep folders last."""

    def rank(place: Place) -> tuple[bool, bool, bool, int, str]:
        base = PurePosixPath(place.file).name
        trains = bool(re.match(r"(pre|fine_?)?(train|tune)|main|run", base))
        return (
            bool(_TESTS.search(place.file)),
            not trains,
            not _SCRIPT_NAMES.fullmatch(base),
            place.file.count("/"),
            place.file,
        )

    return sorted(places, key=rank)


def _is_config(name: str) -> bool:
    path = PurePosixPath(name)
    if _NO_CONFIG.search(name):
        return False
    if path.suffix.lower() in (".yaml", ".yml", ".gin") or _CONFIG_NAMES.fullmatch(path.name):
        return True
    inside = bool({part.lower() for part in path.parts[:-1]} & _CONFIG_FOLDERS)
    return inside and path.suffix.lower() in (".py", ".json", ".toml") and path.name != "__init__.py"
