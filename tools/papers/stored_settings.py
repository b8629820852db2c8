"""The settings of a paper of the library, as the worker process is asked for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from paper_implementer.tools.errors import NotFound

from .library import Library
from .settings import paper_settings


def stored_settings(home: str, paper_id: str, keys: list[str] | None, scope: str | None) -> dict[str, Any]:
    """Return `PaperSettings` of a library paper as JSON. **Raises:** `NotFound`."""
    paper = Library(Path(home)).get(paper_id)
    if paper is None:
        raise NotFound(f"The library has no paper {paper_id!r}.", "Fetch it first.")
    return paper_settings(paper, keys, scope).model_dump(mode="json")
