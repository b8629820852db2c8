"""What a search returns, and the record that a source gives of a paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import BaseModel, Field


class FoundPaper(BaseModel):
    """A paper that was found, described as well as all sources together can; `id` is what fetch_paper accepts."""

    id: str
    title: str
    authors: list[str]
    year: int | None = None
    venue: str | None = None
    abstract: str = ""
    url: str | None = None
    pdf_url: str | None = None
    sources: list[str] = Field(description="the sources that know it")


class SourceError(BaseModel):
    """What kept one source from answering; the other sources' papers are there all the same."""

    source: str
    kind: str
    message: str
    hint: str


class SearchResult(BaseModel):
    """Papers, the best first; `next_cursor` asks for more of them."""

    papers: list[FoundPaper]
    errors: list[SourceError] = []
    next_cursor: str | None = None


@dataclass(frozen=True)
class Record:
    """What one source says of a paper. Empty strings stand for what it does not say.

    **Arguments:**

    - `rank`: place in the source's answer, from 0.
    - `arxiv`: id without version; `doi`: in lower case; `acl`, `openreview`: ids there.
    """

    source: str
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    abstract: str = ""
    url: str = ""
    pdf_url: str = ""
    arxiv: str = ""
    doi: str = ""
    acl: str = ""
    openreview: str = ""
    rank: int = field(default=0, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """The identifiers of the paper; records that share one are of the same paper."""
        named = {"arxiv": self.arxiv, "doi": self.doi, "acl": self.acl.lower(), "openreview": self.openreview}
        return frozenset(f"{kind}:{name}" for kind, name in named.items() if name)


class Page(NamedTuple):
    """A stretch of a source's answer.

    **Arguments:**

    - `more`: the source may have further papers behind these.
    - `warning`: something that the user should know of papers that are there nevertheless.
    """

    records: list[Record]
    more: bool = False
    warning: SourceError | None = None
