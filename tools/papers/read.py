"""What the tools return of a paper: its card, and its blocks by id or by page."""

from __future__ import annotations

import difflib
import re

from pydantic import BaseModel, Field, PrivateAttr

from paper_implementer.tools.errors import BadReference, NotFound

from .paper import BBox, Block, BlockKind, Paper, PaperWarning, Role, SourceFormat
from .picture import Picture, Pictures, PictureShown

DEFAULT_CHARS = 25_000
OUTLINE_DEPTH = 3


class OutlineEntry(BaseModel):
    """A section of the outline, with the id to read it by."""

    id: str
    number: str | None = None
    title: str
    level: int
    page: int | None = None
    role: Role | None = None


class Counts(BaseModel):
    """How many of each a paper has."""

    equations: int
    tables: int
    figures: int
    algorithms: int
    references: int


class PaperCard(BaseModel):
    """Metadata, outline, counts and warnings of a paper."""

    id: str
    title: str
    authors: list[str]
    year: int | None
    venue: str | None
    abstract: str
    source_format: SourceFormat
    pages: int | None
    outline: list[OutlineEntry]
    counts: Counts
    code_links: list[str]
    warnings: list[PaperWarning]


class ReadBlock(BaseModel):
    """A block of a paper, as a reader gets it.

    **Arguments:**

    - `image`: of a figure, its name among the library's files of the paper.
    - `truncated`: some of it was cut off to keep to `max_chars`.
    """

    id: str
    kind: BlockKind
    number: str | None = None
    title: str | None = None
    caption: str | None = None
    text: str = ""
    latex: str | None = None
    rows: list[list[str]] | None = None
    page: int | None = None
    bbox: BBox | None = None
    image: str | None = None
    truncated: bool = False


class ReadResult(BaseModel):
    """Blocks in reading order; `next_cursor` asks for what did not fit.

    **Arguments:**

    - `pictures`: what is shown beside the text; `notes`: what could not be shown, and why.
    """

    paper: str
    blocks: list[ReadBlock] = Field(default_factory=list)
    next_cursor: str | None = None
    pictures: list[PictureShown] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)
    _images: list[Picture] = PrivateAttr(default_factory=list)

    @property
    def images(self) -> list[Picture]:
        """The pictures themselves, which are sent beside the structure, not in it."""
        return self._images

    def show(self, found: Pictures) -> None:
        """Add pictures to what was read."""
        self._images += found.pictures
        self.pictures += [PictureShown(**p.model_dump(exclude={"data"})) for p in found.pictures]
        self.notes += found.missing


def card(paper: Paper) -> PaperCard:
    """Summarise a paper: metadata, outline with ids, counts, links to code, warnings."""
    outline = [
        OutlineEntry(
            id=b.id, number=b.number, title=b.title or b.text or "", level=b.level or 1, page=b.page, role=b.role
        )
        for b in paper.of_kind("section")
        # Headings of single paragraphs can be read by their ids, but a reader's outline does not list them.
        if b.number or (b.level or 1) <= OUTLINE_DEPTH
    ]
    counts = Counts(
        equations=len(paper.of_kind("equation")),
        tables=len(paper.of_kind("table")),
        figures=len(paper.of_kind("figure")),
        algorithms=len(paper.of_kind("algorithm")),
        references=len(paper.of_kind("reference")),
    )
    return PaperCard(
        id=paper.id,
        title=paper.title,
        authors=paper.authors,
        year=paper.year,
        venue=paper.venue,
        abstract=paper.abstract,
        source_format=paper.source_format,
        pages=paper.pages,
        outline=outline,
        counts=counts,
        code_links=paper.code_links,
        warnings=paper.warnings,
    )


def read_blocks(
    paper: Paper,
    ids: list[str] | None = None,
    pages: list[int] | None = None,
    max_chars: int = DEFAULT_CHARS,
    cursor: str | None = None,
) -> ReadResult:
    """Return blocks by id or by page, up to a number of characters; without either, from the beginning.

    **Arguments:**

    - `ids`: block ids; a section brings everything in it, subsections included.
    - `pages`: page numbers from 1. With both, a block is returned that either names.
    - `max_chars`: of text, titles, formulas, captions and cells. A block that alone is longer is cut and marked.
    - `cursor`: `next_cursor` of the answer before, with the same `ids` and `pages`.

    **Raises:** `NotFound` for unknown ids, with the nearest known ones, and for pages that the paper has not;
    `BadReference` for a cursor that is not of this paper.
    """
    chosen = _chosen(paper, ids, pages)
    block_index, offset = _position(cursor, chosen)
    result = ReadResult(paper=paper.id)
    room = max_chars
    for i in range(block_index, len(chosen)):
        block, start = chosen[i], offset if i == block_index else 0
        length = _length(block) - start
        if length <= room:
            result.blocks.append(_shown(block, start))
            room -= length
            continue
        if not result.blocks or length > max_chars:
            piece = _piece(block, start, room)
            result.blocks.append(piece)
            done = start + len(piece.text)
            if done < len(block.text):
                result.next_cursor = f"{i}:{done}"
            elif i + 1 < len(chosen):
                result.next_cursor = f"{i + 1}:0"
            return result
        result.next_cursor = f"{i}:0"
        return result
    return result


