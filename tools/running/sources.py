"""The Python files of a folder, parsed and never run, and the Python in its READMEs."""

from __future__ import annotations

import ast
import os
import re
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path

from paper_implementer.tools.errors import TooLarge, Unreadable

MAX_FILES = 2000
MAX_FILE_BYTES = 2**20
_SKIPPED = {"node_modules", "site-packages", "__pycache__", "build", "dist"}
_TESTS = {"tests", "test"}
_FENCE = re.compile(r"[ \t]*```[ \t]*(\w*)")
_PYTHON = ("", "python", "py", "python3", "pycon")


def python_files(folder: Path, with_tests: bool = False) -> Iterator[Path]:
    """Give the Python files below a folder, those of environments and builds left out.

    **Raises:** `TooLarge` over `MAX_FILES` of them.
    """
    skipped = _SKIPPED if with_tests else _SKIPPED | _TESTS
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if f not in skipped and not f.startswith(".") and not f.endswith("venv"))
        for name in sorted(names):
            if name.endswith(".py") and within(Path(place, name), folder):
                count += 1
                if count > MAX_FILES:
                    raise TooLarge(f"{folder} has more than {MAX_FILES} Python files.", "Give path.py:Class.")
                yield Path(place, name)


def within(path: Path, folder: Path) -> bool:
    """Is this a file below a folder, and no link out of it? What it says reaches the code of the folder's author."""
    try:
        return path.is_file() and path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return False


def parse(path: Path) -> ast.Module:
    """Parse a file.

    **Raises:** `TooLarge`; `Unreadable` for what no parser takes; `SyntaxError` as the parser does.
    """
    # Invalid escapes of old code are its own matter.
    warnings.simplefilter("ignore", SyntaxWarning)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MiB.", "Give path.py:Class.")
    try:
        return ast.parse(path.read_bytes())
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"{path} cannot be parsed: {error}.", "Give path.py:Class of another file.") from None


def parse_all(files: list[Path], skip_broken: bool) -> dict[Path, ast.Module]:
    """Parse some files; those that are broken are left out where `skip_broken` says so."""
    trees = {}
    for file in files:
        try:
            trees[file] = parse(file)
        except (SyntaxError, Unreadable, TooLarge, OSError):
            if not skip_broken:
                raise
    return trees


def readme_code(folder: Path) -> list[tuple[Path, int, ast.Module]]:
    """Give the blocks of Python in the READMEs of a folder, each with its file and the line that it begins after."""
    blocks = []
    for path in sorted(folder.glob("README*")):
        if not within(path, folder) or path.stat().st_size > MAX_FILE_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        for line, code in _fenced(text):
            try:
                blocks.append((path, line, ast.parse(code)))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return blocks


def _fenced(text: str) -> Iterator[tuple[int, str]]:
    """Python between fences, with the number of the line of the fence above it; prompts of a session are taken off."""
    began: tuple[int, str] | None = None
    held: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fence = _FENCE.match(line)
        if fence is None:
            held.append(line)
        elif began is None:
            began, held = (number, fence[1].lower()), []
        else:
            if began[1] in _PYTHON:
                code = textwrap.dedent("\n".join(held))
                yield began[0], re.sub(r"^(?:>>>|\.\.\.) ?", "", code, flags=re.MULTILINE)
            began = None


def package_top(path: Path) -> Path:
    """The folder from which a file is imported: the one above its outermost package."""
    top = path.parent
    while (top / "__init__.py").is_file() and top != top.parent:
        top = top.parent
    return top


def dotted(path: Path, top: Path) -> str:
    """The name by which a file is imported from a folder."""
    return ".".join(path.relative_to(top).with_suffix("").parts).removesuffix(".__init__")
