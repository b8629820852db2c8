"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# `tests.support` holds what tests share: fixtures, and plain helpers to import.
sys.path.insert(0, str(Path(__file__).parent.parent))
pytest_plugins = ["tests.support.arxiv_server", "tests.support.venue_server"]


@pytest.fixture
def anyio_backend() -> str:
    """Coroutines marked `anyio` run on asyncio, as the server does."""
    return "asyncio"
