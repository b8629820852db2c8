"""LaTeX of a formula from where its glyphs stand: the parts that are put together, and the rows that are left."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ...paper import BBox
from .formula_rows import RowWriter, baseline, split_rows
from .glyphs import Glyph
from .symbols import ACCENTS, BARS, LARGE, OPENING

Rule = tuple[float, float, float]
"""Left, right and height of a thin horizontal stroke."""

MAX_GLYPHS = 1500
MAX_RULES = 200
_MAX_DEPTH = 12
_MAX_UPRIGHT = 300
_CLOSING = set(OPENING.values())
_MATRICES = {"[": "bmatrix", "(": "pmatrix", r"\{": "Bmatrix", "|": "vmatrix", r"\|": "Vmatrix"}


@dataclass(frozen=True)
class FormulaRow:
    """One row of a formula: its LaTeX, where its ink lies, the size of its letters, and how many doubts it left."""

    latex: str
    x0: float
    x1: float
    top: float
    bottom: float
    y: float
    size: float
    doubts: float


def unframed(rules: list[Rule], boxes: list[BBox]) -> list[Rule]:
    """The strokes that are no sides of a frame: those without upright strokes at both ends."""
    upright = [(x0, y0, y1) for x0, y0, x1, y1 in boxes if x1 - x0 < 2.5 and y1 - y0 > 4][:_MAX_UPRIGHT]

    def meets(x: float, y: float) -> bool:
        return any(abs(at - x) < 2 and top - 2 < y < bottom + 2 for at, top, bottom in upright)

    return [rule for rule in rules if not (meets(rule[0], rule[2]) and meets(rule[1], rule[2]))] if upright else rules


def formula(glyphs: list[Glyph], rules: list[Rule]) -> tuple[str, float]:
    """Put a formula together.

    **Returns:** its LaTeX, rows parted by `\\\\`, and how far it can be trusted (0..1).
    """
    return joined_rows(formula_rows(glyphs, rules))


def joined_rows(rows: list[FormulaRow]) -> tuple[str, float]:
    """The LaTeX of rows that make one formula, and how far it can be trusted (0..1)."""
    if not rows:
        return "", 0.0
    latex = r" \\ ".join(row.latex for row in rows)
    doubts = sum(row.doubts for row in rows) + 0.3 * (len(rows) > 1) + _unbalanced(latex)
    return latex, round(max(0.05, 0.95 - 0.12 * doubts), 2)


def formula_rows(glyphs: list[Glyph], rules: list[Rule]) -> list[FormulaRow]:
    """The rows of one or more formulas that stand one below the other."""
    glyphs = [g for g in glyphs if g.latex.strip()]
    unknown = 8 * sum(g.latex in ("\ufffd", "?") or not g.latex.isprintable() for g in glyphs) / max(1, len(glyphs))
    glyphs = [g for g in glyphs if g.latex.isprintable()][:MAX_GLYPHS]
    if not glyphs:
        return []
    builder = Builder(rules)
    rows = split_rows(builder.folded(glyphs))
    shared = (builder.doubts + unknown) / len(rows)
    found = []
    for row in rows:
        before = builder.doubts
        latex = tidy(builder.row(row, 0))
        x0, x1 = min(g.x0 for g in row), max(g.x1 for g in row)
        top, bottom = min(g.top for g in row), max(g.bottom for g in row)
        size = max(g.size for g in row)
        found.append(FormulaRow(latex, x0, x1, top, bottom, baseline(row), size, shared + builder.doubts - before))
    return found


def _unbalanced(latex: str) -> float:
    """How many brackets are left without a partner."""
    pairs = (("(", ")"), ("[", "]"), (r"\{", r"\}"), (r"\langle", r"\rangle"))
    return float(sum(abs(latex.count(a) - latex.count(b)) for a, b in pairs))


class Builder(RowWriter):
    """Folds what stands together into single parts, from the inside out, and counts what it is unsure of."""

    def __init__(self, rules: list[Rule]) -> None:
        super().__init__()
        self.rules = sorted(rules, key=lambda r: r[1] - r[0])[:MAX_RULES]

    def folded(self, glyphs: list[Glyph]) -> list[Glyph]:
        """The parts of which the rows of a formula are made."""
        items = _accented(_dotted(_without_pieces(_evened(glyphs))))
        items, rules = self._braced(items, self.rules)
        return self._arrays(self._ruled(items, rules), 0)

    def block(self, items: list[Glyph], depth: int) -> str:
        """The LaTeX of parts that are left when everything inside them is folded."""
        if depth > _MAX_DEPTH:
            self.doubts += 1
            return " ".join(g.latex for g in sorted(items, key=lambda g: g.x0))
        items = self._arrays(items, depth)
        rows = split_rows(items)
        return r" \\ ".join(self.row(row, depth) for row in rows)

    def _ruled(self, items: list[Glyph], rules: list[Rule]) -> list[Glyph]:
        """Fold what stands over, under and behind rules into fractions, roots and bars, the shortest rule first."""
        left = sorted(rules, key=lambda r: r[1] - r[0])
        while left and items:
            x0, x1, y = left.pop(0)
            size = max((g.size for g in items if x0 - 2 < g.centre < x1 + 2), default=0.0)
            if not size:
                self.doubts += 0.3
                continue
            inside = [g for g in items if x0 - 1.5 <= g.centre <= x1 + 1.5]
            root = next((g for g in items if g.latex == "√" and abs(g.x1 - x0) < 2.0 and abs(g.top - y) < 2.5), None)
            if root is not None:
                covered = [g for g in inside if x0 - 0.5 < g.centre < x1 + 0.5 and g is not root]
                under = [g for g in covered if g.top > y - 1 and g.y < root.bottom + 0.3 * size]
                if under:
                    items = self._rooted(items, root, under)
                    continue
            barriers = [r for r in left if r[0] < x1 - 1 and r[1] > x0 + 1]
            held = _without_strays(inside, items, (x0, x1, y), left)
            above, below = _next_to(held, (x0, x1, y), -1, barriers), _next_to(held, (x0, x1, y), 1, barriers)
            over, under_ = _gap(above, y, -1), _gap(below, y, 1)
            if above and below and abs(over - under_) < 0.36 * size:
                latex = rf"\frac{{{self.block(above, 1)}}}{{{self.block(below, 1)}}}"
                inner = max(g.size for g in [*above, *below])
                items = _folded(items, [*above, *below], latex, y + 0.25 * inner, (x0, x1), axis=y)
                continue
            above, below = _next_to(inside, (x0, x1, y), -1, barriers), _next_to(inside, (x0, x1, y), 1, barriers)
            over, under_ = _gap(above, y, -1), _gap(below, y, 1)
            if below and (not above or under_ < over) and under_ < 0.35 * size:
                below = [g for g in below if x0 - 0.3 < g.centre < x1 + 0.3 and g.top - y < 0.35 * size] or below
                name = "bar" if len(below) == 1 else "overline"
                items = _folded(items, below, rf"\{name}{{{self.block(below, 1)}}}", _standing(below), top=y)
            elif above and over < 0.35 * size:
                above = [g for g in above if x0 - 0.3 < g.centre < x1 + 0.3 and y - g.bottom < 0.35 * size] or above
                items = _folded(items, above, rf"\underline{{{self.block(above, 1)}}}", _standing(above), bottom=y)
            else:
                self.doubts += 0.5
        return items

    def _rooted(self, items: list[Glyph], root: Glyph, under: list[Glyph]) -> list[Glyph]:
        degree = [
            g
            for g in items
            if g.size < 0.8 * root.size and root.x0 - 1 < g.centre < root.x1 - 0.25 * root.size and g.bottom < root.bottom
            and g.top > root.top - 0.5 * root.size and g not in under and g is not root
        ]  # fmt: skip
        index = f"[{self.block(degree, 1)}]" if degree and len(degree) < 4 else ""
        gone = [*under, root, *(degree if index else [])]
        latex = rf"\sqrt{index}{{{self.block(under, 1)}}}"
        return _folded(items, gone, latex, _standing(under), size=max(g.size for g in under))

    def _braced(self, items: list[Glyph], rules: list[Rule]) -> tuple[list[Glyph], list[Rule]]:
        """Put horizontal braces over or under what they span, with their labels."""
        halves = sorted((g for g in items if g.latex in (r"\underbrace", r"\overbrace")), key=lambda g: g.x0)
        while len(halves) >= 4:
            first = halves[0]
            brace = [g for g in halves if abs(g.origin - first.origin) < 0.3 * first.size][:4]
            if len(brace) < 4:
                break
            halves = [g for g in halves if g not in brace]
            x0, x1 = brace[0].x0, brace[3].x1
            top, bottom = min(g.top for g in brace), max(g.bottom for g in brace)
            rules = [r for r in rules if not (top - 1 < r[2] < bottom + 1 and x0 - 1 < r[0] and r[1] < x1 + 1)]
            side = -1 if first.latex == r"\underbrace" else 1
            others = [g for g in items if g not in brace and x0 - 1.5 <= g.centre <= x1 + 1.5]
            inner = _next_to(others, (x0, x1, top if side < 0 else bottom), side, [], 0.75)
            size = max((g.size for g in inner), default=0.0)
            wide = [g for g in items if g.size < 0.88 * size and g not in brace and g not in inner]
            label = _label(wide, (x0 + x1) / 2, bottom if side < 0 else top, -side)
            if not inner:
                self.doubts += 1
                items = [g for g in items if g not in brace]
                continue
            within = [r for r in rules if x0 - 2 < r[0] and r[1] < x1 + 2 and _spans(inner, r[2])]
            rules = [r for r in rules if r not in within]
            latex = f"{first.latex}{{{self.block(self._ruled(inner, within), 1)}}}"
            if label:
                latex += f"{'_' if side < 0 else '^'}{{{self.stacked(label, 1)}}}"
            items = _folded(items, [*brace, *inner, *label], latex, _standing(inner), (x0, x1), size=size)
        return items, rules

    def _arrays(self, items: list[Glyph], depth: int) -> list[Glyph]:
        """Fold what tall brackets hold, where it has rows, into matrices and cases, the smallest first."""
        size = max((g.size for g in items), default=0.0)
        tall = [g for g in items if g.height > 1.7 * size and not g.built and (g.latex in OPENING or g.latex in BARS)]
        for opening in sorted(tall, key=lambda g: (g.height, -g.x0)):
            if opening not in items:
                continue
            closing = _partner(opening, items)
            right = closing.x0 if closing else 1e9
            held = [
                g
                for g in items
                if opening.x1 - 1 < g.centre < right + 1
                and opening.top - 0.3 * size < (g.top + g.bottom) / 2 < opening.bottom + 0.3 * size
                and g is not opening
                and g is not closing
            ]
            rows = split_rows(held)
            if closing is None and opening.latex == r"\{" and len(rows) > 1:
                if (tail := _trailing(rows, opening)) is not None:
                    held = [g for g in held if g is not tail]
                    rows = split_rows(held)
                latex = rf"\begin{{cases}} {self._cells(rows, 0.8, depth)} \end{{cases}}"
                items = _folded(items, [opening, *held], latex, opening.y, size=size)
            elif closing is not None and len(rows) > 1 and opening.latex in _MATRICES:
                latex = self._matrix(opening.latex, rows, depth)
                if closing.latex != OPENING.get(opening.latex, opening.latex):
                    latex = rf"\left{opening.latex} \begin{{matrix}} {self._cells(rows, 0.55, depth)} \end{{matrix}} \right{closing.latex}"  # fmt: skip
                items = _folded(items, [opening, *held, closing], latex, opening.y, size=size)
        return items

    def _matrix(self, bracket: str, rows: list[list[Glyph]], depth: int) -> str:
        columns = _columns(rows, 0.55)
        if bracket == "(" and len(rows) == 2 and len(columns) == 1 and max(len(row) for row in rows) <= 3:
            return rf"\binom{{{self.row(rows[0], depth + 1)}}}{{{self.row(rows[1], depth + 1)}}}"
        name = _MATRICES[bracket]
        return rf"\begin{{{name}}} {self._cells(rows, 0.55, depth)} \end{{{name}}}"

    def _cells(self, rows: list[list[Glyph]], gap: float, depth: int) -> str:
        """Rows of cells, parted at the white strips that go through all rows."""
        columns = _columns(rows, gap)
        lines = []
        for row in rows:
            cells = [[g for g in row if left <= g.centre < right] for left, right in columns]
            lines.append(" & ".join(self.row(cell, depth + 1) if cell else "" for cell in cells))
        return r" \\ ".join(lines)


def _evened(items: list[Glyph]) -> list[Glyph]:
    """Some fonts have their large symbols at a larger size: give those that of the letters."""
    size = max((g.size for g in items if g.latex not in LARGE and not _is_bracket(g)), default=0.0)
    return [
        replace(g, size=size, y=(g.top + g.bottom) / 2 + 0.25 * size)
        if g.size > 1.08 * size > 0 and (g.latex in LARGE or _is_bracket(g))
        else g
        for g in items
    ]


def _is_bracket(g: Glyph) -> bool:
    return g.latex in OPENING or g.latex in _CLOSING or g.latex in BARS or g.latex == "√"


def _without_pieces(items: list[Glyph]) -> list[Glyph]:
    """Put tall brackets together that are built from pieces, one above the other."""
    whole: list[Glyph] = []
    for g in sorted((g for g in items if g.piece), key=lambda g: (round(g.x0 / 2), g.top)):
        last = whole[-1] if whole else None
        if last is not None and abs(last.x0 - g.x0) < 1.5 and g.top - last.bottom < 0.35 * g.size:
            top, bottom = min(last.top, g.top), max(last.bottom, g.bottom)
            whole[-1] = replace(last, top=top, bottom=bottom, y=(top + bottom) / 2 + 0.25 * g.size)
        else:
            whole.append(replace(g, piece=False))
    return [*(g for g in items if not g.piece), *whole]


def _dotted(items: list[Glyph]) -> list[Glyph]:
    """Put three full stops that stand one above the other, or on a slope, together."""
    dots = sorted((g for g in items if g.latex == "."), key=lambda g: (round(g.y), g.x0))[:60]
    for first in dots:
        steps = [(g.x0 - first.x0, g.y - first.y, g) for g in dots if 2 < g.y - first.y < 0.7 * g.size]
        for dx, dy, second in sorted(steps, key=lambda s: (abs(s[0]), s[1])):
            third = next((g for g in dots if abs(g.x0 - second.x0 - dx) < 0.5 and abs(g.y - second.y - dy) < 0.5), None)
            parts = [first, second, third]
            if third is not None and -0.5 < dx < 0.9 * first.size and all(g in items for g in parts):
                latex = r"\vdots" if dx < 0.5 else r"\ddots"
                items = _folded(items, [first, second, third], latex, second.y + 0.2 * first.size)
                break
    return items


def _accented(items: list[Glyph]) -> list[Glyph]:
    """Put accents over the letters that they stand above, wide ones over all of them."""
    for accent in [g for g in items if g.latex in ACCENTS]:
        wide = [
            g
            for g in items
            if g is not accent and g.latex not in ACCENTS and accent.x0 < g.centre < accent.x1
            and -0.2 * g.size < g.y - accent.bottom < 1.1 * g.size and g.top > accent.top - 0.1 * g.size
        ]  # fmt: skip
        near = [
            g
            for g in items
            if g is not accent and g.latex not in ACCENTS and g.x0 - 1.5 < accent.centre < g.x1 + 2
            and -0.2 * g.size < g.y - accent.bottom < 1.6 * g.size and g.top > accent.top - 0.35 * g.size
        ]  # fmt: skip
        if "wide" in accent.latex and len(wide) > 1:
            inner = " ".join(g.latex for g in sorted(wide, key=lambda g: g.x0))
            items = _folded(items, [accent, *wide], f"{accent.latex}{{{inner}}}", _standing(wide))
        elif near:
            letter = min(near, key=lambda g: (g.size < 0.85 * accent.size, abs(g.centre - accent.centre)))
            name = accent.latex.replace("wide", "") if "wide" in accent.latex else accent.latex
            merged = replace(letter, latex=f"{name}{{{letter.latex}}}", top=min(letter.top, accent.top), roman=False)
            items = [merged if g is letter else g for g in items if g is not accent]
    return items


def _without_strays(inside: list[Glyph], items: list[Glyph], rule: Rule, others: list[Rule]) -> list[Glyph]:
    """What stands over or under a rule, without words of the lines above and below that reach beyond its ends."""
    x0, x1, y = rule
    alike = [r for r in others if abs(r[2] - y) < 4]
    strays: set[int] = set()
    for g in inside:
        if id(g) in strays:
            continue
        slack = 0.1 * g.size
        row = sorted((h for h in items if abs(h.y - g.y) < slack and abs(h.size - g.size) < slack), key=lambda h: h.x0)
        run = [g]
        for h in [h for h in row if h.x0 >= g.x1 - 1]:
            if h.x0 - run[-1].x1 > 0.35 * g.size or any(r[0] - 1 < h.centre < r[1] + 1 for r in alike):
                break
            run.append(h)
        for h in reversed([h for h in row if h.x1 <= g.x0 + 1]):
            if run[0].x0 - h.x1 > 0.35 * g.size or any(r[0] - 1 < h.centre < r[1] + 1 for r in alike):
                break
            run.insert(0, h)
        if run[0].x0 < x0 - 2.5 or run[-1].x1 > x1 + 2.5:
            strays |= {id(h) for h in run}
    return [g for g in inside if id(g) not in strays]


def _next_to(
    items: list[Glyph], rule: Rule, side: int, barriers: list[Rule], white: float | None = None
) -> list[Glyph]:
    """The items that follow a rule upwards or downwards without a white strip between them.

    What lies between it and another rule belongs to the closer one, unless that is the rule of a fraction around it.
    `white` is what may lie between two items in font sizes, if that is known.
    """
    x0, x1, y = rule
    others = [(r[2], r[0] < x0 - 1 and r[1] > x1 + 1) for r in barriers if (r[2] - y) * side > 0]
    found: list[Glyph] = []
    edge = y
    for g in sorted(items, key=lambda g: g.top if side > 0 else -g.bottom):
        near, far = (g.top, g.bottom) if side > 0 else (g.bottom, g.top)
        middle = (g.top + g.bottom) / 2
        if (near - y) * side < -0.2 * g.size or any((at - middle) * side < 0 for at, _ in others):
            continue
        if any(not around and (at - far) * side < (near - y) * side for at, around in others):
            continue
        larger = found and g.size > 1.15 * max(f.size for f in found)
        gap = white or (0.24 if larger else 0.36 if found else 0.62)
        if (near - edge) * side > gap * g.size:
            break
        found.append(g)
        edge = max(edge, far) if side > 0 else min(edge, far)
    return found


def _gap(items: list[Glyph], y: float, side: int) -> float:
    """The white between a rule and what is next to it."""
    return min(((g.top - y) if side > 0 else (y - g.bottom) for g in items), default=1e9)


def _folded(
    items: list[Glyph],
    parts: list[Glyph],
    latex: str,
    y: float,
    ends: tuple[float, float] | None = None,
    *,
    size: float = 0.0,
    top: float = 1e9,
    bottom: float = -1e9,
    axis: float | None = None,
) -> list[Glyph]:
    gone = {id(g) for g in parts}
    x0, x1 = ends or (min(g.x0 for g in parts), max(g.x1 for g in parts))
    top, bottom = min(top, *(g.top for g in parts)), max(bottom, *(g.bottom for g in parts))
    size = size or max(g.size for g in parts)
    whole = Glyph(latex, x0, x1, y, top, bottom, size, built=True, origin=y if axis is None else axis)
    return [*(g for g in items if id(g) not in gone), whole]


def _standing(items: list[Glyph]) -> float:
    """The baseline of the first of the largest."""
    size = max(g.size for g in items)
    return min((g for g in items if g.size > 0.88 * size), key=lambda g: (g.built, g.x0)).y


def _spans(items: list[Glyph], y: float) -> bool:
    return min(g.top for g in items) - 2 < y < max(g.bottom for g in items) + 2


def _label(items: list[Glyph], centre: float, edge: float, side: int) -> list[Glyph]:
    """What stands in the middle below or above a brace."""
    beyond = [g for g in items if 0 <= ((g.top - edge) if side > 0 else (edge - g.bottom)) + 1 < 2.6 * g.size]
    found = [g for g in beyond if abs(g.centre - centre) < 0.8 * g.size]
    grown = True
    while grown and found:
        left, right = min(g.x0 for g in found), max(g.x1 for g in found)
        more = [g for g in beyond if g not in found and left - 0.7 * g.size < g.centre < right + 0.7 * g.size]
        found += more
        grown = bool(more)
    return found


def _partner(opening: Glyph, items: list[Glyph]) -> Glyph | None:
    """The closing bracket of the same height: its own kind first."""
    alike = [
        g
        for g in items
        if g.x0 > opening.x1 - 1
        and not g.built
        and abs(g.top - opening.top) < 0.25 * opening.size
        and abs(g.bottom - opening.bottom) < 0.25 * opening.size
        and (g.latex in _CLOSING or g.latex in BARS or g.latex in OPENING)
    ]
    depth = 0
    wanted = OPENING.get(opening.latex, opening.latex)
    for g in sorted(alike, key=lambda g: g.x0):
        if g.latex == opening.latex and g.latex not in BARS:
            depth += 1
        elif g.latex == wanted or (g.latex in _CLOSING and opening.latex in OPENING):
            if depth == 0:
                return g
            depth -= 1
    return None


def _trailing(rows: list[list[Glyph]], brace: Glyph) -> Glyph | None:
    """A comma or full stop behind all cases, at the height of the brace's middle."""
    last = max((g for row in rows for g in row), key=lambda g: g.x1)
    return last if last.latex in (",", ".") and abs(last.y - brace.y) < 0.1 * brace.size else None


