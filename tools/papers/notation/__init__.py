"""The notation of a paper: each symbol, its meaning and shape, where it is defined, and its name in code."""

from __future__ import annotations

from ..paper import Paper
from .result import Notation, Symbol

__all__ = ["Notation", "Symbol", "paper_notation"]


def paper_notation(paper: Paper) -> Notation:
    """Read the notation of a paper; see `find.paper_notation`, which this loads when first called."""
    from .find import paper_notation as find

    return find(paper)
