"""The settings that a paper states, those that it does not, and where it contradicts itself."""

from __future__ import annotations

from ..paper import Paper
from .result import Contradiction, PaperSettings, Silence

__all__ = ["Contradiction", "PaperSettings", "Silence", "paper_settings"]


def paper_settings(paper: Paper, keys: list[str] | None = None, scope: str | None = None) -> PaperSettings:
    """Read the settings of a paper; see `find.paper_settings`, which this loads when first called.

    The server declares the result at start, long before it reads a paper, and the patterns take a while to build.
    """
    from .find import paper_settings as find

    return find(paper, keys, scope)
