"""Definitions: commands, environments, operators, flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .macros import Macro, Parameter, count_of, document_parameters, parameters_of
from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from .expander import Expander, Primitive


def _command_name(ex: Expander) -> Token:
    """The command that a definition names, with or without braces."""
    tokens = [t for t in ex.argument() if t != " "]
    return tokens[0] if tokens else ""


def _newcommand(ex: Expander, token: Token) -> None:
    ex.star()
    name = _command_name(ex)
    count = ex.optional()
    default = ex.optional() if count is not None else None
    body = tuple(ex.argument())
    if token == "\\providecommand" and (name in ex.macros or name in ex.known):
        return
    ex.define(name, Macro(body, parameters_of(count_of(count), default)))


def _new_document_command(ex: Expander, _token: Token) -> None:
    name = _command_name(ex)
    spec = ex.argument()
    ex.define(name, Macro(tuple(ex.argument()), document_parameters(spec)))


def _newenvironment(ex: Expander, token: Token) -> None:
    ex.star()
    name = ex.name()
    count = ex.optional()
    default = ex.optional() if count is not None else None
    begin, end = tuple(ex.argument()), tuple(ex.argument())
    _define_environment(ex, name, Macro(begin, parameters_of(count_of(count), default), end=end))


def _new_document_environment(ex: Expander, _token: Token) -> None:
    name = ex.name()
    spec = ex.argument()
    begin, end = tuple(ex.argument()), tuple(ex.argument())
    _define_environment(ex, name, Macro(begin, document_parameters(spec), end=end))


def _define_environment(ex: Expander, name: str, macro: Macro) -> None:
    if f"\\begin{{{name}}}" in ex.structural or (ex.style_depth and f"\\begin{{{name}}}" in ex.known):
        return
    ex.environments[name] = macro


def _def(ex: Expander, token: Token) -> None:
    ex.skip_blanks()
    name = ex.pop()
    if name is None or name == END:
        return
    pattern: list[Token] = []
    while (following := ex.pop()) not in (None, END, "{", PAR) and len(pattern) < 200:
        assert following is not None
        pattern.append(following)
    if following != "{":
        return
    body = tuple(ex.balanced())
    if token in ("\\edef", "\\xdef") and len(body) < 2000:
        body = tuple(t for t in ex.expanded(body))
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
    ex.define(name, Macro(body, tuple(parameters), tuple(prefix)))


def _let(ex: Expander, _token: Token) -> None:
    ex.skip_blanks()
    name = ex.pop()
    if name is None or name == END:
        return
    ex.skip_blanks()
    if ex.peek() == "=":
        ex.pop()
        ex.skip_blanks()
    target = ex.pop()
    if target is None or target in (END, name):
        return
    if target[0] != "\\":
        if len(target) > 1:
            ex.stack.append(target[1:])
        ex.define(name, Macro((target[0],)))
        return
    if target in ex.flags:
        ex.flags[name] = ex.flags[target]
        return
    ex.define(name, ex.macros.get(target) or Macro(alias=target))


def _math_operator(ex: Expander, _token: Token) -> None:
    star = ex.star()
    name = _command_name(ex)
    ex.define(name, Macro(("\\operatorname", *(["*"] if star else []), "{", *ex.argument(), "}")))


def _paired_delimiter(ex: Expander, token: Token) -> None:
    name = _command_name(ex)
    count = count_of(ex.optional()) if "X" in token else 1
    before = ex.argument() if token.endswith("XPP") else []
    left, right = ex.argument(), ex.argument()
    after = ex.argument() if token.endswith("XPP") else []
    inner = [t for t in ex.argument() if t != "\\delimsize"] if "X" in token else ["#1"]
    whole = [*before, "\\left", *left, *inner, "\\right", *right, *after]
    shifted = [f"#{int(t[1]) + 2}" if len(t) == 2 and t[0] == "#" and t[1] != "#" else t for t in whole]
    parameters: list[Parameter] = [("star", ("*",)), ("optional", ())]
    parameters += [("mandatory", ())] * min(max(count, 0), 7)
    ex.define(name, Macro(tuple(shifted), tuple(parameters)))


def _newif(ex: Expander, _token: Token) -> None:
    flag = ex.pop()
    if flag and flag.startswith("\\if"):
        _flag(ex, flag, False)
        ex.define("\\" + flag[3:] + "true", Macro(("\\setbool", "{", flag[3:], "}", "{", "true", "}")))
        ex.define("\\" + flag[3:] + "false", Macro(("\\setbool", "{", flag[3:], "}", "{", "false", "}")))


def _flag(ex: Expander, flag: Token, value: bool) -> None:
    if flag not in ex.structural:
        ex.flags[flag] = value


def _newbool(ex: Expander, _token: Token) -> None:
    _flag(ex, "\\if" + ex.name(), False)


def _setbool(ex: Expander, token: Token) -> None:
    flag = "\\if" + ex.name()
    value = token.endswith("true") if token.endswith(("true", "false")) else ex.name() == "true"
    _flag(ex, flag, value)


def csname(ex: Expander, _token: Token) -> None:
    taken: list[Token] = []
    while (token := ex.next()) is not None and token not in (END, "\\endcsname", PAR) and len(taken) < 60:
        taken.append(token)
    name = re.sub(r"\s", "", detokenize(taken))
    if name:
        ex.stack.append("\\" + name)


def _expandafter(ex: Expander, _token: Token) -> None:
    held: list[Token] = []
    while True:
        first, second = ex.pop(), ex.pop()
        if first is None or second is None or END in (first, second):
            break
        held.append(first)
        if second != "\\expandafter":
            _expand_once(ex, second)
            break
    ex.stack.extend(reversed(held))


def _expand_once(ex: Expander, second: Token) -> None:
    macro = ex.macros.get(second)
    if second == "\\csname":
        csname(ex, second)
    elif macro is not None and macro.alias is None and ex.allowed(second):
        ex.expand(second, macro)
    else:
        ex.stack.append(second)


def _endgroup(ex: Expander, _token: Token) -> None:
    if ex.scopes and ex.scopes[-1][0] == "{":
        ex.close_scope()


def _drop_argument(ex: Expander, _token: Token) -> None:
    ex.argument()


def _open_group(ex: Expander, _token: Token) -> None:
    ex.scopes.append(("{", {}, ()))


def _nothing(_ex: Expander, _token: Token) -> None:
    """Of no importance to a reader."""


_IGNORED = "protect relax noexpand global long outer leavevmode unskip ignorespaces @empty empty"
PRIMITIVES: dict[Token, Primitive] = {
    **dict.fromkeys(
        (
            "\\newcommand",
            "\\renewcommand",
            "\\providecommand",
            "\\DeclareRobustCommand",
            "\\algnewcommand",
            "\\algrenewcommand",
        ),
        _newcommand,
    ),
    **{f"\\{how}DocumentCommand": _new_document_command for how in ("New", "Renew", "Provide", "Declare")},
    **dict.fromkeys(("\\newenvironment", "\\renewenvironment", "\\provideenvironment"), _newenvironment),
    **dict.fromkeys(("\\def", "\\edef", "\\gdef", "\\xdef"), _def),
    **dict.fromkeys(
        ("\\DeclarePairedDelimiter", "\\DeclarePairedDelimiterX", "\\DeclarePairedDelimiterXPP"), _paired_delimiter
    ),
    **dict.fromkeys(("\\newbool", "\\newtoggle", "\\newboolean"), _newbool),
    **dict.fromkeys(
        ("\\setbool", "\\setboolean", "\\settoggle", "\\booltrue", "\\toggletrue", "\\boolfalse", "\\togglefalse"),
        _setbool,
    ),
    **dict.fromkeys(("\\begingroup", "\\bgroup"), _open_group),
    **dict.fromkeys(("\\endgroup", "\\egroup"), _endgroup),
    **{f"\\{name}": _nothing for name in _IGNORED.split()},
    "\\NewDocumentEnvironment": _new_document_environment,
    "\\let": _let,
    "\\DeclareMathOperator": _math_operator,
    "\\newif": _newif,
    "\\csname": csname,
    "\\expandafter": _expandafter,
    "\\@firstofone": lambda ex, _token: ex.push(ex.argument()),
    "\\@gobble": _drop_argument,
}
