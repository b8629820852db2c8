"""Files that a source includes: parts of the text, and style files for their definitions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from paper_implementer.tools.errors import RefusedForSafety, TooLarge, Unreadable

from .conditionals import choose
from .source import MAX_DEPTH
from .stream import END
from .tokens import PAR, Token, detokenize, tokenize

if TYPE_CHECKING:
    from .expander import Expander, Primitive

FILE_END = "\x05"
_STYLE_END = "\x06"
_OF_THE_SYSTEM = frozenset({"glyphtounicode", "glyphtounicode.tex", "epsf", "psfig"})
_INCLUDES = {"\\input": 1, "\\include": 1, "\\subfile": 1, "\\subimport": 2, "\\import": 2, "\\InputIfFileExists": 1}
_STYLE_EXTENSIONS = {
    "\\usepackage": ".sty",
    "\\RequirePackage": ".sty",
    "\\documentclass": ".cls",
    "\\LoadClass": ".cls",
}


def open_file(ex: Expander, path: Path, *, style: bool = False, part: bool = False) -> None:
    """Read a file next; its own folder is looked in for what it includes."""
    text = ex.tree.read(path)
    if part and (start := text.find("\\begin{document}")) >= 0:
        # A part that can be compiled on its own: what stands around its text is of no use here.
        end = text.rfind("\\end{document}")
        text = text[start + len("\\begin{document}") : end if end > start else len(text)]
    for found in re.finditer(
        r"\\(?:DefineVerbatimEnvironment|lstnewenvironment|newminted|newenvironment)\s*(?:\[\w+\])?\{(\w+)\}(.{0,60})",
        text,
    ):
        if found.group(0)[1:15] != "newenvironment" or "\\verbatim" in found.group(2):
            ex.verbatim_names.add(found.group(1))
    if style:
        ex.style_depth += 1
        ex.stack.append(_STYLE_END)
    ex.folders.append(path.parent)
    ex.stack.append(FILE_END)
    text += "" if text.endswith("\n") else "\n"
    ex.push(tokenize(text, sorted(ex.verbatim_names), internal=style))


def _include(ex: Expander, token: Token) -> None:
    folder = ex.name() if _INCLUDES[token] == 2 else ""
    bracketed = ex.optional()
    if bracketed is not None:
        _open_named(ex, detokenize(bracketed))
        return
    name = ex.name() if ex.peek() in ("{", " ") else _bare_file_name(ex)
    _open_named(ex, (folder.rstrip("/") + "/" if folder else "") + name)


def _bare_file_name(ex: Expander) -> str:
    taken: list[Token] = []
    while (token := ex.pop()) not in (None, END, " ", PAR, "}") and len(taken) < 60:
        assert token is not None
        taken.append(token)
    if token not in (None, END):
        assert token is not None
        ex.stack.append(token)
    return detokenize(taken)


def _open_named(ex: Expander, name: str) -> None:
    try:
        path = ex.tree.resolve(name, ex.folders[-1])
        if path is None and (ex.style_depth or name in _OF_THE_SYSTEM):
            return
        if path is None:
            ex.tree.warn("missing_file", f"The source includes '{name}', which is not there.")
        elif len(ex.folders) > MAX_DEPTH:
            raise TooLarge(f"Files are included more than {MAX_DEPTH} deep at '{name}'.")
        else:
            open_file(ex, path, style=ex.style_depth > 0, part=True)
    except (RefusedForSafety, TooLarge, Unreadable) as error:
        ex.tree.warn("not_read", f"{error.message} It was left out.")


def _style(ex: Expander, token: Token) -> None:
    """Read the definitions of a style file that lies beside the paper; the reader's own commands stay as they are."""
    options = detokenize(ex.optional() or [])
    names = ex.name()
    if token == "\\documentclass":
        ex.on_class(names)
    if re.search(r"capitali[sz]e", options) and "cleveref" in names:
        ex.flags["\\if@capitalise"] = True
    ex.packages.update(name.strip() for name in names.split(",")[:30])
    for name in names.split(",")[:30]:
        try:
            path = ex.tree.resolve(name.strip() + _STYLE_EXTENSIONS[token], ex.tree.root, ())
            if path is not None and ex.style_depth < 4:
                open_file(ex, path, style=True)
        except (RefusedForSafety, TooLarge, Unreadable) as error:
            ex.tree.warn("not_read", f"{error.message} It was left out.")


def _if_file_exists(ex: Expander, _token: Token) -> None:
    try:
        choose(ex, ex.tree.resolve(ex.name(), ex.folders[-1]) is not None)
    except RefusedForSafety:
        choose(ex, False)


def _endinput(ex: Expander, _token: Token) -> None:
    while ex.stack and ex.stack[-1] not in (FILE_END, END):
        ex.pop()


PRIMITIVES: dict[Token, Primitive] = {
    **dict.fromkeys(_INCLUDES, _include),
    **dict.fromkeys(_STYLE_EXTENSIONS, _style),
    "\\IfFileExists": _if_file_exists,
    "\\endinput": _endinput,
}
