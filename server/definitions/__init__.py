"""All tools, in the order in which a reader meets them. A new tool is one function in one of these files and one name here."""

from __future__ import annotations

from ..definition import ToolDefinition
from .code import code_settings, compare_to_official_code, open_code, read_code
from .defaults import lookup_component, lookup_default
from .library import find_in_papers, search_papers
from .papers import fetch_paper, paper_settings, read_paper
from .running import cancel_run, estimate_compute, get_run, list_runs, smoke_run
from .understanding import compare_papers, paper_contributions, paper_notation

TOOLS: tuple[ToolDefinition, ...] = (
    search_papers,
    fetch_paper,
    read_paper,
    find_in_papers,
    paper_settings,
    paper_notation,
    paper_contributions,
    compare_papers,
    lookup_default,
    lookup_component,
    open_code,
    read_code,
    code_settings,
    compare_to_official_code,
    smoke_run,
    estimate_compute,
    get_run,
    cancel_run,
    list_runs,
)
