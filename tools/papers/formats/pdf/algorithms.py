"""Algorithms: which lines one covers, and its text as indented lines with LaTeX in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ...paper import BBox
from .equations import GlyphsOf, covered
from .formula_rows import split_rows
from .formulas import Builder, Rule
from .glyphs import Glyph
from .hyphens import joined
from .inline import inline_text
from .lines import Line

MAX_LINES = 400
MAX_DEPTH = 12
_MONOSPACED = re.compile(r"Mono|NimbusMon|Courier|CMTT|SFTT|LMTT|Typewriter|Consol|Menlo|Inconsolata|Fira ?Code|cmtt|txtt|zi4", re.IGNORECASE)  # fmt: skip
_LINE_NUMBER = re.compile(r"^(\d{1,3})([:.)]?)(?=\s|$)")
_HEAD = re.compile(r"^(?:\**(?:Require|Ensure|Input|Output|Data|Result|Inputs|Outputs|Initiali[sz]e|Return|Parameters?|Given|Hyperparameters?)\b)", re.IGNORECASE)  # fmt: skip

_ENDS = re.compile(r"(?:\b(?:do|then|else|repeat|loop|begin)|[.;:{])$")


def frame(rules: list[Rule], caption: Line) -> tuple[float, float] | None:
    """Where the body of an algorithm begins and ends: at the second and third of its rules, or below its caption, or
    between two rules above a caption that stands below.

    **Arguments:**

    - `rules`: horizontal rules near it as (left, right, y), from any side.
    """
    above = [r for r in rules if -16 < r[2] - caption.y0 < 2 and r[0] < caption.x0 + 8]
    below = sorted((r for r in rules if r[2] > caption.y), key=lambda r: r[2])
    first = max(above, key=lambda r: r[2]) if above else None
    if first is None:
        first = next((r for r in below if r[2] - caption.y1 < 10 and r[0] < caption.x0 + 8), None)
    if first is None:
        return None
    alike = [r[2] for r in rules if abs(r[0] - first[0]) < 4 and abs(r[1] - first[1]) < 4]
    under = sorted(y for y in alike if y > caption.y)
    if len(under) > 1:
        return under[0], under[1]
    if above and under:
        return caption.y1, under[0]
    over = [y for y in alike if y < first[2] - 25]
    return (max(over), first[2]) if above and over else None


def inside_box(boxes: list[BBox], caption: Line) -> BBox | None:
    """The smallest drawn box that holds a caption and room for more."""
    holding = [
        b
        for b in boxes
        if b[0] < caption.x0 + 2 and b[2] > caption.x1 - 2 and b[1] < caption.y0 + 2 and b[3] > caption.y1 - 2
        and b[3] - b[1] > 40
    ]  # fmt: skip
    return min(holding, key=lambda b: (b[2] - b[0]) * (b[3] - b[1]), default=None)


@dataclass
class _Step:
    """A line of an algorithm: its printed number, where it begins and ends, and its text."""

    number: str
    x0: float
    x1: float
    text: str


def algorithm_text(lines: list[Line], glyphs_of: GlyphsOf) -> str:
    """The text of an algorithm, two blanks a level, formulas as LaTeX between dollars; program code as printed."""
    lines = [n for n in lines if n.text.strip()]
    if not lines:
        return ""
    if _is_code(lines):
        return _code(lines)
    steps = [
        step
        for page in sorted({n.page for n in lines})
        for step in _steps([n for n in lines if n.page == page], glyphs_of)
    ]
    return "\n".join(_indented(_whole(_numbered(steps)))[:MAX_LINES])


def _is_code(lines: list[Line]) -> bool:
    """Is most of it set in a typewriter font?"""
    total = sum(len(n.text) for n in lines)
    typed = sum(len(s.text.strip()) for n in lines for s in n.spans if _MONOSPACED.search(s.font))
    return typed > 0.6 * total


def _code(lines: list[Line]) -> str:
    """Program code with the blanks that it is indented by."""
    widths = [(n.x1 - n.x0) / len(n.text) for n in lines if len(n.text) > 8]
    step = median(widths) if widths else 5.0
    left = min(n.x0 for n in lines)
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda n: (n.page, n.y, n.x0)):
        if rows and abs(rows[-1][0].y - line.y) < 0.4 * line.size and rows[-1][0].page == line.page:
            rows[-1].append(line)
        else:
            rows.append([line])
    out = []
    for row in rows[:MAX_LINES]:
        text = ""
        for line in sorted(row, key=lambda n: n.x0):
            column = round((line.x0 - left) / step)
            text += " " * max(column - len(text), 1 if text else 0) + "".join(s.text for s in line.spans).rstrip()
        out.append(text.rstrip())
    return "\n".join(out)


def _steps(lines: list[Line], glyphs_of: GlyphsOf) -> list[_Step]:
    """The printed lines of one page."""
    glyphs, rules = glyphs_of(lines[0].page, min(n.y0 for n in lines) - 20, max(n.y1 for n in lines) + 20)
    inside = covered(glyphs, lines)
    if not inside:
        return [_Step("", n.x0, n.x1, n.text) for n in lines]
    x0, x1 = min(g.x0 for g in inside), max(g.x1 for g in inside)
    top, bottom = min(g.top for g in inside), max(g.bottom for g in inside)
    strokes = [
        r for r in rules if r[0] > x0 - 3 and r[1] < x1 + 3 and top < r[2] < bottom and r[1] - r[0] < 0.7 * (x1 - x0)
    ]
    builder = Builder(strokes)
    steps = []
    for row in split_rows(builder.folded(inside)):
        row.sort(key=lambda g: g.x0)
        number, rest = _line_number(row)
        if rest:
            steps.append(_Step(number, rest[0].x0, max(g.x1 for g in rest), inline_text(rest, builder)))
        elif number:
            steps.append(_Step(number, row[-1].x1, row[-1].x1, ""))
    return steps


def _line_number(row: list[Glyph]) -> tuple[str, list[Glyph]]:
    """The printed number that a line begins with, and the rest of it."""
    at = 0
    while at < len(row) and at < 4 and row[at].text.isdigit():
        at += 1
    if 0 < at < 4 and at < len(row) and row[at].text in (":", "."):
        at += 1
    elif not at or (at < len(row) and row[at].x0 - row[at - 1].x1 < 0.4 * row[at].size):
        return "", row
    if at < len(row) and row[at].x0 - row[at - 1].x1 < 0.15 * row[at].size:
        return "", row
    return "".join(g.text for g in row[:at]), row[at:]


def _numbered(steps: list[_Step]) -> list[_Step]:
    """Numbers count only where many lines have one and they rise."""
    values = [int(re.sub(r"\D", "", s.number)) for s in steps if s.number]
    rising = sum(b == a + 1 for a, b in pairwise(values))
    if len(values) > 1 and rising >= 0.6 * (len(values) - 1) and len(values) > 0.3 * len(steps):
        return steps
    return [_Step("", s.x0, s.x1, f"{s.number} {s.text}".strip()) for s in steps]


def _whole(steps: list[_Step]) -> list[_Step]:
    """Lines that were broken put together again."""
    numbered = any(s.number for s in steps)
    right = max((s.x1 for s in steps), default=0.0)
    left = min((s.x0 for s in steps), default=0.0)
    whole: list[_Step] = []
    for step in steps:
        last = whole[-1] if whole else None
        if last is not None and not step.number and not _HEAD.match(step.text):
            if numbered and last.number:
                whole[-1] = _Step(last.number, last.x0, step.x1, joined([last.text, step.text]))
                continue
            full = last.x1 > right - 0.12 * (right - left) and not _ENDS.search(last.text)
            if full and (step.x0 > last.x0 + 3 or (_HEAD.match(last.text) and step.x0 > left - 1)):
                whole[-1] = _Step(last.number, last.x0, step.x1, joined([last.text, step.text]))
                continue
        whole.append(step)
    return whole


def _indented(steps: list[_Step]) -> list[str]:
    """Each line behind two blanks a level; a level is where several lines begin."""
    inner = [s for s in steps if s.number] or steps
    left = min((s.x0 for s in inner), default=0.0)
    offsets = sorted({round(s.x0 - left, 1) for s in inner if s.x0 - left > 4})
    unit = next((o for o in offsets), 10.0)
    unit = unit if 4 < unit < 30 else 12.0
    out = []
    for step in steps:
        depth = min(max(round((step.x0 - left) / unit), 0), MAX_DEPTH) if step.number or inner is steps else 0
        out.append(f"{step.number}{' ' if step.number else ''}{'  ' * depth}{step.text}")
    return out
