"""The files of a code base that are worth reading: bounded in number and size, never outside the root."""

from __future__ import annotations

import io
import os
import tokenize
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import NotFound

MAX_FILES = 20_000
MAX_DEPTH = 24
MAX_BYTES = 2_000_000
"""Larger files are data or generated."""

_SKIPPED_FOLDERS = {
    "__pycache__", "node_modules", "site-packages", "dist-packages", "third_party", "thirdparty", "vendor", "vendored",
    "_vendor", "wandb", "mlruns",
}  # fmt: skip
_BUILT_FOLDERS = {"build", "dist"}
"""Made by packaging when they lie at the root; elsewhere they are somebody's package."""


@dataclass(frozen=True)
class CodeFile:
    """One file: where it is, and its name relative to the root with forward slashes."""

    path: Path
    name: str

    def text(self) -> str:
        """Its content, decoded as its coding line says, else as UTF-8 with replacements; line ends as they are."""
        data = self.path.read_bytes()
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            text = data.decode(encoding)
        except (SyntaxError, UnicodeDecodeError, LookupError):
            text = data.decode("utf-8", "replace")
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class Tree:
    """What lies under a root.

    **Arguments:**

    - `files`: in order of their names.
    - `skipped`: how many were left out, by reason.
    """

    files: list[CodeFile] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    def with_suffix(self, *suffixes: str) -> list[CodeFile]:
        """The files that end in one of these, case aside."""
        return [f for f in self.files if f.name.lower().endswith(suffixes)]


def tree(root: str | Path) -> Tree:
    """Walk a folder (or take one file), leaving out links, vendored and hidden folders, and what is too large.

    **Raises:** `NotFound`.
    """
    base = Path(root)
    if base.is_file():
        return Tree([CodeFile(base, base.name)])
    if not base.is_dir():
        raise NotFound(f"There is no folder or file {base}.", "Check the path.")
    found = Tree()
    _walk(base, "", 0, found)
    return found


def _walk(folder: Path, prefix: str, depth: int, found: Tree) -> None:
    folders: list[str] = []
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda e: e.name)
    except OSError:
        found.skipped["unreadable folders"] += 1
        return
    for index, entry in enumerate(entries):
        if len(found.files) >= MAX_FILES:
            found.skipped[f"files after the first {MAX_FILES}"] += len(entries) - index
            return
        if entry.is_symlink():
            found.skipped["symbolic links"] += 1
        elif entry.is_dir(follow_symlinks=False):
            built = depth == 0 and entry.name in _BUILT_FOLDERS
            if built or entry.name in _SKIPPED_FOLDERS or (folder / entry.name / "pyvenv.cfg").exists():
                found.skipped["vendored or built folders"] += 1
            elif not entry.name.startswith(".") and not entry.name.endswith((".egg-info", ".dist-info")):
                folders.append(entry.name)
        elif not entry.is_file(follow_symlinks=False):
            found.skipped["special files"] += 1
        elif not entry.name.isprintable():
            found.skipped["files with control characters in their names"] += 1
        elif entry.stat(follow_symlinks=False).st_size > MAX_BYTES:
            found.skipped["files over 2 MB"] += 1
        else:
            found.files.append(CodeFile(Path(entry.path), prefix + entry.name))
    for name in folders:
        if depth >= MAX_DEPTH:
            found.skipped["folders too deep"] += 1
        else:
            _walk(folder / name, f"{prefix}{name}/", depth + 1, found)
