"""The ACL Anthology, searched in a copy of its bibliography that is kept beside the library."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import anyio

from paper_implementer.tools.errors import PaperImplementerError, Unreadable
from paper_implementer.tools.worker import Progress, run_in_worker

from . import anthology
from .model import Page, Record, SourceError
from .query import Named, Query
from .source import LATER, Web

SITE = "https://aclanthology.org"
MAX_BIBLIOGRAPHY_BYTES = 256 * 2**20
FRESH_S = 7 * 86400.0
"""Age to which a copy serves without asking the Anthology for a newer one."""
RETRY_S = 3600.0
"""Time after a vain attempt to renew it in which nobody asks again."""
BUILD_TIMEOUT_S = 120.0
ALONE_S = 600.0
"""Seconds that a search may take that waits for nothing but the Anthology."""


@dataclass
class AclSearch:
    """Titles, authors and venues of the Anthology; the first search takes a copy of the bibliography (some 15 MB).

    **Arguments:**

    - `home`: where the copy is kept.
    """

    web: Web
    home: Path
    deadline_s: float = 45.0
    name: ClassVar[str] = "acl"
    title: ClassVar[str] = "ACL Anthology"
    hint: ClassVar[str] = (
        f"{LATER} The first search copies the Anthology's bibliography; on a slow line, search once in 'acl' alone, which waits."
    )

    def __post_init__(self) -> None:
        self._index = self.home / "anthology-1.sqlite"
        self._tag = self.home / "anthology-1.etag"

    def knows(self, named: Named) -> bool:
        """As in `Source`."""
        return bool(named.acl or named.doi)

    async def search(self, query: Query, offset: int, count: int, progress: Progress) -> Page:
        """As in `Source`."""
        warning = await self._renew(progress)
        try:
            rows = await anyio.to_thread.run_sync(self._look_up, query, offset, count + 1)
        except sqlite3.DatabaseError as error:
            self._index.unlink(missing_ok=True)
            raise Unreadable(
                f"The copy of the ACL Anthology's bibliography is damaged: {error}.", "Search again: it is made anew."
            ) from error
        records = [self._record(row, rank) for rank, row in enumerate(rows[:count], offset)]
        return Page(records, more=len(rows) > count, warning=warning)

    def _look_up(self, query: Query, offset: int, count: int) -> list[anthology.Row]:
        if query.named:
            return anthology.look_up_named(self._index, query.named.acl, query.named.doi)
        return anthology.look_up(self._index, query.terms, (query.year_from, query.year_to), offset, count)

    async def _renew(self, progress: Progress) -> SourceError | None:
        """See that there is an index that is not too old; a warning where an old one has to do."""
        if self._age() < FRESH_S:
            return None
        async with _alone(self.home / "anthology.lock"):
            if self._age() < FRESH_S:
                return None
            try:
                await self._fetch(progress)
            except PaperImplementerError as error:
                if not self._index.is_file():
                    raise
                self._seen(time.time() - FRESH_S + RETRY_S)
                message = f"Searched in an old copy of the bibliography, which could not be renewed: {error.message}"
                return SourceError(source=self.name, kind=error.kind, message=message, hint=self.hint)
        return None

    async def _fetch(self, progress: Progress) -> None:
        tag = self._tag.read_text("utf-8").strip() if self._index.is_file() and self._tag.is_file() else ""
        file = self.web.scratch / "anthology.bib.gz"
        got = await self.web.client.download(
            f"{SITE}/anthology.bib.gz",
            file,
            max_bytes=MAX_BIBLIOGRAPHY_BYTES,
            deadline_s=self.deadline_s,
            headers={"If-None-Match": tag} if tag else None,
            progress=progress,
        )
        if not got.unchanged:
            fresh = self.web.scratch / "anthology.sqlite"
            await run_in_worker(
                "paper_implementer.tools.papers.search.bibliography:build",
                {"source": str(file), "target": str(fresh)},
                what="Indexing the ACL Anthology",
                timeout_s=BUILD_TIMEOUT_S,
                memory_mb=512,
                progress=progress,
            )
            fresh.replace(self._index)
            self._tag.write_text(got.etag or "", "utf-8")
        self._seen(time.time())

    def _age(self) -> float:
        with suppress(FileNotFoundError):
            return abs(time.time() - self._index.stat().st_mtime)
        return float("inf")

    def _seen(self, moment: float) -> None:
        os.utime(self._index, (moment, moment))

    def _record(self, row: anthology.Row, rank: int) -> Record:
        paper_id, doi, title, authors, year, venue = row
        return Record(
            source=self.name,
            title=title,
            authors=authors,
            year=year,
            venue=venue,
            url=f"{SITE}/{paper_id}",
            pdf_url=f"{SITE}/{paper_id}.pdf",
            acl=paper_id,
            doi=doi,
            rank=rank,
        )


@asynccontextmanager
async def _alone(lock: Path) -> AsyncIterator[None]:
    """Hold a lock among all searches of the library, in this process and in others, as long as it lasts."""
    with lock.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await anyio.sleep(0.2)
        yield
