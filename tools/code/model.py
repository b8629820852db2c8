"""What the tools say about code."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from paper_implementer.knowledge.facts import Fact, Place


class OutlineEntry(BaseModel):
    """A class or function, with the lines that it covers and its first line of documentation."""

    model_config = ConfigDict(extra="forbid")

    file: str
    line: int
    end_line: int
    kind: str
    symbol: str
    signature: str = ""


class CodeOutline(BaseModel):
    """What a code base holds.

    **Arguments:**

    - `languages`: files of each.
    - `entry_points`: scripts that can be run; `configs`: files that hold settings.
    - `outline`: classes and functions, the first of them only where there are many; `total` counts all.
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    commit: str | None
    licence: str | None
    languages: dict[str, int]
    entry_points: list[Place]
    configs: list[str]
    outline: list[OutlineEntry]
    total: int
    warnings: list[str] = Field(default_factory=list)


class CodeText(BaseModel):
    """Lines of code with their place, who calls it and what it calls, by name within the code base."""

    model_config = ConfigDict(extra="forbid")

    text: str
    place: Place
    callers: list[Place] = Field(default_factory=list)
    callees: list[Place] = Field(default_factory=list)
    truncated: bool = False


class CodeSettings(BaseModel):
    """The facts that code states."""

    model_config = ConfigDict(extra="forbid")

    facts: list[Fact]
