"""Papers on this machine: a PDF, a `.tex` file, a folder, an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from paper_implementer.tools.errors import BadReference, TooLarge, Unreadable

from ..archive import unpack
from ..paper import SourceFormat
from ..reference import ACCEPTED
from ..sniff import file_kind
from .material import Material, walk

MAX_FILE_BYTES = 512 * 2**20
_GENERIC_NAMES = frozenset(
    [
        "paper",
        "main",
        "source",
        "sources",
        "src",
        "article",
        "manuscript",
        "ms",
        "arxiv",
        "latex",
        "tex",
        "document",
        "index",
        "root",
    ]
)


def materials(path: Path, scratch: Path) -> Iterator[Material]:
    """What can be read at a path, the best first.

    **Arguments:**

    - `scratch`: an empty folder to unpack into.

    **Raises:** `Unreadable` for empty files and files that are not what they should be; what `unpack` raises.
    """
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.is_file():
            yield from _in_file(path, scratch)
        else:
            raise BadReference(f"{path} is neither a file nor a folder.", ACCEPTED)
    except PermissionError as error:
        raise Unreadable(f"{error.filename or path} may not be read by this user.", "Check its rights.") from error


def readable_name(path: Path) -> str:
    """A name for a paper that lies at a path, for its id: `paper.pdf` says less than its folder."""
    name = path.name
    for suffix in (".gz", ".tar", ".tgz", ".zip", ".pdf", ".tex", ".html", ".htm"):
        name = name.removesuffix(suffix)
    if name.lower() in _GENERIC_NAMES and path.parent.name:
        return readable_name(path.parent)
    return name


def _in_file(path: Path, scratch: Path) -> Iterator[Material]:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MiB.", "Pass the paper itself.")
    kind = file_kind(path)
    if path.suffix.lower() == ".pdf" and kind != "pdf":
        raise Unreadable(_not_a_pdf(path, kind), "Download it again and check that it opens in a viewer.")
    if kind == "pdf":
        yield Material("pdf", path.parent, path.name)
    elif kind == "html":
        yield Material("html", path.parent, path.name)
    elif kind in ("gzip", "zip", "tar"):
        warnings = tuple(unpack(path, scratch))
        for material in _in_folder(scratch, shown=path.name):
            yield replace(material, warnings=warnings)
    elif kind == "tex" or (path.suffix.lower() in (".tex", ".ltx") and kind == "unknown"):
        beside = path.with_suffix(".pdf")
        companion = beside if beside.is_file() and file_kind(beside) == "pdf" else None
        yield Material("latex", path.parent, path.name, companion=companion)
    elif kind == "empty":
        raise Unreadable(f"{path.name} is empty.", "Download or copy it again.")
    else:
        raise Unreadable(f"{path.name} is no PDF, LaTeX, HTML or archive (it looks like: {kind}).", ACCEPTED)


def _in_folder(folder: Path, shown: str | None = None) -> Iterator[Material]:
    found = False
    if any(path.suffix.lower() in (".tex", ".ltx", ".latex") for path in walk(folder)):
        found = True
        yield Material("latex", folder, companion=_companion(folder))
    for suffix, source_format in ((".html", "html"), (".pdf", "pdf")):
        here = [p for p in sorted(folder.iterdir()) if p.suffix.lower() == suffix and p.is_file()]
        if len(here) == 1 and file_kind(here[0]) == source_format:
            found = True
            yield Material(_FORMATS[suffix], folder, here[0].name)
        elif here and not found:
            names = ", ".join(p.name for p in here[:5])
            raise BadReference(
                f"{shown or folder} has no LaTeX and {len(here)} {suffix} files ({names}).", "Pass one of them."
            )
    if not found:
        raise Unreadable(f"{shown or folder} holds no LaTeX source and no PDF.", ACCEPTED)


def _companion(folder: Path) -> Path | None:
    """The PDF of a folder that is the paper itself, not one of its figures; None where that is not clear."""
    here = [path for path in sorted(folder.iterdir()) if path.is_file()]
    tex = {path.stem.lower() for path in here if path.suffix.lower() in (".tex", ".ltx", ".latex")}
    pdfs = [path for path in here if path.suffix.lower() == ".pdf" and file_kind(path) == "pdf"]
    named = [path for path in pdfs if path.stem.lower() in tex | _GENERIC_NAMES]
    candidates = named or ([] if tex else pdfs)
    return candidates[0] if len(candidates) == 1 else None


_FORMATS: dict[str, SourceFormat] = {".html": "html", ".pdf": "pdf"}


def _not_a_pdf(path: Path, kind: str) -> str:
    if kind == "html":
        return f"{path.name} is a web page, not a PDF: probably an error or login page was saved in its place."
    if kind == "empty":
        return f"{path.name} is empty."
    return f"{path.name} is not a PDF: it does not begin as one (it looks like: {kind})."
