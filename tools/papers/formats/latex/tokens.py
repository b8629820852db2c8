"""TeX source to tokens and back, with the category codes that papers use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Token = str
r"""One token, told apart by its first character: `\name` a command, `#1` a parameter, NUL a raw (verbatim) text,
else a word, a run of white space (one blank) or a single character. An empty line is the command `\par`."""

RAW = "\0"
PAR = "\\par"
VERBATIM_ENVIRONMENTS = (
    "verbatim", "verbatim*", "Verbatim", "Verbatim*", "BVerbatim", "lstlisting", "minted", "comment", "alltt",
    "filecontents", "filecontents*", "python", "pycode", "luacode", "sagecode",
)  # fmt: skip

_CLOSING = {"{": "}", "[": "]", "(": ")", "<": ">"}
_BLANK_LINE = r"[ \t]*\n"


def _pattern(letters: str, verbatim: str) -> re.Pattern[str]:
    return re.compile(
        rf"""
        (?P<skip>%[^\n]*(?:\n[ \t]*)?)
      | (?P<verb>\\(?:verb\*?|lstinline(?:\[[^\]\n]*\])?|mintinline(?:\[[^\]\n]*\])?\{{[^}}\n]*\}})(?![A-Za-z@]))
      | (?P<address>\\(?:url|path|nolinkurl|href)[ \t]*\{{(?=[^{{}}\n]*%)(?![^{{}}]*\#[1-9])[^{{}}\n]*\}})
      | (?P<environment>\\begin[ \t]*\{{(?P<name>{verbatim})\}})
      | (?P<word>\\[{letters}]+)[ \t]*(?:\n(?!{_BLANK_LINE})[ \t]*)?
      | (?P<symbol>\\[^{letters}\n]|\\\n)
      | (?P<blank>[ \t\n]+)
      | (?P<parameter>\#+[1-9]?)
      | (?P<text>[^\W_]{{1,64}})
      | (?P<other>.)
        """,
        re.VERBOSE | re.DOTALL,
    )


def tokenize(text: str, extra_verbatim: Iterable[str] = (), *, internal: bool = False) -> list[Token]:
    r"""Split TeX source into tokens; comments are dropped, verbatim text stays in one raw token.

    **Arguments:**

    - `text`: the source, without NUL characters.
    - `extra_verbatim`: names of verbatim environments that the document defines.
    - `internal`: whether `@` is a letter from the start, as in style files.
    """
    names = "|".join(re.escape(n) for n in (*VERBATIM_ENVIRONMENTS, *extra_verbatim))
    user, at = _pattern("A-Za-z", names), _pattern("A-Za-z@", names)
    pattern = at if internal else user
    tokens: list[Token] = []
    position, after_comment = 0, False
    while (match := pattern.match(text, position)) is not None:
        position = match.end()
        kind = match.lastgroup
        if kind == "name":
            kind = "environment"
        if kind == "skip":
            after_comment = True
            continue
        if kind == "blank":
            lines = match.group().count("\n") + after_comment
            tokens.append(PAR if lines > 1 else " ")
        elif kind == "word":
            word = match.group("word")
            tokens.append(word)
            if word == "\\makeatletter":
                pattern = at
            elif word == "\\makeatother":
                pattern = user
        elif kind == "symbol":
            tokens.append(match.group() if match.group()[1] not in "\n\t" else "\\ ")
        elif kind == "address":
            # A percent sign in an address begins no comment.
            command, _, address = match.group().partition("{")
            tokens += [command.strip(), "{", RAW + address[:-1], "}"]
        elif kind == "verb":
            position = _verb(text, position, tokens)
        elif kind == "environment":
            position = _environment(text, position, match.group("name"), tokens)
        else:
            tokens.append(match.group())
        after_comment = False
    return tokens


def _verb(text: str, position: int, tokens: list[Token]) -> int:
    """Read the delimited text of an inline verbatim; without its end on the same line it is an ordinary command."""
    while position < len(text) and text[position] == " ":
        position += 1
    opening = text[position : position + 1]
    line_end = text.find("\n", position)
    end = text.find(_CLOSING.get(opening, opening), position + 1, line_end if line_end >= 0 else len(text))
    if not opening or opening == "\n" or end < 0:
        return position
    tokens += ["\\verb", RAW + text[position + 1 : end]]
    return end + 1


def _environment(text: str, position: int, name: str, tokens: list[Token]) -> int:
    """Keep the body of a verbatim environment as it is; an unclosed one loses its special meaning."""
    opening = ["\\begin", "{", *_name_tokens(name), "}"]
    closing = f"\\end{{{name}}}"
    end = text.find(closing, position)
    tokens += opening
    if end < 0:
        return position
    tokens += [RAW + text[position:end], "\\end", *opening[1:]]
    return end + len(closing)


def _name_tokens(name: str) -> list[Token]:
    return re.findall(r"[^\W_]+|.", name)


def detokenize(tokens: Sequence[Token]) -> str:
    """Write tokens as TeX source again, with a blank between a command and a letter or digit behind it."""
    pieces: list[str] = []
    command = False
    for token in tokens:
        if token.startswith(RAW):
            token = token[1:]
        elif command and (token[0].isalnum() or token[0] == "@"):
            pieces.append(" ")
        pieces.append("\n\n" if token == PAR else token)
        command = len(token) > 1 and token[0] == "\\" and token[-1].isalpha()
    return "".join(pieces)
