"""The expander: definitions, arguments, conditionals and included files, with limits instead of trust."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paper_implementer.tools.errors import RefusedForSafety, TooLarge, Unreadable

from .source import MAX_DEPTH, SourceTree
from .tokens import PAR, RAW, Token, detokenize, tokenize

END = "\x01"
"""Sentinel behind a piece of input that is read on its own; nothing reads past it."""
_EXPANDED = "\x02"
_FILE_END = "\x05"

MAX_ACTIVE = 40
MAX_USES = 30_000
MAX_VOLUME = 6_000_000
MAX_ARGUMENT = 400_000
MAX_RUNAWAYS = 20

_CONDITIONALS = frozenset(
    "\\" + name
    for name in [
        "if",
        "ifcat",
        "ifx",
        "ifnum",
        "ifdim",
        "ifodd",
        "ifcase",
        "ifmmode",
        "ifvmode",
        "ifhmode",
        "ifinner",
        "ifvoid",
        "ifhbox",
        "ifvbox",
        "ifeof",
        "iftrue",
        "iffalse",
        "ifdefined",
        "ifcsname",
        "iffontchar",
        "ifpdf",
        "ifxetex",
        "ifluatex",
        "ifPDFTeX",
        "ifXeTeX",
        "ifLuaTeX",
    ]
)
_TRUE = frozenset({"\\iftrue", "\\ifpdf", "\\ifPDFTeX"})
_INCLUDES = {"\\input": 1, "\\include": 1, "\\subfile": 1, "\\subimport": 2, "\\import": 2, "\\InputIfFileExists": 1}
_STYLE_EXTENSIONS = {
    "\\usepackage": ".sty",
    "\\RequirePackage": ".sty",
    "\\documentclass": ".cls",
    "\\LoadClass": ".cls",
}

_LENGTH = re.compile(r"\s*[-+]?\s*[\d.]*\s*([a-z]{2}|\\[A-Za-z@]+)?\s*")

Parameter = tuple[Literal["mandatory", "optional", "star", "delimited", "braced"], tuple[Token, ...]]


@dataclass(frozen=True)
class Macro:
    """A definition of the document.

    **Arguments:**

    - `body`: tokens with `#1` ... where arguments go.
    - `parameters`: what is read at each use; the second part is an optional argument's default, or the delimiter.
    - `prefix`: tokens that stand between the name and the first argument.
    - `alias`: the command that this one was `\\let` to be, as it was then.
    - `end`: of an environment, what its end expands to.
    """

    body: tuple[Token, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    prefix: tuple[Token, ...] = ()
    alias: Token | None = None
    end: tuple[Token, ...] = ()


class Expander:
    """A stream of tokens in which macros of the document are expanded, as far as a reader needs it.

    **Arguments:**

    - `tree`: where included files are read from, and where warnings go.
    - `structural`: commands that the document may not redefine, because the reader gives them their meaning.
    - `known`: further commands with a meaning; style files may not redefine them.
    """

    def __init__(self, tree: SourceTree, structural: frozenset[str], known: frozenset[str]) -> None:
        self.tree = tree
        self.structural = structural
        self.known = known
        self.macros: dict[Token, Macro] = {}
        self.environments: dict[str, Macro] = {}
        self.flags: dict[Token, bool] = {}
        self.numbers: Callable[[str], int] = lambda _name: 0
        self.on_class: Callable[[str], None] = lambda _name: None
        self.in_math = False
        self.verbatim_names: set[str] = set()
        self._stack: list[Token] = []
        self._scopes: list[tuple[str, dict[Token, Macro | None], tuple[Token, ...]]] = []
        self._active: Counter[Token] = Counter()
        self._uses: Counter[Token] = Counter()
        self._volume = 0
        self._runaways = 0
        self._folders: list[Path] = [tree.root]
        self._style_depth = 0
        self._primitives: dict[Token, Callable[[Token], None]] = self._primitive_table()

    # Reading

    def push(self, tokens: Sequence[Token]) -> None:
        """Put tokens in front of what is still to be read."""
        self._stack.extend(reversed(tokens))

    def pop(self) -> Token | None:
        """The next token, not expanded; None at the end of the input, `END` (left in place) at the end of a piece."""
        while self._stack:
            token = self._stack.pop()
            if token[0] == _EXPANDED:
                self._active[token[1:]] -= 1
            elif token == _FILE_END:
                self._folders.pop()
            elif token == "\x06":
                self._style_depth -= 1
            elif token == END:
                self._stack.append(END)
                return END
            else:
                return token
        return None

    def peek(self) -> Token | None:
        """The token that `pop` would return."""
        token = self.pop()
        if token is not None and token != END:
            self._stack.append(token)
        return token

    def leave_piece(self, scopes: int) -> None:
        """Drop the `END` that has been reached and close the groups that were left open inside the piece."""
        while self._stack and self._stack[-1] != END:
            self.pop()
        if self._stack:
            self._stack.pop()
        while len(self._scopes) > scopes:
            self._close_scope()

    @property
    def depth(self) -> int:
        """How many groups are open."""
        return len(self._scopes)

    def next(self) -> Token | None:
        r"""The next token that no macro of the document explains; `\begin{name}` and `\end{name}` are one token each."""
        while (token := self.pop()) is not None:
            first = token[0]
            if first == "{":
                self._scopes.append(("{", {}, ()))
                return token
            if first == "}":
                if self._scopes and self._scopes[-1][0] == "{":
                    self._close_scope()
                return token
            if first != "\\" or token == PAR:
                return token
            macro = self.macros.get(token)
            if macro is not None and self._allowed(token):
                if macro.alias is None:
                    self._expand(token, macro)
                    continue
                token = macro.alias
            if token == "\\begin" or token == "\\end":
                named = self._environment(token)
                if named is None:
                    continue
                return named
            primitive = self._primitives.get(token)
            if primitive is not None:
                primitive(token)
            elif token in self.flags or token in _CONDITIONALS:
                self._conditional(token)
            else:
                return token
        return None

    def skip_blanks(self) -> bool:
        """Drop blanks; tell whether there were any."""
        found = False
        while self.peek() == " ":
            self.pop()
            found = True
        return found

    def clear(self) -> None:
        """Forget what is still to be read."""
        self._stack.clear()

    def until_end(self, name: str) -> list[Token]:
        """The tokens of an environment, not expanded, up to its end."""
        taken: list[Token] = []
        closing = ["\\end", "{", name, "}"]
        while (token := self.pop()) is not None and token != END and len(taken) < MAX_ARGUMENT:
            taken.append(token)
            if taken[-4:] == closing:
                return taken[:-4]
        return taken

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
            return self._balanced()
        if token in ("}", PAR):
            self._stack.append(token)
            return []
        if len(token) > 1 and token[0] not in "\\#\0":
            self._stack.append(token[1:])
            token = token[0]
        return [token]

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

    def optional(self, opening: str = "[", closing: str = "]") -> list[Token] | None:
        """An optional argument, not expanded, or None."""
        blank = self.skip_blanks()
        if self.peek() != opening:
            if blank:
                self._stack.append(" ")
            return None
        self.pop()
        taken: list[Token] = []
        depth = 0
        while (token := self.pop()) is not None and token not in (END, PAR) and len(taken) < MAX_ARGUMENT:
            if token == closing and depth == 0:
                return taken
            depth += (token == "{") - (token == "}")
            if depth < 0:
                break
            taken.append(token)
        if token is not None and token != END:
            taken.append(token)
        self.push([opening, *taken])
        return None

    def _balanced(self) -> list[Token]:
        """Read up to the brace that closes an open one; an unclosed argument ends with its paragraph, as in TeX."""
        taken: list[Token] = []
        depth = 1
        careful = self._runaways >= MAX_RUNAWAYS
        while (token := self.pop()) is not None and token != END:
            if token == "}":
                depth -= 1
                if depth == 0:
                    self._volume += len(taken)
                    return taken
            elif token == "{":
                depth += 1
            elif careful and token == PAR:
                self._stack.append(token)
                return taken
            taken.append(token)
            if len(taken) > MAX_ARGUMENT:
                break
        if token == END:
            return taken
        self._runaways += 1
        self.tree.warn(
            "unbalanced", "A brace is opened and never closed; the text was read up to the end of its paragraph."
        )
        cut = taken.index(PAR) if PAR in taken else len(taken)
        self.push(taken[cut:])
        return taken[:cut]

    # Macros

    def _allowed(self, token: Token) -> bool:
        """Whether a macro may be expanded once more."""
        if self._volume > MAX_VOLUME:
            self.tree.warn(
                "macro_limit", "The macros of this source expand to too much text; the rest is shown unexpanded."
            )
            return False
        if self._active[token] >= MAX_ACTIVE or self._uses[token] >= MAX_USES:
            self.tree.warn("macro_limit", f"The macro {token} expands without end; it was left out there.")
            del self.macros[token]
            return False
        return True

    def _expand(self, token: Token, macro: Macro) -> None:
        self._uses[token] += 1
        self._active[token] += 1
        arguments = self._arguments(macro)
        body = _substitute(macro.body, arguments) if arguments or "#" in "".join(macro.body) else list(macro.body)
        self._volume += len(body) + 1
        self._stack.append(_EXPANDED + token)
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
                values.append(["\\BooleanTrue"] if self.star() else ["\\BooleanFalse"])
            elif kind == "braced":
                given = self.optional(*extra)
                values.append(given or [])
            else:
                values.append(self._until(extra))
        return values

    def _until(self, delimiter: tuple[Token, ...]) -> list[Token]:
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
        self._volume += len(taken)
        return taken

    def define(self, name: Token, macro: Macro) -> None:
        """Set a macro for the rest of the group, unless the reader owns the name."""
        if len(name) < 2 or name[0] != "\\" or name in self.structural:
            return
        if self._style_depth and (name in self.known or "@" in name):
            return
        if self._scopes:
            self._scopes[-1][1].setdefault(name, self.macros.get(name))
        self.macros[name] = macro

    def _close_scope(self) -> None:
        _, saved, _ = self._scopes.pop()
        for name, macro in saved.items():
            if macro is None:
                self.macros.pop(name, None)
            else:
                self.macros[name] = macro

    # Environments

    def _environment(self, token: Token) -> Token | None:
        name = detokenize(self.argument()).strip()
        macro = self.environments.get(name)
        if token == "\\begin":
            self._scopes.append((name, {}, ()))
            if macro is None:
                return f"\\begin{{{name}}}"
            self._active["env:" + name] += 1
            if self._active["env:" + name] > MAX_ACTIVE or not self._allowed("\\begin{" + name):
                self.tree.warn("macro_limit", f"The environment {name} contains itself; it was left out.")
                return None
            arguments = self._arguments(macro)
            self._scopes[-1] = (name, {}, tuple(_substitute(macro.end, arguments)))
            body = _substitute(macro.body, arguments)
            self._volume += len(body)
            self.push(body)
            return None
        opened = next((i for i in range(len(self._scopes) - 1, -1, -1) if self._scopes[i][0] == name), None)
        if macro is None:
            if opened is not None:
                while len(self._scopes) > opened:
                    self._close_scope()
            return f"\\end{{{name}}}"
        if opened is None:
            return None
        ending = self._scopes[opened][2]
        while len(self._scopes) > opened:
            self._close_scope()
        self._active["env:" + name] -= 1
        self._volume += len(ending)
        self.push(ending)
        return None

    # Primitives

    def _primitive_table(self) -> dict[Token, Callable[[Token], None]]:
        table: dict[Token, Callable[[Token], None]] = {}
        for name in ("newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"):
            table["\\" + name] = self._newcommand
        for name in ("NewDocumentCommand", "RenewDocumentCommand", "ProvideDocumentCommand", "DeclareDocumentCommand"):
            table["\\" + name] = self._new_document_command
        for name in ("newenvironment", "renewenvironment", "provideenvironment"):
            table["\\" + name] = self._newenvironment
        for name in ("def", "edef", "gdef", "xdef"):
            table["\\" + name] = self._def
        for name in _INCLUDES:
            table[name] = self._include
        for name in _STYLE_EXTENSIONS:
            table[name] = self._style
        for name in (
            "protect",
            "relax",
            "noexpand",
            "global",
            "long",
            "outer",
            "leavevmode",
            "unskip",
            "ignorespaces",
            "fi",
            "@empty",
            "empty",
        ):
            table["\\" + name] = lambda _token: None
        table |= {
            "\\NewDocumentEnvironment": self._new_document_environment,
            "\\let": self._let,
            "\\DeclareMathOperator": self._math_operator,
            "\\DeclarePairedDelimiter": self._paired_delimiter,
            "\\DeclarePairedDelimiterX": self._paired_delimiter,
            "\\newif": self._newif,
            "\\newbool": self._newbool,
            "\\newtoggle": self._newbool,
            "\\setbool": self._setbool,
            "\\booltrue": self._setbool,
            "\\toggletrue": self._setbool,
            "\\boolfalse": self._setbool,
            "\\togglefalse": self._setbool,
            "\\setboolean": self._setbool,
            "\\newboolean": self._newbool,
            "\\csname": self._csname,
            "\\expandafter": self._expandafter,
            "\\begingroup": lambda _token: self._scopes.append(("{", {}, ())),
            "\\bgroup": lambda _token: self._scopes.append(("{", {}, ())),
            "\\endgroup": self._endgroup,
            "\\egroup": self._endgroup,
            "\\else": lambda _token: self._skip(stop_at_else=False),
            "\\or": lambda _token: self._skip(stop_at_else=False),
            "\\ifthenelse": self._ifthenelse,
            "\\iftoggle": self._ifbool,
            "\\ifbool": self._ifbool,
            "\\@ifundefined": self._ifundefined,
            "\\ifundef": self._ifundefined,
            "\\@ifstar": self._ifstar,
            "\\@ifnextchar": self._ifnextchar,
            "\\IfBooleanTF": self._if_boolean,
            "\\IfFileExists": self._if_file_exists,
            "\\IfNoValueTF": lambda _token: self._choose(not self.argument()),
            "\\ifstrempty": lambda _token: self._choose(not detokenize(self.argument()).strip()),
            "\\ifblank": lambda _token: self._choose(not detokenize(self.argument()).strip()),
            "\\@firstofone": lambda _token: self.push(self.argument()),
            "\\@gobble": lambda _token: self._drop_argument(),
            "\\endinput": self._endinput,
        }
        return table

    @property
    def primitive_names(self) -> frozenset[str]:
        """The commands that this class handles itself."""
        return frozenset(self._primitives) | _CONDITIONALS

    def _drop_argument(self) -> None:
        self.argument()

    def _command_name(self) -> Token:
        """The command that a definition names, with or without braces."""
        tokens = [t for t in self.argument() if t != " "]
        return tokens[0] if tokens else ""

    def _newcommand(self, token: Token) -> None:
        self.star()
        name = self._command_name()
        count = self.optional()
        default = self.optional() if count is not None else None
        body = tuple(self.argument())
        if token == "\\providecommand" and (name in self.macros or name in self.known):
            return
        self.define(name, Macro(body, _parameters(_number(count), default)))

    def _new_document_command(self, _token: Token) -> None:
        name = self._command_name()
        spec = self.argument()
        self.define(name, Macro(tuple(self.argument()), _document_parameters(spec)))

    def _newenvironment(self, token: Token) -> None:
        self.star()
        name = self.name()
        count = self.optional()
        default = self.optional() if count is not None else None
        begin, end = tuple(self.argument()), tuple(self.argument())
        self._define_environment(name, Macro(begin, _parameters(_number(count), default), end=end))

    def _new_document_environment(self, _token: Token) -> None:
        name = self.name()
        spec = self.argument()
        begin, end = tuple(self.argument()), tuple(self.argument())
        self._define_environment(name, Macro(begin, _document_parameters(spec), end=end))

    def _define_environment(self, name: str, macro: Macro) -> None:
        if f"\\begin{{{name}}}" in self.structural or (self._style_depth and f"\\begin{{{name}}}" in self.known):
            return
        self.environments[name] = macro

    def _def(self, token: Token) -> None:
        self.skip_blanks()
        name = self.pop()
        if name is None or name == END:
            return
        pattern: list[Token] = []
        while (following := self.pop()) not in (None, END, "{", PAR) and len(pattern) < 200:
            assert following is not None
            pattern.append(following)
        if following != "{":
            return
        body = tuple(self._balanced())
        if token in ("\\edef", "\\xdef") and len(body) < 2000:
            body = tuple(t for t in self.expanded(body))
        prefix: list[Token] = []
        parameters: list[Parameter] = []
        for part in pattern:
            if part[0] == "#" and len(part) == 2:
                parameters.append(("mandatory", ()))
            elif not parameters:
                prefix.append(part)
            else:
                _kind, delimiter = parameters[-1]
                parameters[-1] = ("delimited", (*delimiter, part))
        self.define(name, Macro(body, tuple(parameters), tuple(prefix)))

    def _let(self, _token: Token) -> None:
        self.skip_blanks()
        name = self.pop()
        if name is None or name == END:
            return
        self.skip_blanks()
        if self.peek() == "=":
            self.pop()
            self.skip_blanks()
        target = self.pop()
        if target is None or target in (END, name):
            return
        if target[0] != "\\":
            if len(target) > 1:
                self._stack.append(target[1:])
            self.define(name, Macro((target[0],)))
            return
        if target in self.flags:
            self.flags[name] = self.flags[target]
            return
        self.define(name, self.macros.get(target) or Macro(alias=target))

    def _math_operator(self, _token: Token) -> None:
        star = self.star()
        name = self._command_name()
        self.define(name, Macro(("\\operatorname", *(["*"] if star else []), "{", *self.argument(), "}")))

    def _paired_delimiter(self, token: Token) -> None:
        name = self._command_name()
        count = _number(self.optional()) if token.endswith("X") else 1
        left, right = self.argument(), self.argument()
        inner = [t for t in self.argument() if t != "\\delimsize"] if token.endswith("X") else ["#1"]
        shifted = [f"#{int(t[1]) + 2}" if len(t) == 2 and t[0] == "#" and t[1] != "#" else t for t in inner]
        parameters: list[Parameter] = [("star", ()), ("optional", ())]
        parameters += [("mandatory", ())] * min(max(count, 0), 7)
        self.define(name, Macro(("\\left", *left, *shifted, "\\right", *right), tuple(parameters)))

    def _newif(self, _token: Token) -> None:
        flag = self.pop()
        if flag and flag.startswith("\\if"):
            self._flag(flag, False)
            self.define("\\" + flag[3:] + "true", Macro(("\\setbool", "{", flag[3:], "}", "{", "true", "}")))
            self.define("\\" + flag[3:] + "false", Macro(("\\setbool", "{", flag[3:], "}", "{", "false", "}")))

    def _flag(self, flag: Token, value: bool) -> None:
        if flag not in self.structural:
            self.flags[flag] = value

    def _newbool(self, _token: Token) -> None:
        self._flag("\\if" + self.name(), False)

    def _setbool(self, token: Token) -> None:
        flag = "\\if" + self.name()
        value = token.endswith("true") if token.endswith(("true", "false")) else self.name() == "true"
        self._flag(flag, value)

    def _csname(self, _token: Token) -> None:
        taken: list[Token] = []
        while (token := self.next()) is not None and token not in (END, "\\endcsname", PAR) and len(taken) < 60:
            taken.append(token)
        name = re.sub(r"\s", "", detokenize(taken))
        if name:
            self._stack.append("\\" + name)

    def _expandafter(self, _token: Token) -> None:
        first = self.pop()
        second = self.pop()
        if first is None or second is None or END in (first, second):
            return
        macro = self.macros.get(second)
        if second == "\\csname":
            self._csname(second)
        elif macro is not None and macro.alias is None and self._allowed(second):
            self._expand(second, macro)
        elif second == "\\expandafter":
            self._expandafter(second)
        else:
            self._stack.append(second)
        self._stack.append(first)

    def _endgroup(self, _token: Token) -> None:
        if self._scopes and self._scopes[-1][0] == "{":
            self._close_scope()

    # Conditionals

    def _conditional(self, token: Token) -> None:
        if token == "\\ifcase":
            for _ in range(max(0, min(self._integer(), 50))):
                if self._skip(stop_at_else=True) != "\\or":
                    return
            return
        if not self._holds(token):
            self._skip(stop_at_else=True)

    def _holds(self, token: Token) -> bool:
        if token in self.flags:
            return self.flags[token]
        if token in _TRUE:
            return True
        if token == "\\ifmmode":
            return self.in_math
        if token == "\\ifdefined":
            return self._defined(self.pop())
        if token == "\\ifcsname":
            self._csname(token)
            return self._defined(self.pop())
        if token == "\\ifx":
            return self._same(self.pop(), self.pop())
        if token == "\\if":
            return self._expanded_token() == self._expanded_token()
        if token == "\\ifnum":
            left = self._integer()
            self.skip_blanks()
            relation = self.pop()
            right = self._integer()
            return {"<": left < right, ">": left > right, "=": left == right}.get(relation or "", False)
        if token == "\\ifodd":
            return self._integer() % 2 == 1
        return False

    def _expanded_token(self) -> Token | None:
        token = self.pop()
        macro = self.macros.get(token or "")
        if token is not None and macro is not None and self._allowed(token):
            self._expand(token, macro)
            token = self.pop()
        if token is not None and len(token) > 1 and token[0].isalnum():
            self._stack.append(token[1:])
            token = token[0]
        return token

    def _defined(self, token: Token | None) -> bool:
        return token is not None and (
            token in self.macros or token in self.known or token in self.structural or token in self._primitives
        )

    def _same(self, first: Token | None, second: Token | None) -> bool:
        if first == second:
            return True
        if first is None or second is None or END in (first, second):
            return False
        left, right = self.macros.get(first), self.macros.get(second)
        if left is not None and right is not None:
            return left == right
        if left is None and right is None:
            return not self._defined(first) and not self._defined(second) and first[0] == second[0] == "\\"
        return False

    def _integer(self) -> int:
        """A number as TeX reads it: digits, a counter, or a register (which counts as 0 here)."""
        sign = 1
        for _ in range(20):
            self.skip_blanks()
            token = self.pop()
            if token is None or token == END:
                return 0
            if token == "-":
                sign = -sign
            elif token.isdecimal():
                self.skip_blanks()
                return sign * int(token[:9])
            elif token in ("\\value", "\\c@"):
                return sign * self.numbers(self.name())
            elif token == "\\pdfoutput":
                return sign
            elif token in self.macros and self._allowed(token):
                self._expand(token, self.macros[token])
            elif token[0] == "\\":
                return 0
            else:
                self._stack.append(token)
                return 0
        return 0

    def _skip(self, *, stop_at_else: bool) -> Token | None:
        r"""Drop tokens up to the `\fi` (or `\else`, `\or`) of the conditional that is open; keep them if there is none."""
        dropped: list[Token] = []
        depth = 0
        while (token := self.pop()) is not None and token != END:
            if token in _CONDITIONALS or token in self.flags:
                depth += 1
            elif token == "\\fi":
                if depth == 0:
                    return token
                depth -= 1
            elif depth == 0 and stop_at_else and token in ("\\else", "\\or"):
                return token
            dropped.append(token)
        if token is None:
            self.tree.warn("unbalanced", "A conditional is opened and never closed; both of its branches were read.")
            self._runaways += 1
            if self._runaways < MAX_RUNAWAYS:
                self.push(dropped)
        return None

    def _choose(self, condition: bool) -> None:
        first, second = self.argument(), self.argument()
        self.push(first if condition else second)

    def _ifthenelse(self, _token: Token) -> None:
        test = [t for t in self.argument() if t != " "]
        negated = bool(test) and test[0] in ("\\not", "\\NOT")
        test = test[negated:]
        holds = False
        text = detokenize(test)
        if (flag := re.fullmatch(r"\\boolean\{(\w+)\}", text)) is not None:
            holds = self.flags.get("\\if" + flag.group(1), False)
        elif (equal := re.fullmatch(r"\\equal\{(.*?)\}\{(.*?)\}", text)) is not None:
            left, right = (detokenize(self.expanded(tokenize(g))).strip() for g in equal.groups())
            holds = left == right
        elif (relation := re.fullmatch(r"(\d{1,9})([<>=])(\d{1,9})", text)) is not None:
            left_number, right_number = int(relation.group(1)), int(relation.group(3))
            holds = {"<": left_number < right_number, ">": left_number > right_number}.get(
                relation.group(2), left_number == right_number
            )
        self._choose(holds != negated)

    def _ifbool(self, _token: Token) -> None:
        self._choose(self.flags.get("\\if" + self.name(), False))

    def _ifundefined(self, _token: Token) -> None:
        name = "\\" + detokenize(self.argument()).strip().lstrip("\\")
        self._choose(not self._defined(name))

    def _ifstar(self, _token: Token) -> None:
        first, second = self.argument(), self.argument()
        self.push(first if self.star() else second)

    def _ifnextchar(self, _token: Token) -> None:
        wanted = self.pop()
        first, second = self.argument(), self.argument()
        blank = self.skip_blanks()
        found = self.peek() == wanted
        if blank and not found:
            self._stack.append(" ")
        self.push(first if found else second)

    def _if_boolean(self, _token: Token) -> None:
        self._choose(self.argument() == ["\\BooleanTrue"])

    # Files

    def open_file(self, path: Path, *, style: bool = False) -> None:
        """Read a file next; its own folder is looked in for what it includes."""
        text = self.tree.read(path)
        for found in re.finditer(
            r"\\(?:DefineVerbatimEnvironment|lstnewenvironment|newminted|newenvironment)\s*(?:\[\w+\])?\{(\w+)\}(.{0,60})",
            text,
        ):
            if found.group(0)[1:15] != "newenvironment" or "\\verbatim" in found.group(2):
                self.verbatim_names.add(found.group(1))
        if style:
            self._style_depth += 1
            self._stack.append("\x06")
        self._folders.append(path.parent)
        self._stack.append(_FILE_END)
        self.push(tokenize(text, sorted(self.verbatim_names), internal=style))

    def _include(self, token: Token) -> None:
        folder = self.name() if _INCLUDES[token] == 2 else ""
        if self._style_depth:
            return
        bracketed = self.optional()
        if bracketed is not None:
            self._open_named(detokenize(bracketed))
            return
        name = self.name() if self.peek() in ("{", " ") else self._bare_file_name()
        self._open_named((folder.rstrip("/") + "/" if folder else "") + name)

    def _bare_file_name(self) -> str:
        taken: list[Token] = []
        while (token := self.pop()) not in (None, END, " ", PAR, "}") and len(taken) < 60:
            assert token is not None
            taken.append(token)
        if token not in (None, END):
            assert token is not None
            self._stack.append(token)
        return detokenize(taken)

    def _open_named(self, name: str) -> None:
        try:
            path = self.tree.resolve(name, self._folders[-1])
            if path is None:
                self.tree.warn("missing_file", f"The source includes '{name}', which is not there.")
            elif len(self._folders) > MAX_DEPTH:
                raise TooLarge(f"Files are included more than {MAX_DEPTH} deep at '{name}'.")
            else:
                self.open_file(path)
        except (RefusedForSafety, TooLarge, Unreadable) as error:
            self.tree.warn("not_read", f"{error.message} It was left out.")

    def _style(self, token: Token) -> None:
        """Read the definitions of a style file that lies beside the paper; the reader's own commands stay as they are."""
        options = detokenize(self.optional() or [])
        names = self.name()
        if token == "\\documentclass":
            self.on_class(names)
        if re.search(r"capitali[sz]e", options) and "cleveref" in names:
            self.flags["\\if@capitalise"] = True
        for name in names.split(",")[:30]:
            try:
                path = self.tree.resolve(name.strip() + _STYLE_EXTENSIONS[token], self.tree.root, ())
                if path is not None and self._style_depth < 4:
                    self.open_file(path, style=True)
            except (RefusedForSafety, TooLarge, Unreadable) as error:
                self.tree.warn("not_read", f"{error.message} It was left out.")

    def _if_file_exists(self, _token: Token) -> None:
        try:
            self._choose(self.tree.resolve(self.name(), self._folders[-1]) is not None)
        except RefusedForSafety:
            self._choose(False)

    def _endinput(self, _token: Token) -> None:
        while self._stack and self._stack[-1] not in (_FILE_END, END):
            self.pop()


