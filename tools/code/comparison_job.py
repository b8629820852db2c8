"""The comparison as the worker process is asked for it: JSON in, JSON out."""

from __future__ import annotations

from typing import Any

from paper_implementer.knowledge.facts import Fact
from paper_implementer.tools.worker import Progress, no_progress

from .compare import compare


def comparison(
    mine: str,
    official: str,
    mine_ref: str,
    official_ref: str,
    symbols: list[str] | None,
    focus: str | None,
    paper_facts: list[dict[str, Any]],
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Return `compare(...)` as JSON; see there for the arguments."""
    result = compare(
        mine,
        official,
        mine_ref=mine_ref,
        official_ref=official_ref,
        symbols=symbols,
        focus=[part.strip() for part in focus.split(",")] if focus else None,
        paper_facts=[Fact.model_validate(fact) for fact in paper_facts],
        progress=lambda message: progress(0, None, message),
    )
    return result.model_dump(mode="json")
