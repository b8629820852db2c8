"""The tools that look for papers: at the sources, and in the library."""

from __future__ import annotations

from typing import Annotated

import anyio
from pydantic import Field

from paper_implementer.tools.papers.find import FindResult
from paper_implementer.tools.papers.search.model import SearchResult
from paper_implementer.tools.worker import Progress, no_progress

from .. import paper_markdown
from ..definition import tool
from ..state import library


@tool(
    title="Search for papers",
    render=paper_markdown.found,
    example={"query": "attention is all you need"},
    read_only=False,
    open_world=True,
)
async def search_papers(
    query: Annotated[str, Field(description="words of the title, abstract or authors; an id or URL finds that paper")],
    limit: Annotated[int, Field(ge=1, le=50, description="papers at most")] = 10,
    sources: Annotated[
        list[str] | None, Field(description="only these: arxiv, semantic_scholar, openreview, acl")
    ] = None,
    year_from: Annotated[int | None, Field(description="first year")] = None,
    year_to: Annotated[int | None, Field(description="last year")] = None,
    cursor: Annotated[str | None, Field(description="next_cursor of the answer before")] = None,
    progress: Progress = no_progress,
) -> SearchResult:
    """Search arXiv, Semantic Scholar, OpenReview and the ACL Anthology at once, merged without duplicates.

    Each paper has the id that fetch_paper accepts. A source that does not answer is named in `errors`; the others' papers
    are there all the same.
    """
    from paper_implementer.tools.papers.search import search_papers as search

    return await search(
        query,
        library=library(),
        limit=limit,
        sources=sources,
        year_from=year_from,
        year_to=year_to,
        cursor=cursor,
        progress=progress,
    )


@tool(title="Find in the library", render=paper_markdown.hits, example={"query": "learning rate warmup"})
async def find_in_papers(
    query: Annotated[
        str, Field(description='words, "a phrase", begin*, -without, or a formula: \\frac{QK^T}{\\sqrt{d_k}}')
    ],
    paper: Annotated[str | None, Field(description="only in this paper of the library")] = None,
    kinds: Annotated[
        list[str] | None, Field(description="only these elements: section, paragraph, equation, table, figure, ...")
    ] = None,
    limit: Annotated[int, Field(ge=1, le=100, description="hits at most")] = 20,
) -> FindResult:
    """Find passages, tables, figures and formulas in the papers that have been fetched, the best first.

    Each hit has the paper's id and the element's id for read_paper. Formulas are found by their symbols, however they are
    spelled.
    """
    from paper_implementer.tools.papers.find import find_in_papers as find

    def call() -> FindResult:
        return find(library(), query, paper=paper, kinds=kinds, limit=limit)

    return await anyio.to_thread.run_sync(call)
