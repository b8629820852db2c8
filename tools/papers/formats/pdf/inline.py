"""Lines of text with formulas in them, from glyphs: words as printed, formulas as LaTeX between dollars."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .formula_rows import RowWriter, baseline
from .formulas import tidy
from .glyphs import Glyph
from .lines import plain

MAX_MARK = 8
"""Glyphs of the mark of a note; more than these are labels of a drawing."""
_BLANK = 0.14
"""White between two glyphs, in font sizes, that parts words."""
_BEHIND_BASE = 0.2
"""White between a script and what it belongs to, at most."""
_JOINING = re.compile(r"^(?:[=+<>/|*·−–-]|:=|[<>]=)$")
_NUMBER = re.compile(r"^[+-]?\d[\d.,]*%?$")
_BEFORE, _BEHIND = "([{“‘\"'", ".,;:)]}”’\"'!?"
_OPENING = {"(": ")", "[": "]", "{": "}"}
_MARKS = {r"\triangleright": "▷", "▷": "▷", "⊳": "▷", r"\bullet": "•", r"\square": "□", "✓": "✓"}
_DOTS = re.compile(r"^(?:\.|…|\\[lc]dots)+,?$")
_RELATIONS = {"=", "<", ">", "+", "-", "/", r"\times", r"\cdot", r"\leq", r"\geq", r"\in", r"\sim", r"\approx", r"\leftarrow", r"\to", r"\pm", r"\ll", r"\gg", r"\neq", r"\equiv", r"\propto"}  # fmt: skip
_WORD_BEHIND = re.compile(r"^(?:[-–—]?[^\W\d_]{3,}|[’']|s$|th$|-)")
_WORD_BEFORE = re.compile(r"^[^\W\d_]{3,}\W*[-–—,.;:/](?=\d*$)")
_OPERATORS = {"mod", "log", "ln", "exp", "max", "min", "sup", "inf", "sin", "cos", "tanh", "softmax", "arg"}


@dataclass
class _Chunk:
    """Glyphs without white between them; `scripts` are those off the line.

    `bold`, `slanted`: whether the whole line is, so that a letter that is so is no mathematics.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    scripts: list[Glyph] = field(default_factory=list)
    bold: bool = False
    slanted: bool = False

    @property
    def x1(self) -> float:
        """Its right end."""
        return max(g.x1 for g in [*self.glyphs, *self.scripts])

    @property
    def printed(self) -> str:
        """What it prints where it is text."""
        return plain("".join(g.text or _MARKS.get(g.latex, g.latex) for g in self.glyphs))

    @property
    def mathematical(self) -> bool:
        """Is any of it mathematics? A script on a word is a mark of a note."""
        letters = [g for g in self.glyphs if g.text.isalpha()]
        if 0 < len(letters) < 5 and len(letters) + 3 > len(self.glyphs):
            bold = not self.bold and all(map(_is_bold, letters))
            slanted = not self.slanted and len(letters) == 1 and letters[0].slanted
            if slanted or (bold and (len(letters) == 1 or any(g.text.isupper() for g in letters))):
                return True
        if any(not g.text and g.latex not in _MARKS for g in self.glyphs):
            return True
        return bool(self.scripts) and len(self.glyphs) < 4


def _is_bold(g: Glyph) -> bool:
    return g.latex.startswith(r"\mathbf")


def inline_text(items: list[Glyph], writer: RowWriter) -> str:
    """A line of text as Markdown.

    **Arguments:**

    - `items`: the glyphs of one line, fractions and accents put together.
    """
    if not items:
        return ""
    base, size = baseline(items), max(g.size for g in items)
    chunks = [part for chunk in _chunks(items, base, size) for part in _parted(chunk)]
    out: list[str] = []
    at = 0
    while at < len(chunks):
        chunk = chunks[at]
        if not chunk.mathematical and not _leads(chunk, chunks[at + 1 :]):
            out.append(chunk.printed + _mark(chunk, writer))
            at += 1
            continue
        end = _end_of_formula(chunks, at)
        out.append(_formula(chunks[at:end], writer))
        at = end
    return re.sub(r" (?=[,.;:](?: |$))|(?<=[—–]) (?=\$)", "", re.sub(r" +", " ", " ".join(out))).strip()


def _chunks(items: list[Glyph], base: float, size: float) -> list[_Chunk]:
    """Glyphs parted at the blanks of the line."""
    chunks: list[_Chunk] = []
    for g in sorted(items, key=lambda g: g.x0):
        off = g.size < 0.88 * size and abs(base - g.y) > 0.06 * size and not g.latex.startswith(r"\frac")
        if chunks and g.x0 - chunks[-1].x1 < (_BEHIND_BASE if off else _BLANK) * size:
            (chunks[-1].scripts if off else chunks[-1].glyphs).append(g)
        elif off:
            chunks.append(_Chunk([], [g]))
        else:
            chunks.append(_Chunk([g]))
    words = [g for c in chunks if sum(g.text.isalpha() for g in c.glyphs) > 2 for g in c.glyphs if g.text.isalpha()]
    bold, slanted = sum(map(_is_bold, words)) > 0.6 * len(words), sum(g.slanted for g in words) > 0.4 * len(words)
    for chunk in chunks:
        chunk.bold, chunk.slanted = bold and bool(words), slanted and bool(words)
    return chunks