def _columns(rows: list[list[Glyph]], gap: float) -> list[tuple[float, float]]:
    """Left and right of the columns: between white strips through all rows, `gap` of the font size wide."""
    items = sorted((g for row in rows for g in row), key=lambda g: g.x0)
    size = max(g.size for g in items)
    edges, right = [-1e9], items[0].x1
    for g in items[1:]:
        if g.x0 - right > gap * size:
            edges.append((g.x0 + right) / 2)
        right = max(right, g.x1)
    return list(zip(edges, [*edges[1:], 1e9], strict=True))


def tidy(latex: str) -> str:
    """Mend what only shows when a formula is written out."""
    latex = re.sub(r"\s+", " ", latex)
    latex = latex.replace(r"\cdot \cdot \cdot", r"\cdots").replace(". . .", r"\ldots")
    latex = (
        latex.replace(r"\arg \max", r"\arg\max").replace(r"\arg \min", r"\arg\min").replace(r"\lim \sup", r"\limsup")
    )
    latex = latex.replace(r"\not =", r"\neq").replace(r"\not \in", r"\notin").replace(": =", ":=")
    latex = re.sub(r"(?<=\d) , (?=\d{3}\b)", ",", latex)
    latex = re.sub(r"(?<=[_^]\{)([-+]) (?=\S)", r"\1", latex)
    return latex.replace("√", r"\surd").strip()
