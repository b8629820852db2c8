"""One document of two: the text of a LaTeX or HTML reading, with the pages and places of the same paper's PDF."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from ..paper import BBox, Block, Paper, PaperWarning

SAME_PAPER = 0.5
"""Share of the paragraphs that must be found in the PDF for it to be the PDF of this paper."""
SAME_BLOCK = 0.75
"""Share of the words, both ways, from which a block of the PDF is the block of the text."""
SHINGLE = 4
COMMON = 8
"""Shingles that stand at more places than this say nothing of the place."""
HEAD = 24
"""Words at the beginning of a block by which it is found: what counts is where it begins."""
_FLOATS = ("table", "figure", "algorithm")
_NUMBERED = (*_FLOATS, "equation", "section")
_FREE = (*_FLOATS, "footnote", "reference")
"""Kinds that a page may have elsewhere than the source."""
_WORD = re.compile(r"[^\W\d_]{2,}|\d{2,}")
_FORMULA = re.compile(r"\$[^$]*\$")


@dataclass(frozen=True)
class _Spot:
    page: int
    bbox: BBox | None = None


def with_pages(text: Paper, pdf: Paper) -> Paper:
    """Give the blocks of a paper the pages, and where they are sure the boxes, that they have in its PDF.

    Blocks are found by their numbers and captions, or by runs of words, in an order that both readings share; floats,
    footnotes and references may stand anywhere. A block that is not found takes the page of its neighbours where these agree.

    **Arguments:**

    - `text`: read from LaTeX or HTML; `pdf`: read from the PDF.

    Where the PDF is that of another paper or of quite another version it is not used, with the warning "pdf_differs".
    """
    places = _Places(pdf)
    spots = [places.of(block) for block in text.blocks]
    _drop_out_of_order(text.blocks, spots)
    paragraphs = [i for i, b in enumerate(text.blocks) if b.kind == "paragraph" and len(_words(b.text)) >= 2 * SHINGLE]
    found = sum(spots[i] is not None for i in paragraphs)
    if paragraphs and found < SAME_PAPER * len(paragraphs):
        message = (
            f"The PDF beside the source is not of the same text ({found} of {len(paragraphs)} paragraphs are in it): "
            "no pages are given."
        )
        return text.model_copy(update={"warnings": [*text.warnings, PaperWarning(kind="pdf_differs", message=message)]})
    pages = _filled(text.blocks, spots)
    blocks = [
        block.model_copy(update={"page": page, "bbox": spot.bbox if spot else None})
        for block, spot, page in zip(text.blocks, spots, pages, strict=True)
    ]
    return text.model_copy(update={"blocks": blocks, "pages": pdf.pages})


class _Places:
    """Where the words and the numbered elements of a PDF are."""

    def __init__(self, pdf: Paper) -> None:
        self.blocks = [b for b in pdf.blocks if b.page is not None]
        self.words = [_words(_printed(b)) for b in self.blocks]
        self.stream: list[str] = []
        self.starts: list[int] = []
        for words in self.words:
            self.starts.append(len(self.stream))
            self.stream += words
        self.shingles: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for i in range(len(self.stream) - SHINGLE + 1):
            self.shingles[tuple(self.stream[i : i + SHINGLE])].append(i)
        self.numbered = {(b.kind, b.number): i for i, b in enumerate(self.blocks) if b.number}
        self.titled = {_folded(b.title or b.text): i for i, b in enumerate(self.blocks) if b.kind == "section"}

    def of(self, block: Block) -> _Spot | None:
        """Where a block begins, or None."""
        if block.kind in _NUMBERED and (i := self._by_number(block)) is not None:
            return self._spot(i)
        if block.kind == "section":
            i = self.titled.get(_folded(block.title or block.text))
            return self._spot(i) if i is not None else None
        words = _words(_printed(block))
        start = self._start(words)
        if start is None:
            return None
        i = bisect_right(self.starts, start) - 1
        whole = block.kind == self.blocks[i].kind and _shared(words, self.words[i]) >= SAME_BLOCK
        return self._spot(i) if whole else _Spot(self._page(i, start))

    def _spot(self, i: int) -> _Spot:
        return _Spot(self.blocks[i].page or 1, self.blocks[i].bbox)

    def _page(self, i: int, position: int) -> int:
        """The page of a word: that of its block, or where the block runs over pages, of the nearer end."""
        here = self.blocks[i].page or 1
        after = next((b.page for b in self.blocks[i + 1 :] if b.kind == self.blocks[i].kind), here) or here
        end = self.starts[i + 1] if i + 1 < len(self.starts) else len(self.stream)
        late = position - self.starts[i] > 0.75 * (end - self.starts[i])
        return after if late and after == here + 1 else here

    def _by_number(self, block: Block) -> int | None:
        i = self.numbered.get((block.kind, block.number)) if block.number else None
        if i is None:
            return None
        mine, theirs = (
            _words(block.caption or block.title or ""),
            _words(self.blocks[i].caption or self.blocks[i].title or ""),
        )
        # A number that stands at other words is that of another version, or was misread.
        return i if not mine or not theirs or _shared(mine[:HEAD], theirs[:HEAD]) >= 0.5 else None

    def _start(self, words: list[str]) -> int | None:
        """Position in the stream at which most of the first words stand, as they follow one another."""
        votes: dict[int, int] = defaultdict(int)
        head = words[:HEAD]
        for offset in range(len(head) - SHINGLE + 1):
            at = self.shingles.get(tuple(head[offset : offset + SHINGLE]), ())
            if len(at) <= COMMON:
                for position in at:
                    votes[position - offset] += 1
        if not votes:
            return None
        # Words lost or split on one side shift the rest by a few places: near starts are one.
        best = max(votes, key=lambda s: (sum(votes.get(s + d, 0) for d in range(-4, 5)), votes[s], -s))
        return max(0, best)


def _drop_out_of_order(blocks: list[Block], spots: list[_Spot | None]) -> None:
    """Forget the spots of running text that contradict the order of most others (longest non-decreasing run of pages)."""
    flow = [(i, spot.page) for i, spot in enumerate(spots) if spot and blocks[i].kind not in _FREE]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for k, (_, page) in enumerate(flow):
        at = bisect_right(tails, page)
        before.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(page)
            ends.append(k)
        else:
            tails[at], ends[at] = page, k
    kept = set()
    k = ends[-1] if ends else -1
    while k >= 0:
        kept.add(flow[k][0])
        k = before[k]
    for i, _ in flow:
        if i not in kept:
            spots[i] = None


def _filled(blocks: list[Block], spots: list[_Spot | None]) -> list[int | None]:
    """Pages of all blocks: their own, or that which both neighbours in the running text have."""
    after: list[int | None] = [None] * len(blocks)
    page: int | None = None
    for i in reversed(range(len(blocks))):
        after[i] = page
        if (spot := spots[i]) and blocks[i].kind not in _FREE:
            page = spot.page
    pages: list[int | None] = []
    page = None
    for i, block in enumerate(blocks):
        if spot := spots[i]:
            pages.append(spot.page)
            if block.kind not in _FREE:
                page = spot.page
        else:
            pages.append(page if page == after[i] and block.kind not in _FREE else None)
    return pages


def _printed(block: Block) -> str:
    """The words of a block as a page shows them."""
    return " ".join(x for x in (block.title, block.caption, block.verbatim or block.text) if x)


def _words(text: str) -> list[str]:
    """The words of a text without its formulas, folded: what two readings of it share."""
    plain = unicodedata.normalize("NFKD", _FORMULA.sub(" ", text)).lower()
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))


def _folded(title: str) -> str:
    return "".join(_words(title))


def _shared(first: list[str], second: list[str]) -> float:
    """Share of the words of the longer list that the other has as well."""
    if not first or not second:
        return 0.0
    return len(set(first) & set(second)) / max(len(set(first)), len(set(second)))
