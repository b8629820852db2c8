"""What the notation of a paper is, as a client gets it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from paper_implementer.knowledge.facts import Source


class Symbol(BaseModel):
    """One symbol in one meaning.

    **Arguments:**

    - `symbol`: in plain characters ("θ_t"); `latex`: as a formula.
    - `meaning`: in the paper's words; None for a symbol of a display equation that the paper nowhere defines.
    - `shape`: "n × d_k", "scalar", "matrix" ..., where the paper says it.
    - `defined_at`: the place with its quote; for an undefined symbol, the equation in which it first stands.
    - `code_name`: an identifier, unique in the notation: the conventional one for the meaning, else the spelled symbol.
    - `also`: ids of other blocks that say the same.
    - `key`: the setting of the vocabulary that it stands for, if it does.
    - `note`: what a reader must know of it ("not defined in the paper", other meanings elsewhere).
    """

    model_config = ConfigDict(extra="forbid")

    symbol: str
    latex: str
    meaning: str | None
    shape: str | None = None
    defined_at: Source
    code_name: str
    also: list[str] = Field(default_factory=list)
    key: str | None = None
    note: str | None = None
    confidence: float


class Notation(BaseModel):
    """The symbols of a paper in the order of their first definition, those without one last.

    `reason` says why there is none, where there is none.
    """

    model_config = ConfigDict(extra="forbid")

    symbols: list[Symbol] = Field(default_factory=list)
    reason: str | None = None
