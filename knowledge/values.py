"""Values as papers and code write them, made comparable: 10^-4, 1e-4 and 0.0001 are one float.

Reads plain text, Unicode mathematics with `_{..}` and `^{..}` marks, and LaTeX.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pydantic import JsonValue

from .vocabulary import Term

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_COMMANDS = {
    "times": "×", "cdot": "×", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "approx": "≈", "sim": "≈",
    "to": "→", "rightarrow": "→", "ldots": "…", "dots": "…", "infty": "∞", "in": "∈", "alpha": "α", "beta": "β",
    "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ϵ", "eta": "η", "theta": "θ", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω", "ll": "≪",
    "Delta": "Δ", "ell": "ℓ", "quad": " ", "qquad": " ", "left": "", "right": "", "displaystyle": "", "sqrt": "√",
}  # fmt: skip
_WRAPPERS = "text|textrm|textit|textbf|textsf|texttt|textsc|mathrm|mathit|mathbf|mathsf|mathtt|mathcal|operatorname|emph|mbox|num|bm|boldsymbol"
_TOKEN = re.compile(
    rf"\\(?:{_WRAPPERS})\*?\s*\{{|\\([A-Za-z]+)\*?|\\([%$&#_{{}}])|\\([,;:!> ])|\{{,\}}|\$|~|[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"
    r"|[\u2212\u2010\u2011\ufe63\uff0d]|[\u00a0\u2000-\u200a\u202f\u205f]|[\u200b-\u200d\u2060\ufeff]"
    r"|[\U0001d400-\U0001d7ff]|[εϵ↵✏⇥]|\n|\t"
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text with its mathematics as plain characters, and the way back.

    `origin[i]` is where character `i` of `text` begins in the original; one more entry gives the end.
    """

    text: str
    origin: list[int]
    source: str

    def original(self, start: int, end: int) -> str:
        """The piece of the original that a span of `text` came from."""
        return self.source[self.origin[start] : self.origin[end]]


def plain(text: str) -> Plain:
    """Unwrap LaTeX and unify minus signs, spaces, superscripts and mathematical letters; lengths may change.

    ↵, ✏ and ⇥ are what some PDF writers make of α, ϵ and ×.
    """
    out: list[str] = []
    origin: list[int] = []
    position = 0
    for match in _TOKEN.finditer(text):
        out.append(text[position : match.start()])
        origin.extend(range(position, match.start()))
        shown = _shown(match)
        out.append(shown)
        origin.extend([match.start()] * len(shown))
        position = match.end()
    out.append(text[position:])
    origin.extend(range(position, len(text) + 1))
    return Plain("".join(out), origin, text)


def _shown(match: re.Match[str]) -> str:
    token = match[0]
    if match[1]:
        return _COMMANDS.get(match[1], " ")
    if match[2]:
        return match[2]
    if match[3]:
        return "" if match[3] in ",;:!" else " "
    if token.startswith("\\"):
        return "{"
    if token == "{,}":
        return ","
    if token == "$" or "\u200b" <= token <= "\u200d" or token in "\u2060\ufeff":
        return ""
    if token[0] in "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
        return "^{" + token.translate(_SUPERSCRIPTS) + "}"
    if token in "\u2212\u2010\u2011\ufe63\uff0d":
        return "−" if token == "\u2212" else "-"
    if token in "εϵ✏":
        return "ϵ"
    if token in "↵⇥":
        return "α" if token == "↵" else "×"
    if token >= "\U0001d400":
        return unicodedata.normalize("NFKC", token)
    return " "


