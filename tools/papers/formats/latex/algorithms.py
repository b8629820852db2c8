"""Pseudocode of `algorithmic`, `algpseudocode` and `algorithm2e` as indented lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .macros import Macro
from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from .reader import Handler, Reader

MAX_LINES = 2000
MAX_DEPTH = 20

# What begins a line: the words in front, the words behind its argument, the change of depth before and behind it.
_LINES: dict[str, tuple[str, str, int, int]] = {
    "state": ("", "", 0, 0), "statex": ("", "", 0, 0), "require": ("Require: ", "", 0, 0), "ensure": ("Ensure: ", "", 0, 0),
    "input": ("Input: ", "", 0, 0), "output": ("Output: ", "", 0, 0), "print": ("print ", "", 0, 0), "return": ("return ", "", 0, 0),
    "if": ("if ", " then", 0, 1), "elsif": ("else if ", " then", -1, 1), "elseif": ("else if ", " then", -1, 1), "else": ("else", "", -1, 1),
    "endif": ("end if", "", -1, 0), "for": ("for ", " do", 0, 1), "forall": ("for all ", " do", 0, 1), "endfor": ("end for", "", -1, 0),
    "while": ("while ", " do", 0, 1), "endwhile": ("end while", "", -1, 0), "repeat": ("repeat", "", 0, 1), "until": ("until ", "", -1, 0),
    "loop": ("loop", "", 0, 1), "endloop": ("end loop", "", -1, 0), "procedure": ("procedure ", "", 0, 1), "endprocedure": ("end procedure", "", -1, 0),
    "function": ("function ", "", 0, 1), "endfunction": ("end function", "", -1, 0), "globals": ("globals ", "", 0, 0),
    "inputs": ("Inputs: ", "", 0, 0), "outputs": ("Outputs: ", "", 0, 0), "initialize": ("Initialize: ", "", 0, 0),
}  # fmt: skip
_WITH_ARGUMENT = frozenset({"if", "elsif", "elseif", "for", "forall", "while", "until", "procedure", "function"})
_NOT_NUMBERED = frozenset({"statex", "require", "ensure", "input", "output", "inputs", "outputs", "globals"})
# algorithm2e: blocks that take a condition and a body, with the words around the condition.
_BLOCKS = {
    "\\For": ("for ", " do"), "\\ForEach": ("foreach ", " do"), "\\ForAll": ("forall ", " do"), "\\While": ("while ", " do"),
    "\\If": ("if ", " then"), "\\uIf": ("if ", " then"), "\\ElseIf": ("else if ", " then"), "\\uElseIf": ("else if ", " then"),
    "\\Switch": ("switch ", " do"), "\\Case": ("case ", " do"), "\\uCase": ("case ", " do"), "\\Fn": ("function ", ""),
    "\\Function": ("function ", ""), "\\Proc": ("procedure ", ""), "\\ParFor": ("parallel for ", " do"),
}  # fmt: skip
_BODIES = {"\\Else": "else", "\\uElse": "else", "\\Other": "otherwise", "\\Begin": "begin", "\\Loop": "loop"}
_INPUTS = {"\\KwIn": "Input", "\\KwOut": "Output", "\\KwData": "Data", "\\KwResult": "Result", "\\KwInput": "Input", "\\KwOutput": "Output", "\\Data": "Data", "\\Result": "Result", "\\Input": "Input", "\\Output": "Output", "\\Require": "Require", "\\Ensure": "Ensure", "\\Parameter": "Parameter"}  # fmt: skip
_WORDS = {"\\KwTo": "to", "\\AND": "and", "\\OR": "or", "\\NOT": "not", "\\TO": "to", "\\TRUE": "true", "\\FALSE": "false", "\\And": "and", "\\Or": "or", "\\Not": "not", "\\True": "true", "\\False": "false", "\\XOR": "xor", "\\DownTo": "down to", "\\KwBreak": "break", "\\Break": "break"}  # fmt: skip
_COMMENTS = frozenset({"\\Comment", "\\COMMENT", "\\tcp", "\\tcc", "\\tcp*", "\\tcc*", "\\LComment", "\\tcpas"})


class Listing:
    """The lines of an algorithm while they are read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.depth = 0
        self.number = 0

    def end_line(self, reader: Reader) -> None:
        """Write down the line that has come together in `reader.out`."""
        text = re.sub(r"\s+", " ", "".join(reader.out)).strip()
        reader.out.clear()
        if text and len(self.lines) < MAX_LINES:
            self.lines.append("  " * min(max(self.depth, 0), MAX_DEPTH) + text)


