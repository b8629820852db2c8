"""Which model of a folder is meant where nobody says: read off what its README, its scripts and its other models do."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel

from paper_implementer.tools.errors import BadReference

from .sources import readme_code

_MODULE_BASES = {"Module", "LightningModule", "PreTrainedModel"}
_BESIDE = re.compile(r"(Loss|Criterion|Wrapper|Metric)$|Onnx|^Wrap")
_SAMPLES = {"examples", "example", "demo", "demos", "benchmarks", "benchmark", "scripts", "projects", "third_party"}


class Candidate(BaseModel):
    """One subclass of nn.Module."""

    file: str
    name: str
    bases: list[str]
    uses: set[str]


class Folder(BaseModel):
    """The models of a folder, and what speaks for each.

    **Arguments:**

    - `used`: how often code outside of classes names each name.
    - `built`: names that scripts of the folder itself call.
    - `reached`: files that those scripts import, themselves and through others; empty where there is none.
    - `shown`: models that the README calls, as (file, name), the first one first; no file where its imports do not tell.
    - `name`: letters and digits of the folder's name.
    """

    models: list[Candidate]
    used: dict[str, int] = {}
    built: set[str] = set()
    reached: set[str] = set()
    shown: list[tuple[str | None, str]] = []
    name: str = ""


def models_of(trees: dict[Path, ast.Module], root: Path) -> Folder:
    """Find the models of some files of a folder."""
    classes: list[Candidate] = []
    used: Counter[str] = Counter()
    built: set[str] = set()
    scripts: list[Path] = []
    for file, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes.append(_class(node, str(file.relative_to(root))))
            elif not isinstance(node, ast.Import | ast.ImportFrom):
                used.update(_names(node))
        if file.parent == root and _is_script(file, tree):
            scripts.append(file)
            built |= {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = set(_MODULE_BASES)
    while fresh := {c.name for c in classes if set(c.bases) & known} - known:
        known |= fresh
    models = [c for c in classes if set(c.bases) & known]
    names = {model.name for model in models}
    return Folder(
        models=models,
        used=dict(used),
        built=built,
        reached=_reached(scripts, trees, root) if scripts else set(),
        shown=list(dict.fromkeys(_shown(names, trees, root))),
        name=_folded(root.name),
    )


def outermost(folder: Folder, target: str, root: str) -> Candidate:
    """Choose the model that is meant: shown by the README, built by a script, or the one that the others are parts of.

    **Raises:** `BadReference` with at most three candidates if several are equally good.
    """
    found = folder.models
    by_name = {m.name: m for m in found}

    def parts(model: Candidate) -> int:
        seen: set[str] = set()
        todo = [model.name]
        while todo:
            for name in by_name[todo.pop()].uses & set(by_name):
                if name not in seen:
                    seen.add(name)
                    todo.append(name)
        return len(seen)

    def place(model: Candidate) -> int:
        shown = [i for i, each in enumerate(folder.shown) if each in ((model.file, model.name), (None, model.name))]
        return shown[0] if shown else len(folder.shown)

    def aside(model: Candidate) -> bool:
        """Is it in a folder of samples, or in a file that no script of the folder reaches?"""
        samples = bool(_SAMPLES & set(Path(model.file).parts[:-1]))
        return samples or (bool(folder.reached) and model.file not in folder.reached)

    def claim(model: Candidate) -> tuple[int, bool, bool, int, bool, bool]:
        stranger = not folder.name.endswith(_folded(model.name))
        idle = model.name not in folder.built
        return place(model), aside(model), stranger, -parts(model), idle, model.name not in folder.used

    main = [m for m in found if not _BESIDE.search(m.name)] or found
    main = [m for m in main if place(m) < len(folder.shown) or not aside(m)] or main
    inner = {name for other in main for name in (*other.uses, *other.bases)}
    tops = [m for m in main if place(m) < len(folder.shown) or m.name not in inner] or main
    ranked = sorted(tops, key=lambda m: (claim(m), m.file, m.name))
    if len(ranked) > 1 and claim(ranked[0]) == claim(ranked[1]):
        names = ", ".join(f"{m.file}:{m.name}" for m in ranked[:3])
        more = f" and {len(ranked) - 3} more" if len(ranked) > 3 else ""
        raise BadReference(
            f"Which model of {target!r} shall run? It could be {names}{more}.",
            f"Name it, for example {Path(root) / ranked[0].file}:{ranked[0].name}.",
        )
    return ranked[0]


def why(folder: Folder, chosen: Candidate) -> str:
    """Say what spoke for a choice."""
    if any(name == chosen.name and file in (None, chosen.file) for file, name in folder.shown):
        return "that the README builds"
    if chosen.name in folder.built:
        return "that a script of this folder builds"
    return f"the outermost of {len(folder.models)} models of this folder"


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def called(node: ast.Call) -> str:
    """Give the last part of the name that a call calls; empty where it has none."""
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _class(node: ast.ClassDef, file: str) -> Candidate:
    return Candidate(
        file=file,
        name=node.name,
        bases=[ast.unparse(b).rpartition(".")[2] for b in node.bases if isinstance(b, ast.Name | ast.Attribute)],
        uses=set().union(*(_names(n) for n in node.body)) - {node.name},
    )


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def _is_script(file: Path, tree: ast.Module) -> bool:
    guarded = any(isinstance(n, ast.If) and "__name__" in _names(n.test) for n in tree.body)
    return guarded or bool(re.match(r"(main|train|run|pretrain|finetune|test|sample|eval)", file.stem))


def _reached(scripts: list[Path], trees: dict[Path, ast.Module], root: Path) -> set[str]:
    """Files below a folder that some scripts import, directly or not."""
    seen = set(scripts)
    todo = list(scripts)
    while todo:
        file = todo.pop()
        for node in ast.walk(trees[file]):
            for found in _imported(node, file, root):
                if found in trees and found not in seen:
                    seen.add(found)
                    todo.append(found)
    return {str(file.relative_to(root)) for file in seen}


def _shown(names: set[str], trees: dict[Path, ast.Module], root: Path) -> Iterable[tuple[str | None, str]]:
    """Models that the README of a folder calls, with the file that they are imported from."""
    homes: dict[str, Path] = {}
    for readme, _, tree in readme_code(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name in names and (home := _home(alias.name, node, readme, trees, root)):
                        homes[alias.name] = home
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := called(node)) in names:
                yield (str(homes[name].relative_to(root)) if name in homes else None), name


def _home(
    name: str, node: ast.ImportFrom, file: Path, trees: dict[Path, ast.Module], root: Path, depth: int = 4
) -> Path | None:
    """The file that defines what an import brings, through packages that pass it on."""
    for found in _imported(node, file, root):
        if found not in trees:
            continue
        for inner in trees[found].body:
            if isinstance(inner, ast.ClassDef) and inner.name == name:
                return found
            passes_on = isinstance(inner, ast.ImportFrom) and any(a.name in (name, "*") for a in inner.names)
            if depth and passes_on and (home := _home(name, inner, found, trees, root, depth - 1)):  # type: ignore[arg-type]
                return home
    return None


def _imported(node: ast.AST, file: Path, root: Path) -> Iterable[Path]:
    if isinstance(node, ast.Import):
        dotted = [alias.name.split(".") for alias in node.names]
        starts = [root, root / "src"]
    elif isinstance(node, ast.ImportFrom):
        base = node.module.split(".") if node.module else []
        dotted = [base, *([*base, alias.name] for alias in node.names)]
        starts = (
            [file.parents[node.level - 1]] if node.level and node.level <= len(file.parents) else [root, root / "src"]
        )
    else:
        return
    for start in starts:
        for parts in dotted:
            for end in range(1, len(parts) + 1):
                yield start.joinpath(*parts[:end], "__init__.py")
            if parts:
                yield start.joinpath(*parts).with_suffix(".py")
