"""A stream of tokens: what has been read from files and what macros have put in front of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .source import SourceTree
from .tokens import PAR, RAW, Token, detokenize

END = "\x01"
"""Sentinel behind a piece of input that is read on its own; nothing reads past it."""
MARKERS = "\x02\x05\x06"
"""First characters of tokens that tell the expander what has ended: a macro's body, a file, a style file."""

MAX_ARGUMENT = 400_000
MAX_RUNAWAYS = 20
MAX_OPTIONAL = 5_000

_LENGTH = re.compile(r"\s*[-+]?\s*[\d.]*\s*([a-z]{2}|\\[A-Za-z@]+)?\s*")


class TokenStream:
    """Tokens still to be read, and how commands read their arguments.

    **Arguments:**

    - `tree`: where warnings go.

    `volume` counts the characters that arguments and macros have moved, for the limits on both.
    """

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.stack: list[Token] = []
        self.volume = 0
        self.runaways = 0

    def passed(self, marker: Token) -> None:
        """Hear that something has been read to its end."""

    def push(self, tokens: Sequence[Token]) -> None:
        """Put tokens in front of what is still to be read."""
        self.stack.extend(reversed(tokens))

    def pop(self) -> Token | None:
        """The next token, not expanded; None at the end of the input, `END` (left in place) at the end of a piece."""
        while self.stack:
            token = self.stack.pop()
            if token[0] in MARKERS:
                self.passed(token)
            elif token == END:
                self.stack.append(END)
                return END
            else:
                return token
        return None

    def peek(self) -> Token | None:
        """The token that `pop` would return."""
        token = self.pop()
        if token is not None and token != END:
            self.stack.append(token)
        return token

    def clear(self) -> None:
        """Forget what is still to be read."""
        self.stack.clear()

    def skip_blanks(self) -> bool:
        """Drop blanks; tell whether there were any."""
        found = False
        while self.peek() == " ":
            self.pop()
            found = True
        return found

    def star(self) -> bool:
        """Whether a `*` follows; it is consumed."""
        if self.peek() == "*":
            self.pop()
            return True
        return False

    def line_break(self) -> None:
        r"""Drop what may follow `\\\\`: a star, and a length in brackets; other brackets are text."""
        self.star()
        if self.peek() == "[":
            given = self.optional()
            if given is not None and not _LENGTH.fullmatch(detokenize(given)):
                self.push(["[", *given, "]"])

    def argument(self) -> list[Token]:
        """One mandatory argument, not expanded, without its braces."""
        self.skip_blanks()
        token = self.pop()
        if token is None or token == END:
            return []
        if token == "{":
            return self.balanced()
        if token in ("}", PAR):
            self.stack.append(token)
            return []
        if len(token) > 1 and token[0] not in "\\#\0":
            self.stack.append(token[1:])
            token = token[0]
        return [token]

    def optional(self, opening: str = "[", closing: str = "]") -> list[Token] | None:
        """An optional argument, not expanded, or None."""
        blank = self.skip_blanks()
        if self.peek() != opening:
            if blank:
                self.stack.append(" ")
            return None
        self.pop()
        taken: list[Token] = []
        depth = 0
        limit = MAX_OPTIONAL if self.runaways < MAX_RUNAWAYS else MAX_OPTIONAL // 20
        while (token := self.pop()) is not None and token not in (END, PAR) and len(taken) < limit:
            if token == closing and depth == 0:
                return taken
            depth += (token == "{") - (token == "}")
            if depth < 0:
                break
            taken.append(token)
        if token is not None and token != END:
            taken.append(token)
        self.runaways += len(taken) >= limit
        self.push([opening, *taken])
        return None

    def until_end(self, name: str) -> list[Token]:
        """The tokens of an environment, not expanded, up to its end."""
        taken: list[Token] = []
        closing = ["\\end", "{", name, "}"]
        while (token := self.pop()) is not None and token != END and len(taken) < MAX_ARGUMENT:
            taken.append(token)
            if taken[-4:] == closing:
                return taken[:-4]
        return taken

    def balanced(self) -> list[Token]:
        """Read up to the brace that closes an open one; an unclosed argument ends with its paragraph, as in TeX."""
        taken: list[Token] = []
        depth = 1
        careful = self.runaways >= MAX_RUNAWAYS
        while (token := self.pop()) is not None and token != END:
            if token == "}":
                depth -= 1
                if depth == 0:
                    self.volume += sum(map(len, taken))
                    return taken
            elif token == "{":
                depth += 1
            elif careful and token == PAR:
                self.stack.append(token)
                return taken
            taken.append(token)
            if len(taken) > MAX_ARGUMENT:
                break
        if token == END:
            return taken
        self.runaways += 1
        self.tree.warn(
            "unbalanced", "A brace is opened and never closed; the text was read up to the end of its paragraph."
        )
        cut = taken.index(PAR) if PAR in taken else len(taken)
        self.push(taken[cut:])
        return taken[:cut]

    def until(self, delimiter: tuple[Token, ...]) -> list[Token]:
        """A delimited argument of `\\def`."""
        taken: list[Token] = []
        depth = 0
        while (token := self.pop()) is not None and token != END and len(taken) < MAX_ARGUMENT:
            taken.append(token)
            depth += (token == "{") - (token == "}")
            if depth == 0 and tuple(taken[-len(delimiter) :]) == delimiter:
                taken = taken[: -len(delimiter)]
                if len(taken) > 1 and taken[0] == "{" and taken[-1] == "}":
                    taken = taken[1:-1]
                break
        self.volume += sum(map(len, taken))
        return taken


def is_raw(token: Token) -> bool:
    """Whether a token holds verbatim text."""
    return token[0] == RAW
