"""Formulas: inline between dollars, displays as numbered blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .counters import alph
from .lengths import skip_length
from .stream import END
from .tokens import PAR, Token, detokenize

if TYPE_CHECKING:
    from .reader import Reader

MAX_MATH_TOKENS = 60_000

_ALIGNED = ("align", "eqnarray", "gather", "flalign", "alignat", "xalignat", "xxalignat", "IEEEeqnarray", "dgroup")
_SINGLE = ("equation", "multline", "displaymath", "dmath", "empheq", "darray", "IEEEeqnarraybox")
DISPLAYS = frozenset(n + s for n in (*_ALIGNED, *_SINGLE) for s in ("", "*"))
_UNNUMBERED = frozenset({"displaymath", "IEEEeqnarraybox"})
_ARGUMENTS = {
    "alignat": 1,
    "alignat*": 1,
    "xalignat": 1,
    "xalignat*": 1,
    "IEEEeqnarray": 1,
    "IEEEeqnarray*": 1,
    "empheq": 1,
}
# What changes only the looks of a formula: how many arguments are dropped before the one that is kept, if any.
_LOOKS = {
    "\\color": 1, "\\textcolor": 1, "\\vspace": 1, "\\hspace": 1, "\\scalebox": 1, "\\resizebox": 2, "\\raisebox": 1,
    "\\colorbox": 1, "\\fontsize": 2, "\\vphantom": 1, "\\hphantom": 1, "\\phantom": 1, "\\ensuremath": 0, "\\mathcolor": 1,
    "\\hskip": 0, "\\allowdisplaybreaks": 0, "\\displaybreak": 0, "\\nolimits": 0, "\\hfill": 0, "\\hfil": 0, "\\smash": 0,
    "\\small": 0, "\\footnotesize": 0, "\\scriptsize": 0, "\\tiny": 0, "\\normalsize": 0, "\\large": 0, "\\Large": 0, "\\noindent": 0,
    "\\centering": 0, "\\xspace": 0, "\\boldmath": 0, "\\selectfont": 0, "\\label": 1, "\\hypertarget": 1, "\\strut": 0, "\\nobreak": 0,
    "\\kern": 0, "\\mkern": 0, "\\mskip": 0, "\\newline": 0, "\\normalfont": 0, "\\vskip": 0, "\\centerline": 0, "\\marginpar": 1, "\\jot": 0, "\\IEEEyesnumber": 0, "\\IEEEyessubnumber": 0,
}  # fmt: skip
_RENAMED = {
    "\\nicefrac": "\\frac",
    "\\sfrac": "\\frac",
    "\\mbox": "\\text",
    "\\hbox": "\\text",
    "\\textnormal": "\\text",
    "\\intertext": "\\text",
    "\\shortintertext": "\\text",
}
_HEADINGS = frozenset({"\\chapter", "\\section", "\\subsection", "\\subsubsection"})


@dataclass
class Line:
    """One line of a display: its tokens, and what was said about its number."""

    tokens: list[Token] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    numbered: bool = True
    tag: str | None = None


def read_until(reader: Reader, stop: Callable[[Token], bool], *, display: bool) -> list[Line]:
    """Read a formula, expanded, up to the token that ends it; a display is split at the line ends of its outer level."""
    ex = reader.ex
    lines = [Line()]
    depth = environments = taken = 0
    was, ex.in_math = ex.in_math, True
    try:
        while (token := ex.next()) is not None and token != END:
            if depth <= 0 and environments <= 0 and stop(token):
                return lines
            taken += 1
            if taken > MAX_MATH_TOKENS or token in _HEADINGS or (token == PAR and not display):
                ex.push([token])
                reader.tree.warn(
                    "unbalanced", "A formula is opened and never closed; it was cut where the text goes on."
                )
                return lines
            if token == PAR:
                continue
            line = lines[-1]
            depth += (token == "{") - (token == "}")
            if token.startswith("\\begin{"):
                environments += 1
            elif token.startswith("\\end{"):
                if environments <= 0 and display and token[5:-1] in DISPLAYS:
                    return lines
                environments = max(0, environments - 1)
            if token == "\\\\" and display and depth <= 0 and environments <= 0:
                ex.line_break()
                lines.append(Line())
            elif token in ("\\\\", "\\cr", "\\tabularnewline"):
                line.tokens.append("\\\\")
                if environments > 0:
                    ex.line_break()
            else:
                _one(reader, token, line)
    finally:
        ex.in_math = was
    return lines


def _one(reader: Reader, token: Token, line: Line) -> None:
    ex = reader.ex
    if token == "\\label":
        line.labels.append(ex.name())
    elif token in ("\\nonumber", "\\notag", "\\IEEEnonumber"):
        line.numbered = False
    elif token == "\\tag":
        star = ex.star()
        text = reader.inline(ex.argument())
        line.tag = text if star else text.strip("()")
    elif token in ("\\eqno", "\\leqno"):
        line.tag = reader.inline(ex.argument() if ex.peek() == "{" else [*(ex.optional("(", ")") or [])]).strip("()")
    elif token in ("\\colorbox", "\\fcolorbox"):
        for _ in range(1 + (token == "\\fcolorbox")):
            ex.argument()
        ex.push(["{", *(t for t in ex.argument() if t != "$"), "}"])
    elif token in _LOOKS:
        ex.star()
        for _ in range(_LOOKS[token]):
            ex.optional()
            ex.argument()
        if token in ("\\hskip", "\\kern", "\\mkern", "\\mskip", "\\vskip"):
            skip_length(reader)
    elif token in _RENAMED:
        line.tokens.append(_RENAMED[token])
    elif token in reader.references:
        before = len(reader.out)
        reader.handlers[token](reader)
        line.tokens += ["\0" + "".join(reader.out[before:])]
        del reader.out[before:]
    elif token in ("\\footnote", "\\footnotemark", "\\thanks"):
        ex.optional()
        if token != "\\footnotemark":
            ex.argument()
    else:
        line.tokens.append(token)


def source_of(tokens: list[Token]) -> str:
    """A formula as LaTeX in one line."""
    return re.sub(r"\s+", " ", detokenize(tokens)).strip()


def inline_math(reader: Reader, token: Token) -> None:
    r"""Put a formula between dollars into the text: `$...$`, `\(...\)`, `\begin{math}`."""
    if token == "$" and reader.ex.peek() == "$":
        reader.ex.pop()
        display(reader, "$$")
        return
    closing = {"$": "$", "\\(": "\\)", "\\begin{math}": "\\end{math}"}.get(token, token)
    latex = source_of(read_until(reader, lambda t: t == closing, display=False)[0].tokens)
    if latex:
        reader.out.append(f"${latex}$")


def display(reader: Reader, name: str) -> None:
    """Read a display formula and add its blocks, or put it into the text where no block can be."""
    ex = reader.ex
    base = name.rstrip("*")
    if name == "$$":
        lines = read_until(reader, lambda t: t == "$", display=True)
        if ex.peek() == "$":
            ex.pop()
    else:
        ex.optional()
        for _ in range(_ARGUMENTS.get(name, 0)):
            ex.argument()
        closing = "\\]" if name == "\\[" else f"\\end{{{name}}}"
        lines = read_until(reader, lambda t: t == closing, display=True)
    starred = name.endswith("*") or name in ("$$", "\\[") or name in _UNNUMBERED
    if base in ("eqnarray", "IEEEeqnarray"):
        for line in lines:
            _join_relation(line)
    groups = _numbered_groups(lines, starred) if base in _ALIGNED else [[_merged(lines, starred)]] if lines else []
    for group in groups:
        _add(reader, group)


def _join_relation(line: Line) -> None:
    """Put the relation of an `eqnarray`, a column of its own, into the column behind it, as in `align`."""
    marks = [i for i, (t, outer) in enumerate(zip(line.tokens, _outer(line.tokens), strict=True)) if t == "&" and outer]
    if len(marks) > 1:
        del line.tokens[marks[1]]


def _merged(lines: list[Line], starred: bool) -> Line:
    """The lines of an environment that has one number."""
    whole = Line(numbered=not starred and all(line.numbered for line in lines))
    for index, line in enumerate(lines):
        if index and line.tokens:
            whole.tokens += [" ", "\\\\", " "]
        whole.tokens += line.tokens
        whole.labels += line.labels
        whole.tag = whole.tag or line.tag
    return whole


def _numbered_groups(lines: list[Line], starred: bool) -> list[list[Line]]:
    """Cut an alignment behind each line that has a number: the lines without one belong to the next that has."""
    groups: list[list[Line]] = [[]]
    for line in lines:
        if not source_of(line.tokens) and not line.labels and line.tag is None:
            continue
        line.numbered = line.numbered and not starred
        groups[-1].append(line)
        if line.numbered or line.tag is not None:
            groups.append([])
    if not groups[-1]:
        groups.pop()
    elif len(groups) > 1 and not any(line.numbered for line in groups[-1]):
        tail = groups.pop()
        groups[-1] += tail
    return groups


def _add(reader: Reader, group: list[Line]) -> None:
    latex = _latex(group)
    labels = [label for line in group for label in line.labels]
    if not latex:
        return
    tag = next((line.tag for line in group if line.tag is not None), None)
    number = tag
    if tag is None and any(line.numbered for line in group):
        number = _next_number(reader)
    if reader.is_inline:
        reader.out.append(f" $${latex}$$ ")
        for label in labels:
            reader.define_label(label, "equation", number)
        return
    reader.flush()
    reader.add("equation", number, text=f"$${latex}$$", latex=latex, label=labels[0] if labels else None)
    for label in labels:
        reader.define_label(label, "equation", number)


def _next_number(reader: Reader) -> str:
    if reader.subequation is not None:
        reader.subequation = (reader.subequation[0], reader.subequation[1] + 1)
        return f"{reader.subequation[0]}{alph(reader.subequation[1])}"
    reader.counters.step("equation")
    return reader.printed("equation")


def _latex(group: list[Line]) -> str:
    rows = [source_of(line.tokens) for line in group]
    rows = [row for row in rows if row]
    if len(rows) == 1:
        tokens = next(line.tokens for line in group if source_of(line.tokens))
        row = source_of(_without_outer_ampersands(tokens))
        return f"\\begin{{aligned}} {rows[0]} \\end{{aligned}}" if _has_outer_break(tokens) else row
    joined = " \\\\ ".join(rows)
    return f"\\begin{{aligned}} {joined} \\end{{aligned}}" if rows else ""


def _outer(tokens: list[Token]) -> list[bool]:
    """For each token, whether it stands outside every brace and environment."""
    flags, depth = [], 0
    for token in tokens:
        if token == "}" or token.startswith("\\end{"):
            depth -= 1
        flags.append(depth <= 0)
        if token == "{" or token.startswith("\\begin{"):
            depth += 1
    return flags


def _without_outer_ampersands(tokens: list[Token]) -> list[Token]:
    return [t for t, outer in zip(tokens, _outer(tokens), strict=True) if t != "&" or not outer]


def _has_outer_break(tokens: list[Token]) -> bool:
    return any(t == "\\\\" and outer for t, outer in zip(tokens, _outer(tokens), strict=True))


def subequations(reader: Reader) -> None:
    """Number the displays inside as 1a, 1b."""
    reader.counters.step("equation")
    number = reader.printed("equation")
    reader.subequation = (number, 0)
    reader.target("equation", number)


def end_subequations(reader: Reader) -> None:
    """Go back to whole numbers."""
    reader.subequation = None
