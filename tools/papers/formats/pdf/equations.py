"""Display equations: which lines they are, and their LaTeX as far as the places of the glyphs give it."""

from __future__ import annotations

import re

from .lines import Line

_NUMBER = re.compile(r"\s*\(((?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,2})?[a-z]?)\)\s*$")
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωϵϕϑϖϱΓΔΘΛΞΠΣΥΦΨΩ∑∏∫√∞≈≤≥≠∈∂∇·×±∼≡⊙⊗⊕∝∀∃→←⇒−…∗⋅ℓ∥‖",
        [
            r"alpha",
            r"beta",
            r"gamma",
            r"delta",
            r"epsilon",
            r"zeta",
            r"eta",
            r"theta",
            r"iota",
            r"kappa",
            r"lambda",
            r"mu",
            r"nu",
            r"xi",
            r"pi",
            r"rho",
            r"sigma",
            r"tau",
            r"upsilon",
            r"varphi",
            r"chi",
            r"psi",
            r"omega",
            r"epsilon",
            r"phi",
            r"vartheta",
            r"varpi",
            r"varrho",
            r"Gamma",
            r"Delta",
            r"Theta",
            r"Lambda",
            r"Xi",
            r"Pi",
            r"Sigma",
            r"Upsilon",
            r"Phi",
            r"Psi",
            r"Omega",
            r"sum",
            r"prod",
            r"int",
            r"sqrt",
            r"infty",
            r"approx",
            r"leq",
            r"geq",
            r"neq",
            r"in",
            r"partial",
            r"nabla",
            r"cdot",
            r"times",
            r"pm",
            r"sim",
            r"equiv",
            r"odot",
            r"otimes",
            r"oplus",
            r"propto",
            r"forall",
            r"exists",
            r"to",
            r"leftarrow",
            r"Rightarrow",
            r"-",
            r"ldots",
            r"ast",
            r"cdot",
            r"ell",
            r"|",
            r"|",
        ],
        strict=True,
    )
)
_FUNCTION = re.compile(
    r"(?<![\\\w])(log|exp|max|min|sin|cos|tanh|arg|lim|sup|inf|det|softmax|sigmoid|ReLU|LayerNorm|Concat)(?![\w])"
)
_BUILT_IN = {"log", "exp", "max", "min", "sin", "cos", "tanh", "arg", "lim", "sup", "inf", "det"}


def is_display(line: Line, left: float, right: float) -> bool:
    """Is this a line of a display equation? Mostly mathematics, and set off from the margins of its column or numbered."""
    share = line.math_share
    numbered = _NUMBER.search(line.text) is not None and line.x1 > right - 30
    centred = line.x0 > left + 0.06 * (right - left) and line.x1 < right - 0.02 * (right - left)
    words = [w for w in re.findall(r"[A-Za-z]{4,}", line.text) if w.lower() not in _FUNCTION.pattern]
    if len(words) > 5:
        return False
    return (numbered and (share > 0.2 or "=" in line.text)) or (centred and share > 0.55 and len(line.text) > 4)


def number_of(text: str) -> tuple[str | None, str]:
    """The printed number of an equation, and the rest."""
    match = _NUMBER.search(text)
    return (match[1], text[: match.start()].rstrip()) if match else (None, text)


def to_latex(text: str) -> str:
    """LaTeX of one line of an equation, from its text with marked sub- and superscripts."""
    out = []
    for char in text:
        name = _GREEK.get(char)
        if name is None:
            out.append(char)
        elif name in ("-", "|"):
            out.append(name)
        else:
            out.append(f"\\{name} ")
    latex = _FUNCTION.sub(lambda m: f"\\{m[1]}" if m[1] in _BUILT_IN else rf"\mathrm{{{m[1]}}}", "".join(out))
    return re.sub(r"\s+", " ", latex).strip()
