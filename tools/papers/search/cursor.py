"""Where a search goes on: opaque to the client, and checked like everything that comes from outside."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paper_implementer.tools.errors import BadReference

from .merge import Cluster
from .query import Query
from .text import folded, surnames

MAX_STRETCHES = 10
MAX_SHOWN = 500
MAX_LENGTH = 16_000


class Cursor(BaseModel):
    """A place in a search.

    **Arguments:**

    - `search`: the search that it is of.
    - `stretch`: which stretch of the sources' answers is being shown.
    - `shown`: the papers that were shown already. Between two calls a source may fail or change its order; a count of
      papers would then show some twice and leave out others.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    search: str
    stretch: int = Field(default=0, ge=0, lt=MAX_STRETCHES)
    shown: list[str] = Field(default=[], max_length=MAX_SHOWN)


def identity(query: Query, sources: Iterable[str]) -> str:
    """What tells a search from others."""
    return _digest(json.dumps([query.text, query.year_from, query.year_to, sorted(sources)]))


def mark(cluster: Cluster) -> str:
    """What a cursor keeps of a paper that was shown: the same whichever sources have it."""
    first = min(sorted(surnames(record.authors[:1])) for record in cluster)
    return _digest(json.dumps([min(folded(record.title) for record in cluster), first]))


def encoded(cursor: Cursor) -> str:
    """The cursor as clients get it."""
    return base64.urlsafe_b64encode(cursor.model_dump_json().encode()).decode().rstrip("=")


def decoded(text: str | None, search: str) -> Cursor:
    """The place where a search goes on; its beginning for None. Raises `BadReference` for what is no cursor of it."""
    if text is None:
        return Cursor(search=search)
    hint = "Pass next_cursor of the answer before, with the same query, sources and years."
    try:
        if len(text) > MAX_LENGTH:
            raise ValueError("too long")
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = Cursor.model_validate_json(raw)
    except (ValueError, binascii.Error, ValidationError, RecursionError) as error:
        raise BadReference("That is no cursor of a search.", hint) from error
    if cursor.search != search:
        raise BadReference("That cursor is of another search.", hint)
    return cursor


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()
