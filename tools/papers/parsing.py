"""What the worker process calls to read a paper: one function for all formats, which hands on clean text only."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from paper_implementer.tools.errors import PaperImplementerError, Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from .paper import Paper, PaperWarning, SourceFormat

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control and bidi characters, invisible operators, lone surrogates: nothing that a reader of the paper sees."""
_HIDDEN = re.compile(r"[\U000e0000-\U000e0fff]")
"""Tag characters and the variation selectors beside them, which spell out text that nobody sees."""
_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def parse(
    format: SourceFormat,
    path: str,
    main: str | None = None,
    companion: str | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Read a file or LaTeX tree and return the `Paper` as JSON. Runs in the worker process.

    **Arguments:**

    - `path`: the file, or the root folder of LaTeX sources; `main` is the main file in that folder.
    - `companion`: the same paper as a PDF, from which a LaTeX or HTML reading takes its pages.

    **Raises:** `Unreadable` where there is nothing to read, and what the parsers raise.
    """
    if format == "pdf":
        paper = _read_pdf(path, progress)
    elif format == "latex":
        from .formats.latex import parse as parse_latex

        paper = parse_latex(path, main)
    else:
        from .formats.html import parse as parse_html

        paper = parse_html(path)
    if not paper.title and not any(block.text or block.latex or block.rows or block.caption for block in paper.blocks):
        raise Unreadable(
            f"The {format} file has no text that can be read.",
            "If it is a scan, run character recognition (OCR) on it first.",
        )
    if companion:
        paper = _with_pages(paper, companion, progress)
    return clean(paper).model_dump(mode="json", exclude_none=True)


def _read_pdf(path: str, progress: Progress) -> Paper:
    # PyMuPDF 2 brings neural models along when it is imported, if it can: half a second and 90 MB, for nothing here.
    for unused in ("pymupdf.layout", "pymupdf4llm"):
        sys.modules.setdefault(unused, None)  # type: ignore[arg-type]
    from .formats.pdf import parse as parse_pdf

    return parse_pdf(path, progress)


def _with_pages(paper: Paper, companion: str, progress: Progress) -> Paper:
    from .formats.alignment import with_pages

    try:
        return with_pages(paper, _read_pdf(companion, progress))
    except PaperImplementerError as error:
        message = f"There are no page numbers, since the PDF beside the source cannot be read: {error.message}"
        unpaged = PaperWarning(kind="pdf_unread", message=message)
        return paper.model_copy(update={"warnings": [*paper.warnings, unpaged]})


def clean(paper: Paper) -> Paper:
    """Take control, bidi and tag characters out of every text of a paper, with a warning where text was hidden in tags."""
    hidden: list[str] = []
    data = _cleaned(paper.model_dump(), hidden)
    if hidden:
        data["warnings"].append(
            {
                "kind": "hidden_text",
                "message": f"{sum(map(len, hidden))} invisible tag characters were removed from the text.",
            }
        )
    return Paper.model_validate(data)


def clean_text(text: str) -> str:
    """Take control, bidi and tag characters out of a text."""
    return _CONTROL.sub("", _HIDDEN.sub("", _NEWLINE.sub("\n", text)))


def _cleaned(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, str):
        hidden += _HIDDEN.findall(value)
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(v, hidden) for v in value]
    if isinstance(value, dict):
        return {k: _cleaned(v, hidden) for k, v in value.items()}
    return value


@cache
def parser_version(format: SourceFormat) -> str:
    """Identify the code that reads a format, so that a paper is read again when its parser has changed.

    It is the hash of the parser's source files, hence nobody can forget to raise it.
    """
    here = files(__package__)
    formats = here / "formats"
    shared = [f for f in formats.iterdir() if f.name.endswith(".py")]
    digest = hashlib.sha256()
    for source in (here / "paper.py", here / "parsing.py", *_in_order(shared), *_sources(formats / format)):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def _sources(folder: Traversable) -> list[Traversable]:
    if not folder.is_dir():
        return []
    children = _in_order(folder.iterdir())
    own = [child for child in children if child.name.endswith((".py", ".yaml", ".json"))]
    return own + [source for child in children if child.name != "__pycache__" for source in _sources(child)]


def _in_order(files: Iterable[Traversable]) -> list[Traversable]:
    return sorted(files, key=lambda file: file.name)
