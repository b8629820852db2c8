"""Formulas as search sees them: the symbols of a formula and their order, whatever its spelling in LaTeX or plain text.

A symbol with its scripts is one token (`d_k`, `k!^t!`; `!` marks a capital), its parts are others; two symbols that follow
each other are joined by a dot. Fonts, spacing, braces, brackets and signs of multiplication are nothing; a fraction is a slash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .words import stem

MAX_SYMBOLS = 2000
MAX_DEPTH = 24
_MAX_TOKEN = 48
_LEXEME = re.compile(r"\\([A-Za-z]+)\*?|\\.|\d+(?:\.\d+)?|[A-Za-z]+|\S", re.S)
_SHORT_FRACTION = re.compile(r"\\[cdt]?frac(?:\s+(?=[A-Za-z])|\s*(?=\d))(\w)\s*(\w)")
_FORMULA = re.compile(r"(?<!\\)(\$\$?)(.+?)(?<!\\)\1|\\\((.+?)\\\)|\\\[(.+?)\\\]", re.S)
RAISED = "\u00b2\u00b3\u00b9\u1d2c-\u1d6a\u2070-\u209c"
"""Raised and lowered letters and figures."""
_PLAIN_FORMULA = re.compile(
    rf"[^\s_^]*(?:[_^]\{{[^{{}}]{{0,40}}\}}|[\u0370-\u03ff{RAISED}]|[\U0001d400-\U0001d7ff])[^\s,;.]*"
)

_FUNCTIONS = frozenset(
    re.findall(r"\w+", "exp log ln max min sin cos tan arg det dim sup inf lim var cov mod erf relu std mse")
)
_WITH_ARGUMENT = frozenset(["label", "tag", "begin", "end", "ref", "eqref", "hspace", "vspace", "color", "phantom"])
_FRACTIONS = frozenset(["frac", "dfrac", "tfrac", "cfrac", "nicefrac"])
_TRANSPOSED = frozenset(["top", "intercal", "transpose", "trans"])
_NOTHING = frozenset(
    re.findall(
        r"\w+",
        "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm mathbf mathrm mathcal mathbb"
        " mathit mathsf mathtt mathfrak mathscr boldsymbol bm pmb symbf text textbf textit textrm textsf texttt textnormal mbox"
        " hbox operatorname rm bf it sf cal displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag"
        " quad qquad cdot cdots ldots dots vdots ddots ast lfloor rfloor lceil rceil langle rangle lVert rVert Vert vert lvert"
        " rvert lbrace rbrace lbrack rbrack mathop mathrel mathbin mathord ensuremath mid colon underbrace overbrace substack"
        " hfill hskip kern enspace thinspace allowbreak",
    )
)
_SAME = {
    **{"leq": "<=", "le": "<=", "leqslant": "<=", "≤": "<=", "geq": ">=", "ge": ">=", "geqslant": ">=", "≥": ">="},
    **{"neq": "≠", "ne": "≠", "approx": "≈", "sim": "~", "∼": "~", "in": "∈", "sum": "sum", "∑": "sum", "prod": "prod"},
    **{"∏": "prod", "int": "int", "∫": "int", "√": "sqrt", "partial": "∂", "nabla": "∇", "infty": "∞", "times": "×"},
    **{"to": "→", "rightarrow": "→", "mapsto": "→", "leftarrow": "←", "gets": "←", "odot": "⊙", "circ": "∘", "−": "-"},
    **{"otimes": "⊗", "oplus": "⊕", "pm": "±", "subset": "⊂", "cup": "∪", "cap": "∩", "forall": "∀", "over": "/"},
    **{"prime": "′", "'": "′", "ell": "l", "ℓ": "l", "widehat": "hat", "widetilde": "tilde", "overline": "bar"},
    **{"triangleq": "=", "coloneqq": "=", "equiv": "=", "⊤": "t!", "propto": "∝", "lt": "<", "gt": ">", "div": "/"},
    **dict.fromkeys(_TRANSPOSED, "t!"),
}
_OPERATORS = frozenset("+-=/<>~≠≈∈→←×±∘⊙⊗⊕⊂∪∩∀∝∂∇∞′|!%#@?") | {"<=", ">="}
_BRACKETS = frozenset("()[]|‖⟨⟩⌊⌋⌈⌉")


@dataclass(frozen=True)
class Symbol:
    """A symbol and its scripts, written as tokens."""

    base: str
    sub: tuple[str, ...] = ()
    sup: tuple[str, ...] = ()

    @property
    def whole(self) -> str:
        """The symbol with all its scripts as one token."""
        return self._with("_", self.sub) + self._with("^", self.sup)[len(self.base) :]

    def forms(self) -> tuple[str, ...]:
        """The symbol with all, some and none of its scripts."""
        return (self.whole, self._with("_", self.sub), self._with("^", self.sup), self.base)

    def _with(self, sign: str, script: tuple[str, ...]) -> str:
        return (f"{self.base}{sign}{''.join(script)}" if script else self.base)[:_MAX_TOKEN]


def formulas(text: str) -> Iterator[str]:
    """The formulas of a Markdown text: what stands between dollars, and scripts and Greek letters of a text without them."""
    for match in _FORMULA.finditer(text):
        yield next(filter(None, match.groups()[1:]))
    yield from _PLAIN_FORMULA.findall(_FORMULA.sub(" ", text))


def symbols(formula: str) -> list[Symbol]:
    """The symbols of a formula in LaTeX or plain text, in order; at most `MAX_SYMBOLS`."""
    return _Reader(formula).row(0)


def tokens(formula: str) -> list[str]:
    """What a formula is found by: its symbols with and without scripts, the scripts, and pairs of neighbours; each once."""
    found = symbols(formula)
    every = [form for symbol in found for form in (*symbol.forms(), *symbol.sub, *symbol.sup)]
    return list(dict.fromkeys(token for token in (*every, *pairs(found)) if token))


def pairs(found: list[Symbol]) -> list[str]:
    """Neighbouring symbols as tokens, without their scripts and with them."""
    neighbours = list(pairwise(symbol for symbol in found if symbol.base))
    both = [pair for a, b in neighbours for pair in (f"{a.base}·{b.base}", f"{a.whole}·{b.whole}")]
    return [pair[: 2 * _MAX_TOKEN] for pair in dict.fromkeys(both)]


def is_operator(token: str) -> bool:
    """Whether a token is a sign that nearly every formula has."""
    return token in _OPERATORS


class _Reader:
    """Reads a formula once from left to right. Whatever it is given, it ends."""

    def __init__(self, formula: str) -> None:
        self._lexemes = [
            ("\\" + m[1] if m[1] else m[0])
            for m in _LEXEME.finditer(_SHORT_FRACTION.sub(r"{\1}/{\2}", _plain(formula)))
        ][: 4 * MAX_SYMBOLS]
        self._at = 0
        self._written = 0

    def row(self, depth: int) -> list[Symbol]:
        """The symbols up to the brace that closes the group."""
        found: list[Symbol] = []
        while (lexeme := self._next()) is not None and self._written < MAX_SYMBOLS:
            if lexeme == "}":
                if depth:
                    break
            elif lexeme in "_^":
                script = tuple(_flat(self._argument(depth)))
                self._attach(found, lexeme, script)
            else:
                found += self._element(lexeme, depth)
        return found

    def _element(self, lexeme: str, depth: int) -> list[Symbol]:
        if lexeme == "{":
            return self.row(depth + 1) if depth < MAX_DEPTH else []
        if lexeme in _BRACKETS:
            return [Symbol("")]
        name = lexeme[1:] if lexeme.startswith("\\") else lexeme
        if lexeme.startswith("\\"):
            if name in _WITH_ARGUMENT:
                self._argument(depth)
                return []
            if name in _FRACTIONS:
                return [*self._argument(depth), Symbol("/"), *self._argument(depth)]
            if name in _NOTHING or not name.isalpha():
                return []
        if name == "′" or name == "'":
            return []
        return self._symbols(name, command=lexeme.startswith("\\"))

    def _symbols(self, name: str, command: bool) -> list[Symbol]:
        self._written += len(name)
        if command:
            return [Symbol(_SAME.get(name) or _SAME.get(name.lower()) or _letter_name(name))]
        if name.isascii() and name.isalpha():
            if name in _FUNCTIONS or (len(name) > 3 and not name.isupper()):
                return [Symbol(_SAME.get(name) or stem(name))]
            return [Symbol(_case(letter)) for letter in name]
        if name[0].isdigit() or name in _OPERATORS or name in _SAME:
            return [Symbol(_SAME.get(name, name))]
        if (greek := _greek(name)) is not None:
            return [Symbol(greek)]
        return [Symbol(name.lower())] if name.isalpha() or ord(name) > 0x2000 else []

    def _argument(self, depth: int) -> list[Symbol]:
        """What a command or a script takes: a group, or one element, past fonts in front of it."""
        while (lexeme := self._next()) is not None:
            if lexeme == "}":
                self._at -= 1
                return []
            if lexeme not in "_^" and (lexeme[0] != "\\" or lexeme[1:] not in _NOTHING):
                return self._element(lexeme, depth + 1) if depth < MAX_DEPTH else []
        return []

    def _attach(self, found: list[Symbol], sign: str, script: tuple[str, ...]) -> None:
        base = found.pop() if found else Symbol("")
        sub, sup = (base.sub + script, base.sup) if sign == "_" else (base.sub, base.sup + script)
        found.append(Symbol(base.base, sub, sup))

    def _next(self) -> str | None:
        if self._at >= len(self._lexemes):
            return None
        self._at += 1
        return self._lexemes[self._at - 1]


def _plain(formula: str) -> str:
    """A formula with the letters of mathematical alphabets as plain ones, raised and lowered figures as scripts."""
    if formula.isascii():
        return formula
    return "".join(c if c.isascii() else _plain_character(c) for c in formula)


def _plain_character(character: str) -> str:
    how, _, _ = unicodedata.decomposition(character).partition(" ")
    sign = {"<super>": "^", "<sub>": "_"}.get(how, "")
    return sign + unicodedata.normalize("NFKC", character)


def _flat(row: list[Symbol]) -> Iterator[str]:
    for symbol in row:
        yield from filter(None, (symbol.base, *symbol.sub, *symbol.sup))


def _case(letter: str) -> str:
    return f"{letter.lower()}!" if letter.isupper() else letter


def _letter_name(name: str) -> str:
    """The token of a command: `\\varepsilon` is `\\epsilon`, `\\Sigma` is not `\\sigma`."""
    letter = name.removeprefix("var")
    if letter.lower() in GREEK_NAMES:
        return f"{letter.lower()}!" if letter[0].isupper() else letter
    return stem(name)


def _greek(character: str) -> str | None:
    words = unicodedata.name(character, "").replace("LAMDA", "LAMBDA").replace("FINAL ", "").split()
    if words[:1] != ["GREEK"] or "LETTER" not in words[:-1]:
        return None
    name = words[words.index("LETTER") + 1].lower()
    return f"{name}!" if words[1] == "CAPITAL" else name


GREEK_NAMES = frozenset(
    re.findall(
        r"\w+",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi"
        " omega",
    )
)
