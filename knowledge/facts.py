"""`Fact` and `Source`: the one shape in which papers, code, knowledge and runs state things."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

SourceKind = Literal["paper", "code", "knowledge", "run"]
Status = Literal["stated", "derived", "default", "convention"]


class Source(BaseModel):
    """A place that a reader can open.

    **Arguments:**

    - `ref`: the paper id, the code reference with its commit, the package with its version, or the run id.
    - `section`, `page`, `bbox`, `quote`: where a paper says it; `page` counts from 1, `bbox` is in PDF points.
    - `file`, `line`, `end_line`, `symbol`: where code says it; lines count from 1.
    """

    model_config = ConfigDict(extra="forbid")

    kind: SourceKind
    ref: str
    section: str | None = None
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    file: str | None = None
    line: int | None = None
    end_line: int | None = None
    symbol: str | None = None
    quote: str | None = None
    url: str | None = None


class Fact(BaseModel):
    """One value of one key, with where it comes from.

    **Arguments:**

    - `key`: a key of `paper_implementer.knowledge.vocabulary`, such as `optimizer.betas`.
    - `value`: normalised: 10^-4, 1e-4 and 0.0001 are the same float; percentages are fractions.
    - `scope`: what it holds for ("base", "ImageNet fine-tuning"); None means everywhere.
    - `status`: stated by the source; derived from stated values (the note has the working); a default; a convention.
    """

    model_config = ConfigDict(extra="forbid")

    key: str
    value: JsonValue
    unit: str | None = None
    scope: str | None = None
    status: Status = "stated"
    source: Source
    note: str | None = None


class Place(BaseModel):
    """Lines of a file, relative to the root that was passed."""

    model_config = ConfigDict(extra="forbid")

    file: str
    line: int
    end_line: int | None = None
    symbol: str | None = None
