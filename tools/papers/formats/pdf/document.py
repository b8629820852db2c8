"""From a PDF file to a `Paper`."""

from __future__ import annotations

from pathlib import Path

from paper_implementer.tools.worker import Progress, no_progress

from ...paper import Paper, PaperWarning
from ..links import code_links
from ..roles import settle_roles
from .layout import body_size, order, remove_furniture
from .pages import contents, open_document, read_pages
from .writer import Writer


def parse(path: str, progress: Progress = no_progress) -> Paper:
    """Read a PDF.

    **Raises:** `Unreadable` for what is no PDF, is encrypted, broken or without pages; `TooLarge` over the limits.
    """
    document = open_document(Path(path))
    warnings: list[PaperWarning] = []
    pages = read_pages(document, warnings, progress)
    body = body_size([line for lines in pages.lines for line in lines])
    pages.lines = [order(lines, body) for lines in remove_furniture(pages.lines, pages.heights)]
    paper = Paper(source_format="pdf", pages=len(pages.lines), warnings=warnings)
    Writer(paper, pages, body, contents(document)).write()
    settle_roles(paper.blocks)
    paper.code_links = code_links([*pages.links, *(b.text for b in paper.blocks)])
    return paper
