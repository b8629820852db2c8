"""What `paper_settings` returns."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from paper_implementer.knowledge.facts import Fact


class Silence(BaseModel):
    """A setting that a reimplementation needs and the paper does not state."""

    model_config = ConfigDict(extra="forbid")

    key: str
    why_it_matters: str
    suggestion: Fact | None = None


class Contradiction(BaseModel):
    """Facts of one key and one scope that do not agree."""

    model_config = ConfigDict(extra="forbid")

    key: str
    facts: list[Fact]


class PaperSettings(BaseModel):
    """Facts in the order of the paper, silences by importance, contradictions."""

    model_config = ConfigDict(extra="forbid")

    facts: list[Fact] = Field(default_factory=list)
    silent: list[Silence] = Field(default_factory=list)
    contradictions: list[Contradiction] = Field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """A fact and how firmly it was read.

    **Arguments:**

    - `block`: id of the block that states it; `tabled`: whether that is a cell.
    - `firm`: whether the key was named, not only a symbol that the paper may use for several things.
    """

    fact: Fact
    block: str
    tabled: bool = False
    firm: bool = True
