"""LaTeX of a display equation from where its glyphs stand: rows, fractions, roots, limits, accents, scripts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from .glyphs import ACCENTS, LARGE, Glyph

Rule = tuple[float, float, float]
"""Left, right and height of a thin horizontal stroke."""

_FUNCTIONS = {"log", "ln", "exp", "max", "min", "sin", "cos", "tan", "tanh", "arg", "lim", "sup", "inf", "det", "dim", "ker", "deg"}  # fmt: skip
_WITH_LIMITS = {r"\max", r"\min", r"\lim", r"\sup", r"\inf", r"\arg", r"\mathrm{argmax}", r"\mathrm{argmin}"}
_MAX_DEPTH = 12


def formula(glyphs: list[Glyph], rules: list[Rule]) -> tuple[str, float]:
    """Put a formula together.

    **Returns:** its LaTeX, rows parted by `\\\\`, and how far it can be trusted (0..1).
    """
    glyphs = [g for g in glyphs if g.latex.strip()]
    if not glyphs:
        return "", 0.0
    unknown = sum(g.latex in ("\ufffd", "?") or not g.latex.isprintable() for g in glyphs)
    glyphs = [g for g in glyphs if g.latex.isprintable()]
    items, unused = _with_rules(glyphs, rules, 0)
    rows = _rows(items)
    latex = r" \\ ".join(_row(row, 0) for row in rows)
    sure = 0.9 - 0.3 * min(1.0, 5 * unknown / (len(glyphs) or 1)) - 0.1 * bool(unused) - 0.1 * (len(rows) > 1)
    balanced = latex.count("(") == latex.count(")") and latex.count("[") == latex.count("]")
    return _tidy(latex), round(sure if balanced else sure - 0.2, 2)


def _with_rules(items: list[Glyph], rules: list[Rule], depth: int) -> tuple[list[Glyph], int]:
    """Fold what stands over, under and behind rules into fractions and roots, the shortest rule first."""
    unused = 0
    for left, right, y in sorted(rules, key=lambda r: r[1] - r[0]):
        size = max(g.size for g in items)
        inside = [g for g in items if left - 1.5 <= g.centre <= right + 1.5]
        root = next(
            (
                g
                for g in items
                if g.latex == "√" and abs(g.x1 - left) < 0.3 * size and g.top - 0.6 * size < y < g.bottom
            ),
            None,
        )
        if root is not None:
            under = [g for g in inside if g.y > y and g.top < max(root.bottom, y + 1.2 * size) and g is not root]
            if under:
                items = _replace(items, [*under, root], rf"\sqrt{{{_row(under, depth + 1)}}}", _baseline(under))
                continue
        above = _next_to([g for g in inside if g.bottom <= y + 0.12 * size], y, -1)
        below = _next_to([g for g in inside if g.top >= y - 0.12 * size], y, 1)
        if above and below:
            latex = rf"\frac{{{_block(above, depth + 1)}}}{{{_block(below, depth + 1)}}}"
            items = _replace(items, [*above, *below], latex, y + 0.25 * max(g.size for g in [*above, *below]))
        elif below and right - left < 4 * size:
            items = _replace(items, below, rf"\bar{{{_row(below, depth + 1)}}}", _baseline(below))
        else:
            unused += 1
    return items, unused


def _next_to(items: list[Glyph], y: float, side: int) -> list[Glyph]:
    """The items that follow a rule upwards or downwards without a white strip between them."""
    found: list[Glyph] = []
    edge = y
    for g in sorted(items, key=lambda g: (g.top - y) if side > 0 else (y - g.bottom)):
        distance = g.top - edge if side > 0 else edge - g.bottom
        if distance > 0.58 * g.size:
            break
        found.append(g)
        edge = max(edge, g.bottom) if side > 0 else min(edge, g.top)
    return found


def _replace(items: list[Glyph], parts: list[Glyph], latex: str, y: float) -> list[Glyph]:
    gone = {id(g) for g in parts}
    whole = Glyph(
        latex,
        min(g.x0 for g in parts),
        max(g.x1 for g in parts),
        y,
        min(g.top for g in parts),
        max(g.bottom for g in parts),
        max(g.size for g in parts),
        built=True,
    )
    return [*(g for g in items if id(g) not in gone), whole]


def _block(items: list[Glyph], depth: int) -> str:
    rows = _rows(items)
    return _row(items, depth) if len(rows) == 1 else r" \\ ".join(_row(row, depth) for row in rows)


def _rows(items: list[Glyph]) -> list[list[Glyph]]:
    """Items parted where a white strip goes through all of them."""
    if not items:
        return []
    size = max(g.size for g in items)
    rows: list[list[Glyph]] = []
    bottom = 0.0
    for g in sorted(items, key=lambda g: g.top):
        if not rows or g.top > bottom + 0.33 * size:
            rows.append([g])
            bottom = g.bottom
        else:
            rows[-1].append(g)
            bottom = max(bottom, g.bottom)
    return _whole_rows(rows, size)


def _whole_rows(rows: list[list[Glyph]], size: float) -> list[list[Glyph]]:
    """Rows that are but limits go to the row of full size next to them."""
    whole: list[list[Glyph]] = []
    waiting: list[Glyph] = []
    for row in rows:
        if max(g.size for g in row) < 0.85 * size:
            if whole and not waiting and min(g.top for g in row) - max(g.bottom for g in whole[-1]) < 0.7 * size:
                whole[-1].extend(row)
            else:
                waiting += row
        else:
            whole.append([*waiting, *row])
            waiting = []
    if waiting:
        whole.append(waiting)
    return whole


def _baseline(items: list[Glyph]) -> float:
    """The baseline that most of the widest-set items share."""
    size = max(g.size for g in items)
    weight: dict[int, float] = defaultdict(float)
    for g in items:
        if g.size > 0.9 * size and g.latex not in LARGE and g.bottom - g.top < 1.6 * g.size:
            weight[round(g.y)] += g.x1 - g.x0
    if not weight:
        return max(items, key=lambda g: g.size).y
    best = max(weight, key=lambda y: weight[y])
    return next(g.y for g in items if round(g.y) == best and g.size > 0.9 * size)


def _row(items: Iterable[Glyph], depth: int) -> str:
    """One row: items from left to right, scripts at their bases."""
    items = sorted((g for g in items if g.latex), key=lambda g: g.x0)
    if not items or depth > _MAX_DEPTH:
        return " ".join(g.latex for g in items)
    base, size = _baseline(items), max(g.size for g in items)
    opened = _cases(items, size, depth)
    if opened is not None:
        return opened
    items = _words(_accents(items))
    items, limits = _limits(items, base, size, depth)
    out: list[str] = []
    over: list[Glyph] = []
    under: list[Glyph] = []
    for g in items:
        shift = base - g.y
        small = g.size < 0.88 * size
        if small and not g.built and (shift > 0.12 * size or shift < -0.06 * size) and (out or over or under):
            (over if shift > 0 else under).append(g)
            continue
        if g.built and small and abs(shift) > 0.3 * size and out:
            (over if shift > 0 else under).append(g)
            continue
        _close(out, over, under, depth)
        over, under = [], []
        out.append(g.latex + limits.get(id(g), ""))
    _close(out, over, under, depth)
    return _joined(out)


def _close(out: list[str], over: list[Glyph], under: list[Glyph], depth: int) -> None:
    """Give the last item the scripts that were found behind it."""
    if not out:
        out.append("{}") if over or under else None
    if under:
        out[-1] += f"_{{{_row(under, depth + 1)}}}"
    if over:
        text = _row(over, depth + 1)
        out[-1] += "'" * len(over) if set(text.split()) == {r"\prime"} else f"^{{{text}}}"


def _cases(items: list[Glyph], size: float, depth: int) -> str | None:
    """A tall opening brace without its partner: rows behind it are cases."""
    tall = [g for g in items if g.latex == r"\{" and g.bottom - g.top > 1.5 * size]
    if not tall or any(g.latex == r"\}" and g.bottom - g.top > 1.5 * size for g in items):
        return None
    brace = tall[0]
    behind = [g for g in items if g.x0 > brace.x0 and g.latex != r"\{"]
    rows = _rows(behind)
    if len(rows) < 2:
        return None
    before = [g for g in items if g.x1 <= brace.x0 + 1]
    lines = r" \\ ".join(_row(row, depth + 1) for row in rows)
    return f"{_row(before, depth + 1)} \\begin{{cases}} {lines} \\end{{cases}}".strip()


def _accents(items: list[Glyph]) -> list[Glyph]:
    """Put accents over the letters that they stand above."""
    for accent in [g for g in items if g.latex in ACCENTS]:
        near = [g for g in items if g is not accent and g.x0 - 1 < accent.centre < g.x1 + 1 and g.latex not in ACCENTS]
        if near:
            letter = min(near, key=lambda g: abs(g.centre - accent.centre))
            merged = Glyph(
                f"{accent.latex}{{{letter.latex}}}",
                letter.x0,
                letter.x1,
                letter.y,
                accent.top,
                letter.bottom,
                letter.size,
            )
            items = [merged if g is letter else g for g in items if g is not accent]
    return items


def _words(items: list[Glyph]) -> list[Glyph]:
    """Join upright letters that stand together to words, and digits to numbers."""
    out: list[Glyph] = []
    for g in sorted(items, key=lambda g: (g.size, round(g.y), g.x0)):
        last = out[-1] if out else None
        joins = (
            last is not None
            and abs(last.y - g.y) < 0.5
            and g.x0 > last.x0
            and last.size == g.size
            and g.x0 - last.x1 < 0.12 * g.size
            and not last.built
            and (
                (last.roman and g.roman and last.latex.isalpha() and g.latex.isalpha())
                or (_digits(last.latex) and _digits(g.latex))
            )
        )
        if joins and last is not None:
            out[-1] = Glyph(
                last.latex + g.latex,
                last.x0,
                g.x1,
                last.y,
                min(last.top, g.top),
                max(last.bottom, g.bottom),
                g.size,
                g.roman,
            )
        else:
            out.append(g)
    return sorted((_named(g) for g in out), key=lambda g: g.x0)


def _named(g: Glyph) -> Glyph:
    if len(g.latex) < 2 or not g.latex.isalpha():
        return g
    latex = f"\\{g.latex}" if g.latex in _FUNCTIONS else rf"\mathrm{{{g.latex}}}"
    return Glyph(latex, g.x0, g.x1, g.y, g.top, g.bottom, g.size)


def _digits(text: str) -> bool:
    return all(c.isdigit() or c in ".," for c in text)


def _limits(items: list[Glyph], base: float, size: float, depth: int) -> tuple[list[Glyph], dict[int, str]]:
    """Take what stands straight above and below large operators, `max` and the like out of the row."""
    limits: dict[int, str] = {}
    taken: set[int] = set()
    small = [g for g in items if g.size < 0.88 * size]
    full = [g for g in items if g.size >= 0.88 * size]
    named = [g for g in full if g.latex in LARGE or g.latex in _WITH_LIMITS]
    for mark, far in (
        ("_", [g for g in small if g.y - base > 0.5 * size]),
        ("^", [g for g in small if base - g.y > 0.72 * size]),
    ):
        for group in _groups(far, [g for g in named if g.latex in LARGE]):
            centre = (min(g.x0 for g in group) + max(g.x1 for g in group)) / 2
            near = [g for g in named if abs(g.centre - centre) < max(0.9 * size, (g.x1 - g.x0) / 2)]
            if mark == "_" and not near:
                near = [
                    g
                    for g in full
                    if abs(g.centre - centre) < 0.3 * size and min(f.y for f in group) - base > 0.6 * size
                ]
            if near:
                op = min(near, key=lambda g: abs(g.centre - centre))
                limits[id(op)] = limits.get(id(op), "") + f"{mark}{{{_row(group, depth + 1)}}}"
                taken |= {id(g) for g in group}
    return [g for g in items if id(g) not in taken], limits


def _groups(items: list[Glyph], operators: list[Glyph]) -> list[list[Glyph]]:
    """Items that stand together on a line, parted by white and between operators that stand side by side."""
    groups: list[list[Glyph]] = []
    for g in sorted(items, key=lambda g: g.x0):
        last = groups[-1][-1] if groups else None
        crosses = last is not None and any(
            last.x1 <= (a.centre + b.centre) / 2 + 1 <= g.x0 + 2 and b.x0 - a.x1 < 2 * b.size
            for a, b in pairwise(operators)
        )
        if last is not None and g.x0 - max(o.x1 for o in groups[-1]) < 0.5 * g.size and not crosses:
            groups[-1].append(g)
        else:
            groups.append([g])
    return groups


def _joined(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)


def _tidy(latex: str) -> str:
    latex = re.sub(r"\s+", " ", latex)
    latex = (
        latex.replace(r"\cdot \cdot \cdot", r"\cdots").replace(". . .", r"\ldots").replace(r"\arg \max", r"\arg\max")
    )
    latex = re.sub(r"(?<=\d) , (?=\d{3}\b)", ",", latex)
    return latex.replace("√", r"\surd").strip()
