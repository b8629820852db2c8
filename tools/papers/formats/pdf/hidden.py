"""Text that a file holds and a reader does not see: where it is, how it is hidden, and how much of it there is.

What only may be hidden (in the colour of its ground, below a later shape or picture) is decided by rendering: it is
taken out of a second copy of the page, and if the page then looks the same, nobody could see it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...paper import BBox, PaperWarning

MIN_SIZE = 2.0
MIN_ALPHA = 0.05
MAX_SPANS_PROBED = 2_000
_ALIKE = 24  # Of 255: colours so close that what is set in one on the other is at least doubtful.
_SEEN = 10  # Of 255: a change of colour that a reader can see.
_SCALE = 2.0
_WORD_CHARACTER = re.compile(r"\w")

Key = tuple[float, float, float]
"""Where a run of glyphs begins, and its size: the same in all readings of a page."""
Cover = tuple[int, BBox]
"""When something opaque was painted (its rank on the page), and where."""


def key_of(span: dict[str, Any]) -> Key:
    """The key of a span as PyMuPDF gives it in "dict" and "rawdict"."""
    x, y = span.get("origin") or span["chars"][0]["origin"]
    return round(x, 1), round(y, 1), round(span["size"], 1)


@dataclass(frozen=True)
class Ground:
    """What a page shows beside text: filled shapes as (box, colour), pictures, and what was painted opaquely when."""

    fills: Sequence[tuple[BBox, tuple[int, ...]]]
    pictures: Sequence[BBox]
    covers: Sequence[Cover]

    @cached_property
    def _of_colour(self) -> dict[tuple[int, ...], list[BBox]]:
        return {}

    def of_colour(self, colour: tuple[int, ...]) -> list[BBox]:
        """Boxes of the shapes whose colour is much like this one."""
        if colour not in self._of_colour:
            self._of_colour[colour] = [box for box, fill in self.fills if _alike(colour, fill, _ALIKE)]
        return self._of_colour[colour]


@dataclass(frozen=True)
class Found:
    """What was found on a page: keys of the hidden spans, one warning for each way in which text is hidden, and whether
    the text is what a program recognised in a picture of the page: it is hidden, and it is the text."""

    keys: set[Key]
    warnings: list[PaperWarning]
    scanned: bool


class HiddenText:
    """Finds the hidden text of the pages of one document.

    The file is opened a second time where a doubt is settled by rendering.
    """

    def __init__(self, document: Any) -> None:
        self.data: bytes = document.stream
        self.layers_off = [xref for xref, group in (document.get_ocgs() or {}).items() if not group["on"]]

    def find(self, page: Any, raw: dict[str, Any], ground: Ground) -> Found:
        """Find the hidden text of a page.

        **Arguments:**

        - `raw`: what PyMuPDF gives as `page.get_text("dict")`.
        """
        hidden: dict[str, list[tuple[BBox, str]]] = defaultdict(list)
        keys: set[Key] = set()
        doubtful: list[dict[str, Any]] = []
        spans = [
            s for b in raw["blocks"] if b["type"] == 0 for n in b["lines"] for s in n["spans"] if s["text"].strip()
        ]
        trace = page.get_texttrace()
        covered = _covered(spans, trace, ground.covers)
        picture_page = any(covers(picture, page.rect) for picture in ground.pictures)
        recognised = {id(s) for s in spans if _transparent(s) or id(s) in covered} if picture_page else set()
        scanned = sum(len(s["text"]) for s in spans if id(s) in recognised) > 0.5 * sum(len(s["text"]) for s in spans)
        for span in spans:
            if how := _plainly_hidden(span, ground, scanned=scanned):
                keys.add(key_of(span))
                hidden[how].append((span["bbox"], span["text"]))
            elif scanned and id(span) in recognised:
                continue
            elif id(span) in covered or _in_colour_of_ground(span, ground):
                doubtful.append(span)
        for span in self._unseen(page.number, doubtful[:MAX_SPANS_PROBED]):
            keys.add(key_of(span))
            how = "is covered by what is painted over it" if id(span) in covered else "has the colour of its ground"
            hidden[how].append((span["bbox"], span["text"]))
        for how, box, text in _left_out(spans, trace, page.rect):
            hidden[how].append((box, text))
        if self.layers_off:
            hidden["is on a layer that is not shown"] = self._on_layers_off(page.number, trace)
        warnings = [_warning(page.number + 1, how, runs) for how, runs in hidden.items()]
        return Found(keys, [w for w in warnings if w], scanned)

    def _copy(self) -> Any:
        import pymupdf

        return pymupdf.open(stream=self.data, filetype="pdf")

    @cached_property
    def _with_all_layers(self) -> Any:
        """The document with all layers on: they are looked at when it is opened."""
        import pymupdf

        with self._copy() as copy:
            copy.set_layer(-1, on=list(copy.get_ocgs()), off=[])
            return pymupdf.open(stream=copy.tobytes(), filetype="pdf")

    def _unseen(self, number: int, spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of the spans without which the page looks the same."""
        if not spans:
            return []
        import pymupdf

        with self._copy() as copy:
            page = copy[number]
            zones = [pymupdf.Rect(_zone(span)) & page.rect for span in spans]
            zones = [zone if not zone.is_empty else None for zone in zones]
            before = _pixels(page, zones)
            for zone in zones:
                if zone is not None:
                    page.add_redact_annot(zone, fill=False, cross_out=False)
            page.apply_redactions(images=0, graphics=0, text=0)
            after = _pixels(page, zones)
        return [span for span, old, new in zip(spans, before, after, strict=True) if not _differ(old, new)]

    def _on_layers_off(self, number: int, trace: list[dict[str, Any]]) -> list[tuple[BBox, str]]:
        shown = {(t["chars"][0][2], t["size"]) for t in trace if t["chars"]}
        everything = self._with_all_layers[number].get_texttrace()
        return [(t["bbox"], _text(t)) for t in everything if t["chars"] and (t["chars"][0][2], t["size"]) not in shown]


