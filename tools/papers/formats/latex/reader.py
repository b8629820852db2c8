"""The reader: a stream of expanded tokens to the blocks of a paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ...paper import Block, BlockKind
from ..outline import Outline
from . import (
    algorithms,
    bibliography,
    citing,
    commands,
    dropped,
    floats,
    hidden,
    lists,
    numbering,
    quantities,
    sections,
    tables,
    verbatim,
)
from .characters import ACCENTS, MATH_SYMBOLS, SYMBOLS, accented, tidy
from .counters import Counters, document_counters, has_chapters
from .expander import Expander
from .inclusion import open_file
from .mathematics import DISPLAYS, display, inline_math
from .source import SourceTree
from .stream import END
from .tokens import PAR, RAW, Token, detokenize

Handler = Callable[["Reader"], None]

_MODULES = (
    dropped, hidden, commands, citing, quantities, lists, numbering, verbatim, sections, floats, tables, algorithms, bibliography,
)  # fmt: skip

MAX_NESTING = 30
MAX_BLOCKS = 20_000


@dataclass(frozen=True)
class Target:
    """What a `\\label` names: the kind of thing, its printed number and its title."""

    kind: str
    number: str | None
    title: str = ""


@dataclass
class FrontMatter:
    """What the title page says."""

    title: str = ""
    authors: list[str] = field(default_factory=list)
    abstract: list[Token] | None = None


class Reader:
    """Reads one document.

    **Arguments:**

    - `tree`: the source files.
    - `main`: the one to start from.

    After `run`, `outline.blocks` has everything in reading order, with marks in the texts where numbers go that may be
    known only later (`references.resolve`).
    """

    def __init__(self, tree: SourceTree, main: Path) -> None:
        self.tree = tree
        self.main = main
        self.handlers: dict[Token, Handler] = {}
        self.references: frozenset[Token] = frozenset()
        for module in _MODULES:
            self.handlers |= module.HANDLERS
        self.references = frozenset(citing.REFERENCES)
        environments = frozenset(h for h in self.handlers if h.startswith("\\begin{")) | frozenset(
            f"\\begin{{{n}}}" for n in DISPLAYS
        )
        known = frozenset(self.handlers) | SYMBOLS.keys() | ACCENTS.keys() | dropped.DROPPED.keys() | environments
        self.ex = Expander(tree, sections.STRUCTURAL | commands.STRUCTURAL | self.references | environments, known)
        self.ex.numbers = lambda name: self.counters.values.get(name, 0)
        self.counters = Counters()
        self._set_class("article")
        self.ex.on_class = self._set_class
        self.front = FrontMatter()
        self.outline = Outline()
        self.labels: dict[str, Target] = {}
        self.theorems: dict[str, sections.Theorem] = {}
        self.out: list[str] = []
        self.in_body = False
        self.is_inline = False
        self.appendix = False
        self.subequation: tuple[str, int] | None = None
        self.current: Target | None = None
        self.list_stack: list[lists.ListState] = []
        self.theorem: sections.OpenTheorem | None = None
        self.footnotes: list[Block] = []
        self.held: list[Block] = []
        self.float_parts: floats.Parts | None = None
        self.loose_images: list[str] = []
        self.in_cell = False
        self.on_color = False
        self.white_names: set[str] = set()
        self.continued_float = False
        self.last_float_had_caption: dict[str, bool] = {}
        self.bibliography_place: int | None = None
        self.bib_texts: list[str] = []
        self.algorithmic = False
        self.keyword_blocks: dict[Token, tuple[str, list[str]]] = {}
        self.cites: list[str] = []
        self.bibliography: dict[str, bibliography.Entry] = {}
        self.bibliography_style = ""
        self.bib_files: list[str] = []
        self.has_chapters = False
        self.deepest_number = 3
        self._nesting = 0

    def _set_class(self, name: str) -> None:
        self.counters = document_counters(name)
        self.has_chapters = has_chapters(name)
        self.deepest_number = 2 if self.has_chapters else 3

    def read(self) -> None:
        """Read the whole document."""
        open_file(self.ex, self.main)
        self.run()
        self.flush()
        bibliography.complete(self)

    # The loop

    def run(self, stop: Token | None = None) -> None:
        """Read up to a token, or to the end of the piece."""
        self._nesting += 1
        try:
            while (token := self.ex.next()) is not None and token != END and token != stop:
                self.token(token)
                if len(self.outline.blocks) > MAX_BLOCKS:
                    self.tree.warn("too_many_blocks", f"Only the first {MAX_BLOCKS} parts of this paper were read.")
                    return
        finally:
            self._nesting -= 1

    def token(self, token: Token) -> None:
        """Act on one token of running text."""
        first = token[0]
        if first == "\\":
            self._command(token)
        elif first == "$":
            inline_math(self, token)
        elif first in "-`'":
            self._typography(token)
        elif first == RAW:
            self.out.append(token[1:])
        elif first == "~":
            self.out.append("\xa0")
        elif first in "#&" and self.list_stack and self.list_stack[-1].kind == "easylist":
            lists.easy_item(self, token)
        elif first == "&":
            self.out.append(" ")
        elif first not in "{}#":
            self.out.append(token)

    def _command(self, token: Token) -> None:
        handler = self.handlers.get(token)
        if handler is not None:
            if not self._too_deep():
                handler(self)
        elif token == PAR:
            self.paragraph()
        elif token in SYMBOLS:
            self.out.append(SYMBOLS[token])
            if token[-1].isalpha() and self.ex.peek() == "{":
                self._empty_group()
        elif token in ACCENTS:
            self.out.append(accented(ACCENTS[token], self.inline(self.ex.argument())))
        elif token in MATH_SYMBOLS:
            self._stray_formula(token)
        elif token in dropped.DROPPED:
            self.ex.star()
            for kind in dropped.DROPPED[token]:
                if kind == "o":
                    self.ex.optional()
                else:
                    self.ex.argument()
        elif token.startswith("\\begin{"):
            self._begin(token[7:-1])
        elif token.startswith("\\end{"):
            if token[5:-1].rstrip("*") in sections.ENDS_PARAGRAPH:
                self.flush()
        elif token in ("\\(", "\\begin{math}"):
            inline_math(self, token)
        elif token == "\\[":
            display(self, token)
        else:
            self.ex.optional()

    def _begin(self, name: str) -> None:
        if name in DISPLAYS:
            display(self, name)
        elif name in self.theorems and not self._too_deep():
            sections.theorem(self, name)
        else:
            if name.rstrip("*") in sections.ENDS_PARAGRAPH:
                self.flush()
            self.ex.optional()
            for _ in range(dropped.ENVIRONMENT_ARGUMENTS.get(name, 0)):
                self.ex.optional()
                self.ex.argument()

    def _too_deep(self) -> bool:
        if self._nesting >= MAX_NESTING:
            self.tree.warn("nesting", f"Environments are nested more than {MAX_NESTING} deep; some were flattened.")
        return self._nesting >= MAX_NESTING

    def _empty_group(self) -> None:
        self.ex.pop()
        if self.ex.peek() == "}":
            self.ex.pop()
        else:
            self.ex.push(["{"])

    def _stray_formula(self, token: Token) -> None:
        tokens = [token]
        while self.ex.peek() == "{" and len(tokens) < 400:
            argument = self.ex.argument()
            if not argument:
                break
            tokens += ["{", *argument, "}"]
        self.out.append(f"${detokenize(tokens)}$")

    def _typography(self, token: Token) -> None:
        count = 1
        while count < 3 and self.ex.peek() == token:
            self.ex.pop()
            count += 1
        if token == "-":
            self.out.append({1: "-", 2: "–", 3: "—"}[count])
        else:
            double, single = ("“", "‘") if token == "`" else ("”", "’")
            self.out.append(double * (count // 2) + single * (count % 2))

    def inline(self, tokens: list[Token]) -> str:
        """Render tokens as one line of text; what would be a block on its own goes into the line."""
        if self._nesting >= MAX_NESTING:
            return tidy(detokenize(tokens))
        saved = self.out, self.is_inline, self.list_stack
        self.out, self.is_inline, self.list_stack = [], True, []
        scopes = self.ex.depth
        self.ex.push([*tokens, END])
        try:
            self.run()
            self.ex.leave_piece(scopes)
            return tidy("".join(self.out))
        finally:
            self.out, self.is_inline, self.list_stack = saved

    # Blocks

    def paragraph(self) -> None:
        """End a paragraph."""
        if self.is_inline or self.list_stack:
            self.out.append(" ")
        else:
            self.flush()

    def flush(self) -> None:
        """Make a block of the text that has come together, and of the footnotes in it."""
        if self.is_inline:
            self.out.append(" ")
            return
        text = tidy("".join(self.out))
        self.out.clear()
        if self.in_body and text and not re.fullmatch(r"[\s.,;:*{}\[\]()-]*", text):
            if self.list_stack:
                self.add("list", text=text)
            elif self.theorem is not None:
                sections.add_theorem_text(self, text)
            else:
                self.add("paragraph", text=text)
        self.outline.blocks += [*self.footnotes, *self.held]
        self.footnotes, self.held = [], []

    def add(
        self,
        kind: BlockKind,
        number: str | None = None,
        *,
        block_id: str | None = None,
        title: str | None = None,
        caption: str | None = None,
        text: str = "",
        latex: str | None = None,
        rows: list[list[str]] | None = None,
        label: str | None = None,
        image: str | None = None,
        floating: bool = False,
    ) -> Block:
        """Append a block in the current section; a footnote or a float behind the paragraph that it stands in."""
        block = self.outline.block(
            kind, number, block_id=block_id, title=title, caption=caption, text=text, latex=latex, rows=rows, label=label, image=image
        )  # fmt: skip
        if self.in_body:
            beside_text = kind == "footnote" or (floating and "".join(self.out).strip())
            (self.footnotes if kind == "footnote" else self.held if beside_text else self.outline.blocks).append(block)
        return block

    # Numbers

    def printed(self, counter: str) -> str:
        """The value of a counter as the document prints it."""
        command = f"\\the{counter}"
        if command in self.ex.macros:
            return re.sub(r"[\s$\\]|\\text\w+", "", self.inline([command]))
        return self.counters.default(counter)

    def target(self, kind: str, number: str | None, title: str = "") -> None:
        """Set what the next `\\label` names."""
        self.current = Target(kind, number, title)

    def define_label(self, label: str, kind: str, number: str | None) -> None:
        """Record the thing that a label names; the first definition counts."""
        if label and len(self.labels) < MAX_BLOCKS:
            self.labels.setdefault(label, Target(kind, number))
