"""A prompt for each step of the workflow from a paper to a faithful implementation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import PromptArgument

_PAPER = PromptArgument(
    name="paper", description="arXiv id or URL, a local PDF or LaTeX source, or a library id", required=True
)
_MINE = PromptArgument(name="code", description="the folder or file of your implementation", required=True)
_OFFICIAL = PromptArgument(
    name="official", description="official code: github:owner/name, a git URL, pypi:name or a folder", required=True
)

STEPS: dict[str, tuple[str, tuple[PromptArgument, ...], str]] = {
    "read": (
        "1. Read the paper: what it claims and how it is built",
        (_PAPER,),
        "Call fetch_paper for {paper}. From its outline read the abstract and the method with read_paper. Summarise the problem, "
        "the contribution and the architecture, citing section and page for each statement. Say what you could not read.",
    ),
    "dig": (
        "2. Dig: equations, settings and silences",
        (_PAPER,),
        "Read every equation and algorithm of {paper} with read_paper. Call paper_settings. List each stated setting with its "
        "quote and place, each contradiction with both quotes, and each silence with the suggestion and its source.",
    ),
    "reference_check": (
        "3. Check the official code",
        (_PAPER, _OFFICIAL),
        "Call open_code for {official}, then code_settings. Compare what it sets with paper_settings of {paper}: name every "
        "key on which code and paper differ, with file and line on one side and section and page on the other.",
    ),
    "skeleton": (
        "4. Write the skeleton of the model",
        (_PAPER,),
        "From the method section of {paper} write the modules in PyTorch, one class for each named part, shapes in the docstrings, "
        "the equation number beside each line that implements it. Take silent settings from lookup_default and cite them in a "
        "comment. Then call smoke_run on the model and mend what fails.",
    ),
    "training_loop": (
        "5. Write the training loop",
        (_PAPER,),
        "Write the training loop for {paper}: loss, optimiser, schedule, clipping, precision, averaging. Each value comes from "
        "paper_settings or, where the paper is silent, from lookup_default; write the source beside it.",
    ),
    "data": (
        "6. Write the data pipeline",
        (_PAPER,),
        "Collect what {paper} says of data sets, splits, tokenisation, preprocessing and augmentation. Write the pipeline and a "
        "synthetic stand-in of the same shapes for tests. List what is not said.",
    ),
    "evaluation": (
        "7. Write the evaluation",
        (_PAPER,),
        "Find in {paper} each reported metric with its exact definition: tokenisation, averaging, thresholds, split, checkpoint "
        "selection, number of runs. Write the evaluation so that its numbers can be held against the paper's tables.",
    ),
    "debug": (
        "8. Find out why the numbers differ",
        (_PAPER, _MINE, _OFFICIAL),
        "Call compare_to_official_code with mine={code}, official={official}, paper={paper}. Go through the findings from the "
        "highest severity; for each open both places, decide whether it explains the gap, and mend it. Run smoke_run afterwards.",
    ),
    "document": (
        "9. Document the reproduction",
        (_PAPER, _MINE),
        "Write a report for {code} as a reproduction of {paper}: the fidelity table, each assumption with its source, each "
        "deviation with its reason, reported against measured results, and the exact commands.",
    ),
}
"""Name -> (title, arguments, text)."""


def register(server: MCPServer[Any]) -> None:
    """Add the prompts of the workflow to a server."""
    for name, (title, arguments, text) in STEPS.items():
        server.add_prompt(
            Prompt(name=name, title=title, description=title, arguments=list(arguments), fn=_filled(text))
        )


def _filled(text: str) -> Callable[..., str]:
    def render(**given: str) -> str:
        return text.format(**given)

    return render
