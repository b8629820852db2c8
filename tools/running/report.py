"""What a smoke run returns."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from paper_implementer.knowledge.facts import Place

CheckStatus = Literal["pass", "fail", "not_run"]


class Check(BaseModel):
    """The verdict of one check: what was measured, what was expected, and why that matters.

    **Arguments:**

    - `place`: the line of the user's code that failed, where it is known; relative to the target's root.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    status: CheckStatus
    measured: JsonValue = None
    expected: JsonValue = None
    why: str = ""
    place: Place | None = None


class Entry(BaseModel):
    """What was run: how it was found, how it was built, and what was made smaller than its default."""

    model_config = ConfigDict(extra="forbid")

    target: str
    how_found: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    inputs: list[str] = Field(default_factory=list)
    shrunk: list[str] = Field(default_factory=list)


class Isolation(BaseModel):
    """How far the run was kept away from the machine, and which guarantees held."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["none"]
    guarantees: list[str]


class SmokeReport(BaseModel):
    """The outcome of a smoke run.

    **Arguments:**

    - `outcome`: `completed`; or what ended it early: `timed_out`, `too_much_output`, `too_much_memory`, `crashed`.
    - `log_tail`: the end of what the code printed; quoted material.
    """

    model_config = ConfigDict(extra="forbid")

    run_id: str
    entry: Entry
    outcome: Literal["completed", "timed_out", "too_much_output", "too_much_memory", "crashed"]
    checks: list[Check]
    isolation: Isolation
    environment: dict[str, JsonValue]
    log_tail: str
