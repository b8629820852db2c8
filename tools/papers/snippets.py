"""Snippets: the part of a Markdown text where the most was found, with what was found in bold."""

from __future__ import annotations

import re
from collections.abc import Sequence

SNIPPET_CHARS = 280
_LONGEST_FORMULA = 600
_FORMULA = re.compile(r"(?<!\\)(\$\$?).+?(?<!\\)\1", re.S)
_WHOLE = re.compile(
    rf"{_FORMULA.pattern}|`[^`\n]*`|\*\*.+?\*\*|(?<!\*)\*[^*\s][^*]*\*|\]\([^()\s]*\)|https?://\S+|(?<![A-Za-z])[A-Za-z]+_\{{[^{{}}]*\}}",
    re.S,
)
"""What is neither cut nor has anything marked inside."""
Span = tuple[int, int]


def snippet(text: str, found: Sequence[Span], formulas: Sequence[Span] = (), chars: int = SNIPPET_CHARS) -> str:
    """Cut out of a Markdown text what shows most of the places that were found, about so many characters, and mark them.

    **Arguments:**

    - `found`: spans of words; `formulas`: spans of formulas that were found, with their dollars.
    """
    whole = [m.span() for m in _WHOLE.finditer(text)]
    marks = _joined(text, sorted({*_outside(found, whole), *formulas}))
    start, end = _window(marks or list(found), len(text), chars)
    start, end = _at_blanks(text, start, end)
    for first, last in whole:
        if first < start < last:
            start = first
        if first < end < last:
            end = last
    pieces, at = [], start
    for first, last in marks:
        if at <= first and last <= end:
            pieces += [text[at:first], "**", text[first:last], "**"]
            at = last
    shown = _FORMULA.sub(_shortened, "".join([*pieces, text[at:end]]))
    shown = " ".join(shown.split())
    return f"{'… ' if text[:start].strip() else ''}{shown}{' …' if text[end:].strip() else ''}"


def formula_spans(text: str) -> list[Span]:
    """Where the formulas of a Markdown text are, with their dollars."""
    return [m.span() for m in _FORMULA.finditer(text)]


def _outside(found: Sequence[Span], whole: Sequence[Span]) -> list[Span]:
    """The spans that touch none of those that stay whole, the longest of those that overlap."""
    kept: list[Span] = []
    for first, last in sorted(found, key=lambda span: (span[0], -span[1])):
        if kept and first < kept[-1][1]:
            continue
        if not any(first < end and start < last for start, end in whole):
            kept.append((first, last))
    return kept


def _joined(text: str, marks: Sequence[Span]) -> list[Span]:
    """The marks, those side by side as one."""
    joined: list[Span] = []
    for first, last in marks:
        if (
            joined
            and text[joined[-1][1] : first] in (" ", "-", "")
            and "$" not in text[joined[-1][1] - 1] + text[first]
        ):
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _window(marks: Sequence[Span], length: int, chars: int) -> Span:
    """Where to cut so that the most marks are seen, with some text in front of the first."""
    if length <= chars or not marks:
        return 0, min(length, chars)
    best, first_mark = 0, marks[0][0]
    right = 0
    for left, (first, _) in enumerate(marks):
        right = max(right, left)
        while right < len(marks) and marks[right][1] <= first + chars * 3 // 4:
            right += 1
        if right - left > best:
            best, first_mark = right - left, first
    start = max(0, min(first_mark - chars // 4, length - chars))
    return start, min(length, start + chars)


def _at_blanks(text: str, start: int, end: int) -> Span:
    """The same cut, between words where a word is not longer than usual."""
    if start > 0 and (blank := text.find(" ", start, start + 30)) >= 0:
        start = blank + 1
    if end < len(text) and (blank := text.rfind(" ", end - 30, end)) > start:
        end = blank
    return start, end


def _shortened(formula: re.Match[str]) -> str:
    return formula[0] if len(formula[0]) <= _LONGEST_FORMULA else f"{formula[1]}…{formula[1]}"
