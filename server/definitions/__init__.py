"""All tools, in the order in which a reader meets them. A new tool is one function in one of these files and one name here."""

from __future__ import annotations

from ..definition import ToolDefinition
from .code import code_settings, compare_to_official_code, open_code, read_code
from .defaults import lookup_default
from .papers import fetch_paper, paper_settings, read_paper
from .running import smoke_run

TOOLS: tuple[ToolDefinition, ...] = (
    fetch_paper,
    read_paper,
    paper_settings,
    lookup_default,
    open_code,
    read_code,
    code_settings,
    compare_to_official_code,
    smoke_run,
)
