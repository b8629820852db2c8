"""From a `ToolDefinition` to a tool of the MCP server: progress, errors, Markdown beside the structure."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream
from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult, ImageContent, TextContent, ToolAnnotations

from paper_implementer.tools.errors import PaperImplementerError

from .definition import HIDDEN, ToolDefinition
from .malformed import knowledge_read

MAX_TEXT = 25_000
"""Characters of Markdown that a result carries at most; the structure beside it is whole."""


def register(server: MCPServer[Any], definition: ToolDefinition) -> None:
    """Add a tool to a server."""

    async def call(ctx: Context[Any, Any], **arguments: Any) -> CallToolResult:
        try:
            result = await _with_progress(definition, ctx, arguments)
        except PaperImplementerError as error:
            text = f"{error.kind}: {error}"
            return CallToolResult(
                content=[TextContent(type="text", text=text)],
                structured_content={"error": error.as_dict()},
                is_error=True,
            )
        text = definition.render(result)
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + "\n\n(The text is cut here; the structured result is whole.)"
        structure = result.model_dump(mode="json")
        images = [ImageContent(type="image", data=p.data, mime_type=p.media_type) for p in definition.images(result)]
        return CallToolResult(content=[TextContent(type="text", text=text), *images], structured_content=structure)

    signature = definition.signature
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=Context)
    keyword_only = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]
    parameters = [*keyword_only, context]
    result_type = Annotated[CallToolResult, signature.return_annotation]
    call.__signature__ = inspect.Signature(parameters, return_annotation=result_type)  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in parameters}
    call.__name__ = definition.name
    server.add_tool(
        call,
        name=definition.name,
        title=definition.title,
        description=definition.description,
        annotations=ToolAnnotations(
            read_only_hint=definition.read_only, open_world_hint=definition.open_world, destructive_hint=False
        ),
    )


async def _with_progress(definition: ToolDefinition, ctx: Context[Any, Any], arguments: dict[str, Any]) -> Any:
    """Run the tool and pass on what it says of its progress, if it says anything."""
    if HIDDEN not in inspect.signature(definition.function).parameters:
        return await definition.function(**arguments)
    send, receive = anyio.create_memory_object_stream[tuple[float, float | None, str]](1000)

    def tell(done: float, total: float | None, message: str) -> None:
        # A reader that is slower than the work misses steps; it never holds the work up.
        if send.statistics().current_buffer_used < 1000:
            send.send_nowait((done, total, message))

    async def forward(messages: MemoryObjectReceiveStream[tuple[float, float | None, str]]) -> None:
        async with messages:
            async for done, total, message in messages:
                await ctx.report_progress(done, total, message)

    failure: PaperImplementerError | None = None
    result: Any = None
    async with anyio.create_task_group() as group:
        group.start_soon(forward, receive)
        async with send:
            # Caught here, since a task group would wrap it.
            try:
                with knowledge_read():
                    result = await definition.function(**arguments, progress=tell)
            except PaperImplementerError as error:
                failure = error
    if failure is not None:
        raise failure
    return result
