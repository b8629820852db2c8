"""A guard in front of the tools: an argument that a tool does not have is an error, not silence."""

from __future__ import annotations

import difflib
from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS


def unknown_argument_guard(arguments_of: dict[str, list[str]]) -> ServerMiddleware[Any]:
    """Return middleware that refuses unknown tools and unknown arguments, naming the nearest that exist.

    **Arguments:**

    - `arguments_of`: the arguments of each tool.
    """

    async def guard(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        if ctx.method == "tools/call" and ctx.params is not None:
            name, given = ctx.params.get("name"), ctx.params.get("arguments") or {}
            if isinstance(name, str) and isinstance(given, dict):
                check_arguments(name, given, arguments_of)
        return await call_next(ctx)

    return guard


def check_arguments(name: str, given: dict[str, Any], arguments_of: dict[str, list[str]]) -> None:
    """Raise `MCPError` (invalid params) if the tool or one of the arguments does not exist."""
    if name not in arguments_of:
        nearest = difflib.get_close_matches(name, arguments_of, n=1)
        hint = f"Did you mean {nearest[0]}?" if nearest else f"There are: {', '.join(arguments_of)}."
        raise MCPError(code=INVALID_PARAMS, message=f"There is no tool {name!r}. {hint}")
    known = arguments_of[name]
    for argument in given:
        if argument not in known:
            nearest = difflib.get_close_matches(argument, known, n=1)
            hint = f"Did you mean {nearest[0]!r}?" if nearest else f"It takes: {', '.join(known)}."
            raise MCPError(code=INVALID_PARAMS, message=f"{name} has no argument {argument!r}. {hint}")
