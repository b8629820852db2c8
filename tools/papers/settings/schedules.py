"""Learning-rate schedules: where they end, how long they fall, and the formula that a paper prints for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from paper_implementer.knowledge.facts import Fact, Source
from paper_implementer.knowledge.values import parse_number

from ..paper import Block, Paper
from .sentences import Sentence
from .statements import Statement

_RATE = re.compile(r"learning[- ]rate|\blr\b|step[- ]?size", re.IGNORECASE)
_FALLS = r"(?<!weight )(?:anneal\w*|decay\w*|decreas\w*|reduc\w*|lower\w*|cool\w*)"
_END = re.compile(
    rf"\b{_FALLS}\b[^.;]{{0,40}}?\bto\s+(?P<share>\d+(?:\.\d+)?\s?%|one[- ]tenth|a tenth)\s*(?:of\b|\()", re.IGNORECASE
)
_LENGTH = re.compile(
    rf"\b{_FALLS}\b[^.;]{{0,60}}?\b(?:over|for|in|within|after)\s+(?:the\s+)?(?:(?:remaining|next|last|final|following|entire|first)\s+)?"
    r"(?P<n>\d[\d,.]*\s?(?:[kKMBT]\b|thousand\b|million\b|billion\b|trillion\b)?)\s*(?P<unit>tokens|steps|iterations|updates|epochs)",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"\b(?:formula|according to|given by|schedule|follows?|as follows|set to|as|equation|varied?|update)\b[^.]{0,40}[:,]?\s*$",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"^\W*(?:lr|lrate|\\eta|η|\\alpha|α|\\gamma_t|learning)\w*(?:_\{?\w+\}?)?(?:\s*\(\w+\))?\s*=", re.IGNORECASE
)


def find_schedule(text: str) -> Iterator[Statement]:
    """The end of a schedule as a share of the peak, and the length of its fall, where one plain sentence states them."""
    if not _RATE.search(text):
        return
    end = _END.search(text)
    if end:
        share = 0.1 if "tenth" in end["share"] else parse_number(end["share"])
        if isinstance(share, int | float) and 0 < share < 1:
            yield Statement("schedule.end_fraction", share, end.start(), end.end())
    length = _LENGTH.search(text)
    if length:
        value = parse_number(length["n"].strip(" .,"))
        unit = "steps" if length["unit"].lower() in ("iterations", "updates") else length["unit"].lower()
        if value is not None and value > 1:
            yield Statement("schedule.decay_steps", value, length.start(), length.end(), unit)


def formulas(paper: Paper, blocks: list[Block], read: dict[str, list[Sentence]]) -> Iterator[tuple[Fact, str]]:
    """The display formulas that a sentence on the learning rate leads to, each with the id of its block."""
    wanted = {block.id for block in blocks}
    for before, block in pairwise(paper.blocks):
        if block.kind != "equation" or before.id not in wanted or not read.get(before.id):
            continue
        lead = read[before.id][-1]
        shown = _tidy(block.latex or "")
        named = bool(_LEFT.match(shown)) and bool(_RATE.search(lead.text + lead.before[-200:]))
        if not re.match(r"[^=]{1,40}[^=\s]\s*=", shown) or not (
            named or (_RATE.search(lead.text) and _ANNOUNCED.search(lead.text))
        ):
            continue
        source = Source(
            kind="paper", ref=paper.id, section=paper.section_title(block), page=before.page,
            bbox=block.bbox or before.bbox, quote=lead.quote(max(0, len(lead.text) - 120), len(lead.text)),
        )  # fmt: skip
        yield Fact(key="schedule.formula", value=shown, source=source, note=f"display equation {block.id}"), block.id


def _tidy(latex: str) -> str:
    """A formula in one line, letters of a word joined that a PDF sets apart."""
    line = re.sub(r"\s+", " ", latex.split(r"\\")[0]).strip()
    return re.sub(r"(?<![\\A-Za-z])(?:[a-z] ){2,}[a-z](?![A-Za-z])", lambda m: m[0].replace(" ", ""), line)