def _number(tokens: list[Token] | None) -> int:
    text = detokenize(tokens or []).strip()
    return int(text) if text.isdecimal() and len(text) == 1 else 0


def _parameters(count: int, default: list[Token] | None) -> tuple[Parameter, ...]:
    mandatory: Parameter = ("mandatory", ())
    if default is None or not count:
        return (mandatory,) * count
    return (("optional", tuple(default)), *(mandatory,) * (count - 1))


def _document_parameters(spec: list[Token]) -> tuple[Parameter, ...]:
    """The argument specification of `xparse`, as far as papers use it."""
    parameters: list[Parameter] = []
    characters = list(re.findall(r"\{[^{}]*\}|\S", detokenize(spec)))
    while characters and len(parameters) < 9:
        letter = characters.pop(0)
        if letter in "mrv":
            parameters.append(("mandatory", ()))
        elif letter == "o":
            parameters.append(("optional", ()))
        elif letter == "O":
            default = characters.pop(0) if characters else ""
            parameters.append(("optional", tuple(tokenize(default.strip("{}")))))
        elif letter in "st":
            if letter == "t" and characters:
                characters.pop(0)
            parameters.append(("star", ()))
        elif letter in "dD" and len(characters) >= 2:
            parameters.append(("braced", (characters.pop(0), characters.pop(0))))
    return tuple(parameters)


def _substitute(body: Sequence[Token], arguments: list[list[Token]]) -> list[Token]:
    out: list[Token] = []
    for token in body:
        if token[0] != "#" or token == "#":
            out.append(token)
        elif token[1] == "#":
            out.append(token[1:])
        elif int(token[1]) <= len(arguments):
            out.extend(arguments[int(token[1]) - 1])
    return out


def is_raw(token: Token) -> bool:
    """Whether a token holds verbatim text."""
    return token[0] == RAW
