"""What every source of a search is to the search: asked for a stretch of its answer, it gives records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, Protocol

import anyio

from paper_implementer.tools.errors import Unreachable
from paper_implementer.tools.worker import Progress

from ..http import HttpClient
from .model import Page
from .query import Named, Query

MAX_ANSWER_BYTES = 8 * 2**20
LATER = "Search again in some minutes."


class Source(Protocol):
    """A place that can be searched.

    **Attributes:**

    - `name`: how users name it; `title`: how messages do.
    - `hint`: what to do when it does not answer.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    hint: ClassVar[str]

    @property
    def deadline_s(self) -> float:
        """Seconds that an answer may take, waiting included."""
        ...

    def knows(self, named: Named) -> bool:
        """Whether the source can be asked for the paper of these identifiers."""
        ...

    async def search(self, query: Query, offset: int, count: int, progress: Progress) -> Page:
        """The records from `offset` on, at most `count`, the best first.

        **Raises:** what the download raises, `Busy`, and `Unreachable` for an answer in no known shape.
        """
        ...


@dataclass
class Web:
    """Small answers from the web, in memory.

    **Arguments:**

    - `scratch`: a folder for what arrives.
    """

    client: HttpClient
    scratch: Path

    def __post_init__(self) -> None:
        self._numbers = count()

    async def get(self, url: str, *, deadline_s: float, headers: Mapping[str, str] | None = None) -> bytes:
        """The body of an answer. Raises what `HttpClient.download` raises."""
        file = self.scratch / f"answer-{next(self._numbers)}"
        await self.client.download(url, file, max_bytes=MAX_ANSWER_BYTES, deadline_s=deadline_s, headers=headers)
        return await anyio.to_thread.run_sync(file.read_bytes)

    async def get_json(
        self, url: str, *, deadline_s: float, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The JSON object that an answer is. Raises `Unreachable` where it is none."""
        data = await self.get(url, deadline_s=deadline_s, headers=headers)
        return await anyio.to_thread.run_sync(_json_object, data, url)


def _json_object(data: bytes, url: str) -> dict[str, Any]:
    host = url.partition("://")[2].partition("/")[0]
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError) as error:
        what = "an HTML page" if data.lstrip()[:1] == b"<" else "something that is no JSON"
        raise Unreachable(f"{host} answered with {what}.", LATER) from error
    if not isinstance(answer, dict):
        raise Unreachable(f"{host} answered with JSON of an unknown form.", LATER)
    return answer


def items(answer: Mapping[str, Any], key: str, host: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer. Raises `Unreachable` where there is no list."""
    found = answer.get(key)
    if not isinstance(found, list):
        raise Unreachable(f"{host} answered with JSON of an unknown form (no {key!r}).", LATER)
    return [item for item in found if isinstance(item, dict)]