_UP_TO_TWENTY = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty"""
_WORDS = {word: number for number, word in enumerate(_UP_TO_TWENTY.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
}
_SCALES = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}  # fmt: skip
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|(?<![\d.,])\d{1,3}(?:,? 000)+(?![\d.,]\d|\d)|\d+)(?:\.\d+)?|\.\d+"
_RAISED = r"\^\s*\{?\s*\(?\s*(?P<exp#>[-−–+]?\s*\d{1,2})\s*\)?\s*\}?|(?P<flat#>−\s?\d{1,2}(?!\d)|-[1-9](?!\d))"
NUMBER = re.compile(
    r"(?:(?<![\w.^])|(?<=\dx))(?<![_^]\{)(?P<sign>[-−+](?=[\d.]))?(?:"
    rf"(?P<mant>{_DIGITS})\s*[×x·⋅∗*]\s*10\s*(?:{_RAISED.replace('#', '1')}|(?P<flat3>[1-9])(?!\d))"
    rf"|10\s*(?:{_RAISED.replace('#', '2')})"
    r"|(?P<base>2|10)\s?\^\s?\{?(?P<pow>\d{1,2})\}?(?![\d.])"
    r"|(?P<over>\d{1,4})\s?/\s?(?P<under>\d{1,4})(?![\d/])"
    rf"|(?P<num>{_DIGITS})(?:\s?[eE]\s?(?:\^\{{)?(?P<e>[-−–+]?\s?\d{{1,3}})\}}?(?!\w|\.\d))?"
    r"(?:\s?(?P<scale>[kKMBT])(?![A-Za-z0-9])|[\s-]?(?P<scale_word>thousand|million|billion|trillion)\b)?"
    r"(?P<percent>\s?%|\s?percent\b)?(?![A-Za-wyz]|x(?!\s?\d)|\s?\^\s?\{?[A-Za-z])"
    r")"
)
"""One number of a plain text, in any of its notations."""
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from a text: its value (percentages as fractions) and where it stands."""

    value: float | int
    start: int
    end: int
    percent: bool = False


def _tidy(value: float) -> float | int:
    return int(value) if abs(value) < 1e18 and value == int(value) else value


def _exponent(text: str) -> int:
    return int(re.sub(r"\s", "", text).replace("−", "-").replace("–", "-"))


def _value_of(match: re.Match[str]) -> float | None:
    sign = -1.0 if match["sign"] in ("-", "−") else 1.0
    for mantissa, exponent in (
        (match["mant"], match["exp1"] or match["flat1"] or match["flat3"]),
        ("1", match["exp2"] or match["flat2"]),
    ):
        if mantissa and exponent:
            return sign * float(f"{mantissa.replace(',', '')}e{_exponent(exponent)}")
    if match["base"]:
        power = int(match["base"]) ** int(match["pow"])
        return sign * power if power < 10**18 else None
    if match["under"]:
        return sign * int(match["over"]) / int(match["under"]) if int(match["under"]) else None
    digits = re.sub(r"[, ]", "", match["num"])
    value = float(f"{digits}e{_exponent(match['e'])}") if match["e"] else float(digits)
    scale = match["scale"] or match["scale_word"]
    if scale:
        value = float(f"{digits}e{round(math.log10(_SCALES[scale]))}")
    if match["percent"]:
        value = float(f"{digits}e-2") if not scale else value / 100
    return sign * value if math.isfinite(value) else None


def numbers(text: str, words: bool = False) -> Iterator[Number]:
    """Every number of a plain text in order; with `words`, also "six"."""
    found = []
    for match in NUMBER.finditer(text):
        value = _value_of(match)
        if value is not None:
            found.append(Number(_tidy(value), match.start(), match.end(), bool(match["percent"])))
    if words:
        taken = [(n.start, n.end) for n in found]
        found += [
            Number(_WORDS[m[0].lower()], m.start(), m.end())
            for m in _NUMBER_WORD.finditer(text)
            if not any(start < m.end() and m.start() < end for start, end in taken)
        ]
        found.sort(key=lambda n: n.start)
    return iter(found)