def algorithm_lines(reader: Reader, end: Token, listing: Listing | None = None, nesting: int = 0) -> list[str]:
    """Read pseudocode up to its end, as lines indented by two blanks a level.

    **Arguments:**

    - `end`: the `\\end{...}` that closes it; `END` for a piece.
    """
    listing = listing or Listing()
    ex = reader.ex
    while (token := ex.next()) is not None and token != END and token != end:
        name = token[1:].lower() if token[0] == "\\" else ""
        two_e = token in _BLOCKS and not reader.algorithmic
        if token == "\\;" or token == PAR or token == "\\\\":
            if token == "\\\\":
                ex.line_break()
            if token != PAR or not reader.algorithmic:
                listing.end_line(reader)
        elif token.startswith(("\\begin{algorithmic}", "\\begin{algpseudocode}", "\\begin{pseudocode}")):
            ex.optional()
            was, reader.algorithmic = reader.algorithmic, True
            algorithm_lines(reader, "\\end{" + token[7:], listing, nesting + 1) if nesting < MAX_DEPTH else None
            reader.algorithmic = was
        elif token in _COMMENTS:
            ex.star()
            ex.optional("(", ")")
            if text := reader.inline(ex.argument()):
                reader.out.append(f" ▷ {text}")
        elif token == "\\label" and reader.algorithmic and listing.number:
            reader.define_label(ex.name(), "line", str(listing.number))
        elif token in _WORDS:
            reader.out.append(f" {_WORDS[token]} ")
        elif two_e:
            _block(reader, listing, *_BLOCKS[token], nesting)
        elif token in _BODIES and not reader.algorithmic:
            _body(reader, listing, _BODIES[token], nesting)
        elif token in ("\\eIf", "\\lIf", "\\leIf", "\\lElse", "\\lElseIf", "\\lFor", "\\lForEach", "\\lWhile"):
            _one_line_or_else(reader, listing, token, nesting)
        elif token == "\\Repeat":
            _repeat(reader, listing, nesting) if not reader.algorithmic else _line(reader, listing, name)
        elif token in reader.keyword_blocks:
            _keyword_block(reader, listing, token, nesting)
        elif token in _INPUTS and not reader.algorithmic:
            listing.end_line(reader)
            reader.out.append(f"{_INPUTS[token]}: {reader.inline(ex.argument())}")
            listing.end_line(reader)
        elif token in ("\\KwRet", "\\Return", "\\RETURN", "\\KwReturn"):
            if reader.algorithmic and not "".join(reader.out).strip():
                listing.end_line(reader)
            reader.out.append(" return ")
        elif name in _LINES and reader.algorithmic and token[1:2].isalpha():
            _line(reader, listing, name)
        elif token in ("\\Call", "\\CALL"):
            reader.out.append(f"{reader.inline(ex.argument())}({reader.inline(ex.argument())})")
        else:
            reader.token(token)
    listing.end_line(reader)
    return listing.lines


def _line(reader: Reader, listing: Listing, name: str) -> None:
    before, behind, down, up = _LINES[name]
    listing.end_line(reader)
    listing.depth += down
    listing.number += name not in _NOT_NUMBERED
    optional_comment = reader.ex.optional() if name not in ("state", "statex", "return") else None
    text = before
    if name in _WITH_ARGUMENT:
        text += reader.inline(reader.ex.argument())
        if name in ("procedure", "function"):
            reader.ex.skip_blanks()
            if reader.ex.peek() == "{":
                text += f"({reader.inline(reader.ex.argument())})"
    reader.out.append(text + behind)
    if optional_comment:
        reader.out.append(f" ▷ {reader.inline(optional_comment)}")
    if up:
        _finish_head(reader, listing)
    listing.depth += up


def _finish_head(reader: Reader, listing: Listing) -> None:
    """A comment behind the head of a block still belongs to its line."""
    ex = reader.ex
    blank = ex.skip_blanks()
    if ex.peek() in _COMMENTS:
        ex.pop()
        ex.star()
        if text := reader.inline(ex.argument()):
            reader.out.append(f" ▷ {text}")
    elif blank:
        ex.push([" "])
    listing.end_line(reader)


def _inside(reader: Reader, listing: Listing, tokens: list[Token], nesting: int) -> None:
    """Read the body of a block, one level deeper."""
    if nesting >= MAX_DEPTH:
        reader.out.append(detokenize(tokens))
        listing.end_line(reader)
        return
    scopes = reader.ex.depth
    reader.ex.push([*tokens, END])
    listing.depth += 1
    algorithm_lines(reader, END, listing, nesting + 1)
    listing.depth -= 1
    reader.ex.leave_piece(scopes)


def _comment_in_brackets(reader: Reader) -> str:
    comment = reader.ex.optional("(", ")")
    return f" ▷ {reader.inline(comment)}" if comment else ""


def _block(reader: Reader, listing: Listing, before: str, behind: str, nesting: int) -> None:
    comment = _comment_in_brackets(reader)
    condition = reader.inline(reader.ex.argument())
    _body(reader, listing, f"{before}{condition}{behind}{comment}", nesting)


