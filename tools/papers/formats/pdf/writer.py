"""From lines to the blocks of a `Paper`, from the first page to the last."""

from __future__ import annotations

import re
from collections import Counter

from ...paper import Block, Paper
from ..cells import markdown
from ..outline import Outline
from ..roles import role_of
from . import equations, metadata, tables
from .algorithms import algorithm_text
from .floats import Float, fill, find_captions
from .headings import Heading, find_headings, is_roman
from .hyphens import compounds, joined
from .lines import Line
from .pages import Pages
from .placement import settle_floats
from .prose import rebuilt
from .references import split_references

MIN_ABSTRACT_WORDS = 60
_FOOTNOTE = re.compile(r"^\^\{(\d{1,2}|[∗*†‡§¶⇤])\}|^([∗*†‡§¶⇤])")
_RUN_IN_THANKS = re.compile(r"^(acknowledge?ments?)\b[.:]?\s+(?=[A-Z])", re.IGNORECASE)
_RUN_IN_ABSTRACT = re.compile(r"^abstract\s*[—–.:-]+\s*", re.IGNORECASE)


class Writer:
    """Turns lines into blocks, from the first page to the last."""

    def __init__(self, paper: Paper, pages: Pages, body: float, toc: list[tuple[int, str, int]]) -> None:
        self.paper, self.body, self.heights = paper, body, pages.heights
        self.outline = Outline()
        self.compounds = compounds(n.text for lines in pages.lines for n in lines)
        floats = find_captions(pages.lines, body, self.compounds)
        self.float_at = {id(one.caption_lines[0]): one for one in floats}
        captions = {id(line) for one in floats for line in one.caption_lines}
        first = pages.lines[0] if pages.lines else []
        self.title = metadata.title_lines([n for n in first if id(n) not in captions], body)
        skipped = captions | {id(n) for n in self.title}
        flow = [line for lines in pages.lines for line in lines if id(line) not in skipped]
        self.headings = {id(h.lines[0]): h for h in find_headings(flow, body, toc)}
        fill(
            floats,
            pages.lines,
            body,
            pages.rules,
            pages.shapes,
            {id(n) for h in self.headings.values() for n in h.lines} | self._front(first),
        )
        covered = {id(line) for one in floats for line in [*one.caption_lines, *one.content]}
        self.covered = covered
        self.flow = [line for lines in pages.lines for line in lines]
        self.margins = _margins(self.flow, covered, body)
        self.first_page, self.stamps = (pages.lines[0] if pages.lines else []), pages.stamps
        self.glyphs_of = pages.glyphs_of

    def write(self) -> None:
        """Fill the paper."""
        self.paper.title = metadata.title_of(self.title, self.compounds)
        self.paper.year = metadata.year_of(self.first_page, self.stamps)
        waiting: list[Line] = []
        heading_lines = {id(n) for h in self.headings.values() for n in h.lines}
        titles = {id(n) for n in self.title}
        front: list[Line] = []
        front_ends = self._front_ends()
        for line in self.flow:
            if id(line) in titles:
                continue
            if line.page == 1 and line.y < front_ends and id(line) not in self.covered | heading_lines:
                front.append(line)
                continue
            if one := self.float_at.get(id(line)):
                self._text(waiting)
                waiting = []
                self._float(one)
            elif id(line) in self.covered:
                continue
            elif heading := self.headings.get(id(line)):
                self._text(waiting)
                waiting = []
                self._heading(heading)
            elif id(line) not in heading_lines:
                begun = self.outline.sections or waiting or line.page > 1 or _RUN_IN_ABSTRACT.match(line.text)
                if not begun and not metadata.is_prose(line):
                    front.append(line)
                    continue
                if (match := _RUN_IN_ABSTRACT.match(line.text)) and not self.outline.sections:
                    self._section("Abstract", None, 1, line)
                    line.text = line.text[match.end() :]
                elif (match := _RUN_IN_THANKS.match(line.text)) and line.spans[0].bold:
                    self._text(waiting)
                    waiting = []
                    self._section(match[1], None, 1, line)
                    line.text = line.text[match.end() :]
                waiting.append(line)
        self._text(waiting)
        if self.outline.blocks:
            below = max((n.y for n in self.title), default=0.0)
            self.paper.authors = metadata.authors_of(sorted((n for n in front if n.y > below), key=_row))
        else:
            self._text(front)  # Nothing follows it: what looks like the front of a paper is all there is.
        settle_floats(self.outline.blocks)
        self.paper.blocks = self.outline.blocks
        abstract = next((b.id for b in self.paper.blocks if b.kind == "section" and b.role == "abstract"), None)
        texts = [b.text for b in self.paper.blocks if b.section == abstract and b.kind == "paragraph"]
        if abstract:
            self.paper.abstract = " ".join(texts)
        elif texts and len(texts[0].split()) >= MIN_ABSTRACT_WORDS:
            self.paper.abstract = texts[0]

    def _front(self, page: list[Line]) -> set[int]:
        """Title, names and addresses: what is as large as the text, and stands above the first heading."""
        ends = min((h.lines[0].y for h in self.headings.values() if h.lines[0].page == 1), default=0.0)
        large = [n for n in page if n.y < ends and n.size > self.body - 1.5 and sum(c.isalpha() for c in n.text) > 3]
        return {id(n) for n in [*self.title, *large]}

    def _front_ends(self) -> float:
        """Height of the first heading, if all text above it is that of a front: names stand above all columns."""
        first = min((h.lines[0].y for h in self.headings.values() if h.lines[0].page == 1), default=0.0)
        above = [n for n in self.first_page if n.y < first - 2 and id(n) not in self.covered]
        return 0.0 if any(metadata.is_prose(n) for n in above) else first - 2

    def _heading(self, heading: Heading) -> None:
        self._section(heading.title, heading.number, heading.level, heading.lines[0])

    def _section(self, title: str, number: str | None, level: int, line: Line) -> None:
        appendix = bool(number and number[0].isalpha() and not is_roman(re.split(r"[.-]", number)[0])) or any(
            s.role == "appendix" for s in self.outline.sections
        )
        parent = (
            self.outline.sections[-1].role
            if self.outline.sections and (self.outline.sections[-1].level or 1) < level
            else None
        )
        block = self.outline.open_section(title, number, level, role_of(title, parent, appendix=appendix))
        block.page, block.bbox = line.page, line.bbox

    def _add(self, block: Block, lines: list[Line]) -> None:
        block.page = lines[0].page
        same = [n for n in lines if n.page == block.page]
        block.bbox = (
            round(min(n.x0 for n in same), 1),
            round(min(n.y0 for n in same), 1),
            round(max(n.x1 for n in same), 1),
            round(max(n.y1 for n in same), 1),
        )
        self.outline.blocks.append(block)

    def _float(self, one: Float) -> None:
        if one.kind == "figure":
            block = self.outline.block("figure", one.number, caption=one.caption)
            self._add(block, one.caption_lines)
            if one.region and block.bbox:
                x0, y0, x1, y1 = one.region
                block.bbox = round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)
            return
        text = "\n".join(n.text for n in sorted(one.content, key=lambda n: (n.y, n.x0)))
        if one.kind == "algorithm":
            block = self.outline.block(
                "algorithm",
                one.number,
                title=one.caption,
                caption=one.caption,
                text=algorithm_text(one.content, self.glyphs_of),
            )
        else:
            rows = tables.table_rows(one.content, one.rules)
            block = self.outline.block("table", one.number, caption=one.caption, rows=rows, text=markdown(rows))
            block.confidence = 0.8 if rows and len({len(r) for r in rows}) == 1 and one.rules else 0.5
        block.verbatim = f"{one.caption}\n{text}" if one.kind == "algorithm" else text
        self._add(block, [*one.caption_lines, *(one.content if one.kind == "algorithm" else ())])

    def _text(self, lines: list[Line]) -> None:
        """Write running text: references, footnotes, equations, paragraphs."""
        if not lines:
            return
        if self.outline.role == "references":
            self._references(lines)
            return
        displays = equations.display_lines(lines, self.margins)
        group: list[Line] = []
        kind = ""
        for line in lines:
            now = "equation" if id(line) in displays else self._kind(line)
            if group and (
                now != kind
                or (now == "paragraph" and self._begins(line, group))
                or (now == "footnote" and _FOOTNOTE.match(line.text))
            ):
                self._write(kind, group)
                group = []
            kind = now
            group.append(line)
        if group:
            self._write(kind, group)

    def _kind(self, line: Line) -> str:
        if line.size < self.body - 0.7 and line.y0 > 0.55 * self.heights[line.page - 1] and line.math_share < 0.5:
            return "footnote"
        return "paragraph"

    def _begins(self, line: Line, group: list[Line]) -> bool:
        """Does a paragraph begin with this line?"""
        last = group[-1]
        if (last.page, last.column) != (line.page, line.column):
            return True
        if abs(last.y - line.y) < 0.3 * line.size:
            return False
        left, right = self.margins[(line.page, line.column)]
        indented = left + 0.7 * line.size < line.x0 < left + 4 * line.size and last.x0 < left + 0.7 * line.size
        short = last.x1 < right - 0.15 * (right - left) and last.text.endswith((".", ":", "?", "!"))
        return (
            line.y - last.y > 1.65 * line.size
            or line.y < last.y - 1
            or (indented and last.text.endswith((".", ":", "?", ")", "!")))
            or short
        )

    def _write(self, kind: str, lines: list[Line]) -> None:
        if kind == "equation":
            self._equations(lines)
            return
        text = joined([n.text for n in lines], self.compounds)
        if not any(c.isalnum() for c in text):
            return
        if kind == "footnote":
            match = _FOOTNOTE.match(text)
            number = (match[1] or match[2]) if match else None
            self._add(self.outline.block("footnote", number if number and number.isdigit() else None, text=text), lines)
            return
        rich = rebuilt(lines, text, self.glyphs_of, self.compounds)
        block = self.outline.block("paragraph", text=rich or text)
        block.verbatim = text if rich else None
        self._add(block, lines)

    def _equations(self, lines: list[Line]) -> None:
        """One block an equation."""
        for one in equations.read_equations(lines, self.glyphs_of, self.margins):
            if not one.latex and one.number is None:
                self._add(self.outline.block("paragraph", text=one.text), one.lines)
                continue
            text = f"$$ {one.latex} $$" if one.latex else one.text
            block = self.outline.block("equation", one.number, text=text, latex=one.latex or None)
            block.verbatim, block.confidence = one.text, one.confidence
            self._add(block, one.lines)

    def _references(self, lines: list[Line]) -> None:
        for i, (number, entry) in enumerate(split_references(lines), 1):
            text = joined([n.text for n in entry], self.compounds)
            if len(text) > 15:
                self._add(self.outline.block("reference", number or str(i), text=text), entry)


def _row(line: Line) -> tuple[int, float]:
    return round(line.y / (0.6 * line.size or 1)), line.x0


def _margins(lines: list[Line], covered: set[int], body: float) -> equations.Margins:
    """Left and right margin of each column: where its text begins, and where most of its lines end."""
    columns: dict[tuple[int, int], list[Line]] = {(n.page, n.column): [] for n in lines}
    for n in lines:
        if id(n) not in covered and abs(n.size - body) < 0.5 and n.math_share < 0.6:
            columns[(n.page, n.column)].append(n)
    margins = {}
    for place, column in columns.items():
        ends = Counter(round(n.x1) for n in column).most_common(1)
        usual = [n.x1 for n in column if ends[0][1] > 3 and abs(n.x1 - ends[0][0]) <= 1]
        margins[place] = (
            min((n.x0 for n in column), default=10_000.0),
            max(usual or (n.x1 for n in column), default=0.0),
        )
    return margins
