"""The files of a LaTeX source tree: which one is the paper, how they are encoded, what may be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from paper_implementer.tools.errors import NotFound, RefusedForSafety, TooLarge, Unreadable

from ...paper import PaperWarning

MAX_FILE_BYTES = 8_000_000
MAX_TOTAL_BYTES = 32_000_000
MAX_FILES = 500
MAX_TREE_ENTRIES = 20_000
MAX_DEPTH = 24
MAX_CANDIDATES = 2_000
MAX_HEAD_BYTES = 1_000_000

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")
# Invisible marks that reorder or hide text: the reader of a paper never sees them, a language model does.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_INPUTENC = re.compile(rb"\\usepackage\s*\[([A-Za-z0-9_-]+)\]\s*\{inputenc\}")
_CODECS = {"latin1": "latin-1", "latin9": "iso8859-15", "ansinew": "cp1252", "cp1252": "cp1252", "cp1251": "cp1251",
           "koi8-r": "koi8-r", "applemac": "mac_roman", "latin2": "iso8859-2"}  # fmt: skip
_NOT_THE_PAPER = re.compile(
    r"supp|appendix|response|rebuttal|template|sample|example|instruction|cover|letter|poster|slides|notes|old|backup",
    re.IGNORECASE,
)
_PICTURES = (".pdf", ".png", ".jpg", ".jpeg", ".eps", ".svg", ".ps", ".PNG", ".JPG")
_USUAL_NAMES = ("main", "ms", "paper", "article", "arxiv", "manuscript", "root")


@dataclass
class SourceTree:
    """The files below one folder, read with limits.

    **Arguments:**

    - `root`: the folder; nothing outside it is read, symbolic links included.
    - `warnings`: what was left out.
    """

    root: Path
    warnings: list[PaperWarning] = field(default_factory=list)
    files_read: int = 0
    bytes_read: int = 0
    encoding: str | None = None
    picture_folders: list[str] = field(default_factory=list)

    def warn(self, kind: str, message: str) -> None:
        """Note something that a reader must know, once."""
        warning = PaperWarning(kind=kind, message=message)
        if len(self.warnings) < 100 and warning not in self.warnings:
            self.warnings.append(warning)

    def resolve(self, name: str, folder: Path, extensions: tuple[str, ...] = (".tex",)) -> Path | None:
        """Find the file that an `\\input` names, or None.

        **Arguments:**

        - `name`: as written, with or without extension.
        - `folder`: where to look after the root.
        - `extensions`: tried in this order when the name has none of them.

        **Raises:** `RefusedForSafety` when it lies outside the tree.
        """
        name = name.strip().strip('"')
        if not name or len(name) > 400 or "\0" in name:
            return None
        for base in dict.fromkeys((self.root, folder)):
            for candidate in (*(base / (name + e) for e in extensions), base / name):
                resolved = candidate.resolve()
                if not resolved.is_relative_to(self.root):
                    raise RefusedForSafety(f"The paper includes '{name}', which is outside its own folder.")
                if resolved.is_file():
                    return resolved
        return None

    def picture(self, name: str) -> str | None:
        """The path of a picture relative to the root, with the extension that the source leaves out, or None."""
        for folder in ("", *self.picture_folders):
            try:
                path = self.resolve(folder + name, self.root, _PICTURES)
            except RefusedForSafety:
                return None
            if path is not None:
                return path.relative_to(self.root).as_posix()
        return None

    def read(self, path: Path) -> str:
        """The text of a file, decoded, with control characters and invisible marks removed.

        **Raises:** `TooLarge` over a limit of size or count, `Unreadable` when it cannot be opened.
        """
        try:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES or self.bytes_read + size > MAX_TOTAL_BYTES or self.files_read >= MAX_FILES:
                raise TooLarge(
                    f"'{path.name}' ({size} bytes) is over the limits of a LaTeX source "
                    f"({MAX_FILE_BYTES} bytes a file, {MAX_TOTAL_BYTES} bytes and {MAX_FILES} files in all).",
                    "Give the PDF, or a source without it.",
                )
            data = path.read_bytes()
        except OSError as error:
            raise Unreadable(f"'{path.name}' could not be read: {error.strerror}.") from error
        self.files_read += 1
        self.bytes_read += len(data)
        return self._clean(self._decode(data), path.name)

    def _decode(self, data: bytes) -> str:
        for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
            if data.startswith(mark):
                return data.decode(codec, errors="replace")
        if (declared := _INPUTENC.search(data[:20_000])) is not None:
            self.encoding = _CODECS.get(declared.group(1).decode().lower())
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode(self.encoding or "cp1252", errors="replace")

    def _clean(self, text: str, name: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text, hidden = _HIDDEN.subn("", text)
        if hidden:
            self.warn("hidden_text", f"{hidden} invisible characters were removed from '{name}'.")
        return _CONTROL.sub("", text)


def open_tree(root: str, main: str | None = None) -> tuple[SourceTree, Path]:
    """Open a source folder, or the folder of a single file, and find the file to start from.

    **Arguments:**

    - `root`: a folder or a `.tex` file.
    - `main`: the main file relative to `root`; found when None.

    **Raises:** `NotFound` when there is no LaTeX, `Unreadable` when no file is a document, `RefusedForSafety` when
    `main` lies outside `root`.
    """
    path = Path(root).resolve()
    if path.is_file():
        return SourceTree(path.parent), path
    if not path.is_dir():
        raise NotFound(f"There is no LaTeX source at '{root}'.", "Give a folder or a .tex file that exists.")
    tree = SourceTree(path)
    if main is not None:
        chosen = tree.resolve(main, path)
        if chosen is None:
            raise NotFound(f"There is no '{main}' in '{root}'.", "Name a .tex file relative to the folder.")
        return tree, chosen
    return tree, _find_main(tree)


def _find_main(tree: SourceTree) -> Path:
    candidates = _tex_files(tree.root)
    if not candidates:
        raise NotFound(f"There is no .tex file in '{tree.root.name}'.", "Give the folder of a LaTeX source.")
    ranked: list[tuple[tuple[int, int, int, int, int], Path]] = []
    for path in candidates:
        try:
            with path.open("rb") as file:
                head = file.read(MAX_HEAD_BYTES)
        except OSError:
            continue
        head = re.sub(rb"(?<!\\)%[^\n]*", b"", head)
        if b"\\begin{document}" not in head or not re.search(rb"\\document(class|style)", head):
            continue
        stem = path.stem.lower()
        rank = (
            int(b"{standalone}" in head or b"{subfiles}" in head),
            int(bool(_NOT_THE_PAPER.search(stem))),
            len(path.relative_to(tree.root).parts),
            -int(path.with_suffix(".bbl").is_file()) - 2 * int(stem in _USUAL_NAMES),
            -len(head),
        )
        ranked.append((rank, path))
    if not ranked:
        raise Unreadable(
            f"None of the {len(candidates)} .tex files in '{tree.root.name}' has \\documentclass and \\begin{{document}}.",
            "Name the main file, or give the PDF.",
        )
    ranked.sort()
    if len(ranked) > 1:
        others = ", ".join(str(p.relative_to(tree.root)) for _, p in ranked[1:6])
        chosen = ranked[0][1].relative_to(tree.root)
        tree.warn("several_documents", f"Read '{chosen}'; other complete documents in the source: {others}.")
    return ranked[0][1]


def _tex_files(root: Path) -> list[Path]:
    """The LaTeX files below a folder, those near its top first."""
    found: list[Path] = []
    for path in islice(root.rglob("*"), MAX_TREE_ENTRIES):
        if path.suffix.lower() in {".tex", ".ltx", ".latex"} and path.is_file() and path.resolve().is_relative_to(root):
            found.append(path)
    return sorted(found, key=lambda path: (len(path.parts), path))[:MAX_CANDIDATES]
