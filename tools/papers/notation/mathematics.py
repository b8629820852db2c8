"""LaTeX mathematics as atoms: a base with its style, accent, sub- and superscript, however deep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["letter", "word", "number", "relation", "operator", "open", "close", "comma", "bar", "dots", "other"]

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ϵ": "epsilon", "ε": "varepsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ϑ": "vartheta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "ϱ": "varrho", "σ": "sigma", "ς": "varsigma", "τ": "tau",
    "υ": "upsilon", "φ": "phi", "ϕ": "varphi", "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Δ": "Delta",
    "∆": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Υ": "Upsilon", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega", "ℓ": "ell", "ϖ": "varpi",
}  # fmt: skip
LETTERS = {name: char for char, name in reversed(GREEK.items())}
# What PDFs saved anew by some viewers print for these letters.
MANGLED = {"↵": "alpha", "✏": "epsilon", "✓": "theta", "⇣": "zeta", "⌘": "eta", "⌧": "tau", "⇢": "rho", "⌫": "nu", "⌦": "Omega"}  # fmt: skip
GREEK |= MANGLED
_STYLES = {
    "mathbf": "mathbf", "boldsymbol": "mathbf", "bm": "mathbf", "pmb": "mathbf", "bf": "mathbf", "textbf": "mathbf",
    "mathcal": "mathcal", "mathscr": "mathcal", "mathfrak": "mathfrak", "mathbb": "mathbb", "mathds": "mathbb",
    "mathbbm": "mathbb", "mathrm": "mathrm", "mathsf": "mathsf", "mathit": "", "mathnormal": "", "textit": "",
    "text": "mathrm", "textrm": "mathrm", "textsf": "mathsf", "texttt": "mathtt", "mathtt": "mathtt",
    "operatorname": "mathrm", "operatorname*": "mathrm", "mbox": "mathrm", "textsc": "mathrm", "textnormal": "mathrm",
    "hbox": "mathrm", "mathbfit": "mathbf", "symbf": "mathbf", "cal": "mathcal", "emph": "",
}  # fmt: skip
_ACCENTS = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar", "overline": "bar",
    "vec": "vec", "overrightarrow": "vec", "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve",
    "mathring": "mathring", "acute": "acute", "underline": "underline",
}  # fmt: skip
_TRANSPARENT = {"boxed", "fbox", "mathop", "mathbin", "mathrel", "mathord", "ensuremath", "smash", "underbrace", "overbrace", "cancel", "xcancel", "substack", "mathstrut", "phantom"}  # fmt: skip
_SWALLOWS = {"label": 1, "begin": 1, "end": 1, "color": 1, "tag": 1, "hspace": 1, "vspace": 1, "hphantom": 1, "vphantom": 1, "ref": 1, "eqref": 1, "cite": 1}  # fmt: skip
_RELATIONS = {
    "in": "∈", "notin": "∉", "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥",
    "approx": "≈", "sim": "∼", "simeq": "≃", "triangleq": "≜", "coloneqq": ":=", "coloneq": ":=", "equiv": "≡",
    "to": "→", "rightarrow": "→", "longrightarrow": "→", "leftarrow": "←", "gets": "←", "mapsto": "↦", "neq": "≠",
    "ne": "≠", "propto": "∝", "subset": "⊂", "subseteq": "⊆", "ll": "≪", "gg": "≫", "lt": "<", "gt": ">",
    "doteq": ":=", "Rightarrow": "⇒", "implies": "⇒", "iff": "⇔", "ni": "∋", "supset": "⊃", "defeq": ":=",
}  # fmt: skip
_RELATION_CHARS = set("=<>∈∉≤≥≈∼≃≜≡→←↦≠∝⊂⊆≪≫⩽⩾⇒⇐")
_FUNCTIONS = {
    "log", "ln", "exp", "max", "min", "argmax", "argmin", "arg", "sup", "inf", "lim", "sin", "cos", "tan", "tanh",
    "sinh", "cosh", "det", "dim", "ker", "gcd", "Pr", "mod", "bmod", "pmod", "sum", "prod", "int", "iint", "oint",
    "bigcup", "bigcap", "bigoplus", "bigotimes", "limsup", "liminf", "nabla", "partial", "sign", "sgn", "diag",
    "trace", "tr", "rank", "deg", "hom", "coth", "arctan", "arccos", "arcsin", "sec", "csc", "cot", "floor", "ceil",
    "if", "otherwise", "and", "or", "where", "for", "all", "else", "with", "such", "that", "st", "subject", "minimize",
    "maximize", "const", "softmax", "sigmoid", "relu", "sqrt", "erf", "concat", "mean", "var", "cov", "std",
    "abs", "clip", "topk", "round", "is", "then", "the", "of", "to", "in", "not", "every", "each", "when", "while",
    "argsort", "sort", "vec", "supp", "span", "elif", "return", "loglik", "dist", "Tr", "Var", "Cov", "KL",
}  # fmt: skip
_DOTS = {"ldots", "cdots", "dots", "dotsc", "dotsb", "vdots", "ddots"}
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|[{}_^&]|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_DEEPEST = 24
_LONGEST = 6000


@dataclass(slots=True)
class Atom:
    """One mathematical atom.

    **Arguments:**

    - `base`: a letter, a command without its backslash for a Greek one, a word, a number, or the sign itself.
    - `style`: `mathbf`, `mathcal`, `mathbb`, `mathrm` ... or empty; `accent`: `hat`, `bar` ... or empty.
    - `inner`: contents of a fraction, a root or a group that is not one letter.
    """

    kind: Kind
    base: str
    style: str = ""
    accent: str = ""
    sub: list[Atom] = field(default_factory=list)
    sup: list[Atom] = field(default_factory=list)
    primes: int = 0
    inner: list[list[Atom]] = field(default_factory=list)
    spaced: bool = False


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def _skip_space(self) -> bool:
        start = self.at
        while self.at < len(self.tokens) and (self.tokens[self.at].isspace() or self.tokens[self.at] in _SPACES):
            self.at += 1
        return self.at > start

    def sequence(self, depth: int, closing: str = "") -> list[Atom]:
        atoms: list[Atom] = []
        while self.at < len(self.tokens):
            spaced = self._skip_space()
            if self.at >= len(self.tokens):
                break
            token = self.tokens[self.at]
            if token == "}":
                self.at += 1
                if closing == "}":
                    break
                continue
            if token in "_^" and token:
                self.at += 1
                script = self.argument(depth + 1)
                if not atoms or atoms[-1].kind in ("relation", "comma"):
                    atoms.append(Atom("other", ""))
                marks = [a for a in script if a.base in ("prime", "′", "'")]
                if token == "^" and marks:
                    atoms[-1].primes += len(marks)
                    script = [a for a in script if a not in marks]
                (atoms[-1].sub if token == "_" else atoms[-1].sup).extend(script)
                continue
            if token in ("'", "′", "’") and atoms:
                self.at += 1
                atoms[-1].primes += 1
                continue
            found = self.one(depth)
            if found:
                found[0].spaced = spaced
            atoms.extend(found)
        return _joined(atoms)

    def argument(self, depth: int) -> list[Atom]:
        self._skip_space()
        if self.at >= len(self.tokens):
            return []
        return self.one(depth, unwrap=True)

    def raw(self) -> str:
        """The next group as text."""
        self._skip_space()
        if self.at >= len(self.tokens):
            return ""
        if self.tokens[self.at] != "{":
            self.at += 1
            return self.tokens[self.at - 1]
        level, start = 0, self.at + 1
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            level += (token == "{") - (token == "}")
            self.at += 1
            if level == 0:
                return "".join(self.tokens[start : self.at - 1])
        return "".join(self.tokens[start:])

    def one(self, depth: int, unwrap: bool = False) -> list[Atom]:
        token = self.tokens[self.at]
        if depth > _DEEPEST:
            self.at = len(self.tokens)
            return []
        self.at += 1
        if token == "{":
            inside = self.sequence(depth + 1, "}")
            return inside if unwrap or len(inside) == 1 else [Atom("other", "", inner=[inside])] if inside else []
        if token.startswith("\\"):
            return self.command(token[1:], depth)
        return [_character(token)] if token.strip() and token not in "&" else []

    def command(self, name: str, depth: int) -> list[Atom]:
        if name in _STYLES:
            return self._styled(_STYLES[name], depth)
        if name in _ACCENTS:
            inside = self.argument(depth + 1)
            if len(inside) == 1 and inside[0].kind in ("letter", "word"):
                inside[0].accent = _ACCENTS[name]
                return inside
            return [Atom("other", "", accent=_ACCENTS[name], inner=[inside])]
        if name in _TRANSPARENT:
            inside = self.argument(depth + 1)
            if name.endswith("brace") and self.at < len(self.tokens) and self.tokens[self.at] in "_^":
                self.at += 1
                self.raw()  # what the brace says of it
            return inside
        if name in _SWALLOWS:
            self.raw()
            return []
        if name == "textcolor":
            self.raw()
            return self.argument(depth + 1)
        if name in ("frac", "dfrac", "tfrac", "binom", "cfrac", "nicefrac"):
            return [Atom("other", "/", inner=[self.argument(depth + 1), self.argument(depth + 1)])]
        if name in ("overset", "underset", "stackrel"):
            self.raw()
            return self.argument(depth + 1)
        if name == "sqrt":
            self._skip_space()
            if self.at < len(self.tokens) and self.tokens[self.at] == "[":
                while self.at < len(self.tokens) and self.tokens[self.at] != "]":
                    self.at += 1
                self.at += 1
            return [Atom("other", "√", inner=[self.argument(depth + 1)])]
        return [_named(name)] if name not in _SKIPPED else []

    def _styled(self, style: str, depth: int) -> list[Atom]:
        before = self.at
        text = self.raw().strip()
        word = re.sub(r"\\[ ,;!:]|~|\\(?:text|mathrm|mathit|mathbf)\s*|[{}]", "", text)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9.*-]*", word) and len(word) > 1:
            return [_word(word, style)]
        if style in ("mathrm", "mathsf", "mathtt") and " " in word and "\\" not in word and "$" not in word:
            return [Atom("operator", word.strip())]
        self.at = before
        inside = self.argument(depth + 1)
        for atom in inside:
            if atom.kind in ("letter", "word") and not atom.style:
                atom.style = style
        return inside


_SPACES = {"\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad", "\\\\"}
_SKIPPED = {"left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "limits", "nolimits", "nonumber", "notag", "rm", "it", "middle", "bigm", "hline", "small", "footnotesize", "scriptsize", "normalfont", "bfseries", "allowbreak", "hfill"}  # fmt: skip


def _word(word: str, style: str) -> Atom:
    if word in _FUNCTIONS or word.lower() in _FUNCTIONS:
        return Atom("operator", word)
    return Atom("word", word, style or "mathrm")


def _named(name: str) -> Atom:
    name = name.rstrip("*")
    if name in LETTERS:
        return Atom("letter", name)
    if name in _RELATIONS:
        return Atom("relation", _RELATIONS[name])
    if name in _DOTS:
        return Atom("dots", "…")
    if name in _FUNCTIONS:
        return Atom("operator", name)
    if name in ("{", "lbrace", "langle", "lfloor", "lceil", "lbrack"):
        return Atom("open", name)
    if name in ("}", "rbrace", "rangle", "rfloor", "rceil", "rbrack"):
        return Atom("close", name)
    if name in ("|", "mid", "vert", "Vert", "lvert", "rvert", "lVert", "rVert"):
        return Atom("bar", "|")
    if name == "infty":
        return Atom("number", "∞")
    return Atom("other", name)


def _character(char: str) -> Atom:
    plain = char if char in GREEK else unicodedata.normalize("NFKC", char)[:1] or char
    if plain in GREEK:
        return Atom("letter", GREEK[plain])
    if plain.isascii() and plain.isalpha():
        return Atom("letter", plain)
    if char[0].isdigit() or char == "∞":
        return Atom("number", char)
    if plain in _RELATION_CHARS:
        return Atom("relation", plain)
    if plain in "([⟨⌊⌈":
        return Atom("open", plain)
    if plain in ")]⟩⌋⌉":
        return Atom("close", plain)
    if plain in ",;":
        return Atom("comma", plain)
    if plain in "|∥‖∣":
        return Atom("bar", "|")
    if plain in "…⋯":
        return Atom("dots", "…")
    if plain in "∇∂∑∏∫":
        return Atom("operator", plain)
    return Atom("other", plain)


def _joined(atoms: list[Atom]) -> list[Atom]:
    """Letters that stand together as the name of something (`pos`, `FFN`) become one word; `: =` becomes `:=`."""
    out: list[Atom] = []
    at = 0
    while at < len(atoms):
        atom = atoms[at]
        if atom.base in (":", "Δ=") and at + 1 < len(atoms) and atoms[at + 1].base == "=":
            out.append(Atom("relation", ":="))
            at += 2
            continue
        if atom.base == "." and at + 2 < len(atoms) and atoms[at + 1].base == atoms[at + 2].base == ".":
            out.append(Atom("dots", "…"))
            at += 3
            continue
        end = at
        while (
            end < len(atoms)
            and (_plain_letter(atoms[end], atom.style) or (end > at and atoms[end].base == "_"))
            and (end == at or not _scripted(atoms[end - 1]))
        ):
            end += 1
        run = "".join(a.base for a in atoms[at:end])
        if len(run) > 2 and run[-1] != "_" and (run.islower() or run.isupper() or run[1:].islower()):
            last = atoms[end - 1]
            word = Atom("operator", run) if run.lower() in _FUNCTIONS else Atom("word", run, atom.style)
            word.sub, word.sup, word.primes = last.sub, last.sup, last.primes
            out.append(word)
            at = end
        else:
            out.append(atom)
            at += 1
    return out


def _plain_letter(atom: Atom, style: str) -> bool:
    return atom.kind == "letter" and len(atom.base) == 1 and atom.style == style and not atom.accent


def _scripted(atom: Atom) -> bool:
    return bool(atom.sub or atom.sup or atom.primes)


def parse(latex: str) -> list[Atom]:
    """The atoms of a formula; never fails, whatever stands there. Nesting and length are bounded."""
    tokens = _TOKEN.findall(latex[:_LONGEST])
    parser = _Parser(tokens)
    atoms: list[Atom] = []
    while parser.at < len(tokens):
        atoms.extend(parser.sequence(0))
    return atoms


def walk(atoms: list[Atom], *, scripts: bool = True) -> Iterator[Atom]:
    """All atoms, outermost first, with those in fractions and, if asked for, in scripts."""
    for atom in atoms:
        yield atom
        for part in atom.inner:
            yield from walk(part, scripts=scripts)
        if scripts:
            yield from walk(atom.sub)
            yield from walk(atom.sup)
