"""What a user typed into the search -> terms, each with its FTS5 expression. Whatever was typed, it is data, never syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from . import symbols, words
from .search_index import heading_token

MAX_CHARS = 2000
MAX_TERMS = 24
_SHORTEST_PREFIX = 3
_SHORTEST_HALF = 3
_FEWEST_FORMULA_TOKENS = 12

STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can did do does for from has have how in into is it its of on or that the their them then"
        " there these they this to was we were what when where which who why will with you",
    )
)

_CHUNK = re.compile(r'(?<!\S)(-?)"([^"]*)"?|(\S+)')
_GREEK_NAMES = "|".join(sorted(symbols.GREEK_NAMES))
_LATEX = re.compile(r"[\\^{}$]")
_STRONG = re.compile(
    rf"\\[A-Za-z]|[\^{{}}$\u0370-\u03ff\u2200-\u22ff\U0001d400-\U0001d7ff{symbols.RAISED}]"
    r"|(?<![A-Za-z]{3})_|_(?![A-Za-z]{3})"
    rf"|^=$|(?<!\w)\w{{1,2}}=|=\w{{1,2}}(?!\w)|(?<![A-Za-z])(?:{_GREEK_NAMES})_"
)
"""What only a formula has."""
_WEAK = re.compile(r"(?!.*[A-Za-z]{3})[\w()\[\]=+*/<>|.,:−-]+")
"""What a formula may have, too."""


@dataclass(frozen=True)
class Term:
    """One thing that is looked for.

    **Arguments:**

    - `expression`: matches the rows that have it; `loose`: those that have some of it.
    - `phrases`: spellings of it, each one token or several that follow each other; `beginnings`: of tokens.
    - `symbols`: tokens of a formula, all of which together are it; `parts`: of several words, those that count alone.
    """

    expression: str
    phrases: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    loose: str = ""

    @property
    def in_heading(self) -> str:
        """Matches the rows that have it in a heading or caption."""
        begun = [f"{_quoted(heading_token(beginning))} *" for beginning in self.beginnings]
        return _any([*begun, *(_quoted(heading_spelling(phrase)) for phrase in self.phrases)])

    @property
    def some(self) -> str:
        """Matches the rows that have at least some of it."""
        return self.loose or self.expression


def heading_spelling(phrase: str) -> str:
    """A spelling, with its tokens as they are in headings."""
    return " ".join(map(heading_token, phrase.split()))


@dataclass
class Query:
    """What is looked for and what must not be there; `together` matches plain words side by side."""

    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    together: str = ""
    cut: bool = False


def parse_query(typed: str) -> Query:
    """Read a query: words, "phrases", beginnings*, -exclusions and formulas in LaTeX or plain text. Never fails."""
    query = Query(cut=len(typed) > MAX_CHARS)
    plain: list[str] = []
    for what, text in _chunks(typed[:MAX_CHARS]):
        match what:
            case "formula":
                query.terms.append(_formula(text))
            case "phrase":
                query.terms.append(_phrase(text))
            case "no phrase":
                query.excluded.append(_phrase(text))
            case "no word":
                query.excluded += _words(words.WORD.findall(text))
            case _ if text.endswith("*") and len(bare := words.fold(words.joined(text))) >= _SHORTEST_PREFIX:
                query.terms.append(_beginning(bare))
            case _:
                plain.append(text)
    query.terms += _plain(plain, keep_all=not query.terms)
    query.terms = list(dict.fromkeys(term for term in query.terms if term.expression))
    query.excluded = [term for term in query.excluded if term.expression][:MAX_TERMS]
    query.cut |= len(query.terms) > MAX_TERMS
    query.terms = query.terms[:MAX_TERMS]
    side_by_side = [stem for chunk in plain for stem in words.stems(chunk)]
    if 1 < len(side_by_side) <= MAX_TERMS:
        query.together = _quoted(" ".join(side_by_side))
    return query


def _chunks(typed: str) -> Iterator[tuple[str, str]]:
    """What each part of a query is (formula, phrase, no phrase, word, no word), and its text."""
    formula: list[str] = []
    for match in _CHUNK.finditer(typed):
        minus, quoted, chunk = match.groups()
        if chunk and (_STRONG.search(chunk) or _WEAK.fullmatch(chunk)):
            formula.append(chunk)
            continue
        yield from _formula_or_words(formula)
        formula = []
        if chunk is None:
            yield "no phrase" if minus else "phrase", quoted
        elif len(chunk) > 1 and chunk[0] == "-" and chunk[1].isalnum():
            yield "no word", chunk[1:]
        else:
            yield "word", chunk
    yield from _formula_or_words(formula)


def _formula_or_words(chunks: list[str]) -> Iterator[tuple[str, str]]:
    """Neighbours that may be parts of a formula are one, if something tells that it is one."""
    if any(map(_STRONG.search, chunks)):
        yield "formula", " ".join(chunks)
    else:
        yield from (("word", chunk) for chunk in chunks)


def _plain(chunks: list[str], keep_all: bool) -> list[Term]:
    """Terms of the plain words; words that every text has count only where there are no others."""
    groups = [words.WORD.findall(chunk) for chunk in chunks]
    telling = [g for g in groups if not (len(g) == 1 and words.fold(g[0]) in STOP_WORDS)]
    if not telling and not keep_all:
        return []
    telling = telling or groups
    singles = [group[0] if len(group) == 1 else "" for group in telling]
    found: list[Term] = []
    for place, group in enumerate(telling):
        neighbours = [a + b for a, b in pairwise(singles[max(place - 1, 0) : place + 2]) if a and b]
        found += _words(group, neighbours)
    return found


def _words(group: list[str], neighbours: list[str] | tuple[str, ...] = ()) -> Iterator[Term]:
    """The term of a word, of a hyphenated compound, or of words that something else parts."""
    stems = [token for word in group for token in words.stems(word)]
    if not stems:
        return
    spellings = [" ".join(stems)]
    parts: tuple[str, ...] = ()
    if len(group) > 1:
        spellings.append(words.stem("".join(group)))
        parts = tuple(token for token in stems if token not in STOP_WORDS)
    else:
        word = group[0]
        spellings += map(words.stem, neighbours)
        if word.isalpha() and word.isascii():
            halves = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
            spellings += [f"{words.stem(word[:i])} {words.stem(word[i:])}" for i in halves]
            if len(word) == 1 and word.isupper():
                spellings.append(f"{word.lower()}!")
    spellings = list(dict.fromkeys(spellings))
    yield Term(_any(map(_quoted, spellings)), phrases=tuple(spellings), parts=parts, loose=_any(map(_quoted, parts)))


def _phrase(text: str) -> Term:
    spelling = " ".join(words.stems(text))
    return Term(_quoted(spelling) if spelling else "", phrases=(spelling,))


def _beginning(bare: str) -> Term:
    stem = words.stem(bare)
    return Term(f"{_quoted(bare)} * OR {_quoted(stem)}", phrases=(stem,), beginnings=(bare,))


def _formula(text: str) -> Term:
    found = symbols.symbols(text)
    wholes = [symbol.whole for symbol in found if symbol.whole]
    tokens = tuple(dict.fromkeys((*wholes, *symbols.pairs(found))))[: 4 * MAX_TERMS]
    spelling = " ".join(words.stems(text))
    # "lr=3e-4" may stand in a text; no text has LaTeX outside of its formulas.
    as_words = [_quoted(spelling)] if spelling and not (found and _LATEX.search(text)) else []
    if not tokens:
        return Term(_any(as_words), phrases=(spelling,))
    strict = f"symbols : ({' AND '.join(map(_quoted, tokens))})"
    telling = [token for token in tokens if not symbols.is_operator(token)] or list(tokens)
    # Pairs tell more than single letters, which half of the formulas have.
    parts = [token for token in telling if len(token) > 2][:_FEWEST_FORMULA_TOKENS] or telling
    loose = f"symbols : ({_any(map(_quoted, parts))})"
    return Term(_any([strict, *as_words]), phrases=(spelling,), symbols=tokens, loose=loose)


def _any(expressions: Iterable[str]) -> str:
    return " OR ".join(expressions)


def _quoted(spelling: str) -> str:
    return f'"{spelling}"'