def _body(reader: Reader, listing: Listing, head: str, nesting: int) -> None:
    listing.end_line(reader)
    reader.out.append(head + _comment_in_brackets(reader))
    listing.end_line(reader)
    _inside(reader, listing, reader.ex.argument(), nesting)


def _one_line_or_else(reader: Reader, listing: Listing, token: Token, nesting: int) -> None:
    if token == "\\eIf" or token == "\\leIf":
        _block(reader, listing, "if ", " then", nesting)
        _body(reader, listing, "else", nesting)
    elif token == "\\lElse":
        _body(reader, listing, "else", nesting)
    else:
        words = {"\\lIf": _BLOCKS["\\If"], "\\lElseIf": _BLOCKS["\\ElseIf"], "\\lFor": _BLOCKS["\\For"]}
        words |= {"\\lForEach": _BLOCKS["\\ForEach"], "\\lWhile": _BLOCKS["\\While"]}
        _block(reader, listing, *words[token], nesting)


def _repeat(reader: Reader, listing: Listing, nesting: int) -> None:
    condition = reader.inline(reader.ex.argument())
    _body(reader, listing, "repeat", nesting)
    reader.out.append(f"until {condition}")
    listing.end_line(reader)


def _keyword_block(reader: Reader, listing: Listing, token: Token, nesting: int) -> None:
    kind, words = reader.keyword_blocks[token]
    if kind == "input":
        listing.end_line(reader)
        reader.out.append(f"{words[0]}: {reader.inline(reader.ex.argument())}")
        listing.end_line(reader)
    elif kind == "repeat":
        condition = reader.inline(reader.ex.argument())
        _body(reader, listing, words[0], nesting)
        reader.out.append(f"{words[-1]} {condition}")
        listing.end_line(reader)
    else:
        _block(reader, listing, f"{words[0]} ".lstrip(), f" {words[1]}".rstrip() if len(words) > 1 else "", nesting)


def _set_keyword(count: int, kind: str) -> Handler:
    r"""`\SetKwFor{Name}{for}{do}{end}` and its like: a block or an input with words of the document's own."""

    def handle(reader: Reader) -> None:
        name = "\\" + reader.ex.name()
        words = [reader.inline(reader.ex.argument()) for _ in range(count)]
        if len(reader.keyword_blocks) < 300 and len(name) > 1:
            reader.keyword_blocks[name] = (kind, words)

    return handle


def _set_word(call: bool) -> Handler:
    def handle(reader: Reader) -> None:
        name, word = "\\" + reader.ex.name(), reader.ex.argument()
        if call:
            text = ("\\ifmmode", "\\text", "{", *word, "}", "\\else", *word, "\\fi")
            body = (*text, "(", "#1", ")")
            reader.ex.define(name, Macro(body, (("mandatory", ()),)))
        else:
            reader.ex.define(name, Macro((*word, " ")))

    return handle


def _set_condition(reader: Reader) -> None:
    r"""`\SetKwIF{If}{ElseIf}{Else}{if}{then}{else if}{else}{end}`."""
    names = ["\\" + reader.ex.name() for _ in range(3)]
    words = [reader.inline(reader.ex.argument()) for _ in range(5)]
    if len(reader.keyword_blocks) < 300:
        reader.keyword_blocks[names[0]] = ("block", [words[0], words[1]])
        reader.keyword_blocks[names[1]] = ("block", [words[2], words[1]])


def _drop_definition(reader: Reader) -> None:
    for _ in range(8):
        reader.ex.argument()


def _standalone(name: str) -> Handler:
    def handle(reader: Reader) -> None:
        reader.ex.optional()
        before, reader.out = reader.out, []
        was, reader.algorithmic = reader.algorithmic, True
        was_inline, reader.is_inline = reader.is_inline, True
        lines = algorithm_lines(reader, f"\\end{{{name}}}")
        reader.algorithmic, reader.is_inline, reader.out = was, was_inline, before
        if reader.float_parts is not None:
            reader.float_parts.items.append(("code", "\n".join(lines)))
        elif lines and not reader.is_inline:
            reader.flush()
            reader.add("algorithm", None, text="\n".join(lines))

    return handle


HANDLERS: dict[Token, Handler] = {
    "\\begin{algorithmic}": _standalone("algorithmic"),
    "\\begin{algpseudocode}": _standalone("algpseudocode"),
    "\\SetKwFunction": _set_word(True),
    "\\SetKw": _set_word(False),
    "\\SetKwData": _set_word(False),
    "\\SetKwInOut": _set_keyword(1, "input"),
    "\\SetKwInput": _set_keyword(1, "input"),
    "\\SetKwFor": _set_keyword(3, "block"),
    "\\SetKwProg": _set_keyword(3, "block"),
    "\\SetKwRepeat": _set_keyword(2, "repeat"),
    "\\SetKwIF": _set_condition,
    "\\SetKwSwitch": _drop_definition,
}