def _chosen(paper: Paper, ids: list[str] | None, pages: list[int] | None) -> list[Block]:
    if not ids and not pages:
        return paper.blocks
    wanted = _with_contents(paper, ids or [])
    if pages:
        on_pages = {b.page for b in paper.blocks}
        if on_pages == {None}:
            raise NotFound(
                f"{paper.id} was read from {paper.source_format}, which has no pages.",
                "Read it by the ids of its outline.",
            )
        last = paper.pages or max(p for p in on_pages if p is not None)
        if bad := [p for p in pages if not 1 <= p <= last]:
            raise NotFound(
                f"{paper.id} has no page {', '.join(map(str, bad))}; it has {last}.", f"Ask for 1 to {last}."
            )
        wanted |= {i for i, b in enumerate(paper.blocks) if b.page in pages}
    return [paper.blocks[i] for i in sorted(wanted)]


def _with_contents(paper: Paper, ids: list[str]) -> set[int]:
    """Positions of the named blocks and of all that lies in the named sections."""
    known = {b.id for b in paper.blocks}
    names = {_folded(b.id): b.id for b in paper.blocks}
    resolved: set[str] = set()
    for asked in ids:
        name = asked if asked in known else names.get(_folded(asked))
        if name is None:
            near = difflib.get_close_matches(_folded(asked), list(names), n=5, cutoff=0.3)
            hint = (
                f"Nearest: {', '.join(names[n] for n in near)}."
                if near
                else "The outline of fetch_paper lists the ids."
            )
            raise NotFound(f"{paper.id} has no {asked[:80]!r}.", hint)
        resolved.add(name)
    inside = set(resolved)
    positions = set()
    for i, block in enumerate(paper.blocks):
        if block.id in resolved or block.section in inside:
            positions.add(i)
            if block.kind == "section":
                inside.add(block.id)
    return positions


def _folded(block_id: str) -> str:
    return re.sub(r"\s+", "", block_id).lower()


def _position(cursor: str | None, chosen: list[Block]) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    match = re.fullmatch(r"(\d{1,9}):(\d{1,9})", cursor, re.ASCII)
    if match is None or int(match[1]) >= len(chosen) or int(match[2]) > len(chosen[int(match[1])].text):
        raise BadReference(
            f"{cursor[:40]!r} is no cursor of this answer.", "Pass next_cursor back with the same ids and pages."
        )
    return int(match[1]), int(match[2])


def _length(block: Block) -> int:
    rows = sum(len(cell) for row in block.rows or [] for cell in row)
    return len(block.text) + len(block.latex or "") + len(block.caption or "") + len(block.title or "") + rows


def _shown(block: Block, start: int) -> ReadBlock:
    """A block, its text from `start`; what is not text came with the first piece."""
    whole = start == 0
    return ReadBlock(
        id=block.id,
        kind=block.kind,
        number=block.number,
        title=block.title,
        caption=block.caption if whole else None,
        text=block.text[start:],
        latex=block.latex if whole else None,
        rows=block.rows if whole else None,
        page=block.page,
        bbox=block.bbox,
        image=block.image,
    )


def _piece(block: Block, start: int, room: int) -> ReadBlock:
    """As much of a block as there is room for, but a character of text at least, so that reading comes to an end.

    Text goes on in the next answer; of a caption, formula or table that alone is too long the rest is left out.
    """
    piece = _shown(block, start)
    for field in ("title", "caption", "latex"):
        if (value := getattr(piece, field)) is not None:
            setattr(piece, field, value[:room])
            room -= min(len(value), room)
    if piece.rows is not None:
        rows = []
        for row in piece.rows:
            room -= sum(map(len, row))
            if room < 0:
                break
            rows.append(row)
        piece.rows, room = rows, max(0, room)
    piece.text = piece.text[: max(1, room)]
    piece.truncated = True
    return piece
