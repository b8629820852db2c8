"""The tools that open, read and compare code."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from paper_implementer.tools.code.findings import Comparison
from paper_implementer.tools.code.model import CodeOutline, CodeSettings, CodeText
from paper_implementer.tools.worker import Progress, no_progress, run_in_worker

from .. import markdown
from ..definition import tool
from ..state import home, library

CodeArgument = Annotated[
    str,
    Field(
        description="./path, github:owner/name[@ref][//sub/path], https://host/x.git[@ref][//sub/path] or pypi:name[==version][//sub/path]"
    ),
]


@tool(
    title="Open code",
    render=markdown.code_outline,
    example={"code": "github:karpathy/nanoGPT"},
    read_only=False,
    open_world=True,
)
async def open_code(code: CodeArgument, progress: Progress = no_progress) -> CodeOutline:
    """Open code at a pinned commit or version: licence, languages, entry points, config files and an outline of symbols.

    Nothing of it is run. A repository or package is kept, so that the next call is immediate.
    """
    from paper_implementer.tools.code.checkout import open_codebase

    base = await open_codebase(code, home(), progress)
    answer = await run_in_worker(
        "paper_implementer.tools.code.outline:outline_of",
        {"codebase": base.model_dump(mode="json")},
        what=f"Outlining {code}",
        progress=progress,
    )
    return CodeOutline.model_validate(answer)


@tool(
    title="Read code by symbol or lines",
    render=markdown.code_text,
    example={"code": "github:karpathy/nanoGPT", "symbol": "CausalSelfAttention"},
    read_only=False,
    open_world=True,
)
async def read_code(
    code: CodeArgument,
    symbol: Annotated[str | None, Field(description="class, function or Class.method")] = None,
    file: Annotated[str | None, Field(description="a file, relative to the root")] = None,
    lines: Annotated[str | None, Field(description="lines of the file: 10-40")] = None,
    progress: Progress = no_progress,
) -> CodeText:
    """Read one symbol, or lines of one file, with its place, who calls it and what it calls."""
    from paper_implementer.tools.code.checkout import open_codebase

    base = await open_codebase(code, home(), progress)
    answer = await run_in_worker(
        "paper_implementer.tools.code.read:read_code_of",
        {"codebase": base.model_dump(mode="json"), "symbol": symbol, "file": file, "lines": lines},
        what=f"Reading {symbol or file} of {code}",
    )
    return CodeText.model_validate(answer)


@tool(
    title="Settings that code makes",
    render=markdown.code_settings,
    example={"code": "github:karpathy/nanoGPT"},
    read_only=False,
    open_world=True,
)
async def code_settings(
    code: CodeArgument,
    entry: Annotated[str | None, Field(description="the script or config that is run; others are left aside")] = None,
    progress: Progress = no_progress,
) -> CodeSettings:
    """List the settings that code makes: argparse, dataclasses, YAML, constants and constructor arguments, with file and line.

    Where one overrides another, the value is the one that wins and the note has the chain.
    """
    from paper_implementer.tools.code.checkout import open_codebase

    base = await open_codebase(code, home(), progress)
    answer = await run_in_worker(
        "paper_implementer.tools.code.settings:code_settings_of",
        {"root": str(base.root), "ref": base.ref, "entry": entry},
        what=f"Reading the settings of {code}",
    )
    return CodeSettings(facts=answer)


@tool(
    title="Compare with the official code",
    render=markdown.comparison,
    example={"mine": "./my_vit", "official": "pypi:vit-pytorch", "paper": "2010.11929"},
    read_only=False,
    open_world=True,
)
async def compare_to_official_code(
    mine: Annotated[str, Field(description="your implementation: a folder or file")],
    official: CodeArgument,
    paper: Annotated[str | None, Field(description="the paper, as third column of the fidelity table")] = None,
    symbols: Annotated[
        list[str] | None, Field(description="only these classes or functions of the official code")
    ] = None,
    focus: Annotated[
        str | None, Field(description="only findings of this category or family: loss, optimizer, attention")
    ] = None,
    progress: Progress = no_progress,
) -> Comparison:
    """Find what in my implementation differs from the official code, under renaming and restructuring.

    Architecture, settings, losses, optimiser, schedule, data, evaluation. One finding for one difference, with both lines, what
    each side does and how sure it is; features that only they have apart; and paper | official | mine | default in a table.
    """
    from paper_implementer.tools.code.checkout import open_codebase

    my_code = await open_codebase(mine, home(), progress)
    their_code = await open_codebase(official, home(), progress)
    stated: list[dict[str, Any]] = []
    methods: list[str] = []
    if paper is not None:
        from paper_implementer.knowledge.lookup import method_of
        from paper_implementer.tools.papers.fetch import fetch_paper as fetch

        from .papers import paper_settings

        read = await fetch(paper, library(), progress=progress)
        settings = await paper_settings.function(paper=read.id, progress=progress)
        stated = settings.model_dump(mode="json")["facts"]
        methods = method_of(f"{read.title}\n{read.abstract}")
    answer = await run_in_worker(
        "paper_implementer.tools.code.comparison_job:comparison",
        {
            "mine": str(my_code.root),
            "official": str(their_code.root),
            "mine_ref": my_code.ref,
            "official_ref": their_code.ref,
            "symbols": symbols,
            "focus": focus,
            "paper_facts": stated,
            "methods": methods,
        },
        what=f"Comparing {mine} with {official}",
        timeout_s=600,
        memory_mb=4096,
        progress=progress,
    )
    return Comparison.model_validate(answer)
