"""Completions: ids of the papers in the library, names of the methods in the knowledge base."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp_types import Completion, CompletionArgument, CompletionContext, PromptReference, ResourceTemplateReference

from .state import library

LIMIT = 100
"""Values that one completion may carry (MCP specification, completion)."""


def register(server: MCPServer[Any]) -> None:
    """Add the completions to a server."""

    @server.completion()  # type: ignore[no-untyped-call, untyped-decorator]
    async def complete(
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        context: CompletionContext | None,
    ) -> Completion:
        match argument.name:
            case "paper" | "id":
                values = library().ids()
            case "method":
                from paper_implementer.knowledge.lookup import methods

                values = methods()
            case "element":
                known = (context.arguments or {}) if context else {}
                paper = library().get(known.get("id", ""))
                values = [b.id for b in paper.blocks if b.kind != "paragraph"] if paper else []
            case _:
                values = []
        typed = argument.value.lower()
        fitting = sorted((v for v in values if typed in v.lower()), key=lambda v: (not v.lower().startswith(typed), v))
        return Completion(values=fitting[:LIMIT], total=len(fitting), has_more=len(fitting) > LIMIT)
