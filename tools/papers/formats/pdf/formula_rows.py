"""Rows of formulas: which glyphs share a line, and the LaTeX of one: words, limits, scripts."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from .glyphs import Glyph
from .symbols import LARGE

_FUNCTIONS = {"log", "ln", "exp", "max", "min", "sin", "cos", "tan", "tanh", "arg", "lim", "sup", "inf", "det", "dim", "ker", "deg", "sinh", "cosh", "cot", "sec", "gcd", "Pr"}  # fmt: skip
_BINDING = {"where", "with", "and", "for", "if", "otherwise", "such", "that", "subject", "when", "then", "else", "all", "or", "is", "the"}  # fmt: skip
_OVER_AND_UNDER = {r"\max", r"\min", r"\lim", r"\sup", r"\inf", r"\arg\max", r"\arg\min", r"\arg", r"\mathrm{argmax}", r"\mathrm{argmin}", r"\Pr", r"\det", r"\lim\sup", r"\lim\inf"}  # fmt: skip
_RELATIONS = {"=", r"\sim", r"\approx", r"\to", r"\leq", r"\geq", r"\equiv", r"\Rightarrow", r"\leftarrow", "<", ">"}

_BARE = {"=", "+", "-", ",", "<", ">", "/", r"\leq", r"\geq", r"\cdot", r"\times", r"\in", r"\sim", "("}
"""What bears no scripts."""

MAX_LIMIT = 60
"""Glyphs of a limit; what is longer is not parted among operators."""


class RowWriter:
    """Writes the LaTeX of single rows and counts what it is unsure of in `doubts`."""

    def __init__(self) -> None:
        self.doubts = 0.0

    def block(self, items: list[Glyph], depth: int) -> str:
        """The LaTeX of parts that may stand in several rows."""
        return r" \\ ".join(self.row(row, depth) for row in split_rows(items))

    def stacked(self, items: list[Glyph], depth: int) -> str:
        """The LaTeX of a limit or label, which may have several lines."""
        rows = split_rows(items)
        if len(rows) < 2:
            return self.row(items, depth)
        lines = r" \\ ".join(self.row(row, depth) for row in rows)
        return rf"\substack{{{lines}}}"

    def row(self, items: list[Glyph], depth: int) -> str:
        """One row: items from left to right, limits and scripts at their bases."""
        if not items or depth > 14:
            self.doubts += bool(items)
            return " ".join(g.latex for g in sorted(items, key=lambda g: g.x0))
        base, size = baseline(items), max(g.size for g in items)
        items = _words(items)
        on_line = [g for g in items if _stands(g, base, size)]
        scripts = [g for g in items if not _stands(g, base, size)]
        limits, scripts = self._limits(on_line, scripts, base, depth)
        self._look_for_overlaps(on_line)
        out: list[str] = []
        over: list[Glyph] = []
        under: list[Glyph] = []
        for g in sorted([*on_line, *scripts], key=lambda g: g.x0):
            if any(g is s for s in scripts):
                _script_home(g, over, under, base).append(g)
                continue
            self._close(out, over, under, depth)
            over, under = [], []
            out.append(_with_limits(g.latex, limits.get(id(g), {})))
        self._close(out, over, under, depth)
        return " ".join(part for part in out if part)

    def _close(self, out: list[str], over: list[Glyph], under: list[Glyph], depth: int) -> None:
        """Give the last item the scripts that were found behind it."""
        if not over and not under:
            return
        if not out:
            self.doubts += 1.5
            out.append("{}")
        elif out[-1] in _BARE:
            self.doubts += 1.5
        if under:
            out[-1] += f"_{{{self.stacked(under, depth + 1)}}}"
        if over:
            primes = [g for g in over if g.latex == r"\prime"]
            rest = [g for g in over if g.latex != r"\prime"]
            if rest and not primes:
                out[-1] += f"^{{{self.stacked(rest, depth + 1)}}}"
            elif rest:
                out[-1] += f"^{{{' '.join(g.latex for g in primes)} {self.row(rest, depth + 1)}}}"
            else:
                out[-1] += "'" * len(primes)

    def _limits(
        self, on_line: list[Glyph], scripts: list[Glyph], base: float, depth: int
    ) -> tuple[dict[int, dict[str, str]], list[Glyph]]:
        """Take what stands straight above and below items out of the scripts: nothing else shares their width."""
        limits: dict[int, dict[str, str]] = {}
        for mark in ("_", "^"):
            side = 1 if mark == "_" else -1
            far = [
                g for g in scripts if (g.top > base - 0.12 * g.size if side > 0 else g.bottom < base - 0.55 * g.size)
            ]
            for group in _runs(far):
                hosts = sorted((h for h in on_line if _overlap(h, group) > 0.3 and _clear(h, group, side)), key=_left)
                for host, part in _shared(group, hosts):
                    limits.setdefault(id(host), {})[mark] = self.stacked(part, depth + 1)
                    taken = {id(g) for g in part}
                    scripts = [g for g in scripts if id(g) not in taken]
        return limits, scripts

    def _look_for_overlaps(self, on_line: list[Glyph]) -> None:
        """Items that lie over each other show that rows were mixed."""
        ordered = sorted(on_line, key=lambda g: g.x0)
        for a, b in pairwise(ordered):
            if a.x1 - b.x0 > 0.35 * min(a.x1 - a.x0, b.x1 - b.x0) and r"\not" not in (a.latex, b.latex):
                self.doubts += 1


def _with_limits(latex: str, limits: dict[str, str]) -> str:
    if not limits:
        return latex
    if latex in LARGE or latex in _OVER_AND_UNDER or latex.startswith((r"\underbrace", r"\overbrace")):
        return latex + "".join(f"{mark}{{{text}}}" for mark, text in limits.items())
    if "^" in limits:
        latex = rf"\overset{{{limits['^']}}}{{{latex}}}"
    if "_" in limits:
        latex = rf"\underset{{{limits['_']}}}{{{latex}}}" if latex in _RELATIONS else f"{latex}_{{{limits['_']}}}"
    return latex


def _stands(g: Glyph, base: float, size: float) -> bool:
    """Does it stand on the line, and is no script?"""
    shift = abs(base - g.y)
    if g.latex.startswith(r"\frac"):
        return abs(g.origin - (base - 0.25 * size)) < 0.13 * size
    if g.size >= 0.88 * size:
        return shift < 0.45 * size or g.height > 1.7 * size
    return shift < 0.06 * size and (bool(_text(g)) or g.latex in (".", ",", ";"))


def _script_home(g: Glyph, over: list[Glyph], under: list[Glyph], base: float) -> list[Glyph]:
    """Is it above or below? A script of a script stays with the one that is set larger and closer in height."""
    larger = [s for s in (*over, *under) if s.size > 1.15 * g.size and not s.built]
    if larger:
        nearest = min(larger, key=lambda s: (abs(s.y - g.y), -s.x0))
        return over if any(s is nearest for s in over) else under
    return over if base - g.y > 0 else under


def _left(g: Glyph) -> float:
    return g.x0


def _clear(host: Glyph, group: list[Glyph], side: int) -> bool:
    """Does a group stand wholly below or above an item, as far as it shares its width?"""
    slack = 0.12 * host.size
    shared = [g for g in group if g.x1 > host.x0 and g.x0 < host.x1]
    clear = (g.top > host.bottom - slack if side > 0 else g.bottom < host.top + slack for g in shared)
    return bool(shared) and all(clear)


def _runs(items: list[Glyph]) -> list[list[Glyph]]:
    """Items without much white between them."""
    runs: list[list[Glyph]] = []
    for g in sorted(items, key=lambda g: g.x0):
        if runs and g.x0 - max(o.x1 for o in runs[-1]) < 0.75 * g.size:
            runs[-1].append(g)
        else:
            runs.append([g])
    return runs


def _overlap(host: Glyph, group: list[Glyph]) -> float:
    """The share of the narrower one's width that both have."""
    x0, x1 = min(g.x0 for g in group), max(g.x1 for g in group)
    return (min(host.x1, x1) - max(host.x0, x0)) / max(0.1, min(host.x1 - host.x0, x1 - x0))


