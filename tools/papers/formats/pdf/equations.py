"""Display equations: which lines they are, where one ends, and their LaTeX."""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field

from .formulas import FormulaRow, Rule, formula_rows, joined_rows
from .glyphs import Glyph
from .lines import Line, Span

GlyphsOf = Callable[[int, float, float], tuple[list[Glyph], list[Rule]]]
"""The glyphs and the thin horizontal strokes of a page between two heights."""
Margins = dict[tuple[int, int], tuple[float, float]]
"""Left and right margin of the text of a column, by page and column."""

_NUMBER = re.compile(
    r"\s*[(（ð]\s*((?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){0,2}[a-z]?['′∗*]?|[A-Z]|[∗*†‡⋆]{1,3})\s*[)）Þ]\s*$"
)
_LEFT_NUMBER = re.compile(r"^\s*[(（]((?:[A-Z]{1,2}\.?)?\d{1,3}(?:\.\d{1,3}){0,2}[a-z]?)[)）](?=\s|$)")
_CALLED = re.compile(r"^(log|exp|max|min|sin|cos|tanh|arg|argmax|argmin|lim|sup|inf|det|softmax|sigmoid|relu|where|else|otherwise|subject|such|that|with|head|attention|concat)$", re.IGNORECASE)  # fmt: skip
_NAME = re.compile(r"^(?:log|exp|max|min|sin|cos|tanh|arg|argmax|argmin|lim|sup|inf|det|softmax)$")
_RELATION = re.compile(r"[=≤≥<>≈∼∈→←↦⩽⩾≡∝≜\uf8ff]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_BRACE_PIECE = re.compile(r"[⎧⎨⎩⎪\uf8f1-\uf8f4]")
_CLAIMS = re.compile(
    r"[=<>]|\\(?:leq|geq|sim|approx|equiv|propto|to|in|subset|subseteq|leftarrow|Rightarrow|neq|ll|gg)\b"
)
_CONTINUES = re.compile(r"^(?:=|\\(?:leq|geq|approx|sim|equiv|propto|triangleq|times|cdot|quad|pm|le|ge|to|Rightarrow|overset\{[^}]*\}\{=\})\b|\+|-|<|>|\\cdot|\|)")  # fmt: skip


@dataclass
class Equation:
    """A display equation: its printed number, its lines, its LaTeX and how far that can be trusted (0..1)."""

    number: str | None
    lines: list[Line]
    latex: str = ""
    confidence: float = 0.0

    @property
    def text(self) -> str:
        """What is printed, in the order in which the file draws it."""
        return " ".join(line.text for line in sorted(self.lines, key=lambda n: n.place))


def display_lines(lines: list[Line], margins: Margins) -> set[int]:
    """Which of these lines (by `id`) are parts of display equations: all that stands between two lines of prose
    where something is set off from the margins and is mathematics.
    """
    found: set[int] = set()
    columns: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    for place, column in columns.items():
        left, right = _margins_of(place, margins)
        rows = line_rows(column)
        prose = _prose(rows, left, right)
        stating = [row for row in rows if _RELATION.search(row.text)]
        sure = {id(n) for row in stating if row.is_numbered or row.is_set_off(left, right) for n in row.lines}
        sure |= {id(n) for n in column if n.x1 > right - 3 and _NUMBER.fullmatch(n.text)}
        for zone in _zones(column, prose):
            if any(id(n) in sure or _is_seed(n, left, right) for n in zone) and _states(zone, left, right):
                found |= {id(n) for n in zone}
    return found


def _margins_of(place: tuple[int, int], margins: Margins) -> tuple[float, float]:
    """The margins of a column; those of the page where it has no text."""
    left, right = margins[place]
    if right - left > 100:
        return left, right
    page = [ends for (page, _), ends in margins.items() if page == place[0] and ends[1] > ends[0]]
    return min((a for a, _ in page), default=left), max((b for _, b in page), default=right)


@dataclass
class LineRow:
    """Pieces of a line that stand on one baseline without much white between them."""

    lines: list[Line]

    def __post_init__(self) -> None:
        main = max(self.lines, key=lambda n: len(n.text))
        self.y, self.size = main.y, main.size
        self.x0, self.x1 = min(n.x0 for n in self.lines), max(n.x1 for n in self.lines)
        self.words = sum(_words(n) for n in self.lines)
        self.text = " ".join(n.text for n in self.lines)
        total = sum(len(n.text) for n in self.lines)
        self.math_share = sum(n.math_share * len(n.text) for n in self.lines) / max(1, total)
        plain = " ".join(s.text for n in self.lines for s in n.spans if not s.mathematical)
        self.short_words = sum(not _CALLED.match(w) for w in re.findall(r"[^\W\d_]{2,}", plain))
        final = self.lines[-1]
        apart = len(self.lines) > 1 and final.x0 - max(n.x1 for n in self.lines[:-1]) > 1.5 * self.size
        begun = len(self.lines) > 1 and min(n.x0 for n in self.lines[1:]) - self.lines[0].x1 > 1.5 * self.size
        self.is_numbered = (apart and _NUMBER.fullmatch(final.text) is not None) or (
            begun and _NUMBER.fullmatch(self.lines[0].text) is not None
        )
        first = self.lines[0].spans
        opens = next((s for s in first if s.text.strip()), first[0])
        word = re.match(r"\s*([^\W\d_]{2,})", self.text)
        self.begins_with_word = word is not None and not _NAME.match(word[1]) and not opens.mathematical

    def is_set_off(self, left: float, right: float) -> bool:
        """Does it stand away from the left margin, with a number at the right one or with hardly any word?"""
        before, behind, width = self.x0 - left, right - self.x1, right - left
        centred = before > 0.5 * self.size and abs(before - behind) < 0.04 * width
        if not centred and (before < 0.06 * width or behind < -2):
            return False
        if behind < 3 and self.words < 7 and _NUMBER.search(self.text):
            return True
        return self.short_words < 3 and not self.begins_with_word and self.x1 - self.x0 > 3 * self.size


def line_rows(lines: list[Line]) -> list[LineRow]:
    """The pieces of each line put together, from top to bottom."""
    bands: list[list[Line]] = []
    for line in sorted(lines, key=lambda n: (-n.largest, n.y)):
        near = (band for band in bands if abs(band[0].y - line.y) < 0.25 * band[0].largest)
        band = min(near, key=lambda band: abs(band[0].y - line.y), default=None)
        if band is None:
            bands.append([line])
        else:
            band.append(line)
    rows: list[list[Line]] = []
    for band in bands:
        right = -1e9
        for line in sorted(band, key=lambda n: n.x0):
            if line.x0 - right < 4 * max(line.size, 6) or (rows and right > 0 and _NUMBER.fullmatch(line.text)):
                rows[-1].append(line)
            else:
                rows.append([line])
            right = max(right, line.x1) if rows[-1][0] is not line else line.x1
    return sorted((LineRow(row) for row in rows), key=lambda r: r.y)


def _prose(rows: list[LineRow], left: float, right: float) -> list[LineRow]:
    """The lines that are text: wordy ones, and those that go on at the margin below one."""
    braces = [s for row in rows for n in row.lines for s in n.spans if _BRACE_PIECE.search(s.text)]
    prose: list[LineRow] = []
    usual = statistics.median(row.size for row in rows) if rows else 0.0
    for at, row in enumerate(rows):
        at_margin = row.x0 < left + 2.2 * row.size
        numbered = bool(_NUMBER.search(row.text)) and row.x1 > right - 0.05 * (right - left)
        last = prose[-1] if prose else None
        follows = last is not None and 0 <= row.y - last.y < 1.75 * row.size and row.x0 < left + 2
        hangs = last is not None and 0 <= row.y - last.y < 1.45 * row.size and row.x0 < last.x0 + 2.5 * row.size
        aligned = any(abs(row.x0 - n.x0) < 1.5 for n in prose[-6:] if row.y - n.y < 6 * row.size)
        fills = row.x0 < left + 2 and row.x1 > right - 0.04 * (right - left)
        if not at_margin and any(s.x0 < row.x1 and abs(s.middle - row.y) < 3.2 * s.size for s in braces):
            continue
        above = rows[at - 1] if at else None
        aligned_below = numbered and above is not None and above.is_numbered and row.y - above.y < 2.2 * row.size
        if (row.is_numbered or aligned_below) and row.words < 7 and _RELATION.search(row.text):
            continue
        if row.size < 0.8 * usual and not at_margin:
            continue
        if numbered and not (at_margin and row.words) and (row.math_share > 0.4 or _RELATION.search(row.text)):
            continue
        if (
            row.words > 2
            or (at_margin and row.begins_with_word and (row.words or row.math_share < 0.5 or row.x0 < left + 2))
            or (hangs and row.begins_with_word and row.words)
            or (fills and ((row.words and row.math_share < 0.7) or follows))
            or (aligned and row.begins_with_word and row.short_words > 1)
            or (row.x0 < left + 2 and row.short_words > 1 and not numbered)
            or row.text.startswith("•")
            or (follows and not numbered)
        ):
            prose.append(row)
    return prose


def _zones(lines: list[Line], prose: list[LineRow]) -> list[list[Line]]:
    """What stands between lines of prose, without the scripts and limits that belong to them."""
    text = {id(n) for row in prose for n in row.lines}
    heights = [row.y - 0.45 * row.size for row in prose]
    zones: dict[int, list[Line]] = {}
    for line in lines:
        if id(line) in text or any(_belongs(line, row) for row in prose):
            continue
        zones.setdefault(sum(y < line.y for y in heights), []).append(line)
    return [part for zone in zones.values() for part in _near(zone)]


def _belongs(part: Line, text: LineRow) -> bool:
    """Is it a script or limit of a line of prose, or set on that line?"""
    if abs(part.y - text.y) < 0.45 * text.size:
        return part.x0 < text.x1 + 2 * text.size and part.x1 > text.x0 - 2 * text.size
    if not (text.x0 - 2 < part.x0 and part.x1 < text.x1 + 2):
        return False
    inside = min(part.y1, text.y + 0.2 * text.size) - max(part.y0, text.y - 0.8 * text.size)
    if len(part.text) < 12 and inside > 0.5 * (part.y1 - part.y0):
        return True
    return part.largest < 0.9 * text.size and -1.0 * text.size < part.y - text.y < 0.85 * text.size


def _near(zone: list[Line]) -> list[list[Line]]:
    """A zone parted where white lies between its lines that no formula has."""
    parts: list[list[Line]] = []
    for line in sorted(zone, key=lambda n: n.y):
        if parts and line.y0 - max(n.y1 for n in parts[-1]) < 2.5 * max(line.size, 8):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _states(zone: list[Line], left: float, right: float) -> bool:
    """Does it state something, or stand alone in the middle of the column?"""
    text = " ".join(n.text for n in zone)
    if not any(c.isalnum() for c in text):
        return False
    if _RELATION.search(text) or any(_NUMBER.search(n.text) for n in zone):
        return True
    x0, x1 = min(n.x0 for n in zone), max(n.x1 for n in zone)
    total = sum(len(n.text) for n in zone)
    mathematical = sum(n.math_share * len(n.text) for n in zone) / max(1, total)
    return abs((x0 - left) - (right - x1)) < 0.05 * (right - left) and mathematical > 0.6 and total > 5


def _is_seed(line: Line, left: float, right: float) -> bool:
    if _words(line) > 5:
        return False
    share = line.math_share
    numbered = _NUMBER.search(line.text) is not None and line.x1 > right - 30
    centred = line.x0 > left + 0.06 * (right - left) and line.x1 < right - 0.02 * (right - left)
    if numbered and (share > 0.2 or "=" in line.text):
        return True
    if _words(line) == 0 and line.width > 3 * line.size and _RELATION.search(line.text):
        return (centred and not _WORD.search(line.text)) or share > 0.4
    return centred and share > 0.5 and len(line.text) > 4 and _words(line) <= 3


def _words(line: Line) -> int:
    """How many words it has that are no names of functions, and not set as mathematics."""
    plain = " ".join(s.text for s in line.spans if not s.mathematical)
    return sum(not _CALLED.match(w) for w in re.findall(r"[^\W\d_]{4,}", plain))


@dataclass
class _Tag:
    """A printed number and its height; `row` is the row that it stands on."""

    number: str
    y: float
    row: int = 0
    glyphs: set[int] = field(default_factory=set)


def read_equations(lines: list[Line], glyphs_of: GlyphsOf, margins: Margins) -> list[Equation]:
    """Part a run of display lines into equations, each with its LaTeX."""
    found: list[Equation] = []
    columns: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    for place, column in columns.items():
        for zone in _near(column):
            top, bottom = min(n.y0 for n in zone) - 40, max(n.y1 for n in zone) + 40
            found += _equations_of(zone, *glyphs_of(place[0], top, bottom), *_margins_of(place, margins))
    return _with_stray_numbers(found)


def _with_stray_numbers(equations: list[Equation]) -> list[Equation]:
    """A formula as wide as its column has its number on a line of its own."""
    found: list[Equation] = []
    for one in equations:
        last = found[-1] if found else None
        if last and one.number and not one.latex and last.number is None and last.lines[0].page == one.lines[0].page:
            found[-1] = Equation(one.number, [*last.lines, *one.lines], last.latex, last.confidence)
        else:
            found.append(one)
    return found


def _equations_of(
    lines: list[Line], glyphs: list[Glyph], rules: list[Rule], left: float, right: float
) -> list[Equation]:
    inside = covered(glyphs, lines)
    tags = _tags(lines, inside, left, right)
    taken = {i for tag in tags for i in tag.glyphs}
    inside = [g for g in inside if id(g) not in taken]
    if not inside:
        return [Equation(tags[0].number if tags else None, lines)]
    x0, x1 = min(g.x0 for g in inside), max(g.x1 for g in inside)
    top, bottom = min(g.top for g in inside), max(g.bottom for g in inside)
    strokes = [r for r in rules if r[0] > x0 - 3 and r[1] < x1 + 3 and top - 3 < r[2] < bottom + 3]
    strokes, inside = _without_foreign(strokes, inside, glyphs)
    rows = formula_rows(inside, strokes)
    if not rows:
        return [Equation(tags[0].number if tags else None, lines)]
    for tag in tags:
        tag.row = min(range(len(rows)), key=lambda i: abs(rows[i].y - tag.y))
    groups = _grouped(rows, tags)
    equations = [Equation(tag.number if tag else None, [], *joined_rows(rows[a:b])) for tag, a, b in groups]
    for line in lines:
        equations[_home(line, groups, rows, tags)].lines.append(line)
    for one in equations:
        if one.number is None and not _is_statement(one.latex):
            one.latex = ""
    return [one for one in equations if one.lines]


def _is_statement(latex: str) -> bool:
    """Is it more than a scrap of a formula that is set in the text?"""
    if latex.startswith(("{}_", "{}^")) or len(re.findall(r"\d\.\d", latex)) > max(6, latex.count("=") * 4):
        return False
    return len(re.findall(r"\\?[A-Za-z]+|\d", latex)) > 12 or bool(_CLAIMS.search(latex))


def _home(line: Line, groups: list[tuple[_Tag | None, int, int]], rows: list[FormulaRow], tags: list[_Tag]) -> int:
    """Which equation a line belongs to."""
    for i, (tag, _, _) in enumerate(groups):
        if tag is not None and abs(line.y - tag.y) < 0.5 and line.text.strip().endswith(f"({tag.number})"):
            return i
    middle = line.y if line.math_share < 1 or len(line.text) > 2 else (line.y0 + line.y1) / 2

    def distance(group: tuple[_Tag | None, int, int]) -> float:
        return min(
            max(r.top - middle, middle - r.bottom, 0.0) + 0.01 * abs(r.y - middle) for r in rows[group[1] : group[2]]
        )

    return min(range(len(groups)), key=lambda i: distance(groups[i]))


def _tags(lines: list[Line], glyphs: list[Glyph], left: float, right: float) -> list[_Tag]:
    """The printed numbers of some display lines, at the right margin or the left."""
    tags = []
    edge = max(n.x1 for n in lines)
    for line in lines:
        match = _NUMBER.search(line.text)
        if match and line.x1 >= min(edge, right) - 8:
            tags.append(_tag(match[1], line, glyphs, -1))
        elif (match := _LEFT_NUMBER.match(line.text)) and line.x0 < left + 8:
            tags.append(_tag(match[1], line, glyphs, 1))
    return sorted((tag for tag in tags if tag is not None), key=lambda t: t.y)


def _tag(number: str, line: Line, glyphs: list[Glyph], side: int) -> _Tag | None:
    """The number if glyphs at that end of its line spell it, with white between them and the formula."""
    spelled = f"({number})"
    on_line = sorted(
        (
            g
            for g in glyphs
            if line.x0 - 1 < g.centre < line.x1 + 1
            and abs(g.origin - line.spans[-1 if side < 0 else 0].y) < 0.3 * g.size
        ),
        key=lambda g: g.x0,
    )
    part = on_line[-len(spelled) :] if side < 0 else on_line[: len(spelled)]
    if "".join(g.latex.replace(r"\prime", "′") for g in part) != re.sub("[∗⋆]", "*", spelled):
        return None
    rest = [g for g in glyphs if g not in part and abs(g.y - part[0].y) < 0.6 * g.size]
    white = min((part[0].x0 - g.x1 if side < 0 else g.x0 - part[-1].x1 for g in rest), default=99.0)
    if white < 0.5 * part[0].size:
        return None
    return _Tag(number, part[0].y, glyphs={id(g) for g in part})


def _grouped(rows: list[FormulaRow], tags: list[_Tag]) -> list[tuple[_Tag | None, int, int]]:
    """Rows by equation, as (number, first row, row after the last).

    A number stands on the last row of its equation or in the middle of its rows; rows without one belong together where
    no more white lies between them than within an aligned display.
    """
    groups: list[tuple[_Tag | None, int, int]] = []
    at = 0
    for i, tag in enumerate(tags):
        if tag.row < at:
            continue
        end = tags[i + 1].row if i + 1 < len(tags) else len(rows)
        first = tag.row
        while first > at and _together(rows[first - 1], rows[first]):
            first -= 1
        last = tag.row + 1
        if first < tag.row or abs(rows[tag.row].y - tag.y) > 0.3 * rows[tag.row].size:
            last = _balanced(rows, first, tag, end)
        closes = i + 1 == len(tags)
        while last < end and _together(rows[last - 1], rows[last]):
            if not closes and not _CONTINUES.match(rows[last].latex):
                break
            last += 1
        groups += [(None, a, b) for a, b in _unnumbered(rows, at, first)]
        groups.append((tag, first, last))
        at = last
    return groups + [(None, a, b) for a, b in _unnumbered(rows, at, len(rows))]


def _balanced(rows: list[FormulaRow], first: int, tag: _Tag, end: int) -> int:
    """The row behind the last of an equation whose number stands in its middle."""
    options = [tag.row + 1]
    while options[-1] < end and _together(rows[options[-1] - 1], rows[options[-1]]):
        options.append(options[-1] + 1)
    return min(options, key=lambda n: abs((rows[first].y + rows[n - 1].y) / 2 - tag.y))


def _unnumbered(rows: list[FormulaRow], at: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for i in range(at, end):
        if found and (_together(rows[i - 1], rows[i]) or _CONTINUES.match(rows[i].latex)):
            found[-1] = (found[-1][0], i + 1)
        else:
            found.append((i, i + 1))
    return found


def _together(above: FormulaRow, below: FormulaRow) -> bool:
    """Are two rows as close as those of one display?"""
    size = max(above.size, below.size)
    return below.top - above.bottom < 0.95 * size or below.y - above.y < 1.9 * size


def _without_foreign(rules: list[Rule], inside: list[Glyph], page: list[Glyph]) -> tuple[list[Rule], list[Glyph]]:
    """Leave out rules of fractions in the text above or below, and what of them stands on this side."""
    known = {id(g) for g in inside}
    bottom = max((g.bottom for g in inside), default=0.0)
    top = min((g.top for g in inside), default=0.0)
    kept = []
    for rule in rules:
        size = max((g.size for g in inside if rule[0] - 1 < g.centre < rule[1] + 1), default=0.0)
        side = 1 if rule[2] > bottom - 1.3 * size else -1 if rule[2] < top + 1.3 * size else 0
        beyond = [g for g in page if side and _is_next(g, rule, side)]
        within = [g for g in inside if _is_next(g, rule, -side)]
        uneven = abs(_white(beyond, rule) - _white(within, rule)) > 0.3 * size
        if not beyond or uneven or any(id(g) in known for g in beyond):
            kept.append(rule)
            continue
        inside = [g for g in inside if not _is_next(g, (rule[0] - 8, rule[1], rule[2]), -side)]
    return kept, inside


def _white(glyphs: list[Glyph], rule: Rule) -> float:
    """How much white is between a rule and the nearest of some glyphs."""
    return min((max(g.top - rule[2], rule[2] - g.bottom) for g in glyphs), default=0.0)


def _is_next(g: Glyph, rule: Rule, side: int) -> bool:
    """Does a glyph stand right below (1) or above (-1) a rule?"""
    distance = g.top - rule[2] if side > 0 else rule[2] - g.bottom
    return rule[0] - 0.5 < g.centre < rule[1] + 0.5 and -0.2 * g.size < distance < 0.5 * g.size


def covered(glyphs: list[Glyph], lines: list[Line]) -> list[Glyph]:
    """The glyphs of a page that some of its lines are made of."""
    found = _covered(glyphs, [s for n in lines for s in n.spans if s.text.strip() or s.mathematical])
    return found + _hanging_within(glyphs, found, lines)


def _hanging_within(glyphs: list[Glyph], found: list[Glyph], lines: list[Line]) -> list[Glyph]:
    """Tall brackets between the glyphs that were found: some fonts give them the codes of blanks."""
    known = {id(g) for g in found}
    x0, x1 = min(n.x0 for n in lines) - 12, max(n.x1 for n in lines) + 12
    top, bottom = min(n.y0 for n in lines) - 2, max(n.y1 for n in lines) + 2
    return [
        g
        for g in glyphs
        if id(g) not in known
        and (g.piece or g.y - g.origin > 0.5 * g.size)
        and x0 < g.centre < x1
        and top < (g.top + g.bottom) / 2 < bottom
    ]


def _covered(glyphs: list[Glyph], spans: list[Span]) -> list[Glyph]:
    """The glyphs of some spans: at their size, on their baseline, between their ends.

    The baseline of a span is that of its first glyph, which may be a blank behind a script; pieces of brackets and large
    operators may share a span though they hang from different heights.
    """
    shelves: dict[tuple[float, int], list[Span]] = {}
    for span in spans:
        for step in range(-4, 5) if span.hanging else (-1, 0, 1):
            shelves.setdefault((span.size, int(span.y // 6) + step), []).append(span)
    return [
        g
        for g in glyphs
        if any(
            s.x0 - 0.6 <= g.centre <= s.x1 + 0.6 and abs(g.origin - s.y) < _slack(g, s) * g.size
            for s in shelves.get((g.size, int(g.origin // 6)), ())
        )
    ]


def _slack(g: Glyph, span: Span) -> float:
    """How far a glyph of a span may stand from the baseline of the span, in font sizes."""
    if g.piece or g.y - g.origin > 0.5 * g.size:
        return 2.0
    return 0.6 if span.text[:1].isspace() else 0.15
