"""Tables, figures and algorithms: their captions, and the lines that belong to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from ...paper import BBox
from .algorithms import frame, inside_box
from .hyphens import joined
from .lines import Line

_CAPTION = re.compile(
    r"^(?P<kind>table|tab\.|figure|fig\.|algorithm|listing)\s*(?P<number>(?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,2})?|[IVX]{1,5}|[A-Z](?=\s*[:.]))"
    r"\s*(?P<end>[:.|—–-]|$|\s(?=[A-Z]))\s*(?P<text>.*)$",
    re.IGNORECASE,
)
Rule = tuple[float, float, float]
_KINDS: dict[str, Literal["table", "figure", "algorithm"]] = {
    "tab": "table",
    "fig": "figure",
    "alg": "algorithm",
    "lis": "algorithm",
}


TURNED = 14.0
"""Points that a turned label of an axis takes."""


@dataclass
class Float:
    """A table, figure or algorithm. `caption_lines` and `content` are the lines that it covers."""

    kind: Literal["table", "figure", "algorithm"]
    number: str
    caption: str
    caption_lines: list[Line]
    content: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    region: BBox | None = None


def find_captions(pages: list[list[Line]], body: float, known: frozenset[str] = frozenset()) -> list[Float]:
    """Find the floats of a paper by their captions, each number once; `fill` gives them their content.

    **Arguments:**

    - `pages`: the lines of each page in reading order.
    - `body`: the font size of running text; `known`: words that the paper writes with a hyphen.
    """
    candidates = [c for lines in pages for c in _captions(lines, body, known)]
    chosen: dict[tuple[str, str], tuple[Float, int]] = {}
    for one, strength in candidates:
        key = (one.kind, one.number)
        if key not in chosen or strength > chosen[key][1]:
            chosen[key] = (one, strength)
    return [one for one, _ in candidates if chosen[(one.kind, one.number)][0] is one]


def fill(
    floats: list[Float],
    pages: list[list[Line]],
    body: float,
    rules: list[list[Rule]],
    shapes: list[list[BBox]],
    stops: set[int],
) -> None:
    """Give each float the lines that lie in it.

    **Arguments:**

    - `rules`: horizontal rules of each page as (left, right, y); `shapes`: its pictures and drawings.
    - `stops`: ids of lines that no float holds: headings.
    """
    taken = {id(line) for one in floats for line in one.caption_lines}
    for one in floats:
        page = one.caption_lines[0].page - 1
        walls = [n for other in floats if other is not one for n in other.caption_lines if n.page == page + 1]
        _fill(one, [n for n in pages[page] if id(n) not in taken], walls, body, rules[page], shapes[page], stops)
        taken |= {id(line) for line in one.content}


def _captions(lines: list[Line], body: float, known: frozenset[str]) -> list[tuple[Float, int]]:
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
            and _overlap(before, line)
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
            if not _overlap(line, following):
                continue  # Text beside a float that it flows around.
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
        caption = joined([match["text"], *(n.text for n in covered[1:])], known)
        found.append((Float(kind, match["number"].upper().rstrip("."), caption, covered), strength))
    return found


def _overlap(a: Line, b: Line) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1


def _fill(
    one: Float,
    lines: list[Line],
    walls: list[Line],
    body: float,
    rules: list[Rule],
    shapes: list[BBox],
    stops: set[int],
) -> None:
    """Lines between the float's rules, else those next to its caption up to where text goes on.

    `walls` are the captions of other floats: no float reaches over them.
    """
    top = min(n.y0 for n in one.caption_lines)
    bottom = max(n.y1 for n in one.caption_lines)
    left = min(n.x0 for n in one.caption_lines)
    right = max(n.x1 for n in one.caption_lines)
    column = one.caption_lines[0].column
    beside = [n for n in lines if n.column == column or (n.x0 < right and n.x1 > left) or column == 1]
    near = [r for r in rules if r[1] - r[0] > 40 and r[0] < right + 20 and r[1] > left - 20]
    below = _run(sorted((n for n in beside if n.y0 >= bottom - 2), key=lambda n: n.y), bottom, body, 1, stops)
    above = _run(sorted((n for n in beside if n.y1 <= top + 2), key=lambda n: -n.y), top, body, -1, stops)
    if one.kind == "figure":
        one.region = _region(shapes, top, left - 20, right + 20, [n for n in beside if _is_text(n, body)])
        drawn = [n for n in lines if id(n) not in stops and _lies_in(n, one.region, body)] if one.region else []
        one.content = [*above, *(n for n in drawn if n not in above)]
        one.region = _with_labels(one.region, [n for n in drawn if not _is_text(n, body)], left)
    elif one.kind == "algorithm":
        ends = frame(near, one.caption_lines[0])
        if ends is None:
            box = inside_box(shapes, one.caption_lines[0])
            within = [n for n in beside if box and box[1] - 2 < n.y0 and n.y1 < box[3] + 2 and n.x0 > box[0] - 2]
            one.content = within or below
            return
        behind = [n for n in beside if n.y0 >= top - 2 and n.y < ends[0] and n.column == column]
        if behind:
            one.caption_lines += behind
            one.caption = joined([one.caption, *(n.text for n in sorted(behind, key=lambda n: (n.y, n.x0)))])
        one.content = [n for n in beside if ends[0] - 2 < n.y < ends[1] + 1]
    else:
        ruled = _between_rules(near, rules, beside, walls, body, top, bottom, stops)
        one.content, one.rules = ruled or ((below if len(below) >= len(above) else above), [])


def _lies_in(line: Line, region: BBox, body: float) -> bool:
    """Is a line a label of a drawing? Sentences in the size of the text are not, if they reach out of it."""
    x0, y0, x1, y1 = region
    if line.y0 < y0 - 8 or line.y1 > y1 + 2 or line.x1 < x0 - 25 or line.x0 > x1 + 25:
        return False
    inside = line.x0 >= x0 - 3 and line.x1 <= x1 + 3
    return inside or not _is_text(line, body)


def _with_labels(region: BBox | None, labels: list[Line], left: float) -> BBox | None:
    """A drawing with its labels, and with room at its left for one that is turned."""
    if region is None:
        return None
    x0, y0, x1, y1 = region
    beside = [n for n in labels if n.x0 > x0 - 25 and n.x1 < x1 + 25]
    if not beside:
        return region
    x0 = min(x0, max(left, x0 - TURNED), *(n.x0 for n in beside))
    return x0, min(y0, *(n.y0 for n in beside)), max(x1, *(n.x1 for n in beside)), y1


def _region(shapes: list[BBox], top: float, left: float, right: float, texts: list[Line]) -> BBox | None:
    """What is drawn above the caption of a figure, without a gap in which text stands or could stand."""
    edge, found = top, []
    for shape in sorted((s for s in shapes if s[3] <= top + 6 and s[0] < right and s[2] > left), key=lambda s: -s[3]):
        gap = edge - shape[3]
        if gap > 100 or (gap > 45 and any(shape[3] < n.y < edge for n in texts)):
            break
        found.append(shape)
        edge = min(edge, shape[1])
    if not found:
        return None
    return min(s[0] for s in found), edge, max(s[2] for s in found), top


def _between_rules(
    rules: list[Rule],
    all_rules: list[Rule],
    lines: list[Line],
    walls: list[Line],
    body: float,
    top: float,
    bottom: float,
    stops: set[int],
) -> tuple[list[Line], list[Rule]] | None:
    """The lines of a table between its first and last rule, on the side of its caption where the rules begin sooner."""
    options = []
    for side, edge in ((1, bottom), (-1, top)):
        along = sorted((r for r in rules if (r[2] - edge) * side > -3), key=lambda r: r[2] * side)
        if len(along) < 2 or abs(along[0][2] - edge) > 40:
            continue
        end = along[0][2]
        frame_left, frame_right = _frame(along)
        for rule in along[1:]:
            if rule[0] < frame_left - 12 or rule[1] > frame_right + 12:
                break
            low, high = sorted((end, rule[2]))
            across = [n for n in lines if low < n.y <= high and n.x0 < rule[1] and n.x1 > rule[0]]
            if any(low < n.y <= high and n.x0 < rule[1] and n.x1 > rule[0] for n in walls):
                break
            if any(id(n) in stops or (_is_text(n, body) and n.width > 0.85 * (rule[1] - rule[0])) for n in across):
                break
            end = rule[2]
        low, high = sorted((along[0][2], end))
        inner = [r for r in all_rules if r[0] > frame_left - 12 and r[1] < frame_right + 12]
        within = [r for r in inner if low - 1 <= r[2] <= high + 1]
        left, right = min(r[0] for r in within) - 5, max(r[1] for r in within) + 5
        inside = [n for n in lines if low <= n.y0 + 3 and n.y <= high + 1 and n.x0 >= left and n.x1 <= right]
        if inside:
            options.append((abs(along[0][2] - edge), inside, within))
    if not options:
        return None
    _, inside, within = min(options, key=lambda o: o[0])
    return inside, within


def _frame(rules: list[Rule]) -> tuple[float, float]:
    """Left and right end of a table: those of the rules at the height of its outermost one."""
    outer = [r for r in rules if abs(r[2] - rules[0][2]) < 1]
    return min(r[0] for r in outer), max(r[1] for r in outer)


def _run(lines: list[Line], edge: float, body: float, side: int, stops: set[int]) -> list[Line]:
    """Lines next to an edge that do not look like running text."""
    found: list[Line] = []
    for line in lines:
        distance = (line.y0 - edge) if side > 0 else (edge - line.y1)
        if distance > 60 or id(line) in stops or _is_text(line, body):
            break
        found.append(line)
        edge = line.y1 if side > 0 else line.y0
    return found


def _is_text(line: Line, body: float) -> bool:
    words = line.text.split()
    wordy = sum(w.strip(".,;:()").isalpha() and len(w) > 1 for w in words) > 0.6 * len(words)
    inked = [s for s in line.spans if s.text.strip()]
    parted = any(b.x0 - a.x1 > line.size for a, b in pairwise(inked))
    return abs(line.size - body) < 0.4 and len(words) >= 6 and wordy and not parted
