"""What `paper_settings` returns, and what it is made from."""

from __future__ import annotations

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


class Found(BaseModel):
    """A fact and how firmly it was read.

    **Arguments:**

    - `block`: id of the block that states it; `tabled`: whether that is a cell.
    - `firm`: whether the key was named, not only a symbol that the paper may use for several things.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: Fact
    block: str
    tabled: bool = False
    firm: bool = True


class Taken(BaseModel):
    """Something taken over from another paper: the fact that points there, and what it brings.

    **Arguments:**

    - `prefixes`: the beginnings of the keys that come with it.
    - `title`, `arxiv_id`: of the other paper; `name`: what it is called in passing ("BERT").
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fact: Fact
    block: str
    prefixes: list[str]
    title: str
    name: str | None = None
    arxiv_id: str | None = None


class Reading(BaseModel):
    """All that is read off a paper, before anything is asked.

    **Arguments:**

    - `kinds`: the families of methods that the paper is about, with "neural" and "experimental" where it is that.
    - `own`: the method of the knowledge base that the paper introduces; `methods`: those that its head names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    found: list[Found]
    taken: list[Taken]
    kinds: list[str]
    own: str | None = None
    methods: list[str]
