"""Labels, and marks where a reference or a citation is filled in later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .tokens import Token

if TYPE_CHECKING:
    from .reader import Handler, Reader

MARK_START, MARK_END = "\x11", "\x12"
"""Around what is filled in when the whole document is known: `ref:label`, `cite:style:before:after:keys`."""


def _mark(reader: Reader, *parts: str) -> None:
    clean = (re.sub(r"[\x11\x12\x10]", "", part) for part in parts)
    reader.out.append(MARK_START + "\x10".join(clean) + MARK_END)


def _reference(style: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        _mark(reader, "ref", style, reader.ex.name())

    return handle


def _reference_range(reader: Reader) -> None:
    reader.ex.star()
    _mark(reader, "ref", "range", reader.ex.name() + "," + reader.ex.name())


def _cite(style: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        first, second = reader.ex.optional(), reader.ex.optional()
        before, after = (first, second) if second is not None else (None, first)
        keys = [key.strip() for key in reader.ex.name().split(",") if key.strip()]
        reader.cites += keys
        nested = reader.inline(before) if before else "", reader.inline(after) if after else ""
        if style == "none":
            return
        if reader.out and style != "text" and reader.out[-1][-1:].isalnum():
            reader.out.append(" ")
        _mark(reader, "cite", style, nested[0], nested[1], ",".join(keys))

    return handle


def _label(reader: Reader) -> None:
    label = reader.ex.name()
    if reader.float_parts is not None:
        parts = reader.float_parts
        parts.items.append(("sublabel", (label, parts.sub)) if parts.in_sub else ("label", label))
    elif reader.current is not None and label not in reader.labels:
        reader.labels[label] = reader.current
        if (
            reader.outline.blocks
            and reader.outline.blocks[-1].kind == "section"
            and reader.outline.blocks[-1].label is None
        ):
            reader.outline.blocks[-1].label = label


REFERENCES: dict[Token, Handler] = {
    "\\ref": _reference("number"),
    "\\eqref": _reference("equation"),
    "\\autoref": _reference("Name"),
    "\\cref": _reference("name"),
    "\\Cref": _reference("Name"),
    "\\crefrange": _reference_range,
    "\\Crefrange": _reference_range,
    "\\nameref": _reference("title"),
    "\\Nameref": _reference("title"),
    "\\subref": _reference("number"),
    "\\vref": _reference("number"),
    "\\labelcref": _reference("number"),
    "\\pageref": _reference("page"),
    "\\cpageref": _reference("page"),
    **{f"\\{n}": _cite("number") for n in ("cite", "citep", "Citep", "parencite", "Parencite", "autocite", "Autocite", "footcite", "citealp", "Citealp", "supercite", "shortcite", "citenum", "onlinecite", "citen", "footcitetext", "fullcite", "citepalias")},
    **{f"\\{n}": _cite("text") for n in ("citet", "Citet", "textcite", "Textcite", "citealt", "Citealt", "newcite", "citeasnoun", "shortciteN", "citeN", "citetalias", "smartcite")},
    **{f"\\{n}": _cite("author") for n in ("citeauthor", "Citeauthor", "citefullauthor")},
    **{f"\\{n}": _cite("year") for n in ("citeyear", "citeyearpar", "citedate")},
    "\\nocite": _cite("none"),
}  # fmt: skip

HANDLERS: dict[Token, Handler] = {**REFERENCES, "\\label": _label}
