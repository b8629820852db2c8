"""The skeleton of a document: title page, headings, appendices, theorems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..roles import role_of
from .authors import authors_of
from .mathematics import end_subequations, subequations
from .tokens import Token

if TYPE_CHECKING:
    from .reader import Handler, Reader

_DEPTHS = {
    "part": -1,
    "chapter": 0,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
ENDS_PARAGRAPH = frozenset({"proof", "quote", "quotation", "center", "abstract", "flushleft", "flushright", "verse", "minipage", "multicols", "tcolorbox", "mdframed", "framed", "appendices"})  # fmt: skip
_ACKNOWLEDGEMENTS = ("ack", "acks", "acknowledgments", "acknowledgements", "acknowledgment", "acknowledgement")


@dataclass
class Theorem:
    """An environment of `\\newtheorem`: what it is called and what counts it (None: not numbered)."""

    title: str
    counter: str | None


@dataclass
class OpenTheorem:
    """A theorem that is being read."""

    kind: str
    number: str | None
    heading: str
    parts: int = 0


def _heading(name: str) -> Handler:
    def handle(reader: Reader) -> None:
        star = reader.ex.star()
        reader.ex.optional()
        tokens = reader.ex.argument()
        if not reader.in_body:
            return
        reader.flush()
        numbered = not star and _DEPTHS[name] <= reader.counters.values.get("secnumdepth", reader.deepest_number)
        number = None
        if numbered:
            reader.counters.step(name)
            number = reader.printed(name)
            reader.target("appendix" if reader.appendix else name, number)
        open_section(reader, tokens, number, _DEPTHS[name], run_in=_DEPTHS[name] >= 4)

    return handle


def open_section(reader: Reader, tokens: list[Token], number: str | None, depth: int, *, run_in: bool = False) -> None:
    """Add a heading.

    **Arguments:**

    - `tokens`: of the title.
    - `depth`: as LaTeX counts it, a section is 1.
    - `run_in`: whether the heading stands in the line of its text and ends with a full stop that is not its own.
    """
    title = re.sub(r"\s*\[\^[^\]]*\]", "", reader.inline(tokens)).strip()
    if run_in:
        title = title.rstrip(".: ")
    if not title or reader.is_inline:
        reader.out.append(f" {title} ")
        return
    level = max(1, depth + (1 if reader.has_chapters else 0))
    if run_in and role_of(title) in ("acknowledgements", "references"):
        # Acknowledgements are no part of the section that they happen to follow, however their heading is set.
        level = 1
    parent = next((s.role for s in reversed(reader.outline.sections) if (s.level or 1) < level), None)
    reader.outline.open_section(title, number, level, role_of(title, parent, appendix=reader.appendix))
    if reader.current is not None and number is not None:
        reader.target(reader.current.kind, number, title)
    elif number is None:
        reader.target("section", None, title)


def _appendix(reader: Reader) -> None:
    reader.flush()
    if reader.appendix:
        return
    reader.appendix = True
    top = "chapter" if reader.has_chapters else "section"
    reader.counters.values[top] = 0
    reader.counters.styles[top] = "\\Alph"


def _begin_document(reader: Reader) -> None:
    reader.out.clear()
    reader.in_body = True
    if reader.front.abstract is not None:
        reader.ex.push(["\\begin", "{", "abstract", "}", *reader.front.abstract, "\\end", "{", "abstract", "}"])


def _end_document(reader: Reader) -> None:
    if reader.in_body:
        reader.flush()
        reader.ex.clear()


def _abstract(reader: Reader) -> None:
    reader.ex.optional()
    if not reader.in_body:
        reader.front.abstract = reader.ex.until_end("abstract")
        return
    _titled(reader, ["Abstract"], "\\end{abstract}")


def _abstract_command(reader: Reader) -> None:
    tokens = reader.ex.argument()
    if not tokens:
        return
    if not reader.in_body:
        reader.front.abstract = tokens
    else:
        reader.ex.push(["\\begin", "{", "abstract", "}", *tokens, "\\end", "{", "abstract", "}"])


def _titled(reader: Reader, title: list[Token], end: Token) -> None:
    """Read an environment as a section of its own; what follows it belongs to the section before."""
    reader.flush()
    stack = list(reader.outline.sections)
    if not reader.is_inline:
        open_section(reader, title, None, 0)
    reader.run(end)
    reader.flush()
    reader.outline.sections = stack


def _acknowledgements(name: str) -> Handler:
    return lambda reader: _titled(reader, ["Acknowledgements"], f"\\end{{{name}}}")


def _acknowledgements_command(reader: Reader) -> None:
    reader.flush()
    following = reader.ex.peek()
    if following != "{":
        open_section(reader, ["Acknowledgements"], None, 1)
        return
    tokens = reader.ex.argument()
    open_section(reader, ["Acknowledgements"], None, 1)
    reader.ex.push([*tokens, "\\par"])


def _title(reader: Reader) -> None:
    reader.ex.star()
    reader.ex.optional()
    title = re.sub(r"\s*\[\^[^\]]*\]", "", reader.inline(reader.ex.argument())).strip()
    if title and not reader.front.title:
        reader.front.title = title


def _author(reader: Reader) -> None:
    reader.ex.optional()
    for author in authors_of(reader, reader.ex.argument()):
        if author not in reader.front.authors:
            reader.front.authors.append(author)


def _icml_author(reader: Reader) -> None:
    _author(reader)
    reader.ex.argument()


# Theorems


def _new_theorem(reader: Reader) -> None:
    star = reader.ex.star()
    name = reader.ex.name()
    shared = reader.ex.optional()
    title = reader.inline(reader.ex.argument())
    parent = reader.ex.optional()
    if not name or f"\\begin{{{name}}}" in reader.handlers or len(reader.theorems) > 200:
        return
    counter = reader.inline(shared) if shared else name
    reader.theorems[name] = Theorem(title or name.capitalize(), None if star else counter)
    if parent:
        reader.counters.within(counter, reader.inline(parent))


def theorem(reader: Reader, name: str) -> None:
    """Read a theorem-like environment; a display inside stays a block of its own between the parts of the text."""
    kind = reader.theorems[name]
    given = reader.ex.optional()
    number = None
    if kind.counter is not None:
        reader.counters.step(kind.counter)
        number = reader.printed(kind.counter)
    heading = f"{kind.title} {number}" if number else kind.title
    if given and (detail := reader.inline(given)):
        heading += f" ({detail})"
    reader.flush()
    reader.target(kind.title.lower(), number)
    outer, reader.theorem = reader.theorem, OpenTheorem(kind.title.lower(), number, heading)
    reader.out.append(f"{heading}. ")
    reader.run(f"\\end{{{name}}}")
    reader.flush()
    reader.theorem = outer


def add_theorem_text(reader: Reader, text: str) -> None:
    """Add a part of the theorem that is open."""
    state = reader.theorem
    assert state is not None
    slug = re.sub(r"\W+", "-", state.kind).strip("-") or "thm"
    block_id = f"{slug}:{state.number}" if state.number else None
    state.parts += 1
    reader.add("theorem", state.number, block_id=block_id, title=state.heading, text=text)


def _proof(reader: Reader) -> None:
    given = reader.ex.optional()
    reader.flush()
    reader.out.append(f"{reader.inline(given) if given else 'Proof'}. ")


def _declare_theorem(reader: Reader) -> None:
    options = reader.inline(reader.ex.optional() or [])
    name = reader.ex.name()
    title = re.search(r"(?:name|title)\s*=\s*([^,]+)", options)
    shared = re.search(r"(?:sibling|numberlike|sharenumber)\s*=\s*([^,\s]+)", options)
    unnumbered = re.search(r"numbered\s*=\s*no", options)
    if name and f"\\begin{{{name}}}" not in reader.handlers and len(reader.theorems) <= 200:
        counter = None if unnumbered else shared.group(1) if shared else name
        reader.theorems[name] = Theorem(title.group(1).strip() if title else name.capitalize(), counter)
        within = re.search(r"(?:parent|within|numberwithin)\s*=\s*([^,\s]+)", options)
        if within and counter:
            reader.counters.within(counter, within.group(1))


HANDLERS: dict[Token, Handler] = {
    **{f"\\{name}": _heading(name) for name in _DEPTHS},
    "\\appendix": _appendix,
    "\\appendices": _appendix,
    "\\begin{appendices}": _appendix,
    "\\begin{appendix}": _appendix,
    "\\begin{document}": _begin_document,
    "\\end{document}": _end_document,
    "\\begin{abstract}": _abstract,
    "\\begin{onecolabstract}": lambda reader: _titled(reader, ["Abstract"], "\\end{onecolabstract}"),
    "\\abstract": _abstract_command,
    **{f"\\begin{{{name}}}": _acknowledgements(name) for name in _ACKNOWLEDGEMENTS},
    **{f"\\{name}": _acknowledgements_command for name in _ACKNOWLEDGEMENTS},
    "\\title": _title,
    "\\icmltitle": _title,
    "\\aistatstitle": _title,
    "\\author": _author,
    "\\icmlauthor": _icml_author,
    "\\newtheorem": _new_theorem,
    "\\spnewtheorem": _new_theorem,
    "\\declaretheorem": _declare_theorem,
    "\\begin{proof}": _proof,
    "\\begin{subequations}": subequations,
    "\\end{subequations}": end_subequations,
}


STRUCTURAL: frozenset[Token] = frozenset(HANDLERS)
