"""Where a sentence names keys of the vocabulary, and where it has numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from paper_implementer.knowledge.values import Number, numbers
from paper_implementer.knowledge.vocabulary import terms

Form = Literal["name", "symbol", "counted"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A key named in a text; `part` is the element of its list where the name is that of one (beta1)."""

    key: str
    start: int
    end: int
    form: Form
    part: int | None = None


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for membership."""
    return frozenset(text.split())


_WORD = re.compile(r"(?:#\s?)?[^\W\d_][^\W_]*")
_LONGEST_NAME = 6
_HYPER = re.compile(r"hyper-?\s?$", re.IGNORECASE)


@cache
def stem(word: str) -> str:
    """A word without its plural s, in lower case."""
    word = word.lower().replace(" ", "")
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _words(text: str) -> tuple[str, ...]:
    return tuple(stem(m[0]) for m in _WORD.finditer(text))


@cache
def _phrases(form: Form) -> dict[tuple[str, ...], tuple[str, int | None]]:
    found: dict[tuple[str, ...], tuple[str, int | None]] = {}
    for term in terms().values():
        for name in term.paper_names if form == "name" else term.counted:
            words = _words(name)
            if words:
                found.setdefault(words, (term.key, None))
    return found


@cache
def _identifiers() -> dict[tuple[str, ...], tuple[str, int | None]]:
    """Names as code writes them; in words of prose they may mean other things ("filter size")."""
    found: dict[tuple[str, ...], tuple[str, int | None]] = {}
    for term in terms().values():
        for name in term.code_names:
            if "_" in name and len(name) > 5 and "per_" not in name and not name.startswith("no_"):
                found.setdefault(_words(name), (term.key, None))
    return found


def symbol_pattern(symbol: str) -> str:
    """A pattern for a symbol in its printed forms: d_model, d_{model}, dmodel."""
    head, underscore, below = symbol.partition("_")
    if not underscore or not below:
        return rf"(?<!\w){re.escape(symbol)}(?![^\W_]|_|\^)"
    if not re.fullmatch(r"\w+", symbol):
        return re.escape(symbol)
    below = r"[\s_\\-]{0,2}".join(map(re.escape, below.split("_")))
    return rf"(?<![^\W\d]){re.escape(head)}\s?_?\s?\{{{{0,2}}\s?{below}\s?\}}{{0,2}}(?![^\W_])"


@cache
def _symbols() -> tuple[re.Pattern[str], dict[str, tuple[str, int | None]]]:
    """Symbols that mean one key wherever they stand; single letters do not, see `glossary.py`."""
    owners: dict[str, tuple[str, int | None]] = {}
    patterns: list[tuple[int, str]] = []
    for term in terms().values():
        parts = [(name, i) for i, group in enumerate(term.paper_parts) for name in group]
        for symbol, part in [*((s, None) for s in term.symbols), *parts]:
            if (len(symbol) < 2 and symbol not in "ηλ") or " " in symbol or not re.fullmatch(r"\w+", symbol):
                continue
            group = f"g{len(owners)}"
            owners[group] = (term.key, part)
            patterns.append((-len(symbol), f"(?P<{group}>{symbol_pattern(symbol)})"))
    return re.compile("|".join(p for _, p in sorted(patterns))), owners


def find_names(text: str, form: Form = "name", label: bool = False) -> list[Mention]:
    """The keys that phrases of a text name, the longest phrase first, none inside another.

    **Arguments:**

    - `label`: the text is the label of a row or column, where names of code stand without their underscores.
    """
    words = list(_WORD.finditer(text))
    stems = [stem(m[0]) for m in words]
    phrases, found, i = _phrases(form), [], 0
    while i < len(words):
        for j in range(min(len(words), i + _LONGEST_NAME), i, -1):
            spelt = tuple(stems[i:j])
            owner = phrases.get(spelt)
            if owner is None and form == "name" and (label or "_" in text[words[i].start() : words[j - 1].end()]):
                owner = _identifiers().get(spelt)
            if owner and _HYPER.search(text[max(0, words[i].start() - 8) : words[i].start()]):
                owner = None
            if owner and not any(
                re.search(r"[^\s/_.#’'-]", text[words[k].end() : words[k + 1].start()]) for k in range(i, j - 1)
            ):
                found.append(Mention(owner[0], words[i].start(), words[j - 1].end(), form, owner[1]))
                i = j
                break
        else:
            i += 1
    return found


_IN_CONTEXT = {
    "ϵ": ("optimizer.epsilon", re.compile(r"β|adam|optimi[sz]er|rmsprop|lamb\b", re.IGNORECASE)),
    "T": (
        "diffusion.steps",
        re.compile(r"diffusion|forward process|denois|timestep|network evaluations", re.IGNORECASE),
    ),
    "α": ("optimizer.learning_rate", re.compile(r"β_?\{?1|step-? ?size", re.IGNORECASE)),
}
"""Letters with many uses, and what must stand in the sentence for one of them."""


_LABEL = 12
"""A text of so few characters is a label: a letter alone is meant there."""
_TRAINED = re.compile(
    r"learn|step|\brate|\blr\b|sgd|adam|optimi|updat|train|regulari|decay|set to|weight|loss|coeffic|hyper|balanc",
    re.IGNORECASE,
)


def find_symbols(text: str, local: dict[str, str] | None = None) -> list[Mention]:
    """The symbols of a text that stand for keys: those of the vocabulary, and `local` ones of this paper."""
    pattern, owners = _symbols()
    found = [
        Mention(owners[m.lastgroup][0], m.start(), m.end(), "symbol", owners[m.lastgroup][1])
        for m in pattern.finditer(text)
        if m.lastgroup
    ]
    if len(text) > _LABEL and not _TRAINED.search(text):
        found = [m for m in found if m.end - m.start > 1]
    taken = {i for m in found for i in range(m.start, m.end)}
    known = dict(local or {})
    for letter, (key, cue) in _IN_CONTEXT.items():
        if letter in text and cue.search(text):
            known[letter] = key
    for symbol, key in known.items():
        for m in re.finditer(symbol_pattern(symbol), text):
            found = [f for f in found if f.start != m.start() or f.end - f.start > len(symbol) + 1]
            if m.start() not in taken or not any(f.start <= m.start() < f.end for f in found):
                found.append(Mention(key, m.start(), m.end(), "symbol"))
    return sorted((m for m in found if not re.search(r"[_^]\{?$", text[: m.start])), key=lambda m: m.start)


_NOT_A_VALUE = re.compile(
    r"\[[\d,;\s–-]+\](?!\s*(?:for|px|pixels))"  # citations
    r"|\b(?:section|sections|sec|fig|figs|figure|figures|table|tables|tab|eq|eqs|equation|equations|appendix|chapter|algorithm|theorem|lemma|page|step|line|row|column|footnote|ref|version|phase|part|stage|top|rule|exp|experiment|option|case|note|assumption)s?\.?\s*\(?\d+(?:\.\d+)*(?:\s*(?:,|and|-|–)\s*\d+(?:\.\d+)*)*\)?"
    r"|\b(?:19[5-9]\d|20[0-3]\d)[a-z]?(?=\s*[);,\]]|[ab]\b)"  # years of citations
    r"|\b(?:in|since|until)\s+(?:19[5-9]\d|20[0-3]\d)\b"
    r"|(?<=[A-Za-z])-\d+(?:\.\d+)?\w*|(?-i:(?<=[A-Z])/\d+)"  # CIFAR-10, ResNet-50, B/16
    r"|(?-i:\b[A-Z][A-Za-z]+)\s?['’]?(?:(?:19|20)\d{2}|\d{2}(?=['’]))\b"  # WMT 2014
    r"|\bv\d+\b|\bhttps?://\S+|\barXiv:\S+"
    r"|(?:(?<=[,:;.]\s)|(?<=and\s)|^)\(\d\)(?=\s+[A-Za-z])"  # "(2) then"
    r"|±\s*[\d.]+|\b\d[\d.]*(?:\s?[×x]|\s+times)\s+(?:larger|smaller|more|less|fewer|faster|slower|deeper|wider|as)\b",
    re.IGNORECASE,
)  # fmt: skip


def find_numbers(text: str) -> list[Number]:
    """The numbers of a text that may be values: citations, numbers of sections and floats, years, names left out."""
    barred = [(m.start(), m.end()) for m in _NOT_A_VALUE.finditer(text)]
    return [n for n in numbers(text, words=True) if not any(a <= n.start < b for a, b in barred)]


def by_start(mentions: list[Mention]) -> dict[int, list[Mention]]:
    """Mentions by where they begin."""
    grouped: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        grouped[mention.start].append(mention)
    return grouped
