"""A tool, defined once: a typed function from which the MCP tool, the CLI command and the docs are made."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from paper_implementer.tools.papers.picture import Picture

HIDDEN = "progress"
"""The one parameter of a tool function that is not an argument of the tool."""


@dataclass(frozen=True)
class ToolDefinition:
    """One tool.

    **Arguments:**

    - `function`: async, keyword arguments as `Annotated[type, Field(description=...)]`, returns a pydantic model.
    - `render`: the result as short Markdown for an agent or a person.
    - `images`: pictures of the result, which clients get beside it.
    - `example`: arguments that a reader can try.
    - `open_world`: does it talk to the network or run code? `read_only`: does it leave everything as it was?
    """

    function: Callable[..., Awaitable[BaseModel]]
    title: str
    render: Callable[[Any], str]
    example: dict[str, Any]
    read_only: bool
    open_world: bool
    images: Callable[[Any], list[Picture]] = lambda result: []

    @property
    def name(self) -> str:
        """The name of the tool: that of its function."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """What the tool does, for the agent that chooses it: the docstring of its function."""
        return inspect.cleandoc(self.function.__doc__ or "")

    @property
    def signature(self) -> inspect.Signature:
        """The arguments of the tool and its result, with annotations evaluated."""
        whole = inspect.signature(self.function, eval_str=True)
        return whole.replace(parameters=[p for p in whole.parameters.values() if p.name != HIDDEN])


def tool(
    *,
    title: str,
    render: Callable[[Any], str],
    example: dict[str, Any],
    read_only: bool = True,
    open_world: bool = False,
    images: Callable[[Any], list[Picture]] = lambda result: [],
) -> Callable[[Callable[..., Awaitable[BaseModel]]], ToolDefinition]:
    """Make a `ToolDefinition` of a function. See there for the arguments."""

    def define(function: Callable[..., Awaitable[BaseModel]]) -> ToolDefinition:
        return ToolDefinition(function, title, render, example, read_only, open_world, images)

    return define
