"""What the tools of one process share: the library, opened when first needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paper_implementer.tools.papers.library import Library


def home() -> Path:
    """The folder where library, checkouts and runs live."""
    from paper_implementer.tools.config import config

    return config().home


@cache
def library() -> Library:
    """The library of this process."""
    from paper_implementer.tools.papers.library import Library

    return Library(home())
