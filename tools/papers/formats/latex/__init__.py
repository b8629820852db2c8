"""LaTeX sources to papers, without running TeX."""

from __future__ import annotations

import re

from paper_implementer.tools.errors import Unreadable

from ...paper import Paper
from ..links import code_links
from ..roles import settle_roles
from .reader import Reader
from .references import resolve
from .source import open_tree

__all__ = ["parse"]


def parse(root: str, main: str | None = None) -> Paper:
    """Read a LaTeX source.

    **Arguments:**

    - `root`: folder of the source, or one `.tex` file.
    - `main`: the file to start from, relative to `root`; found when None.

    **Raises:** `NotFound` when there is no LaTeX, `Unreadable` when no file is a document, `TooLarge` when its main
    file is over the limits, `RefusedForSafety` when `main` lies outside `root`.
    """
    tree, path = open_tree(root, main)
    reader = Reader(tree, path)
    reader.read()
    if not reader.in_body:
        raise Unreadable(
            f"'{path.name}' has no \\begin{{document}}.", "Give the main file of the source, or the PDF of the paper."
        )
    resolve(reader)
    settle_roles(reader.outline.blocks)
    abstract = "\n\n".join(
        b.text for b in reader.outline.blocks if b.role == "abstract" and b.kind in ("paragraph", "list")
    )
    return Paper(
        title=re.sub(r"\s+", " ", reader.front.title),
        authors=reader.front.authors,
        abstract=abstract,
        source_format="latex",
        blocks=reader.outline.blocks,
        code_links=code_links(b.text + " " + (b.caption or "") for b in reader.outline.blocks if b.kind != "reference"),
        warnings=tree.warnings,
    )
