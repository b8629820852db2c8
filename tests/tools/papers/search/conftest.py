"""What the tests of the search share."""

from __future__ import annotations

from tests.support.search_server import sources

__all__ = ["sources"]
