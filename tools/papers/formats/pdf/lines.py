"""Lines of text as printed: glyph runs joined along a baseline, sub- and superscripts marked, hidden text left out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .hidden import Key, key_of

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ft", "ﬆ": "st"})
_MATH_FONT = re.compile(r"^(?:[A-Z]{6}\+)?(CMMI|CMSY|CMEX|CMR\d|CMBX\d|MSAM|MSBM|EUFM|EUSM|rsfs|MTMI|MTSY|MTEX|RMTMI|r?[tp]x(?:mi|bmi|sy|bsy|ex|r\b)|Cambria ?Math|XITSMath|STIX.*Math|[\w-]*Math|NewTXMI|NewPXMI|StandardSym|Symbol|LMMath|EUEX|EURM|MnSymbol)", re.IGNORECASE)  # fmt: skip
_UPRIGHT = re.compile(r"^(?:[A-Z]{6}\+)?CM(?:R|BX)\d", re.IGNORECASE)
"""Fonts of formulas that TeX sets text in, too, where a paper chooses no other."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_FUNCTION = re.compile(r"^(?:log|ln|exp|max|min|sin|cos|tan|tanh|arg|lim|sup|inf|det|dim|ker|deg|sinh|cosh|Pr|mod|gcd|softmax|argmax|argmin)$")  # fmt: skip
_BOLD_FONT = re.compile(r"bold|black|heavy|medi(?!um)|demi|semibold|-bd|cmbx|cmb\d|nimbusromno9l-medi", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_LARGE_FONT = re.compile(r"CMEX|MTEX|[tp]xex|LMMathExtension|EUEX", re.IGNORECASE)
_TEXT_SIZED = tuple("PQRSTUVW")
"""Codes of the operators that TeX's font of large symbols has for lines of text."""
_MATH_SYMBOLS = set("=+−×÷∑∏∫√∞≈≤≥≠∈∂∇·⋅∥‖→←⇒±∼≡⊙⊗⊕∝∀∃")


@dataclass
class Span:
    """A run of glyphs of one font and size; `y` is its baseline."""

    text: str
    size: float
    font: str
    bold: bool
    italic: bool
    x0: float
    x1: float
    y: float
    raised: bool

    @property
    def has_words(self) -> bool:
        """Has it words that are no names of functions?"""
        return any(not _FUNCTION.match(word) for word in _LETTERS.findall(self.text))

    @property
    def hanging(self) -> bool:
        """Does it hang from its baseline, as TeX's large symbols do?"""
        return bool(_LARGE_FONT.search(self.font))

    @property
    def middle(self) -> float:
        """The height of the axis of its glyphs."""
        if self.hanging:
            return self.y + (0.5 if self.text.strip()[:1] in _TEXT_SIZED else 0.75) * self.size
        return self.y - 0.25 * self.size

    @property
    def mathematical(self) -> bool:
        """Is it set in a font of formulas, or made of their symbols?"""
        if _MATH_FONT.match(self.font):
            return not (_UPRIGHT.match(self.font) and self.has_words)
        return any(c in _MATH_SYMBOLS or "\U0001d400" <= c <= "\U0001d7ff" for c in self.text) and not _WORD.search(
            self.text
        )


@dataclass
class Line:
    """A line of text; coordinates in PDF points from the top left of the page, `place` its rank in the file."""

    page: int
    spans: list[Span]
    x0: float
    y0: float
    x1: float
    y1: float
    column: int = 0
    band: int = 0
    place: int = 0
    text: str = field(default="", repr=True)

    def __post_init__(self) -> None:
        self.text = self.text or marked_text(self.spans)

    @cached_property
    def size(self) -> float:
        """The font size of most of its characters."""
        count: Counter[float] = Counter()
        for span in self.spans:
            count[round(span.size, 1)] += len(span.text.strip())
        return count.most_common(1)[0][0] if count else 0.0

    @cached_property
    def largest(self) -> float:
        """The largest font size in it: small capitals have that of their capitals."""
        return max((round(s.size, 1) for s in self.spans if s.text.strip()), default=0.0)

    @cached_property
    def y(self) -> float:
        """The baseline of its largest run."""
        inked = [s for s in self.spans if s.text.strip()] or self.spans
        standing = [s for s in inked if not s.hanging]
        hanging = max((s for s in inked if s.hanging), key=lambda s: s.size, default=None)
        if hanging and (not standing or max(s.size for s in standing) < 0.85 * hanging.size):
            return hanging.middle + 0.25 * hanging.size
        return max(standing, key=lambda s: (s.size, len(s.text))).y

    @cached_property
    def bold(self) -> bool:
        """Is all of it that has letters bold?"""
        letters = [s for s in self.spans if any(c.isalpha() for c in s.text)]
        return bool(letters) and all(s.bold for s in letters)

    @property
    def width(self) -> float:
        """Its width in points."""
        return self.x1 - self.x0

    @cached_property
    def math_share(self) -> float:
        """The share of its characters that are mathematics."""
        total = sum(len(s.text.strip()) for s in self.spans)
        return sum(len(s.text.strip()) for s in self.spans if s.mathematical) / total if total else 0.0

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return (round(self.x0, 1), round(self.y0, 1), round(self.x1, 1), round(self.y1, 1))


def plain(text: str) -> str:
    """Text with ligatures resolved and odd blanks made plain."""
    return unicodedata.normalize("NFC", text.translate(_LIGATURES)).replace("\xa0", " ").replace("\xad", "-")


def marked_text(spans: list[Span]) -> str:
    """The text of a line with `^{..}` and `_{..}` where glyphs are small and off the baseline."""
    if not spans:
        return ""
    base_size = max(Counter({s.size: 0 for s in spans} | _weights(spans)).items(), key=lambda i: (i[1], i[0]))[0]
    base = next(s.y for s in sorted(spans, key=lambda s: -len(s.text)) if s.size == base_size)
    out, mode, previous = "", "", None
    for i, span in enumerate(spans):
        text = plain(span.text)
        following = spans[i + 1] if i + 1 < len(spans) else None
        if previous and following and not text.strip() and _small_capitals(previous, following):
            continue
        shift = base - span.y
        small = span.size < 0.88 * base_size
        if not text.strip():
            now = mode
        elif (small and shift > 0.12 * base_size) or (span.raised and small):
            now = "^"
        elif small and shift < -0.05 * base_size:
            now = "_"
        else:
            now = ""
        gap = span.x0 - previous.x1 if previous else 0.0
        spaced = gap > 0.18 * base_size and not out.endswith(" ") and not text.startswith(" ")
        spaced = spaced and not (previous and _small_capitals(previous, span))
        if now != mode:
            if mode:
                out = out.rstrip() + "}" + (" " if out.endswith(" ") else "")
            if spaced and not now:
                out += " "
            if now:
                lead = text[: len(text) - len(text.lstrip())]
                out += (" " if spaced and gap > 0.5 * base_size else lead) + now + "{"
                text = text.lstrip()
            mode = now
        elif spaced:
            out += " "
        out += text
        previous = span
    return re.sub(r"[ \t]+", " ", out.rstrip() + ("}" if mode else "")).strip()


def _small_capitals(capital: Span, rest: Span) -> bool:
    """Does a word in small capitals go on, after its large first letter?"""
    return (
        capital.text[-1:].isupper()
        and rest.text[:1].isupper()
        and rest.text[:2].isupper()
        and 0.65 * capital.size < rest.size < 0.9 * capital.size
        and rest.x0 - capital.x1 < 0.2 * capital.size
        and abs(rest.y - capital.y) < 0.5
    )


def _weights(spans: list[Span]) -> dict[float, int]:
    count: Counter[float] = Counter()
    for span in spans:
        count[span.size] += len(span.text.strip())
    return dict(count)


def page_lines(raw: dict[str, Any], page: int, hidden: Set[Key] = frozenset()) -> list[Line]:
    """The visible lines of a page.

    **Arguments:**

    - `raw`: what PyMuPDF gives as `page.get_text("dict")`.
    - `hidden`: the spans that a reader does not see.
    """
    lines: list[Line] = []
    reaches = _reaches(raw)
    for block in (b for b in raw["blocks"] if b["type"] == 0):
        parts: list[list[Span]] = []
        for item in block["lines"]:
            if abs(item["dir"][0] - 1) > 0.01:
                continue  # Turned text: stamps in the margin, axis labels.
            spans = []
            for span in item["spans"]:
                if span["text"] and key_of(span) not in hidden:
                    spans.append(_span(span, reaches.get((span["font"], span["size"]))))
            if any(s.text.strip() for s in spans):
                parts.append(spans)
        lines += [_line(spans, page, len(lines) + i) for i, spans in enumerate(_rows(parts))]
    return _with_scraps(lines)


def _with_scraps(lines: list[Line]) -> list[Line]:
    """Give roots, limits and scripts that the file draws apart back to the line of text in which they stand."""
    hosts = [n for n in lines if sum(len(w) > 2 and w.isalpha() for w in n.text.split()) >= 4]
    scraps: dict[int, list[Line]] = {}
    for line in lines:
        if _is_scrap(line) and (host := next((h for h in hosts if h is not line and _stands_in(line, h)), None)):
            scraps.setdefault(id(host), []).append(line)
    gone = {id(scrap) for found in scraps.values() for scrap in found}
    return [_joined(line, scraps.get(id(line), [])) for line in lines if id(line) not in gone]


def _joined(host: Line, scraps: list[Line]) -> Line:
    if not scraps:
        return host
    spans = sorted([*host.spans, *(s for scrap in scraps for s in scrap.spans)], key=lambda s: s.x0)
    return replace(host, spans=spans, text="")


def _is_scrap(line: Line) -> bool:
    return (
        len(line.text) <= 16 and (line.math_share > 0.5 or line.size < 8) and not re.search(r"[^\W\d_]{4,}", line.text)
    )


def _stands_in(scrap: Line, host: Line) -> bool:
    size = host.size
    if not host.y - 1.05 * size < scrap.y < host.y + 0.62 * size or scrap.x0 < host.x0 - 2 or scrap.x1 > host.x1 + 2:
        return False
    return not any(
        s.text.strip() and s.x0 < scrap.x0 + 1 and scrap.x1 - 1 < s.x1 and abs(s.y - scrap.y) < 1 for s in host.spans
    )


def _span(span: dict[str, Any], reach: tuple[float, float] | None) -> Span:
    font, flags = span["font"], span["flags"]
    bold = bool(flags & 16) or bool(_BOLD_FONT.search(font))
    x0, _, x1, _ = span["bbox"]
    return Span(
        span["text"],
        round(span["size"], 1),
        font,
        bold,
        bool(flags & 2),
        x0,
        x1,
        _baseline(span, reach),
        bool(flags & 1),
    )


def _reaches(raw: dict[str, Any]) -> dict[tuple[str, float], tuple[float, float]]:
    """How far the boxes of a font at a size reach above and below its baseline."""
    return {
        (span["font"], span["size"]): (span["origin"][1] - span["bbox"][1], span["bbox"][3] - span["origin"][1])
        for block in raw["blocks"]
        if block["type"] == 0
        for line in block["lines"]
        for span in line["spans"]
        if not span["text"][:1].isspace() and not _LARGE_FONT.search(span["font"])
    }


def _baseline(span: dict[str, Any], reach: tuple[float, float] | None) -> float:
    """The baseline of a span: its origin is that of its first glyph, which may be a blank behind a script."""
    y, (_, top, _, bottom) = float(span["origin"][1]), span["bbox"]
    if reach is None or not span["text"][:1].isspace() or bottom - top < reach[0] + reach[1] + 0.5:
        return y
    return float(max(top + reach[0], bottom - reach[1], key=lambda end: abs(end - y)))


def _rows(parts: list[list[Span]]) -> list[list[Span]]:
    """Join pieces of a block that follow each other on one baseline: a number and its heading, a base and its exponent."""
    rows: list[list[Span]] = []
    for spans in parts:
        if rows:
            row = rows[-1]
            size = max(s.size for s in row)
            gap = spans[0].x0 - row[-1].x1
            drop = abs(max(spans, key=lambda s: s.size).y - max(row, key=lambda s: s.size).y)
            if -0.3 * size <= gap < 2.2 * size and drop < 0.55 * size:
                row += spans
                continue
        rows.append(list(spans))
    return rows


def _line(spans: list[Span], page: int, place: int) -> Line:
    inked = [s for s in spans if s.text.strip()]
    top = min(s.y if s.hanging else s.y - 0.8 * s.size for s in inked)
    bottom = max(s.y + (1.1 if s.hanging else 0.2) * s.size for s in inked)
    return Line(page, spans, min(s.x0 for s in inked), top, max(s.x1 for s in inked), bottom, place=place)
