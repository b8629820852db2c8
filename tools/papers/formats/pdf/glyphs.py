"""Glyphs of formulas: what a character of a TeX font means, and its LaTeX."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

_MATH_ITALIC = [  # Codes 0x0B to 0x23 of OML, the encoding of TeX's math italic.
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "varepsilon", "vartheta",
]  # fmt: skip
_CAPITALS = ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
_OML = {chr(0x0B + i): "\\" + name for i, name in enumerate(_MATH_ITALIC)} | {
    chr(i): "\\" + name for i, name in enumerate(_CAPITALS)
}
_OMS = {  # Codes of TeX's symbol font that are no letters there.
    "\x00": "-", "\x01": r"\cdot", "\x02": r"\times", "\x03": "*", "\x06": r"\pm", "\x08": r"\oplus", "\x0a": r"\otimes",
    "\x0c": r"\odot", "\x14": r"\leq", "\x15": r"\geq", "\x18": r"\sim", "\x19": r"\approx", "\x1a": r"\subset",
    "\x1c": r"\ll", "\x1d": r"\gg", " ": r"\leftarrow", "!": r"\to", ")": r"\Rightarrow", "/": r"\propto",
    "0": r"\prime", "1": r"\infty", "2": r"\in", "3": r"\ni", "8": r"\forall", "9": r"\exists", "6": r"\not",
    "[": r"\cup", "\\": r"\cap", "b": r"\lfloor", "c": r"\rfloor", "d": r"\lceil", "e": r"\rceil", "f": r"\{",
    "g": r"\}", "h": r"\langle", "i": r"\rangle", "j": "|", "k": r"\|", "n": r"\setminus", "p": "√", "r": r"\nabla",
    "y": r"\dagger", "\uf8ff": r"\leq",
}  # fmt: skip
_OMX = {  # Codes of TeX's font of large symbols.
    "P": r"\sum", "X": r"\sum", "Q": r"\prod", "Y": r"\prod", "R": r"\int", "Z": r"\int", "S": r"\bigcup", "T": r"\bigcap",
    "L": r"\bigoplus", "M": r"\bigoplus", "N": r"\bigotimes", "O": r"\bigotimes",
    "(": r"\{", ")": r"\}", "p": "√", "q": "√", "r": "√", "s": "√", "v": "√", "u": "", "t": "", "b": r"\hat", "c": r"\hat", "d": r"\hat", "e": r"\tilde", "f": r"\tilde",
    "g": r"\tilde", "h": "[", "i": "]", "\x00": "(", "\x01": ")", "\x02": "[", "\x03": "]", "\x08": r"\{", "\x09": r"\}",
    "\x0c": "|", "\x0d": r"\|", "\x10": "(", "\x11": ")", "\x12": "(", "\x13": ")", "\x14": "[", "\x15": "]", "\x1a": r"\{",
    "\x1b": r"\}", " ": "(", "!": ")", '"': "[", "#": "]", "n": r"\{", "o": r"\}", "8": r"\{", "9": r"\}", ":": r"\{",
    ";": r"\}", "<": r"\{", "=": r"\}", ">": "", "0": "(", "1": ")", "@": "(", "A": ")", "B": "", "C": "",
}  # fmt: skip
_RE_ENCODED = str.maketrans({  # How one widespread viewer names the codes of TeX fonts when it saves a PDF again.
    "↵": "\x0b", "✏": "\x0f", "⇣": "\x10", "⌘": "\x11", "✓": "\x12", "◆": "\x13", "⌫": "\x17", "⇠": "\x18", "⇡": "\x19",
    "⇢": "\x1a", "⌧": "\x1c", "⇤": "\x03", "⇥": "\x02", "⌦": "\x0a",
})  # fmt: skip
_UNICODE = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "⋃": r"\bigcup", "⋂": r"\bigcap", "∞": r"\infty", "≈": r"\approx",
    "≤": r"\leq", "⩽": r"\leq", "≥": r"\geq", "⩾": r"\geq", "≠": r"\neq", "∈": r"\in", "∉": r"\notin", "∂": r"\partial",
    "∇": r"\nabla", "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "±": r"\pm", "∼": r"\sim", "≡": r"\equiv", "⊙": r"\odot",
    "⊗": r"\otimes", "⊕": r"\oplus", "∝": r"\propto", "∀": r"\forall", "∃": r"\exists", "→": r"\to", "←": r"\leftarrow",
    "⇒": r"\Rightarrow", "↦": r"\mapsto", "−": "-", "–": "-", "…": r"\ldots", "∗": "*", "ℓ": r"\ell", "∥": r"\|", "‖": r"\|",
    "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset", "⊆": r"\subseteq", "≪": r"\ll", "≫": r"\gg", "⟨": r"\langle",
    "⟩": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "⊤": r"\top", "⊥": r"\perp",
    "′": r"\prime", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "µ": r"\mu", "≜": r"\triangleq",
    "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg", "†": r"\dagger", "◦": r"\circ", "∘": r"\circ", "ˆ": r"\hat", "^": r"\hat",
    "˜": r"\tilde", "~": r"\tilde", "¯": r"\bar", "˙": r"\dot", "˘": r"\breve", "ϵ": r"\epsilon", "ε": r"\varepsilon",
    "ϕ": r"\phi", "φ": r"\varphi", "ϑ": r"\vartheta", "ϱ": r"\varrho", "ς": r"\varsigma", "Δ": r"\Delta", "∆": r"\Delta",
    "Ω": r"\Omega", "⎧": r"\{", "⎨": "", "⎩": "", "⎪": "", "⎛": "(", "⎝": "", "⎞": ")", "⎠": "", "⎡": "[", "⎣": "",
    "⎤": "]", "⎦": "", "⎜": "", "⎟": "", "⎢": "", "⎥": "",
}  # fmt: skip
ACCENTS = {r"\hat", r"\tilde", r"\bar", r"\dot", r"\breve"}
LARGE = {r"\sum", r"\prod", r"\int", r"\bigcup", r"\bigcap", r"\bigoplus", r"\bigotimes"}
_FAMILY = re.compile(
    r"(?:^|\+)(CMEX|CMSY|CMMI|CMMIB|MSBM|LMMathExtension|LMMathSymbols|LMMathItalic|MTEX|MTSY|MTMI|txex|txsy|txmi)",
    re.I,
)


@dataclass(frozen=True)
class Glyph:
    """A glyph, or a part of a formula that was put together.

    `y` is its baseline, `top` and `bottom` its ink; `origin` is the baseline that the font gives, which for glyphs that
    hang from it is another.
    """

    latex: str
    x0: float
    x1: float
    y: float
    top: float
    bottom: float
    size: float
    roman: bool = False
    built: bool = False
    origin: float = 0.0

    @property
    def centre(self) -> float:
        """The middle between left and right."""
        return (self.x0 + self.x1) / 2


def glyph(char: dict[str, Any], font: str, size: float, bold: bool, coded: bool) -> Glyph:
    """A glyph of PyMuPDF's `rawdict` as a part of a formula.

    **Arguments:**

    - `coded`: whether the characters of the font of large symbols are its codes, not Unicode.
    """
    found = _FAMILY.search(font)
    family = (found[1].upper() if found else "").replace("LMMATHEXTENSION", "CMEX").replace("LMMATHSYMBOLS", "CMSY")
    x0, top, x1, _ = char["bbox"]
    y = char["origin"][1]
    text = char["c"].translate(_RE_ENCODED) if family else char["c"]
    latex = _latex(text, family if coded or family != "CMEX" else "", bold)
    if family in ("CMEX", "MTEX", "TXEX"):  # Their glyphs hang from the baseline.
        depth = {r"\sum": 1.4, r"\prod": 1.4, r"\int": 2.2, r"\hat": 0.0, r"\tilde": 0.0}.get(latex, 1.8)
        if char["c"] in "PQRST":
            depth = 1.0
        elif char["c"] == "v":
            depth = 3.0
        low = y + depth * size
        return Glyph(latex, x0, x1, y + 0.75 * depth * size if depth else y, y, max(low, y + 2), size, origin=y)
    roman = not family and "ital" not in font.lower() and char["c"].isascii()
    if latex == "√":
        return Glyph(latex, x0, x1, y, y - 0.1 * size if family == "CMSY" else top, y + 0.9 * size, size, origin=y)
    tall = char["c"].isupper() or char["c"].isdigit() or char["c"] in "bdfhklt()[]{}|"
    deep = char["c"] in "gjpqy()[]{}|,;" or latex in (r"\beta", r"\gamma", r"\mu", r"\phi", r"\psi", r"\rho", r"\eta")
    return Glyph(
        latex, x0, x1, y, y - (0.7 if tall else 0.5) * size, y + (0.22 if deep else 0.02) * size, size, roman, origin=y
    )


def _latex(text: str, family: str, bold: bool) -> str:
    if family == "CMEX" and text in _OMX:
        return _OMX[text]
    if family == "CMSY":
        if text in _OMS:
            return _OMS[text]
        if text.isascii() and text.isupper():
            return rf"\mathcal{{{text}}}"
    if family in ("CMMI", "CMMIB", "MTMI", "LMMATHITALIC") and text in _OML:
        return _OML[text]
    if family == "MSBM" and text.isascii() and text.isupper():
        return rf"\mathbb{{{text}}}"
    if text in _UNICODE:
        return _UNICODE[text]
    if unicodedata.category(text[:1] or " ") in ("Mn", "Cf"):
        return ""
    name = unicodedata.name(text, "") if len(text) == 1 else ""
    plain = unicodedata.normalize("NFKC", text)
    if name.startswith("GREEK"):
        letter = name.split()[-1].lower().replace("lamda", "lambda")
        return "\\" + (letter.capitalize() if "CAPITAL" in name else letter)
    if name.startswith("MATHEMATICAL") and plain != text:
        inner = _latex(plain, "", False)
        style = {"BOLD": "mathbf", "DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak"}.get(
            name.split()[1]
        )
        return rf"\{style}{{{inner}}}" if style else inner
    if name.startswith("DOUBLE-STRUCK"):
        return rf"\mathbb{{{plain}}}"
    return rf"\mathbf{{{text}}}" if bold and text.isalpha() else text


def page_glyphs(raw: dict[str, Any]) -> list[Glyph]:
    """The glyphs of a page that PyMuPDF gives as `page.get_text("rawdict")`; turned text is left out."""
    spans = [
        span
        for block in raw["blocks"]
        if block["type"] == 0
        for line in block["lines"]
        if abs(line["dir"][0] - 1) < 0.01
        for span in line["spans"]
    ]
    coded = not any(c["c"] in "∑∏∫√⎧⎨" for s in spans if "CMEX" in s["font"] for c in s["chars"])
    return [
        glyph(char, span["font"], round(span["size"], 1), bool(span["flags"] & 16) or "CMBX" in span["font"], coded)
        for span in spans
        for char in span["chars"]
        if char["c"].strip() or (char["c"] < " " and "CM" in span["font"])
    ]
