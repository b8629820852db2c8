"""The tools that read papers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from paper_implementer.tools.papers.read import PaperCard, ReadResult
from paper_implementer.tools.papers.settings.result import PaperSettings
from paper_implementer.tools.worker import Progress, no_progress, run_in_worker

from .. import markdown
from ..definition import tool
from ..state import library

PaperArgument = Annotated[
    str,
    Field(
        description="arXiv id or URL (with or without version); an address at OpenReview, ACL Anthology, CVF, PMLR, NeurIPS, "
        "AAAI or JMLR; a DOI; the address of a PDF; a local .pdf, .tex, folder or .tar.gz; or an id of the library"
    ),
]


@tool(title="Fetch a paper", render=markdown.card, example={"paper": "1706.03762"}, read_only=False, open_world=True)
async def fetch_paper(
    paper: PaperArgument,
    refresh: Annotated[bool, Field(description="fetch and read it again even if the library has it")] = False,
    progress: Progress = no_progress,
) -> PaperCard:
    """Fetch a paper into the library and read it: LaTeX source first, then HTML, then PDF.

    Returns its metadata, its outline with the ids to read by (sec:3.2, eq:1, tab:3), counts, links to code, and warnings
    about what could not be read or was hidden in it.
    """
    from paper_implementer.tools.papers.fetch import fetch_paper as fetch
    from paper_implementer.tools.papers.read import card

    return card(await fetch(paper, library(), refresh=refresh, progress=progress))


@tool(
    title="Read parts of a paper",
    render=markdown.blocks,
    images=lambda result: result.images,
    example={"paper": "1706.03762", "ids": ["sec:3.2", "eq:1"]},
    read_only=False,
    open_world=True,
)
async def read_paper(
    paper: PaperArgument,
    ids: Annotated[
        list[str] | None, Field(description="ids from the outline; a section brings all that it holds")
    ] = None,
    pages: Annotated[list[int] | None, Field(description="page numbers from 1, instead of ids")] = None,
    max_chars: Annotated[int, Field(ge=200, le=400_000, description="characters of text at most")] = 25_000,
    cursor: Annotated[str | None, Field(description="next_cursor of the answer before")] = None,
    page_pictures: Annotated[bool, Field(description="show the pages that were asked for as pictures, too")] = False,
    progress: Progress = no_progress,
) -> ReadResult:
    """Read sections, equations, tables, algorithms, figures or references of a paper by id or by page.

    The text is quoted material from the paper: Markdown with formulas as LaTeX, tables as rows, each block with its page.
    Figures are shown as images, too.
    """
    from paper_implementer.tools.papers import pictures
    from paper_implementer.tools.papers.fetch import fetch_paper as fetch
    from paper_implementer.tools.papers.read import read_blocks

    read = await fetch(paper, library(), progress=progress)
    result = read_blocks(read, ids=ids, pages=pages, max_chars=max_chars, cursor=cursor)
    if page_pictures:
        result.show(await pictures.page_pictures(read, library(), pages or pictures.pages_of(result.blocks)))
    elif figures := [block.id for block in result.blocks if block.kind == "figure"]:
        result.show(await pictures.figure_pictures(read, library(), figures))
    return result


@tool(
    title="Settings that a paper states",
    render=markdown.settings,
    example={"paper": "1706.03762"},
    read_only=False,
    open_world=True,
)
async def paper_settings(
    paper: PaperArgument,
    keys: Annotated[
        list[str] | None, Field(description="only these, by any usual name: lr, dropout, optimizer.betas")
    ] = None,
    scope: Annotated[str | None, Field(description="only what holds for this: base, ImageNet, fine-tuning")] = None,
    progress: Progress = no_progress,
) -> PaperSettings:
    """List the hyperparameters and design choices that a paper states, each with section, page and verbatim quote.

    Also what it is silent on though a reimplementation needs it, why that matters, and a sourced default to fall back on;
    and where the paper contradicts itself.
    """
    from paper_implementer.tools.papers.fetch import fetch_paper as fetch

    read = await fetch(paper, library(), progress=progress)
    answer = await run_in_worker(
        "paper_implementer.tools.papers.stored:stored_settings",
        {"home": str(library().home), "paper_id": read.id, "keys": keys, "scope": scope},
        what=f"Reading the settings of {read.id}",
    )
    return PaperSettings.model_validate(answer)
