"""Commands of running text: links, notes, scripts, boxes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .characters import DINGBATS
from .lengths import REGISTERS, skip_length
from .mathematics import display
from .stream import END
from .tokens import Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader

_TRANSPARENT_AFTER = {
    "\\resizebox": "mm", "\\scalebox": "mo", "\\raisebox": "moo",
    "\\rotatebox": "om", "\\parbox": "ooom", "\\makebox": "oo", "\\framebox": "oo", "\\adjustbox": "m", "\\foreignlanguage": "m",
    "\\hyperlink": "m", "\\hypertarget": "m", "\\sethlcolor": "", "\\twocolumn": "", "\\pdftooltip": "", "\\tcbox": "o",
}  # fmt: skip
"""Commands that print their last argument, with what stands before it."""


def _link(reader: Reader) -> None:
    address = _address(reader.ex.argument())
    text = reader.inline(reader.ex.argument())
    bare = re.sub(r"^(https?://|mailto:)", "", address)
    reader.out.append(text if not text or bare in text or "](" in text else f"[{text}]({address})")
    if not text:
        reader.out.append(address)


def _address(tokens: list[Token]) -> str:
    return re.sub(r"\\([%#&_~{}])", r"\1", detokenize(tokens)).replace("\\textasciitilde", "~").strip()


def _url(reader: Reader) -> None:
    reader.ex.optional()
    reader.out.append(_address(reader.ex.expanded(reader.ex.argument())))


def _footnote(reader: Reader) -> None:
    if reader.ex.optional() is None:
        reader.counters.step("footnote")
    number = reader.printed("footnote")
    _note(reader, number)
    reader.out.append(f"[^{number}]" if number else "")


def _note(reader: Reader, number: str) -> None:
    text = reader.inline(reader.ex.argument())
    if text:
        reader.add("footnote", number or None, text=text)


def _footnote_text(reader: Reader) -> None:
    reader.ex.optional()
    _note(reader, reader.printed("footnote"))


def _footnote_mark(reader: Reader) -> None:
    if reader.ex.optional() is None:
        reader.counters.step("footnote")
        reader.out.append(f"[^{reader.printed('footnote')}]")


def _drop(arguments: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.star()
        for kind in arguments:
            if kind == "o":
                reader.ex.optional()
            else:
                reader.ex.argument()

    return handle


def _first_of_two(reader: Reader) -> None:
    kept = reader.ex.argument()
    reader.ex.argument()
    reader.ex.push(["{", *kept, "}"])


def _script(sign: str) -> Handler:
    def handle(reader: Reader) -> None:
        text = reader.inline(reader.ex.argument())
        if text:
            reader.out.append(f"{sign}{{{text}}}")

    return handle


def _ensure_math(reader: Reader) -> None:
    reader.ex.push(["$", *reader.ex.argument(), "$"])


def _xspace(reader: Reader) -> None:
    following = reader.ex.peek()
    if (following is not None and following != END and (following[0].isalnum() or following in ("(", "$", "`"))) or (
        following is not None and len(following) > 1 and following[0] == "\\" and following[1:].isalpha()
    ):
        reader.out.append(" ")


def _abbreviation(text: str) -> Handler:
    """`\\eg`, `\\ie` of the styles of computer vision, which bring their own full stop and space."""

    def handle(reader: Reader) -> None:
        following = reader.ex.peek()
        reader.out.append(text.removesuffix(".") if following == "." else text)
        _xspace(reader)

    return handle


def _line_break(reader: Reader) -> None:
    reader.ex.line_break()
    reader.out.append(" ")


def _ding(reader: Reader) -> None:
    reader.out.append(DINGBATS.get(reader.ex.name(), ""))


def _display(reader: Reader) -> None:
    display(reader, "\\[")


_ABBREVIATIONS = {
    "\\eg": "e.g.", "\\Eg": "E.g.", "\\ie": "i.e.", "\\Ie": "I.e.", "\\etal": "et al.", "\\etc": "etc.", "\\cf": "cf.", "\\vs": "vs.",
    "\\wrt": "w.r.t.", "\\iid": "i.i.d.", "\\aka": "a.k.a.", "\\onedot": ".",
}  # fmt: skip

HANDLERS: dict[Token, Handler] = {
    **{name: _abbreviation(text) for name, text in _ABBREVIATIONS.items()},
    "\\href": _link,
    "\\url": _url,
    "\\path": _url,
    "\\nolinkurl": _url,
    "\\footnote": _footnote,
    "\\footnotetext": _footnote_text,
    "\\footnotemark": _footnote_mark,
    "\\tablefootnote": _footnote,
    "\\thanks": _drop("m"),
    "\\texorpdfstring": _first_of_two,
    "\\textsuperscript": _script("^"),
    "\\textsubscript": _script("_"),
    "\\ensuremath": _ensure_math,
    "\\xspace": _xspace,
    "\\\\": _line_break,
    "\\tabularnewline": _line_break,
    "\\ding": _ding,
    "\\vskip": skip_length,
    "\\hskip": skip_length,
    "\\kern": skip_length,
    **dict.fromkeys(REGISTERS, skip_length),
    "\\todo": _drop("om"),
    "\\hyperref": _drop("o"),
    "\\today": _drop(""),
    "\\[": _display,
    **{name: _drop(arguments) for name, arguments in _TRANSPARENT_AFTER.items()},
}

STRUCTURAL: frozenset[Token] = frozenset(
    {
        "\\label", "\\footnote", "\\footnotetext", "\\footnotemark", "\\url", "\\href", "\\verb", "\\item", "\\begin", "\\end", "\\thanks", "\\hyperref",
        "\\newcommand", "\\renewcommand", "\\providecommand", "\\def", "\\let", "\\input", "\\include", "\\documentclass", "\\usepackage", "\\newtheorem",
        "\\maketitle", "\\\\", "\\par", "\\texorpdfstring", "\\captionsetup", "\\multicolumn", "\\multirow", "\\hline", "\\cline",
    }
)  # fmt: skip  # fmt: skip
