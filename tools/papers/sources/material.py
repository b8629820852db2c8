"""`Material`: files that a parser can read, wherever they came from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paper_implementer.tools.errors import TooLarge

from ..paper import PaperWarning, SourceFormat

MAX_FILES = 5000
MAX_ENTRIES = 50_000
MAX_BYTES = 512 * 2**20

_LATEX_SUFFIXES = frozenset(
    [
        ".tex",
        ".ltx",
        ".latex",
        ".bib",
        ".bbl",
        ".bst",
        ".sty",
        ".cls",
        ".clo",
        ".def",
        ".cfg",
        ".ldf",
        ".fd",
        ".tikz",
        ".pgf",
        ".txt",
        ".csv",
        ".dat",
        ".md",
        ".json",
        ".yaml",
        ".pdf",
        ".png",
        ".jpg",
        ".jpeg",
        ".eps",
        ".ps",
        ".svg",
        ".gif",
    ]
)


@dataclass(frozen=True)
class Material:
    """One thing to read: a PDF or HTML file, or a tree of LaTeX sources.

    **Arguments:**

    - `root`: the folder that holds everything; `main`: the file to begin with, None where the parser must find it.
    - `version`: of the paper, where only the host could tell it.
    """

    source_format: SourceFormat
    root: Path
    main: str | None = None
    warnings: tuple[PaperWarning, ...] = ()
    version: int | None = None

    @property
    def path(self) -> Path:
        """What the parser opens."""
        return self.root if self.source_format == "latex" or self.main is None else self.root / self.main

    def files(self) -> dict[str, Path]:
        """Every file that belongs to it, by name within the paper.

        **Raises:** `TooLarge` for a folder with more than a paper's files.
        """
        if self.source_format == "latex":
            return latex_files(self.root)
        return {self.path.name: self.path}

    def content_hash(self) -> str:
        """Identify the contents: equal for a copy elsewhere, different after any change."""
        files = self.files()
        digests = {name: _digest(path) for name, path in sorted(files.items())}
        if len(digests) == 1:
            return next(iter(digests.values()))
        listing = "".join(f"{name}\0{digest}\n" for name, digest in digests.items())
        return hashlib.sha256(f"{self.main or ''}\0{listing}".encode("utf-8", "surrogateescape")).hexdigest()


def latex_files(root: Path) -> dict[str, Path]:
    """The files below a folder that LaTeX may read; hidden ones, links and unprintable names left out. Raises `TooLarge`."""
    found: dict[str, Path] = {}
    size = 0
    for path in _walk(root):
        if path.suffix.lower() not in _LATEX_SUFFIXES:
            continue
        found[path.relative_to(root).as_posix()] = path
        size += path.stat().st_size
        if len(found) > MAX_FILES or size > MAX_BYTES:
            raise _too_large(root)
    return found


def _walk(root: Path) -> Iterator[Path]:
    seen = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        seen += len(names) + len(folders)
        if seen > MAX_ENTRIES:
            raise _too_large(root)
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and name.isprintable() and path.is_file() and not path.is_symlink():
                yield path


def _too_large(root: Path) -> TooLarge:
    return TooLarge(
        f"The folder {root} holds far more than a paper.", "Pass a folder that holds just the paper's source."
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
