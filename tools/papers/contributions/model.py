"""What `paper_contributions` returns."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from paper_implementer.knowledge.facts import Source

ContributionKind = Literal[
    "architecture", "loss", "training_procedure", "evaluation_protocol", "dataset", "theory", "analysis", "result",
    "software", "method",
]  # fmt: skip


class Contribution(BaseModel):
    """A claim in the paper's own words; `kind` is "method" where the words do not say what it is about."""

    model_config = ConfigDict(extra="forbid")

    kind: ContributionKind
    statement: str
    source: Source


class Result(BaseModel):
    """A number that the paper reports.

    **Arguments:**

    - `metric`, `dataset`: None where the table or the sentence does not name them.
    - `method`: the row, or who achieves it; `ours`: whether it is the paper's own, as far as its row says.
    - `setting`: what else the row and the column say.
    """

    model_config = ConfigDict(extra="forbid")

    metric: str | None = None
    dataset: str | None = None
    value: float
    spread: float | None = None
    unit: str | None = None
    method: str | None = None
    setting: str | None = None
    ours: bool = False
    source: Source


class PaperContributions(BaseModel):
    """Claims in the order of the paper, results in that of its tables; `reason` says why there is neither."""

    model_config = ConfigDict(extra="forbid")

    contributions: list[Contribution] = Field(default_factory=list)
    results: list[Result] = Field(default_factory=list)
    reason: str | None = None