def _transparent(span: dict[str, Any]) -> bool:
    return bool(span.get("alpha", 255) < MIN_ALPHA * 255)


def covers(picture: BBox, page: BBox) -> bool:
    """Does a picture take up most of a page?"""
    area = (picture[2] - picture[0]) * (picture[3] - picture[1])
    return area > 0.7 * (page[2] - page[0]) * (page[3] - page[1])


def _plainly_hidden(span: dict[str, Any], ground: Ground, *, scanned: bool) -> str | None:
    """How a span is hidden, where no rendering is needed to tell."""
    if span["size"] < MIN_SIZE:
        return "is too small to be read"
    if _transparent(span):
        return None if scanned else "is transparent"
    if not _alike(_colour(span), (255, 255, 255), _SEEN):
        return None
    x, y = _middle(span["bbox"])
    painted = any(_holds(box, x, y) for box, _ in ground.fills) or any(_holds(box, x, y) for box in ground.pictures)
    return None if painted else "is white on white"


def _in_colour_of_ground(span: dict[str, Any], ground: Ground) -> bool:
    """May a span have the colour of a shape or picture behind it?"""
    x, y = _middle(span["bbox"])
    colour = _colour(span)
    if any(_holds(box, x, y) for box in (*ground.of_colour(colour), *ground.pictures)):
        return True
    return _alike(colour, (255, 255, 255), _ALIKE)


def _covered(spans: list[dict[str, Any]], trace: list[dict[str, Any]], covers: Sequence[Cover]) -> set[int]:
    """Spans (by `id`) most of whose glyphs have something opaque painted over them later."""
    if not covers:
        return set()
    last = max(rank for rank, _ in covers)
    glyphs: dict[int, list[tuple[float, float, bool]]] = defaultdict(list)
    for run in trace:
        over = [box for rank, box in covers if rank > run["seqno"]] if run["seqno"] < last else []
        for _, _, (x, y), box in run["chars"]:
            middle = (box[0] + box[2]) / 2
            glyphs[round(y)].append((x, y, any(_holds(c, middle, y - 0.2 * run["size"]) for c in over)))
    found = set()
    for span in spans:
        x0, _, x1, _ = span["bbox"]
        y = span["origin"][1]
        near = (g for row in (round(y) - 1, round(y), round(y) + 1) for g in glyphs[row])
        own = [under for x, at, under in near if abs(at - y) < 0.5 and x0 - 0.5 <= x < x1]
        if own and sum(own) > 0.5 * len(own):
            found.add(id(span))
    return found


