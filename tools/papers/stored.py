"""What is read off the papers of the library, as the worker process is asked for it: JSON of each result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paper_implementer.tools.errors import NotFound

from .library import Library
from .paper import Paper


def stored_settings(home: str, paper_id: str, keys: list[str] | None, scope: str | None) -> dict[str, Any]:
    """Return `PaperSettings` of a library paper. **Raises:** `NotFound`, and `BadReference` for an unknown key."""
    from .settings.find import answer
    from .settings.kept import kept_reading, opened_in

    library = Library(Path(home))
    return answer(kept_reading(library, paper_id), keys, scope, opened_in(library)).model_dump(mode="json")


def stored_notation(home: str, paper_id: str) -> dict[str, Any]:
    """Return `Notation` of a library paper. **Raises:** `NotFound`."""
    from .notation import paper_notation

    return paper_notation(_stored(home, paper_id)).model_dump(mode="json")


def stored_contributions(home: str, paper_id: str) -> dict[str, Any]:
    """Return `PaperContributions` of a library paper. **Raises:** `NotFound`."""
    from .contributions import paper_contributions

    return paper_contributions(_stored(home, paper_id)).model_dump(mode="json")


def stored_comparison(home: str, first: str, second: str) -> dict[str, Any]:
    """Return `PaperComparison` of two library papers. **Raises:** `NotFound`."""
    from .compare import compare_papers

    return compare_papers(_stored(home, first), _stored(home, second)).model_dump(mode="json")


def _stored(home: str, paper_id: str) -> Paper:
    paper = Library(Path(home)).get(paper_id)
    if paper is None:
        raise NotFound(f"The library has no paper {paper_id!r}.", "Fetch it first.")
    return paper
