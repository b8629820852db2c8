"""The expander: macros and environments of the document, with limits instead of trust."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from . import conditionals, definitions, inclusion
from .macros import Macro, substitute
from .source import SourceTree
from .stream import END, TokenStream
from .tokens import PAR, Token, detokenize

MAX_ACTIVE = 40
MAX_USES = 30_000
MAX_VOLUME = 4_000_000

_EXPANDED = "\x02"


class Expander(TokenStream):
    """A stream of tokens in which macros of the document are expanded, as far as a reader needs it.

    **Arguments:**

    - `tree`: where included files are read from, and where warnings go.
    - `structural`: commands that the document may not redefine, because the reader gives them their meaning.
    - `known`: further commands with a meaning; style files may not redefine them.
    """

    def __init__(self, tree: SourceTree, structural: frozenset[str], known: frozenset[str]) -> None:
        super().__init__(tree)
        self.structural = structural
        self.known = known
        self.macros: dict[Token, Macro] = {}
        self.environments: dict[str, Macro] = {}
        self.flags: dict[Token, bool] = {}
        self.numbers: Callable[[str], int] = lambda _name: 0
        self.on_class: Callable[[str], None] = lambda _name: None
        self.in_math = False
        self.verbatim_names: set[str] = set()
        self.packages: set[str] = set()
        self.folders: list[Path] = [tree.root]
        self.style_depth = 0
        self.scopes: list[tuple[str, dict[Token, Macro | None], tuple[Token, ...]]] = []
        self._active: Counter[Token] = Counter()
        self._uses: Counter[Token] = Counter()

    def passed(self, marker: Token) -> None:
        """Count down what has been read to its end."""
        if marker[0] == _EXPANDED:
            self._active[marker[1:]] -= 1
        elif marker == inclusion.FILE_END:
            self.folders.pop()
        else:
            self.style_depth -= 1

    @property
    def depth(self) -> int:
        """How many groups are open."""
        return len(self.scopes)

    def next(self) -> Token | None:
        r"""The next token that no macro of the document explains; `\begin{name}` and `\end{name}` are one token each."""
        while (token := self.pop()) is not None:
            first = token[0]
            if first == "{":
                self.scopes.append(("{", {}, ()))
                return token
            if first == "}":
                if self.scopes and self.scopes[-1][0] == "{":
                    self.close_scope()
                return token
            if first != "\\" or token == PAR:
                return token
            # A style file is read for what it defines; what it does is typesetting.
            macro = None if self.style_depth else self.macros.get(token)
            if macro is not None and self.allowed(token):
                if macro.alias is None:
                    self.expand(token, macro)
                    continue
                token = macro.alias
            if token == "\\begin" or token == "\\end":
                named = self._environment(token)
                if named is None:
                    continue
                return named
            primitive = PRIMITIVES.get(token)
            if primitive is not None:
                primitive(self, token)
            elif token in self.flags:
                conditionals.conditional(self, token)
            else:
                return token
        return None

    def name(self) -> str:
        """One mandatory argument as plain text: a label, a file, a counter."""
        return detokenize(self.expanded(self.argument())).strip()

    def expanded(self, tokens: Sequence[Token]) -> list[Token]:
        """Expand tokens on their own."""
        if not any(t[0] == "\\" for t in tokens):
            return list(tokens)
        scopes = self.depth
        self.push([*tokens, END])
        out: list[Token] = []
        while (token := self.next()) is not None and token != END:
            out.append(token)
        self.leave_piece(scopes)
        return out

    def leave_piece(self, scopes: int) -> None:
        """Drop the `END` that has been reached and close the groups that were left open inside the piece."""
        while self.stack and self.stack[-1] != END:
            self.pop()
        if self.stack:
            self.stack.pop()
        while len(self.scopes) > scopes:
            self.close_scope()

    def allowed(self, token: Token) -> bool:
        """Whether a macro may be expanded once more."""
        if self.volume > MAX_VOLUME:
            self.tree.warn(
                "macro_limit", "The macros of this source expand to too much text; the rest is shown unexpanded."
            )
            return False
        if self._active[token] >= MAX_ACTIVE or self._uses[token] >= MAX_USES:
            self.tree.warn("macro_limit", f"The macro {token} expands without end; it was left out there.")
            del self.macros[token]
            return False
        return True

    def expand(self, token: Token, macro: Macro) -> None:
        """Put the body of a macro in front of what follows, with its arguments read."""
        self._uses[token] += 1
        self._active[token] += 1
        arguments = self._arguments(macro)
        body = substitute(macro.body, arguments) if arguments or "#" in "".join(macro.body) else list(macro.body)
        self.volume += sum(map(len, body)) + 1
        self.stack.append(_EXPANDED + token)
        self.push(body)

    def _arguments(self, macro: Macro) -> list[list[Token]]:
        for literal in macro.prefix:
            if self.peek() == literal:
                self.pop()
        values: list[list[Token]] = []
        for kind, extra in macro.parameters:
            if kind == "mandatory":
                values.append(self.argument())
            elif kind == "optional":
                given = self.optional()
                values.append(list(extra) if given is None else given)
            elif kind == "star":
                follows = self.peek() == extra[0]
                if follows:
                    self.pop()
                values.append(["\\BooleanTrue"] if follows else ["\\BooleanFalse"])
            elif kind == "braced":
                given = self.optional(*extra)
                values.append(given or [])
            elif kind == "embellishment":
                values += self._embellishments(extra)
            else:
                values.append(self.until(extra))
        return values

    def _embellishments(self, marks: Sequence[Token]) -> list[list[Token]]:
        """The arguments that stand behind marks, in the order of the definition; empty where a mark is not there."""
        found: dict[Token, list[Token]] = {}
        while (mark := self.peek()) is not None and mark in marks and mark not in found:
            self.pop()
            found[mark] = self.argument()
        return [found.get(mark, []) for mark in marks]

    def define(self, name: Token, macro: Macro) -> None:
        """Set a macro for the rest of the group, unless the reader owns the name."""
        if len(name) < 2 or name[0] != "\\" or name in self.structural:
            return
        if self.style_depth and (name in self.known or any("@" in t for t in (name, *macro.body) if t[0] == "\\")):
            return
        if self.scopes:
            self.scopes[-1][1].setdefault(name, self.macros.get(name))
        self.macros[name] = macro

    def defined(self, token: Token | None) -> bool:
        """Whether a command has a meaning, in the document or here."""
        return token is not None and (
            token in self.macros or token in self.known or token in self.structural or token in PRIMITIVES
        )

    def close_scope(self) -> None:
        """End a group: what it defined is forgotten."""
        _, saved, _ = self.scopes.pop()
        for name, macro in saved.items():
            if macro is None:
                self.macros.pop(name, None)
            else:
                self.macros[name] = macro

    def _environment(self, token: Token) -> Token | None:
        name = detokenize(self.argument()).strip()
        macro = self.environments.get(name)
        if token == "\\begin":
            self.scopes.append((name, {}, ()))
            if macro is None:
                return f"\\begin{{{name}}}"
            self._active["env:" + name] += 1
            if self._active["env:" + name] > MAX_ACTIVE or not self.allowed("\\begin{" + name):
                self.tree.warn("macro_limit", f"The environment {name} contains itself; it was left out.")
                return None
            arguments = self._arguments(macro)
            self.scopes[-1] = (name, {}, tuple(substitute(macro.end, arguments)))
            body = substitute(macro.body, arguments)
            self.volume += sum(map(len, body))
            self.push(body)
            return None
        opened = next((i for i in range(len(self.scopes) - 1, -1, -1) if self.scopes[i][0] == name), None)
        if macro is None:
            if opened is not None:
                while len(self.scopes) > opened:
                    self.close_scope()
            return f"\\end{{{name}}}"
        if opened is None:
            return None
        ending = self.scopes[opened][2]
        while len(self.scopes) > opened:
            self.close_scope()
        self._active["env:" + name] -= 1
        self.volume += sum(map(len, ending))
        self.push(ending)
        return None


Primitive = Callable[[Expander, Token], None]
PRIMITIVES: dict[Token, Primitive] = {**definitions.PRIMITIVES, **conditionals.PRIMITIVES, **inclusion.PRIMITIVES}
"""The commands that the expander obeys itself."""
