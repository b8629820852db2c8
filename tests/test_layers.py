"""Imports run one way: server -> tools -> knowledge, and between the three by the installed name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BELOW = {"server": {"tools", "knowledge"}, "tools": {"knowledge"}, "knowledge": set[str]()}
FILES = [f for layer in BELOW for f in sorted((ROOT / layer).rglob("*.py"))]


def imported_modules(file: Path) -> Iterator[tuple[int, int, str]]:
    """(line, relative level, module) of each import."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, 0, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.level, node.module or ""


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_imports_only_from_layers_below(file: Path) -> None:
    layer, *folders = file.relative_to(ROOT).parts
    for line, level, module in imported_modules(file):
        top, *rest = module.split(".")
        if level:
            assert level <= len(folders), f"{file}:{line}: a relative import leaves {layer}/"
            continue
        assert top not in BELOW, f"{file}:{line}: from here {top} is a second copy of paper_implementer.{top}"
        if top == "paper_implementer":
            assert rest, f"{file}:{line}: names no layer"
            assert rest[0] in BELOW[layer] | {layer}, f"{file}:{line}: {layer} may not import {module}"