def _parted(chunk: _Chunk) -> list[_Chunk]:
    """A chunk without the words that stand right before or behind its formula: `d-dimensional`."""
    if not chunk.mathematical or not chunk.glyphs:
        return [chunk]
    formula = [i for i, g in enumerate(chunk.glyphs) if not g.text]
    reach = max((g.x1 for g in chunk.scripts), default=-1e9)
    last = max([i for i, g in enumerate(chunk.glyphs) if not g.text or g.x0 < reach], default=0)
    behind = "".join(g.text for g in chunk.glyphs[last + 1 :])
    before = "".join(g.text for g in chunk.glyphs[: formula[0]]) if formula else ""
    parts = [chunk]
    if _WORD_BEHIND.match(behind):
        parts = [
            _Chunk(chunk.glyphs[: last + 1], chunk.scripts, chunk.bold, chunk.slanted),
            _Chunk(chunk.glyphs[last + 1 :], [], True, True),
        ]
    if match := _WORD_BEFORE.match(before):
        at, rest = match.end(), parts[0]
        head = _Chunk(chunk.glyphs[:at], [], True, True)
        parts = [head, _Chunk(rest.glyphs[at:], rest.scripts, chunk.bold, chunk.slanted), *parts[1:]]
    return parts


def _end_of_formula(chunks: list[_Chunk], at: int) -> int:
    """The chunk behind the last that belongs to the formula that begins here."""
    end = at + 1
    while end < len(chunks):
        last, printed = chunks[end - 1].printed, chunks[end].printed
        following = chunks[end + 1] if end + 1 < len(chunks) else None
        dotted = _DOTS.match(printed) or _DOTS.match(last) or (last == "," and _DOTS.match(chunks[end - 2].printed))
        ended = last.endswith((",", ".", ";", ":")) and not dotted and not _open(chunks[at:end])
        is_number = _NUMBER.match(printed.rstrip(_BEHIND)) or printed.startswith(("(", "["))
        inside = _open(chunks[at:end]) and end - at < 12 and (
            re.match(r"^[\d\W_]+$|^[A-Za-z][)\],]*$", printed) or printed in _OPERATORS
        )  # fmt: skip
        named = printed in _OPERATORS and not ended and following is not None and following.mathematical
        if named or (
            _JOINING.match(printed) and following and (following.mathematical or _is_value(following.printed))
        ):
            end += 2
        elif (chunks[end].mathematical and not ended) or (is_number and _relates(chunks[end - 1])) or inside:
            end += 1
        else:
            break
    return min(end, len(chunks))


def _leads(chunk: _Chunk, behind: list[_Chunk]) -> bool:
    """Does a formula begin with this number or name of a function?"""
    if not behind or not behind[0].mathematical or not behind[0].glyphs:
        return False
    first = behind[0].glyphs[0].latex
    number = bool(_NUMBER.match(chunk.printed)) and first in _RELATIONS
    return number or (chunk.printed in _OPERATORS and first in ("(", "[", r"\{", "|", r"\|"))


def _is_value(printed: str) -> bool:
    return bool(_NUMBER.match(printed.strip("()[]" + _BEHIND))) or printed[:1] in "(["


def _relates(chunk: _Chunk) -> bool:
    """Does a formula have to go on behind it?"""
    last = max(chunk.glyphs, key=lambda g: g.x1, default=None)
    return last is not None and last.latex in _RELATIONS


def _open(chunks: list[_Chunk]) -> bool:
    """Is a bracket still open?"""
    printed = "".join(g.latex for c in chunks for g in c.glyphs)
    return any(printed.count(a) > printed.count(b) for a, b in (("(", ")"), ("[", "]"), (r"\{", r"\}")))


def _formula(chunks: list[_Chunk], writer: RowWriter) -> str:
    """A formula between dollars; brackets and stops of the sentence stay outside."""
    glyphs = sorted((g for c in chunks for g in c.glyphs), key=lambda g: g.x0)
    scripts = [g for c in chunks for g in c.scripts]
    before, behind = "", ""
    while glyphs and glyphs[0].text and glyphs[0].text in _BEFORE and not _closes(glyphs):
        before += glyphs.pop(0).text
    reach = max((g.x1 for g in scripts), default=-1e9)
    while glyphs and _is_stop(glyphs) and glyphs[-1].x0 > reach - 1:
        last = glyphs.pop()
        behind = (last.text or last.latex) + behind
    if not glyphs and not scripts:
        return before + behind
    latex = tidy(writer.row([*glyphs, *scripts], 0))
    if re.fullmatch(r"\d[\d.,]*|[|*<>+=/-]", latex):
        return plain(before) + latex + plain(behind)
    return f"{plain(before)}${latex}${plain(behind)}"


def _is_stop(glyphs: list[Glyph]) -> bool:
    """Is the last glyph a stop of the sentence, or a bracket that opened before the formula?"""
    last = glyphs[-1]
    if last.latex in (",", ".") and not last.text:
        return len(glyphs) < 2 or glyphs[-2].latex not in (",", ".")
    if not last.text or last.text not in _BEHIND:
        return False
    if last.text not in ")]}":
        return True
    printed = [g.text or g.latex.lstrip("\\") for g in glyphs]
    return sum(c in (")", "]", "}") for c in printed) > sum(c in ("(", "[", "{") for c in printed)


def _closes(glyphs: list[Glyph]) -> bool:
    """Is the bracket that a formula begins with closed within it?"""
    closing = _OPENING.get(glyphs[0].text)
    return closing is not None and any((g.text or g.latex.lstrip("\\")) == closing for g in glyphs[1:])


def _mark(chunk: _Chunk, writer: RowWriter) -> str:
    """The mark of a note behind a word."""
    if not chunk.scripts:
        return ""
    if len(chunk.scripts) > MAX_MARK:
        return " " + plain(" ".join(g.text or g.latex for g in chunk.scripts))
    base = baseline(chunk.glyphs) if chunk.glyphs else 0.0
    mark = "^" if all(g.y < base for g in chunk.scripts) else "_"
    return f"${mark}{{{tidy(writer.row(chunk.scripts, 1))}}}$"