def _shared(group: list[Glyph], hosts: list[Glyph]) -> list[tuple[Glyph, list[Glyph]]]:
    """Part a run of small items among the items that it stands under, by their middles.

    Substacks make the order of a run by `x0` useless for cutting it, so that it is cut at heights of `x` alone.
    """
    found: list[tuple[Glyph, list[Glyph]]] = []
    if len(group) > MAX_LIMIT:
        return [(hosts[0], group)] if hosts else []
    rest = sorted(group, key=lambda g: g.centre)
    for i, host in enumerate(hosts):
        if not rest:
            break
        best: tuple[float, int, int] | None = None
        starts = range(len(rest)) if not found or i == len(hosts) - 1 else range(1)
        for a in starts:
            for b in range(a + 1, len(rest) + 1):
                part = rest[a:b]
                centre = (min(g.x0 for g in part) + max(g.x1 for g in part)) / 2
                cost = abs(centre - host.centre) - 0.12 * host.size * (b - a) / len(rest)
                if _cuttable(rest, a) and _cuttable(rest, b) and (best is None or cost < best[0]):
                    best = (cost, a, b)
        if best is not None and best[0] < 0.45 * host.size:
            found.append((host, rest[best[1] : best[2]]))
            rest = rest[best[2] :] if i < len(hosts) - 1 else []
    return found


