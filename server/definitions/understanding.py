"""The tools that say what a paper means: its notation, what it claims, how it differs from another."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from paper_implementer.tools.papers.comparison import PaperComparison
from paper_implementer.tools.papers.contributions.model import PaperContributions
from paper_implementer.tools.papers.notation.result import Notation
from paper_implementer.tools.worker import Progress, no_progress, run_in_worker

from .. import paper_markdown
from ..definition import tool
from ..state import library
from .papers import PaperArgument


@tool(
    title="Notation of a paper",
    render=paper_markdown.notation,
    example={"paper": "1706.03762"},
    read_only=False,
    open_world=True,
)
async def paper_notation(paper: PaperArgument, progress: Progress = no_progress) -> Notation:
    """List a paper's symbols: meaning, shape, the place that defines each with its quote, and the name to use in code.

    A symbol of a display equation that the paper nowhere defines is listed as such.
    """
    return Notation.model_validate(await _of_stored("stored_notation", {"paper_id": paper}, "notation", progress))


@tool(
    title="Contributions and results of a paper",
    render=paper_markdown.contributions,
    example={"paper": "1706.03762"},
    read_only=False,
    open_world=True,
)
async def paper_contributions(paper: PaperArgument, progress: Progress = no_progress) -> PaperContributions:
    """List what a paper claims to contribute, by kind and in its own words, and the results that it reports.

    Results come from its tables and sentences, with metric, dataset, method and place; what is not named there is null.
    """
    answer = await _of_stored("stored_contributions", {"paper_id": paper}, "contributions", progress)
    return PaperContributions.model_validate(answer)


@tool(
    title="Compare two papers",
    render=paper_markdown.comparison,
    example={"paper": "1706.03762", "other": "1807.03819"},
    read_only=False,
    open_world=True,
)
async def compare_papers(
    paper: PaperArgument,
    other: Annotated[str, Field(description="the paper to compare it with, in the same forms")],
    progress: Progress = no_progress,
) -> PaperComparison:
    """Compare two papers: parts that both or only one of them use, settings that differ, results on the same data.

    Everything is a stated fact with its place; nothing is said of what neither states.
    """
    answer = await _of_stored("stored_comparison", {"first": paper, "second": other}, "statements", progress)
    return PaperComparison.model_validate(answer)


async def _of_stored(function: str, papers: dict[str, str], what: str, progress: Progress) -> Any:
    """Fetch the papers that the arguments name, then call a function of `stored` on them in a worker."""
    from paper_implementer.tools.papers.fetch import fetch_paper as fetch

    ids = {name: (await fetch(paper, library(), progress=progress)).id for name, paper in papers.items()}
    return await run_in_worker(
        f"paper_implementer.tools.papers.stored:{function}",
        {"home": str(library().home), **ids},
        what=f"Reading the {what} of {' and '.join(ids.values())}",
    )
