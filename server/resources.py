"""Resources: papers of the library, their elements, and the methods of the knowledge base, as Markdown."""

from __future__ import annotations

from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError

from paper_implementer.tools.errors import PaperImplementerError
from paper_implementer.tools.papers.paper import Paper

from . import markdown
from .state import library


def register(server: MCPServer[Any]) -> None:
    """Add the resources to a server."""

    @server.resource(
        "paper://{id}",
        title="A paper",
        description="Card and outline of a paper of the library",
        mime_type="text/markdown",
    )
    def paper(id: str) -> str:
        from paper_implementer.tools.papers.read import card

        return markdown.card(card(_paper(id)))

    @server.resource(
        "paper://{id}/{element}",
        title="A part of a paper",
        description="A section, equation, table, figure, algorithm or reference: paper://1706.03762v5/sec:3.2",
        mime_type="text/markdown",
    )
    def paper_element(id: str, element: str) -> str:
        from paper_implementer.tools.papers.read import read_blocks

        try:
            return markdown.blocks(read_blocks(_paper(id), ids=[element]))
        except PaperImplementerError as error:
            raise ResourceNotFoundError(str(error)) from error

    @server.resource(
        "knowledge://{method}",
        title="A method of the knowledge base",
        description="Papers, official code, sourced settings and pitfalls of a method",
        mime_type="text/markdown",
    )
    def knowledge(method: str) -> str:
        from paper_implementer.knowledge.lookup import describe, method_of

        named = method_of(method)
        if not named:
            raise ResourceNotFoundError(f"The knowledge base has no method {method!r}. The prompts complete its names.")
        return describe(named[0])


def _paper(paper_id: str) -> Paper:
    found = library().get(paper_id)
    if found is None:
        raise ResourceNotFoundError(f"The library has no paper {paper_id!r}. Fetch it with the tool fetch_paper.")
    return found