def parse_number(text: str) -> float | int | None:
    """The number that a text is, whatever its notation, or None where it is more or less than one number."""
    shown = plain(text).text.strip().strip("{}()[] ") if not re.search(r"\^", text) else plain(text).text.strip()
    match = NUMBER.fullmatch(shown)
    if match is None:
        bare = shown.strip("{}()[] ")
        match = NUMBER.fullmatch(bare)
        if match is None:
            return _WORDS.get(bare.lower())
    value = _value_of(match)
    return None if value is None else _tidy(value)


_TRUE = {"true", "yes", "on", "✓", "used", "enabled", "y"}
_FALSE = {"false", "no", "off", "✗", "×", "not used", "disabled", "n"}
_ABSENT = {"", "-", "–", "—", "n/a", "na", "null", "/"}


def _fold(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text.lower()).strip(" .,;:")


@cache
def _spellings(key: str) -> dict[str, str]:
    from .vocabulary import terms

    found: dict[str, str] = {}
    for choice, names in terms()[key].choices.items():
        for name in (choice, *names):
            found.setdefault(_fold(name), choice)
    return found


def choice_of(text: str, term: Term) -> str | None:
    """The choice of a term that a spelling means, or None."""
    return _spellings(term.key).get(_fold(text)) if term.choices else None


def parse_value(text: str, term: Term | None = None) -> JsonValue:
    """Normalise one written value to what a `Fact` holds; None where the text states no value.

    Numbers become int or float, percentages fractions, pairs, grids and ranges lists, choices their canonical name; any
    other text is kept, trimmed.

    **Arguments:**

    - `text`: the value alone, as a cell or an assignment has it.
    - `term`: the key that it belongs to; its kind and its choices decide between readings.
    """
    shown = re.sub(r"\s+", " ", plain(text).text).strip()
    if shown.lower() in _ABSENT:
        return None
    if term is not None and term.choices:
        return choice_of(shown, term) or _boolean(shown) if term.kind == "boolean" else choice_of(shown, term) or shown
    number = parse_number(shown)
    if number is not None:
        return number
    boolean = _boolean(shown)
    if boolean is not None and (term is None or term.kind in ("boolean", "text")):
        return boolean
    if term is not None and term.kind in ("text", "choice"):
        return shown
    many = [n.value for n in numbers(shown)]
    rest = re.sub(r"[\s{}()\[\],;/|~–−-]|\bto\b|\band\b|\bor\b", "", NUMBER.sub("", shown))
    if len(many) > 1 and not rest:
        return list(many)
    if len(many) == 1 and (term is None or term.kind in ("number", "integer", "fraction")):
        return many[0]
    return shown


def _boolean(text: str) -> bool | None:
    folded = text.lower()
    return True if folded in _TRUE else False if folded in _FALSE else None


def same_value(first: JsonValue, second: JsonValue, term: Term | None = None, tolerance: float = 1e-6) -> bool:
    """Whether two values mean the same: notation, percentages written as text, order of keys and spelling aside.

    **Arguments:**

    - `term`: gives the choices whose spellings are equal.
    - `tolerance`: relative, for numbers.
    """
    first, second = (parse_value(v, term) if isinstance(v, str) else v for v in (first, second))
    if isinstance(first, bool) or isinstance(second, bool):
        return isinstance(first, bool) and isinstance(second, bool) and first == second
    if isinstance(first, int | float) and isinstance(second, int | float):
        return first == second or math.isclose(first, second, rel_tol=tolerance, abs_tol=1e-15)
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(
            same_value(a, b, term, tolerance) for a, b in zip(first, second, strict=True)
        )
    if isinstance(first, list) and len(first) == 1:
        return same_value(first[0], second, term, tolerance)
    if isinstance(second, list) and len(second) == 1:
        return same_value(first, second[0], term, tolerance)
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(same_value(first[k], second[k], term, tolerance) for k in first)
    if isinstance(first, str) and isinstance(second, str):
        return _fold(first) == _fold(second)
    return first is None and second is None
