"""Sentences in which each formula is one character, and the way back to what is printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..paper import Block
from .formula import Subject, subjects
from .mathematics import MANGLED

# A formula that is about symbols, and one that is an expression, stand for themselves in the masked text.
FIRST, LAST = "\ue000", "\uefff"
EXPRESSION = "\uf000"
F = f"[{FIRST}-{LAST}]"
_DOLLARS = re.compile(r"(?<!\\)\$\$?(?P<in>(?:\\.|[^$\\]){1,1200}?)\$\$?")
_SCRIPTS = r"(?:\s?[_^]\s?\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,40}\}){0,40}\}){1,80}\})"
_GREEK = "α-ωΑ-Ωϵϑϕϱϖℓ∆\U0001d400-\U0001d7ff" + "".join(MANGLED)
_ATOM = rf"(?:(?<![\w’'.-])|(?<=[∈√|]))[∆Δ]?(?:[{_GREEK}][ˆˆ˜¯]?|[A-Za-z](?![A-Za-z’'-]|\.[a-z])|[A-Za-z]{{1,12}}(?=_\{{))(?:{_SCRIPTS}|[′'](?![a-z])){{0,3}}"
_ARGUMENTS = r"(?:\s?\([^()\n]{1,24}\))?"
_SET = r"(?:\s?∈\s?(?:R(?:\^\{[^{}]{1,40}\}|[\w×·]{0,24})|[\[({][^\])}]{1,24}[\])}]|[A-Z𝒜-𝓩](?![A-Za-z])(?:\^\{[^{}]{1,20}\})?))"
_EQUALS = r"(?:\s?(?::=|≜|=)\s?(?:[\d.,]*\d(?:\s?[×·]\s?10\^\{[^{}]{1,6}\})?(?![\d.])|(?:\{[^{}\n]{1,40}\}|\([^()\n]{1,40}\))))"
_PLAIN = re.compile(rf"(?P<in>{_ATOM}{_ARGUMENTS}(?:{_SET}|{_EQUALS}|)?)")
_WITHIN = re.compile(r"[a-z,]\s$")
_ARTICLE = re.compile(r"^[aAI]$")
_HATS = {"ˆ": "\\hat", "˜": "\\tilde", "¯": "\\bar"}
_BOUNDARY = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)(?<!\bal)(?<!\bvs)(?<!\bresp)(?<!\bFig)(?<!\bEq)(?<!\bEqs)(?<!\bSec)(?<!\bApp)"
    r"(?<!w\.r\.t)(?<!a\.k\.a)(?<!\b[A-Z])(?<!\.\s)(?<!,\s)(?<!\.)[.!?](?:[\"”’)\]]|\^\{[^}]{1,6}\}|\s?\[[\d,\s–-]{1,20}\])*(?=\s+[^\sa-z]|\s*$)|[。！？]|\n"
)
_BRACKETED = re.compile(r"\s*\((?P<in>[^(),]{1,60})\)\s*")
_ORDINAL = re.compile(
    r"(?P<in>[^^]{1,40}?)\s*\^\s*\{?\s*(?:\\(?:mathrm|text|textrm|rm)\s*)?\{?\s*(?:t\s*h|s\s*t|n\s*d|r\s*d)\s*\}*\s*"
)
_LONGEST_BLOCK = 40_000
_LONGEST_SENTENCE = 4_000
_MOST_FORMULAS = 0x7FF


@dataclass(slots=True)
class Sentence:
    """A sentence with its formulas masked.

    **Arguments:**

    - `masked`: the text; `formulas[c]` is the LaTeX that character `c` stands for, `about[c]` its subjects.
    - `origin[i]`: where character `i` begins in the block's text; one more entry gives the end.
    """

    block: Block
    source: str
    masked: str = ""
    origin: list[int] = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)
    about: dict[str, tuple[Subject, ...]] = field(default_factory=dict)

    def quote(self) -> str:
        """The sentence as printed."""
        return self.source[self.origin[0] : self.origin[-1]].strip()

    def part(self, start: int, end: int) -> str:
        """What is printed for a span of `masked`."""
        return self.source[self.origin[start] : self.origin[end]].strip()

    def shown(self, masked: str) -> str:
        """A piece of `masked` with its formulas as LaTeX between dollars."""
        return "".join(f"${self.formulas[c].strip()}$" if c in self.formulas else c for c in masked)


def has_dollars(text: str) -> bool:
    """Whether formulas are marked in a text."""
    return bool(_DOLLARS.search(text))


def _plain_latex(text: str) -> str:
    """A formula of a text without marks as LaTeX."""
    text = re.sub(r"∈\s?R(?=[\w×·^]|$)", r"\\in \\mathbb{R}", text)
    text = re.sub(r"(\\mathbb\{R\})([\w×·]+)", r"\1^{\2}", text)
    text = re.sub(r"^([A-Za-z]{2,12})(?=_\{)", r"\\mathit{\1}", text)
    text = re.sub(r"([^\s{}])([ˆ˜¯])", lambda m: f"{_HATS[m[2]]}{{{m[1]}}}", text)
    return re.sub(r"\s(?=[_^])", "", text)


def _spans(text: str, marked: bool) -> Iterator[tuple[int, int, str]]:
    if marked:
        for match in _DOLLARS.finditer(text):
            yield match.start(), match.end(), match["in"]
        return
    for match in _PLAIN.finditer(text):
        alone = match["in"].strip()
        # A capital A within a sentence is no article.
        if _ARTICLE.match(alone) and not (
            alone == "A" and _WITHIN.search(text[max(0, match.start() - 2) : match.start()])
        ):
            continue
        # E[…] and f(g(x)): what the brackets hold was too much for a name with arguments.
        whole = _plain_latex(match["in"].strip())
        yield match.start(), match.end(), f"({whole})" if text[match.end() : match.end() + 1] in ("[", "(") else whole


def sentences(block: Block, text: str, *, marked: bool) -> Iterator[Sentence]:
    """Cut a text of a block into sentences with masked formulas.

    **Arguments:**

    - `text`: a piece of the block, verbatim in it.
    - `marked`: whether its formulas stand between dollars; else they are recognised by their characters.
    """
    text = text[:_LONGEST_BLOCK]
    masked: list[str] = []
    origin: list[int] = []
    formulas: dict[str, str] = {}
    about: dict[str, tuple[Subject, ...]] = {}
    at = 0
    for start, end, latex in (*_spans(text, marked), (len(text), len(text), "")):
        if masked and text[at : at + 2] == " -" and text[at + 2 : at + 3].isalpha():
            at += 1  # "$i$ -th", as formulas of a PDF are set off
        for place in range(at, start):
            masked.append(" " if FIRST <= text[place] <= "\uf8ff" else text[place])
            origin.append(place)
        number = len(formulas)
        if latex and number < _MOST_FORMULAS:
            # "the gradient $(m)$" is "the gradient ($m$)"; a pair or an argument list stays what it is.
            inner = _BRACKETED.fullmatch(latex)
            ordinal = _ORDINAL.fullmatch(latex)
            latex = inner["in"] if inner else ordinal["in"] if ordinal else latex
            said = subjects(latex)
            char = chr(ord(FIRST if said else EXPRESSION) + number)
            formulas[char], about[char] = latex, said
            piece = f"({char})" if inner else f"{char}-th" if ordinal else char
            masked.append(piece)
            origin += [start] * len(piece)
        elif latex:
            end = start
        at = end
    origin.append(len(text))
    whole = "".join(masked)
    start = 0
    for match in (*_BOUNDARY.finditer(whole), None):
        stop = match.end() if match else len(whole)
        while stop - start > _LONGEST_SENTENCE:
            cut = start + _LONGEST_SENTENCE
            yield Sentence(block, text, whole[start:cut], origin[start : cut + 1], formulas, about)
            start = cut
        if whole[start:stop].strip():
            yield Sentence(block, text, whole[start:stop], origin[start : stop + 1], formulas, about)
        start = stop
