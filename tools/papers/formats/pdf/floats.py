"""Tables, figures and algorithms: their captions, and the lines that belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from .lines import Line

_CAPTION = re.compile(
    r"^(?P<kind>table|tab\.|figure|fig\.|algorithm|listing)\s*(?P<number>(?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,2})?|[IVX]{1,5}|[A-Z](?=\s*[:.]))"
    r"\s*(?P<end>[:.|—–-]|$|\s(?=[A-Z]))\s*(?P<text>.*)$",
    re.IGNORECASE,
)
_KINDS: dict[str, Literal["table", "figure", "algorithm"]] = {
    "tab": "table",
    "fig": "figure",
    "alg": "algorithm",
    "lis": "algorithm",
}


@dataclass
class Float:
    """A table, figure or algorithm. `caption_lines` and `content` are the lines that it covers."""

    kind: Literal["table", "figure", "algorithm"]
    number: str
    caption: str
    caption_lines: list[Line]
    content: list[Line] = field(default_factory=list)
    rules: list[float] = field(default_factory=list)


def find_floats(pages: list[list[Line]], body: float, rules: list[list[tuple[float, float, float]]]) -> list[Float]:
    """Find the floats of a paper.

    **Arguments:**

    - `pages`: the lines of each page in reading order.
    - `rules`: horizontal rules of each page as (left, right, y).
    """
    candidates = [c for lines in pages for c in _captions(lines, body)]
    chosen: dict[tuple[str, str], Float] = {}
    for one, strength in candidates:
        key = (one.kind, one.number)
        if key not in chosen or strength > _strength_of(chosen[key], candidates):
            chosen[key] = one
    floats = [one for one, _ in candidates if chosen[(one.kind, one.number)] is one]
    taken = {id(line) for one in floats for line in one.caption_lines}
    for one in floats:
        page = one.caption_lines[0].page - 1
        _fill(one, [n for n in pages[page] if id(n) not in taken], body, rules[page])
        taken |= {id(line) for line in one.content}
    return floats


def _strength_of(one: Float, candidates: list[tuple[Float, int]]) -> int:
    return next(s for c, s in candidates if c is one)


def _captions(lines: list[Line], body: float) -> list[tuple[Float, int]]:
    found = []
    for i, line in enumerate(lines):
        match = _CAPTION.match(line.text)
        if match is None:
            continue
        kind = _KINDS[match["kind"][:3].lower()]
        end = match["end"].strip()
        before = next((n for n in reversed(lines[:i]) if n.column == line.column), None)
        runs_on = (
            before is not None
            and 0 < line.y - before.y < 1.45 * line.size
            and abs(before.size - line.size) < 0.3
            and before.width > 0.85 * line.width
            and not before.text.endswith((".", ":"))
        )
        strength = (4 if end in (":", "|") else 2 if end else 0) - (3 if runs_on else 0)
        strength += 1 if abs(line.size - body) > 0.4 or line.spans[0].bold else 0
        if strength < (2 if end else 1) or (not match["text"] and not end and kind != "algorithm"):
            continue
        covered = [line]
        for following in lines[i + 1 :]:
            last = covered[-1]
            if following.column != line.column or _CAPTION.match(following.text):
                break
            if abs(following.y - last.y) < 0.3 * line.size:
                covered.append(following)
                continue
            step = following.y - last.y
            ragged = last.x1 < line.x1 - 0.12 * line.width and last is not line
            if not 0 < step < 1.5 * line.size or abs(following.size - line.size) > 0.35 or len(covered) > 25 or ragged:
                break
            if kind == "algorithm":
                break
            covered.append(following)
        text = " ".join([match["text"], *(n.text for n in covered[1:])])
        caption = re.sub(r"(\w)- (?=[a-z])", r"\1", text).strip()
        found.append((Float(kind, match["number"].upper().rstrip("."), caption, covered), strength))
    return found


def _fill(one: Float, lines: list[Line], body: float, rules: list[tuple[float, float, float]]) -> None:
    """Give a float the lines that lie in it: between its rules, else up to where text goes on."""
    top = min(n.y0 for n in one.caption_lines)
    bottom = max(n.y1 for n in one.caption_lines)
    left = min(n.x0 for n in one.caption_lines)
    right = max(n.x1 for n in one.caption_lines)
    column = one.caption_lines[0].column
    beside = [n for n in lines if n.column == column or (n.x0 < right and n.x1 > left) or column == 1]
    below = _run(sorted((n for n in beside if n.y0 >= bottom - 2), key=lambda n: n.y), bottom, body, 1)
    above = _run(sorted((n for n in beside if n.y1 <= top + 2), key=lambda n: -n.y), top, body, -1)
    if one.kind == "figure":
        one.content = above
        return
    if one.kind == "algorithm":
        last = max((y for x0, x1, y in rules if y > bottom and x1 - x0 > 80 and x0 < right and x1 > left), default=None)
        one.content = (
            [n for n in beside if n.y0 >= bottom - 2 and (last is not None and n.y <= last)] if last else below
        )
        return
    near = [(x0, x1, y) for x0, x1, y in rules if x1 - x0 > 40 and x0 < right + 20 and x1 > left - 20]
    for side, first in ((1, bottom), (-1, top)):
        ys = sorted((y for _, _, y in near if (y - first) * side > -3), key=lambda y: y * side)
        if len(ys) >= 2 and abs(ys[0] - first) < 30:
            end = _cluster(ys, side, [n.y for n in beside])
            low, high = sorted((first, end))
            inside = [n for n in beside if low - 2 <= n.y0 + 1 and n.y <= high + 1]
            if inside:
                one.content, one.rules = inside, ys
                return
    one.content = below if len(below) >= len(above) else above


def _cluster(ys: list[float], side: int, baselines: list[float]) -> float:
    """The last rule of a table: rules that follow each other without a page of text between them."""
    end = ys[0]
    for y in ys[1:]:
        if abs(y - end) > 330:
            break
        end = y
    return end


def _run(lines: list[Line], edge: float, body: float, side: int) -> list[Line]:
    """Lines next to an edge that do not look like running text."""
    found: list[Line] = []
    for line in lines:
        distance = (line.y0 - edge) if side > 0 else (edge - line.y1)
        if distance > 60 or _is_text(line, body):
            break
        found.append(line)
        edge = line.y1 if side > 0 else line.y0
    return found


def _is_text(line: Line, body: float) -> bool:
    words = line.text.split()
    wordy = sum(w.strip(".,;:()").isalpha() and len(w) > 1 for w in words) > 0.6 * len(words)
    return abs(line.size - body) < 0.4 and len(words) >= 6 and wordy
