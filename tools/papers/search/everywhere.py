"""Search all sources at once; what one of them cannot do, the others make up for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import (
    BadReference,
    NotFound,
    PaperImplementerError,
    TimedOut,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.worker import Progress, no_progress

from ..hosts import open_client
from ..library import Library
from .acl import ALONE_S, AclSearch
from .arxiv import ArxivSearch
from .cursor import MAX_SHOWN, MAX_STRETCHES, Cursor, decoded, encoded, identity, mark
from .merge import Cluster, described, merged
from .model import Page, SearchResult, SourceError
from .openreview import OpenReviewSearch
from .query import Query, parse_query
from .ranking import ranked
from .semantic_scholar import SemanticScholarSearch
from .source import LATER, Source, Web
from .text import folded, plain

MAX_LIMIT = 50
STRETCH = 50
"""Records that a source is asked for at once, whatever the limit: papers that come late at one may be first in all."""
ATTEMPTS = 2
SOURCES = (ArxivSearch.name, SemanticScholarSearch.name, OpenReviewSearch.name, AclSearch.name)
_OTHER_NAMES = {"s2": SemanticScholarSearch.name, "semanticscholar": SemanticScholarSearch.name} | {
    "aclanthology": AclSearch.name,
    "anthology": AclSearch.name,
}


async def search_papers(
    query: str,
    *,
    library: Library,
    limit: int = 10,
    sources: Sequence[str] | None = None,
    year_from: int | None = None,
    year_to: int | None = None,
    cursor: str | None = None,
    progress: Progress = no_progress,
) -> SearchResult:
    """Search for papers in all sources and merge what they find.

    **Arguments:**

    - `query`: words of titles, topics, names; phrases in quotes; or an arXiv id, DOI or address, which finds that paper.
    - `library`: whose folder and whose queues for slow hosts are used.
    - `limit`: papers at most, 1 to 50.
    - `sources`: names among `SOURCES`; all of them when None or empty.
    - `year_from`, `year_to`: years of publication, both included.
    - `cursor`: `next_cursor` of the answer before, with the same query, sources and years.

    **Raises:** `BadReference` for arguments that make no sense; `NotFound` for the id of a paper that none of the `sources`
    has ids for; `Unreachable` if no source has answered.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise BadReference(f"limit is {limit}.", f"Pass a limit from 1 to {MAX_LIMIT}.")
    asked = parse_query(query, year_from, year_to)
    chosen = _chosen(sources)
    place = decoded(cursor, identity(asked, chosen))
    try:
        async with _sources(library, chosen) as asking:
            able = [source for source in asking if not asked.named or source.knows(asked.named)]
            if not able:
                raise NotFound(f"{', '.join(chosen)} cannot be asked for {asked.text!r}.", "Leave sources out.")
            answers = await _ask(able, asked, place.stretch, progress)
    except OSError as error:
        raise Unreadable(
            f"Searching failed: {error.strerror or error}.", "Check rights and free space of the library's folder."
        ) from error
    errors = [e for answer in answers for e in (answer.error, answer.page.warning) if e]
    if all(answer.error for answer in answers):
        said = " ".join(f"{answer.source.title}: {answer.error.message}" for answer in answers if answer.error)
        raise Unreachable(f"No source could be searched for {asked.text[:80]!r}. {said}", LATER)
    clusters = ranked(merged(r for a in answers for r in a.page.records if asked.covers(r.year)), asked)
    more = any(answer.page.more for answer in answers)
    return _result(clusters, place, limit, more, errors)


