"""What a smoke run reports."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field, JsonValue

from paper_implementer.knowledge.facts import Place


class Entry(BaseModel):
    """What was run and how it was found.

    **Arguments:**

    - `target`: as it was asked for.
    - `how_found`: model, constructor arguments and inputs, each with where it comes from.
    - `shrunk`: what was made smaller than the code sets it, one line each.
    """

    target: str
    how_found: str
    shrunk: list[str] = Field(default_factory=list)


class Check(BaseModel):
    """One verdict.

    **Arguments:**

    - `why`: for a pass, what it shows; for a fail, what happened; for `not_run`, what stood in the way.
    - `place`: the line of the user's code that failed, relative to the target's folder.
    """

    name: str
    status: Literal["pass", "fail", "not_run"]
    measured: JsonValue = None
    expected: str = ""
    why: str = ""
    place: Place | None = None


class Isolation(BaseModel):
    """What kept the run from the rest of the machine; only what held when it was tried on this machine."""

    level: Literal["bubblewrap", "sandbox-exec", "none"]
    guarantees: list[str]


class SmokeReport(BaseModel):
    """The verdicts of one run, with everything needed to repeat it.

    **Arguments:**

    - `state`: `started` for one that goes on by itself: `get_run` has its verdicts when it is done.
    """

    run_id: str
    state: Literal["done", "started"] = "done"
    entry: Entry
    checks: list[Check]
    isolation: Isolation
    environment: dict[str, JsonValue]
    log_tail: str = ""
