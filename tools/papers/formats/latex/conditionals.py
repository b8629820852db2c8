"""Conditionals of TeX and of the packages that papers use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .definitions import csname
from .stream import END, MAX_RUNAWAYS
from .tokens import Token, detokenize, tokenize

if TYPE_CHECKING:
    from .expander import Expander, Primitive

_NAMES = (
    "if ifcat ifx ifnum ifdim ifodd ifcase ifmmode ifvmode ifhmode ifinner ifvoid ifhbox ifvbox ifeof iftrue "
    "iffalse ifdefined ifcsname iffontchar ifpdf ifxetex ifluatex ifPDFTeX ifXeTeX ifLuaTeX"
)
CONDITIONALS = frozenset("\\" + name for name in _NAMES.split())
_TRUE = frozenset({"\\iftrue", "\\ifpdf", "\\ifPDFTeX"})


def conditional(ex: Expander, token: Token) -> None:
    if token == "\\ifcase":
        for _ in range(max(0, min(_integer(ex), 50))):
            if _skip(ex, stop_at_else=True) != "\\or":
                return
        return
    if not _holds(ex, token):
        _skip(ex, stop_at_else=True)


def _holds(ex: Expander, token: Token) -> bool:
    if token in ex.flags:
        return ex.flags[token]
    if token in _TRUE:
        return True
    if token == "\\ifmmode":
        return ex.in_math
    if token == "\\ifdefined":
        return ex.defined(ex.pop())
    if token == "\\ifcsname":
        csname(ex, token)
        return ex.defined(ex.pop())
    if token == "\\ifx":
        return _same(ex, ex.pop(), ex.pop())
    if token == "\\if":
        return _expanded_token(ex) == _expanded_token(ex)
    if token == "\\ifnum":
        left = _integer(ex)
        ex.skip_blanks()
        relation = ex.pop()
        right = _integer(ex)
        return {"<": left < right, ">": left > right, "=": left == right}.get(relation or "", False)
    if token == "\\ifodd":
        return _integer(ex) % 2 == 1
    return False


def _expanded_token(ex: Expander) -> Token | None:
    token = ex.pop()
    macro = ex.macros.get(token or "")
    if token is not None and macro is not None and ex.allowed(token):
        ex.expand(token, macro)
        token = ex.pop()
    if token is not None and len(token) > 1 and token[0].isalnum():
        ex.stack.append(token[1:])
        token = token[0]
    return token


def _same(ex: Expander, first: Token | None, second: Token | None) -> bool:
    if first == second:
        return True
    if first is None or second is None or END in (first, second):
        return False
    left, right = ex.macros.get(first), ex.macros.get(second)
    if left is not None and right is not None:
        return left == right
    if left is None and right is None:
        return not ex.defined(first) and not ex.defined(second) and first[0] == second[0] == "\\"
    return False


def _integer(ex: Expander) -> int:
    """A number as TeX reads it: digits, a counter, or a register (which counts as 0 here)."""
    sign = 1
    for _ in range(20):
        ex.skip_blanks()
        token = ex.pop()
        if token is None or token == END:
            return 0
        if token == "-":
            sign = -sign
        elif token.isdecimal():
            ex.skip_blanks()
            return sign * int(token[:9])
        elif token in ("\\value", "\\c@"):
            return sign * ex.numbers(ex.name())
        elif token == "\\pdfoutput":
            return sign
        elif token in ex.macros and ex.allowed(token):
            ex.expand(token, ex.macros[token])
        elif token[0] == "\\":
            return 0
        else:
            ex.stack.append(token)
            return 0
    return 0


def _skip(ex: Expander, *, stop_at_else: bool) -> Token | None:
    r"""Drop tokens up to the `\fi` (or `\else`, `\or`) of the conditional that is open; keep them if there is none."""
    dropped: list[Token] = []
    depth = 0
    while (token := ex.pop()) is not None and token != END:
        if token in CONDITIONALS or token in ex.flags:
            depth += 1
        elif token == "\\fi":
            if depth == 0:
                return token
            depth -= 1
        elif depth == 0 and stop_at_else and token in ("\\else", "\\or"):
            return token
        dropped.append(token)
    if token is None:
        ex.tree.warn("unbalanced", "A conditional is opened and never closed; both of its branches were read.")
        ex.runaways += 1
        if ex.runaways < MAX_RUNAWAYS:
            ex.push(dropped)
    return None


def choose(ex: Expander, condition: bool) -> None:
    """Go on with the first or the second of two arguments."""
    first, second = ex.argument(), ex.argument()
    ex.push(first if condition else second)


def _ifthenelse(ex: Expander, _token: Token) -> None:
    test = [t for t in ex.argument() if t != " "]
    negated = bool(test) and test[0] in ("\\not", "\\NOT")
    test = test[negated:]
    holds = False
    text = detokenize(test)
    if (flag := re.fullmatch(r"\\boolean\{(\w+)\}", text)) is not None:
        holds = ex.flags.get("\\if" + flag.group(1), False)
    elif (equal := re.fullmatch(r"\\equal\{(.*?)\}\{(.*?)\}", text)) is not None:
        left, right = (detokenize(ex.expanded(tokenize(g))).strip() for g in equal.groups())
        holds = left == right
    elif (relation := re.fullmatch(r"(\d{1,9})([<>=])(\d{1,9})", text)) is not None:
        left_number, right_number = int(relation.group(1)), int(relation.group(3))
        holds = {"<": left_number < right_number, ">": left_number > right_number}.get(
            relation.group(2), left_number == right_number
        )
    choose(ex, holds != negated)


def _ifbool(ex: Expander, _token: Token) -> None:
    choose(ex, ex.flags.get("\\if" + ex.name(), False))


def _ifundefined(ex: Expander, _token: Token) -> None:
    name = "\\" + detokenize(ex.argument()).strip().lstrip("\\")
    choose(ex, not ex.defined(name))


def _ifstar(ex: Expander, _token: Token) -> None:
    first, second = ex.argument(), ex.argument()
    ex.push(first if ex.star() else second)


def _ifnextchar(ex: Expander, _token: Token) -> None:
    wanted = ex.pop()
    first, second = ex.argument(), ex.argument()
    blank = ex.skip_blanks()
    found = ex.peek() == wanted
    if blank and not found:
        ex.stack.append(" ")
    ex.push(first if found else second)


def _if_argument(ex: Expander, token: Token) -> None:
    r"""`\IfBooleanTF`, `\IfValueF` ...: what an argument is, and one branch or two."""
    test = re.match(r"\\If(Boolean|NoValue|Value|Blank)", token)
    given = ex.argument()
    empty = not detokenize(given).strip()
    name = test.group(1) if test is not None else ""
    holds = given == ["\\BooleanTrue"] if name == "Boolean" else empty != (name == "Value")
    if token.endswith("TF"):
        choose(ex, holds)
    else:
        branch = ex.argument()
        ex.push(branch if holds == token.endswith("T") else [])


def _skip_branch(ex: Expander, _token: Token) -> None:
    _skip(ex, stop_at_else=False)


def _if_empty(ex: Expander, _token: Token) -> None:
    choose(ex, not detokenize(ex.argument()).strip())


PRIMITIVES: dict[Token, Primitive] = {
    **dict.fromkeys(CONDITIONALS, conditional),
    **dict.fromkeys(("\\else", "\\or"), _skip_branch),
    "\\fi": lambda _ex, _token: None,
    "\\ifthenelse": _ifthenelse,
    **dict.fromkeys(("\\iftoggle", "\\ifbool"), _ifbool),
    **dict.fromkeys(("\\@ifundefined", "\\ifundef"), _ifundefined),
    "\\@ifstar": _ifstar,
    "\\@ifnextchar": _ifnextchar,
    **{
        f"\\If{test}{branches}": _if_argument
        for test in ("Boolean", "NoValue", "Value", "Blank")
        for branches in ("TF", "T", "F")
    },
    **dict.fromkeys(("\\ifstrempty", "\\ifblank"), _if_empty),
}