def _cuttable(items: list[Glyph], at: int) -> bool:
    """Is there white before this item, so that a group may end there?"""
    if at in (0, len(items)):
        return True
    return min(g.x0 for g in items[at:]) - max(g.x1 for g in items[:at]) > 0.02 * items[at].size


def baseline(items: list[Glyph]) -> float:
    """The baseline that most of the widest-set items share."""
    size = max(g.size for g in items)
    weight: dict[int, float] = defaultdict(float)
    for g in items:
        if g.size > 0.88 * size and g.latex not in LARGE and (g.height < 1.5 * g.size or g.built):
            weight[round(g.y)] += min(g.x1 - g.x0, 3 * size)
    if not weight:
        return max(items, key=lambda g: (g.size, g.height)).y
    best = max(weight, key=lambda y: weight[y] + 0.5 * (weight.get(y - 1, 0) + weight.get(y + 1, 0)))
    return min((g.y for g in items if g.size > 0.88 * size), key=lambda y: abs(y - best))


def split_rows(items: list[Glyph]) -> list[list[Glyph]]:
    """Items by the lines that they stand on; scripts and limits with the line that they are closest to."""
    if not items:
        return []
    size = max(g.size for g in items)
    large = [g for g in items if g.size >= 0.88 * size]
    flat = [g for g in large if g.height < 1.6 * size and not g.built] or [g for g in large if not g.built] or large
    lines: list[list[float]] = []
    for y in sorted(g.y for g in flat):
        if lines and y - lines[-1][-1] < 0.4 * size and y - lines[-1][0] < 0.7 * size:
            lines[-1].append(y)
        else:
            lines.append([y])
    rows: list[list[Glyph]] = [[] for _ in lines]
    middles = [sorted(line)[len(line) // 2] for line in lines]
    for g in large:
        after = bisect(middles, g.y)
        near = range(max(0, after - 1), min(len(rows), after + 1))
        rows[min(near, key=lambda i: abs(middles[i] - g.y))].append(g)
    rows, middles = _with_built_rows(rows, middles, size)
    reaches = [(min(g.top for g in row), max(g.bottom for g in row)) if row else (1e9, -1e9) for row in rows]
    for g in [g for g in items if g.size < 0.88 * size]:
        near_rows = [i for i, (top, bottom) in enumerate(reaches) if top - size < g.bottom and g.top < bottom + size]
        rows[_closest(g, rows, middles, near_rows or list(range(len(rows))))].append(g)
    return [row for row in rows if row]


def _with_built_rows(
    rows: list[list[Glyph]], middles: list[float], size: float
) -> tuple[list[list[Glyph]], list[float]]:
    """Fractions and matrices far from every line have a line of their own."""
    for i, row in enumerate(list(rows)):
        strays = [g for g in row if g.built and abs(g.y - middles[i]) > 0.9 * size]
        if strays and len(strays) < len(row):
            rows[i] = [g for g in row if not any(g is s for s in strays)]
            for stray in strays:
                near = next((j for j, y in enumerate(middles) if abs(y - stray.y) < 0.4 * size), None)
                if near is None:
                    rows.append([stray])
                    middles.append(stray.y)
                else:
                    rows[near].append(stray)
    order = sorted(range(len(rows)), key=lambda i: middles[i])
    return [rows[i] for i in order], [middles[i] for i in order]


def _closest(small: Glyph, rows: list[list[Glyph]], middles: list[float], near: list[int]) -> int:
    """The row to which a script or limit belongs: by the white between it and the items of full size."""
    if len(near) == 1:
        return near[0]
    size = max(g.size for g in rows[near[0]])
    level = [i for i in near if abs(small.y - middles[i]) < 0.06 * size]
    if level and small.text and small.size > 0.6 * size:
        return level[0]
    x0, x1, top, bottom = small.x0, small.x1, small.top, small.bottom

    def distance(i: int) -> float:
        white = (
            max(h.top - bottom, top - h.bottom, 0.0) + 0.6 * max(h.x0 - x1, x0 - h.x1, 0.0)
            for h in rows[i]
            if h.x0 - x1 < 40 and x0 - h.x1 < 40
        )
        return min(white, default=1e6) + 0.05 * abs(small.y - middles[i])

    return min(near, key=distance)


def _words(items: list[Glyph]) -> list[Glyph]:
    """Join letters that stand together to words, digits to numbers, and the words of a phrase."""
    out: list[Glyph] = []
    for g in sorted(items, key=lambda g: (g.size, round(g.y), g.x0)):
        last = out[-1] if out else None
        if last is not None and _joins(last, g):
            out[-1] = replace(
                last, latex=last.latex + g.latex, x1=g.x1, top=min(last.top, g.top), bottom=max(last.bottom, g.bottom)
            )
        else:
            out.append(g)
    return _phrases([part for g in out for part in _named(g)])


def _joins(last: Glyph, g: Glyph) -> bool:
    if abs(last.y - g.y) > 0.5 or g.x0 <= last.x0 or last.size != g.size or last.built or g.built:
        return False
    if g.x0 - last.x1 > 0.12 * g.size:
        return False
    if _digits(last.latex) and _digits(g.latex) and last.latex not in (",", "."):
        return True
    letters = last.latex.replace("-", "").isalpha() and (g.latex.isalpha() or (g.latex == "-" and last.roman))
    return letters and ((last.roman and g.roman) or (last.slanted and g.slanted))


def _named(g: Glyph) -> list[Glyph]:
    """A word as LaTeX; letters of an italic text font that make no word are letters of a formula."""
    if g.slanted and len(g.latex) > 1 and g.latex.isalpha():
        if g.latex.lower() in _BINDING:
            return [replace(g, latex=rf"\text{{{g.latex}}}")]
        step = (g.x1 - g.x0) / len(g.latex)
        return [
            replace(g, latex=c, x0=g.x0 + i * step, x1=g.x0 + (i + 1) * step, slanted=False)
            for i, c in enumerate(g.latex)
        ]
    if len(g.latex) < 2 or not g.latex.replace("-", "").isalpha() or g.built:
        return [g]
    if g.latex in _FUNCTIONS:
        return [replace(g, latex=f"\\{g.latex}")]
    style = "text" if g.latex.lower() in _BINDING else "mathrm"
    return [replace(g, latex=rf"\{style}{{{g.latex}}}")]


def _phrases(items: list[Glyph]) -> list[Glyph]:
    """Join words with a blank between them to one text, `arg` and `max` to one operator."""
    out: list[Glyph] = []
    for g in sorted(items, key=lambda g: (g.size, round(g.y), g.x0)):
        last = out[-1] if out else None
        if last is not None and abs(last.y - g.y) < 0.5 and last.size == g.size and g.x0 - last.x1 < 0.5 * g.size:
            gap = g.x0 - last.x1
            if (last.latex, g.latex) in (
                (r"\arg", r"\max"),
                (r"\arg", r"\min"),
                (r"\lim", r"\sup"),
                (r"\lim", r"\inf"),
            ):
                out[-1] = replace(last, latex=last.latex + g.latex, x1=g.x1, bottom=max(last.bottom, g.bottom))
                continue
            if gap > 0.12 * g.size and (first := _text(last)) and (second := _text(g)):
                out[-1] = replace(last, latex=rf"\text{{{first} {second}}}", x1=g.x1)
                continue
        out.append(g)
    return _small_capitals(sorted(out, key=_left))


def _small_capitals(items: list[Glyph]) -> list[Glyph]:
    """Give words in small capitals their first letters back, which are set larger."""
    out: list[Glyph] = []
    for g in items:
        last = out[-1] if out else None
        first, rest = (_text(last) or last.latex if last else ""), _text(g) or g.latex
        if (
            last is not None
            and first.isalpha()
            and first.isupper()
            and rest.isalpha()
            and rest.isupper()
            and (last.roman or _text(last))
            and (g.roman or _text(g))
            and abs(last.y - g.y) < 0.5
            and g.x0 - last.x1 < 0.12 * last.size
            and (len(first) > 1 or 0.6 * last.size < g.size < 0.9 * last.size)
        ):
            size = max(last.size, g.size)
            out[-1] = replace(last, latex=rf"\mathrm{{{first}{rest}}}", x1=g.x1, size=size, roman=False)
        else:
            out.append(g)
    return out


def _text(g: Glyph) -> str:
    """The word or words that an item is made of."""
    for style in (r"\text{", r"\mathrm{"):
        if g.latex.startswith(style):
            return g.latex[len(style) : -1]
    return ""


def _digits(text: str) -> bool:
    return bool(text) and all(c.isdigit() or c in ".," for c in text)
