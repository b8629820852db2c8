"""What `compare_papers` returns."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from paper_implementer.knowledge.facts import Fact, Source

from .contributions.model import Result


class Component(BaseModel):
    """A part that a paper uses: a method of the knowledge base, or a design choice that it states."""

    model_config = ConfigDict(extra="forbid")

    name: str
    source: Source
    other_source: Source | None = None


class DifferingSetting(BaseModel):
    """One key for which the two papers state different values, for everything or for scopes of the same name."""

    model_config = ConfigDict(extra="forbid")

    key: str
    first: list[Fact]
    second: list[Fact]


class SharedResult(BaseModel):
    """What both report for one metric on one dataset; protocols may differ."""

    model_config = ConfigDict(extra="forbid")

    metric: str
    dataset: str
    first: list[Result]
    second: list[Result]


class PaperComparison(BaseModel):
    """What `compare_papers` returns. `summary` is made of the facts beside it and says nothing else."""

    model_config = ConfigDict(extra="forbid")

    first: str
    second: str
    shared: list[Component] = Field(default_factory=list)
    only_first: list[Component] = Field(default_factory=list)
    only_second: list[Component] = Field(default_factory=list)
    differing_settings: list[DifferingSetting] = Field(default_factory=list)
    shared_results: list[SharedResult] = Field(default_factory=list)
    summary: str = ""
