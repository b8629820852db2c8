"""`Material`: files that a parser can read, wherever they came from."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from paper_implementer.tools.errors import TooLarge

from ..paper import Paper, PaperWarning, SourceFormat

COMPANION = "companion/paper.pdf"
"""The name among a paper's files of the PDF that lies beside its source."""
MAX_FILES = 2000
MAX_ENTRIES = 50_000
MAX_BYTES = 128 * 2**20

_READ_BY_LATEX = re.compile(
    r"\.(?:tex|ltx|latex|bib|bbl|bst|sty|cls|clo|def|cfg|ldf|fd|tikz|pgf|txt|csv|dat|json|xxx)", re.IGNORECASE
)


@dataclass(frozen=True)
class Material:
    """One thing to read: a PDF or HTML file, or a tree of LaTeX sources.

    **Arguments:**

    - `root`: the folder that holds everything; `main`: the file to begin with, None where the parser must find it.
    - `version`: of the paper, where only the host could tell it.
    - `companion`: the same paper as a PDF, which gives the source its pages.
    """

    source_format: SourceFormat
    root: Path
    main: str | None = None
    warnings: tuple[PaperWarning, ...] = ()
    version: int | None = None
    companion: Path | None = None

    @property
    def path(self) -> Path:
        """What the parser opens."""
        return self.root if self.source_format == "latex" or self.main is None else self.root / self.main

    def texts(self) -> dict[str, Path]:
        """The files that the parser reads, by name within the paper.

        **Raises:** `TooLarge` for a folder with more than a paper's files.
        """
        return latex_texts(self.root) if self.source_format == "latex" else {self.path.name: self.path}

    def files(self, paper: Paper) -> dict[str, Path]:
        """The files to keep with what was read from them: its texts and its pictures, not all that lies beside them."""
        found = self.texts()
        if self.companion:
            found[COMPANION] = self.companion
        for name in {block.image for block in paper.blocks if block.image}:
            path = self.root / name
            if ".." not in Path(name).parts and path.is_file() and path.resolve().is_relative_to(self.root.resolve()):
                found[name] = path
        return found

    def content_hash(self) -> str:
        """Identify what the parser reads: equal for a copy elsewhere, different after any change."""
        digests = {name: _digest(path) for name, path in sorted(self.texts().items())}
        if len(digests) == 1:
            return next(iter(digests.values()))
        listing = "".join(f"{name}\0{digest}\n" for name, digest in digests.items())
        return hashlib.sha256(f"{self.main or ''}\0{listing}".encode()).hexdigest()


def latex_texts(root: Path) -> dict[str, Path]:
    """The files below a folder that LaTeX reads as text; hidden ones, links and odd names left out. Raises `TooLarge`."""
    found: dict[str, Path] = {}
    size = 0
    for path in walk(root):
        if not _READ_BY_LATEX.fullmatch(path.suffix):
            continue
        found[path.relative_to(root).as_posix()] = path
        size += path.stat().st_size
        if len(found) > MAX_FILES or size > MAX_BYTES:
            raise _too_large(root)
    return found


def walk(root: Path) -> Iterator[Path]:
    """The plain files below a folder. Raises `TooLarge` for one that is no paper's."""
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
