"""`Paper` and `Block`: the one document model, whatever a paper was written in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

BlockKind = Literal[
    "section",
    "paragraph",
    "list",
    "equation",
    "table",
    "figure",
    "algorithm",
    "code",
    "theorem",
    "footnote",
    "reference",
]
SourceFormat = Literal["latex", "html", "pdf"]
Role = Literal[
    "abstract", "introduction", "related_work", "background", "method", "experiments", "results", "discussion",
    "conclusion", "appendix", "references", "acknowledgements", "other",
]  # fmt: skip
BBox = tuple[float, float, float, float]


class ReferenceFields(BaseModel):
    """An entry of the references, split into fields; what the entry does not say is None or empty."""

    model_config = ConfigDict(extra="forbid")

    authors: list[str] = Field(default_factory=list)
    title: str
    venue: str | None = None
    year: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    url: str | None = None


class Block(BaseModel):
    """One element of a paper, in reading order.

    **Arguments:**

    - `id`: `sec:3.2`, `par:17`, `eq:1`, `tab:3`, `fig:1`, `alg:1`, `fn:2`, `ref:12`; unnumbered headings get a slug
      (`sec:introduction`), unnumbered equations `eq:u1`. The printed number wins: Table A.1 is `tab:A.1`.
    - `number`: as printed ("3.2", "A.1"), None where there is none.
    - `title`: of a section or an algorithm; `caption`: of a float, without "Table 3:".
    - `text`: Markdown for a reader, formulas as LaTeX between dollars where the format gives them. A section heading
      block has its title here; the text of the section is in the blocks that follow and name it in `section`.
    - `verbatim`: the text as printed, from which quotes are cut; sub- and superscripts as `_{..}`, `^{..}`, nothing
      else changed but ligatures and line-end hyphens. None means that `text` is verbatim.
    - `latex`: of an equation, without the environment.
    - `rows`: of a table; merged cells are repeated in every cell that they cover.
    - `page` counts from 1 (None where the format has no pages); `bbox` in PDF points, origin top left.
    - `section`: id of the enclosing section block; None before the first.
    - `level`: of a section, 1 for "3", 2 for "3.2"; `role`: the part that the section plays.
    - `reference`: the fields of a reference, where they could be told apart.
    - `image`: name of a picture among the paper's files, for a figure.
    - `confidence`: 0..1 where the content was rebuilt by guesswork (equations and tables of a PDF).
    """

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: BlockKind
    number: str | None = None
    title: str | None = None
    caption: str | None = None
    text: str = ""
    verbatim: str | None = None
    latex: str | None = None
    rows: list[list[str]] | None = None
    page: int | None = None
    bbox: BBox | None = None
    section: str | None = None
    level: int | None = None
    role: Role | None = None
    label: str | None = None
    image: str | None = None
    reference: ReferenceFields | None = None
    confidence: float | None = None


class PaperWarning(BaseModel):
    """Something that the reader of a paper must know: what was left out, cut, hidden or damaged, and where it was."""

    model_config = ConfigDict(extra="forbid")

    kind: str
    message: str
    page: int | None = None
    bbox: BBox | None = None


class Paper(BaseModel):
    """A paper that has been read. `blocks` is the tree, flattened in reading order; `Block.section` is the edge upward."""

    model_config = ConfigDict(extra="forbid")

    id: str = ""
    title: str = ""
    authors: list[str] = Field(default_factory=list)
    year: int | None = None
    venue: str | None = None
    abstract: str = ""
    source_format: SourceFormat
    pages: int | None = None
    blocks: list[Block] = Field(default_factory=list)
    code_links: list[str] = Field(default_factory=list)
    warnings: list[PaperWarning] = Field(default_factory=list)

    def block(self, block_id: str) -> Block | None:
        """The block of this id, or None."""
        return next((b for b in self.blocks if b.id == block_id), None)

    def of_kind(self, *kinds: BlockKind) -> list[Block]:
        """The blocks of these kinds, in reading order."""
        return [b for b in self.blocks if b.kind in kinds]

    def section_title(self, block: Block) -> str | None:
        """Number and title of the section that holds a block, as a reader would cite it."""
        home = self.block(block.section) if block.section else None
        if home is None:
            return None
        return f"{home.number} {home.title}".strip() if home.number else home.title
