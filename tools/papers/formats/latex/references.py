"""Fill in what a text refers to, when the whole document is known: citations and cross-references."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .citing import MARK_END, MARK_START

if TYPE_CHECKING:
    from .reader import Reader

_MARK = re.compile(f"{MARK_START}([^{MARK_END}]*){MARK_END}")
_ABBREVIATED = {"equation": ("eq.", "eqs."), "figure": ("fig.", "figs.")}
_NAMES = {
    "equation": ("Equation", "Equations"), "figure": ("Figure", "Figures"), "table": ("Table", "Tables"),
    "algorithm": ("Algorithm", "Algorithms"), "subsection": ("Section", "Sections"), "subsubsection": ("Section", "Sections"),
    "paragraph": ("Paragraph", "Paragraphs"), "appendix": ("Appendix", "Appendices"), "code": ("Listing", "Listings"),
}  # fmt: skip


def resolve(reader: Reader) -> None:
    """Replace the marks in the texts of all blocks."""
    unknown: set[str] = set()
    uncited: set[str] = set()

    def fill(match: re.Match[str]) -> str:
        kind, *parts = match.group(1).split("\x10")
        if kind == "ref" and len(parts) == 2:
            return _reference(reader, parts[0], parts[1], unknown)
        if kind == "cite" and len(parts) == 4:
            return _citation(reader, parts[0], parts[1], parts[2], parts[3], uncited)
        return ""

    def filled(text: str) -> str:
        for _ in range(3):
            if MARK_START not in text:
                return text
            text = _MARK.sub(fill, text)
        return text.replace(MARK_START, "").replace(MARK_END, "")

    _fill_blocks(reader, filled)
    if unknown:
        reader.tree.warn(
            "unresolved_reference", f"{len(unknown)} labels are referred to and nowhere set: {_some(unknown)}."
        )
    if uncited:
        reader.tree.warn(
            "unresolved_citation",
            f"{len(uncited)} works are cited that are not in the list of references: {_some(uncited)}.",
        )


def _some(names: set[str]) -> str:
    listed = sorted(names)[:5]
    return ", ".join(n[:60] for n in listed) + (" ..." if len(names) > len(listed) else "")


def _fill_blocks(reader: Reader, filled: Callable[[str], str]) -> None:
    reader.front.title = filled(reader.front.title)
    for block in reader.outline.blocks:
        block.text = filled(block.text)
        block.title = filled(block.title) if block.title else block.title
        block.caption = filled(block.caption) if block.caption else block.caption
        block.latex = filled(block.latex) if block.latex else block.latex
        if block.rows:
            block.rows = [[filled(cell) for cell in row] for row in block.rows]


def _reference(reader: Reader, style: str, names: str, unknown: set[str]) -> str:
    labels = [name.strip() for name in names.split(",")] if style in ("name", "Name", "range") else [names]
    targets = [reader.labels.get(label) for label in labels]
    unknown.update(label for label, target in zip(labels, targets, strict=True) if target is None and label)
    if style == "page":
        return "?"
    if style == "title":
        return next((t.title for t in targets if t and t.title), "??")
    numbers = [(t.number or t.title or "??") if t else "??" for t in targets]
    kind = next((t.kind for t in targets if t), "")
    if style == "equation" or (kind == "equation" and style != "number"):
        numbers = [f"({n})" for n in numbers]
    if style in ("number", "equation"):
        return numbers[0]
    if style == "range":
        return f"{_name(reader, kind, 'name', 2)} {'–'.join(numbers)}"
    joined = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"{_name(reader, kind, style, len(numbers))} {joined}".strip()


def _name(reader: Reader, kind: str, style: str, count: int) -> str:
    if not kind:
        return ""
    singular, plural = _NAMES.get(kind, (kind.capitalize(), f"{kind.capitalize()}s"))
    if style == "name":
        singular, plural = _ABBREVIATED.get(kind, (singular.lower(), plural.lower()))
        if reader.ex.flags.get("\\if@capitalise"):
            singular, plural = singular.capitalize(), plural.capitalize()
    return singular if count == 1 else plural


def _citation(reader: Reader, style: str, before: str, after: str, keys: str, uncited: set[str]) -> str:
    entries = [(key, reader.bibliography.get(key)) for key in keys.split(",") if key]
    uncited.update(key for key, entry in entries if entry is None)
    shown = [entry.number if entry else key for key, entry in entries]
    if style == "author":
        return ", ".join(entry.authors or f"[{entry.number}]" if entry else key for key, entry in entries)
    if style == "year":
        return ", ".join(entry.year or f"[{entry.number}]" if entry else key for key, entry in entries)
    if style == "text":
        return ", ".join(f"{entry.authors} [{entry.number}]".strip() if entry else f"[{key}]" for key, entry in entries)
    numbers = ", ".join(shown)
    return f"[{' '.join(p for p in (before, numbers) if p)}{f', {after}' if after else ''}]"
