"""What a broken file of the knowledge base means to a caller: an error of the tree, with file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from paper_implementer.tools.errors import Unreadable


@contextmanager
def knowledge_read() -> Iterator[None]:
    """Raise `Unreadable` where what runs inside meets a knowledge file that does not hold to its schema."""
    try:
        yield
    except ValueError as error:
        from paper_implementer.knowledge.schema import MalformedKnowledge

        if not isinstance(error, MalformedKnowledge):
            raise
        raise Unreadable(
            f"A file of the knowledge base does not hold what its schema asks for: {error}",
            "Mend it (`paper-implementer knowledge validate` names every problem), or install the package again.",
        ) from error