def _left_out(spans: list[dict[str, Any]], trace: list[dict[str, Any]], page: BBox) -> Iterable[tuple[str, BBox, str]]:
    """What is painted beside the page, or where a clip leaves nothing of it: PyMuPDF does not give it as text."""
    rows: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for span in spans:
        x0, y0, x1, y1 = span["bbox"]
        y = span["origin"][1]
        for row in range(round(min(y0, y)) - 2, round(max(y1, y)) + 3):
            rows[row].append((x0 - 2, x1 + 2))
    for run in trace:
        text = _text(run)
        if len(_WORD_CHARACTER.findall(text)) < 3:
            continue
        x, y = _middle(run["bbox"])
        if not _holds((page[0] - 1, page[1] - 1, page[2] + 1, page[3] + 1), x, y):
            yield "lies outside of the page", run["bbox"], text
        elif run["dir"][0] > 0.99 and not any(_given(rows, glyph) for glyph in run["chars"]):
            yield "is clipped away", run["bbox"], text


def _given(rows: dict[int, list[tuple[float, float]]], glyph: Any) -> bool:
    """Is a glyph in a span of its row?"""
    x, y = glyph[2]
    return any(x0 <= x <= x1 for x0, x1 in rows[round(y)])


def _pixels(page: Any, zones: Sequence[Any | None]) -> list[bytes]:
    import pymupdf

    there = [zone for zone in zones if zone is not None]
    if not there:
        return [b""] * len(zones)
    clip = pymupdf.Rect(there[0])
    for zone in there[1:]:
        clip |= zone
    picture = page.get_pixmap(matrix=pymupdf.Matrix(_SCALE, _SCALE), clip=clip, alpha=False, annots=False)
    samples, stride, n = picture.samples_mv, picture.stride, picture.n
    cut = []
    for zone in zones:
        if zone is None:
            cut.append(b"")
            continue
        box = (zone * pymupdf.Matrix(_SCALE, _SCALE)).irect & picture.irect
        rows = range(box.y0 - picture.y, box.y1 - picture.y)
        left, right = (box.x0 - picture.x) * n, (box.x1 - picture.x) * n
        cut.append(b"".join(bytes(samples[row * stride + left : row * stride + right]) for row in rows))
    return cut


def _differ(old: bytes, new: bytes) -> bool:
    return old != new and any(abs(a - b) > _SEEN for a, b in zip(old, new, strict=True))


def _zone(span: dict[str, Any]) -> BBox:
    """The part of a span's box in which its small letters stand: neighbours do not reach into it."""
    x0, _, x1, _ = span["bbox"]
    y, size = span["origin"][1], span["size"]
    return x0, y - 0.5 * size, x1, y


def _warning(page: int, how: str, runs: list[tuple[BBox, str]]) -> PaperWarning | None:
    characters = sum(len(text.strip()) for _, text in runs)
    if not characters:
        return None
    boxes = [box for box, _ in runs]
    box = min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    return PaperWarning(
        kind="hidden_text",
        message=f"{characters} characters that a reader cannot see were left out: the text {how}.",
        page=page,
        bbox=(round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)),
    )


def _text(run: dict[str, Any]) -> str:
    return "".join(chr(c[0]) for c in run["chars"] if c[0] > 0)


def _colour(span: dict[str, Any]) -> tuple[int, int, int]:
    value = span["color"]
    return value >> 16 & 255, value >> 8 & 255, value & 255


def _alike(one: Sequence[int], other: Sequence[int], tolerance: int) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def _middle(box: BBox) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _holds(box: BBox, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