def _result(clusters: list[Cluster], place: Cursor, limit: int, more: bool, errors: list[SourceError]) -> SearchResult:
    seen = set(place.shown)
    new = [cluster for cluster in clusters if mark(cluster) not in seen]
    papers = [described(cluster) for cluster in new[:limit]]
    shown = list(dict.fromkeys([*place.shown, *map(mark, new[:limit])]))
    stretch = place.stretch if len(new) > limit else place.stretch + 1
    goes_on = (len(new) > limit or more) and stretch < MAX_STRETCHES and len(shown) < MAX_SHOWN
    following = encoded(Cursor(search=place.search, stretch=stretch, shown=shown)) if goes_on else None
    return SearchResult(papers=papers, errors=errors, next_cursor=following)


@dataclass
class _Answer:
    """What came of asking a source."""

    source: Source
    page: Page = field(default_factory=lambda: Page([]))
    error: SourceError | None = None


async def _ask(sources: list[Source], query: Query, stretch: int, progress: Progress) -> list[_Answer]:
    """Ask all sources at once; the answers are in the order of the sources."""
    answers = [_Answer(source) for source in sources]
    told = _Told(progress, [0.0] * len(sources))

    async def ask(i: int, answer: _Answer) -> None:
        answer.page, answer.error = await _asked(answer.source, query, stretch, told.listener(i))
        told.done(i, f"{answer.source.title}: {answer.error.kind if answer.error else len(answer.page.records)}")

    async with anyio.create_task_group() as group:
        for i, answer in enumerate(answers):
            group.start_soon(ask, i, answer)
    return answers


async def _asked(source: Source, query: Query, stretch: int, progress: Progress) -> tuple[Page, SourceError | None]:
    try:
        with anyio.fail_after(source.deadline_s + 1):
            page = await source.search(query, stretch * STRETCH, STRETCH, progress)
            return page._replace(records=page.records[:STRETCH]), None
    except TimeoutError:
        error: PaperImplementerError = TimedOut(f"{source.title} did not answer within {source.deadline_s:g} seconds.")
    except PaperImplementerError as refused:
        error = refused
    except OSError as failed:
        error = Unreadable(f"{source.title} could not be searched: {failed.strerror or failed}.")
    hint = error.hint if isinstance(error, BadReference) else source.hint
    message = plain(error.message, 500)
    return Page([]), SourceError(source=source.name, kind=error.kind, message=message, hint=hint)


@dataclass
class _Told:
    """One count, which never goes back, of the parts that the sources have done."""

    progress: Progress
    parts: list[float]

    def listener(self, i: int) -> Progress:
        def tell(done: float, total: float | None, message: str) -> None:
            self._tell(i, min(0.9, done / total) if total else min(0.9, self.parts[i] + 0.02), message)

        return tell

    def done(self, i: int, message: str) -> None:
        self._tell(i, 1.0, message)

    def _tell(self, i: int, part: float, message: str) -> None:
        if part > self.parts[i]:
            self.parts[i] = part
            self.progress(sum(self.parts), float(len(self.parts)), message)


def _chosen(sources: Sequence[str] | None) -> list[str]:
    """The names of sources in their order, each once. Raises `BadReference` for an unknown one."""
    if not sources:
        return list(SOURCES)
    wanted = set()
    for name in sources:
        written = folded(name[:50])
        known = _OTHER_NAMES.get(written.replace(" ", ""), written.replace(" ", "_"))
        if known not in SOURCES:
            raise BadReference(f"There is no source {name[:50]!r}.", f"The sources are {', '.join(SOURCES)}.")
        wanted.add(known)
    return [name for name in SOURCES if name in wanted]


@asynccontextmanager
async def _sources(library: Library, names: Sequence[str]) -> AsyncIterator[list[Source]]:
    with library.scratch() as scratch:
        async with open_client(library, attempts=ATTEMPTS) as client:
            web = Web(client, scratch)
            every: list[Source] = [
                ArxivSearch(web),
                SemanticScholarSearch(web, config().semantic_scholar_key),
                OpenReviewSearch(web),
                AclSearch(web, library.home, *([ALONE_S] if list(names) == [AclSearch.name] else [])),
            ]
            yield [source for source in every if source.name in names]
