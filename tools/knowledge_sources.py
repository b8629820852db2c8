"""What the knowledge base cites, opened again: packages and repositories at their pins, papers of the library."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from paper_implementer.knowledge.verify import installed_roots, places

from .code.checkout import open_codebase
from .errors import PaperImplementerError
from .papers.fetch import fetch_paper
from .papers.library import Library
from .papers.paper import Paper
from .worker import Progress, no_progress


@dataclass
class OpenedSources:
    """The folders of cited code and the pages of cited papers, by reference, and why others could not be opened."""

    roots: dict[str, Path] = field(default_factory=dict)
    papers: dict[str, list[str]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)


async def open_sources(
    names: list[str] | None,
    library: Library,
    *,
    fetch: bool,
    given: dict[str, Path] | None = None,
    progress: Progress = no_progress,
) -> OpenedSources:
    """Open every source that methods cite: from what is installed or kept here, or fetched.

    **Arguments:**

    - `names`: only these methods; all of them where none is given.
    - `fetch`: may packages, repositories and papers be fetched that are not here?
    - `given`: folders that hold a reference's files, by reference.
    """
    cited = dict.fromkeys((source.kind, source.ref) for _, _, source in places(names))
    found = OpenedSources(roots={**installed_roots(), **(given or {})})
    for at, (kind, ref) in enumerate(cited):
        progress(at, len(cited), ref)
        try:
            if kind == "paper":
                kept = library.resolve(ref.removeprefix("arXiv:")) or library.resolve(ref)
                paper = await fetch_paper(ref, library) if fetch else library.get(kept) if kept else None
                if paper is not None:
                    found.papers[ref] = _pages(paper)
            elif ref not in found.roots and fetch:
                found.roots[ref] = (await open_codebase(ref, library.home)).root
        except PaperImplementerError as error:
            found.failures[ref] = error.message
    return found


async def open_packages(references: list[str], home: Path, *, fetch: bool) -> dict[str, Path]:
    """The folders of packages in their versions: what is installed here, and, where `fetch`, what has to be downloaded."""
    roots = {reference: root for reference, root in installed_roots().items() if reference in references}
    if fetch:
        for reference in references:
            if reference not in roots:
                roots[reference] = (await open_codebase(reference, home)).root
    return roots


def _pages(paper: Paper) -> list[str]:
    """The text of each page; what begins on a page may end on the next, so that each has the page before it as well."""
    pages = [""] * (paper.pages or 1)
    for block in paper.blocks:
        rows = "\n".join(" ".join(row) for row in block.rows or [])
        text = "\n".join(filter(None, (block.title, block.caption, block.verbatim or block.text, block.latex, rows)))
        for page in {block.page or 1, min((block.page or 1) + 1, len(pages))}:
            pages[page - 1] += text + "\n"
    pages[0] += paper.abstract
    return pages
