"""What glyphs mean in LaTeX: by the names that fonts give them, else by Unicode."""

from __future__ import annotations

import re
import unicodedata

_SIZES = re.compile(r"(?:big|Big|bigg|Bigg|display|text|wide|wider|widest|ex|tp|bt|mid|v\d|\.\w+|small|inf)$")
_GREEK = ["alpha", "beta", "gamma", "delta", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"]  # fmt: skip
_CAPITALS = ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
_NAMED = {name: "\\" + name for name in [*_GREEK, *_CAPITALS]} | {
    "epsilon1": r"\epsilon", "epsilon": r"\varepsilon", "theta1": r"\vartheta", "phi1": r"\varphi", "pi1": r"\varpi",
    "rho1": r"\varrho", "sigma1": r"\varsigma", "partialdiff": r"\partial", "lscript": r"\ell", "dotlessi": r"\imath",
    "dotlessj": r"\jmath", "weierstrass": r"\wp", "star": r"\star", "minus": "-", "periodcentered": r"\cdot",
    "multiply": r"\times", "asteriskmath": "*", "divide": r"\div", "diamondmath": r"\diamond", "plusminus": r"\pm",
    "minusplus": r"\mp", "circleplus": r"\oplus", "circleminus": r"\ominus", "circlemultiply": r"\otimes",
    "circledivide": r"\oslash", "circledot": r"\odot", "openbullet": r"\circ", "bullet": r"\bullet",
    "equivalence": r"\equiv", "reflexsubset": r"\subseteq", "reflexsuperset": r"\supseteq", "lessequal": r"\leq",
    "greaterequal": r"\geq", "lessorequalslant": r"\leq", "greaterorequalslant": r"\geq", "similar": r"\sim",
    "approxequal": r"\approx", "propersubset": r"\subset", "propersuperset": r"\supset", "lessmuch": r"\ll",
    "greatermuch": r"\gg", "precedes": r"\prec", "follows": r"\succ", "precedesequal": r"\preceq",
    "followsequal": r"\succeq", "arrowleft": r"\leftarrow", "arrowright": r"\to", "arrowup": r"\uparrow",
    "arrowdown": r"\downarrow", "arrowboth": r"\leftrightarrow", "similarequal": r"\simeq", "arrowdblleft": r"\Leftarrow",
    "arrowdblright": r"\Rightarrow", "arrowdblboth": r"\Leftrightarrow", "proportional": r"\propto", "prime": r"\prime",
    "infinity": r"\infty", "element": r"\in", "owner": r"\ni", "triangle": r"\triangle", "triangleinv": r"\nabla",
    "negationslash": r"\not", "mapsto": r"\mapsto", "universal": r"\forall", "existential": r"\exists",
    "logicalnot": r"\neg", "emptyset": r"\emptyset", "Rfractur": r"\Re", "Ifractur": r"\Im", "latticetop": r"\top",
    "perpendicular": r"\perp", "aleph": r"\aleph", "union": r"\cup", "intersection": r"\cap", "unionmulti": r"\uplus",
    "logicaland": r"\wedge", "logicalor": r"\vee", "turnstileleft": r"\vdash", "turnstileright": r"\dashv",
    "floorleft": r"\lfloor", "floorright": r"\rfloor", "ceilingleft": r"\lceil", "ceilingright": r"\rceil",
    "braceleft": r"\{", "braceright": r"\}", "angbracketleft": r"\langle", "angbracketright": r"\rangle",
    "angleleft": r"\langle", "angleright": r"\rangle", "bar": "|", "bardbl": r"\|", "vextendsingle": "|",
    "vextenddouble": r"\|", "arrowvertex": "|", "backslash": r"\setminus", "radical": "√", "radicalvertex": "√",
    "nabla": r"\nabla", "gradient": r"\nabla", "section": r"\S", "dagger": r"\dagger", "daggerdbl": r"\ddagger",
    "slash": "/", "less": "<", "greater": ">", "period": ".", "comma": ",", "parenleft": "(", "parenright": ")",
    "bracketleft": "[", "bracketright": "]", "defines": r"\triangleq", "square": r"\square", "braceex": r"\{",
    "lessorsimilar": r"\lesssim", "greaterorsimilar": r"\gtrsim", "hbar": r"\hbar", "planckover2pi": r"\hbar",
    # Large operators.
    "summation": r"\sum", "product": r"\prod", "integral": r"\int", "contintegral": r"\oint", "coproduct": r"\coprod",
    "circledplus": r"\bigoplus", "circlemultiplytext": r"\bigotimes", "circlemultiplydisplay": r"\bigotimes",
    "circleplustext": r"\bigoplus", "circleplusdisplay": r"\bigoplus", "circledottext": r"\bigodot",
    "circledotdisplay": r"\bigodot", "uniontext": r"\bigcup", "uniondisplay": r"\bigcup",
    "intersectiontext": r"\bigcap", "intersectiondisplay": r"\bigcap", "logicalandtext": r"\bigwedge",
    "logicalanddisplay": r"\bigwedge", "logicalortext": r"\bigvee", "logicalordisplay": r"\bigvee",
    # Accents, and the halves of the braces that lie above or below a formula.
    "hat": r"\hat", "tilde": r"\tilde", "circumflex": r"\hat", "macron": r"\bar", "overscore": r"\bar",
    "dotaccent": r"\dot", "dieresis": r"\ddot", "vector": r"\vec", "caron": r"\check", "breve": r"\breve",
    "acute": r"\acute", "grave": r"\grave", "ring": r"\mathring", "hatwide": r"\widehat", "hatwider": r"\widehat",
    "hatwidest": r"\widehat", "tildewide": r"\widetilde", "tildewider": r"\widetilde", "tildewidest": r"\widetilde",
    "bracehtipupleft": r"\underbrace", "bracehtipupright": r"\underbrace", "bracehtipdownleft": r"\overbrace",
    "bracehtipdownright": r"\overbrace",
}  # fmt: skip
_UNICODE = {
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "⋃": r"\bigcup", "⋂": r"\bigcap", "∞": r"\infty", "≈": r"\approx",
    "≤": r"\leq", "⩽": r"\leq", "≥": r"\geq", "⩾": r"\geq", "≠": r"\neq", "∈": r"\in", "∉": r"\notin", "∂": r"\partial",
    "∇": r"\nabla", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\cdot", "×": r"\times", "÷": r"\div", "±": r"\pm", "∓": r"\mp",
    "∼": r"\sim", "≃": r"\simeq", "≅": r"\cong", "≡": r"\equiv", "⊙": r"\odot", "⊗": r"\otimes", "⊕": r"\oplus",
    "⊖": r"\ominus", "∝": r"\propto", "∀": r"\forall", "∃": r"\exists", "→": r"\to", "←": r"\leftarrow", "↔": r"\leftrightarrow",
    "↑": r"\uparrow", "↓": r"\downarrow", "⇒": r"\Rightarrow", "⇐": r"\Leftarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto",
    "⟶": r"\to", "−": "-", "–": "-", "…": r"\ldots", "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots", "∗": "*", "ℓ": r"\ell",
    "∥": r"\|", "‖": r"\|", "∣": "|", "∪": r"\cup", "∩": r"\cap", "⊂": r"\subset", "⊆": r"\subseteq", "⊃": r"\supset",
    "⊇": r"\supseteq", "∅": r"\emptyset", "≪": r"\ll", "≫": r"\gg", "⟨": r"\langle", "⟩": r"\rangle", "〈": r"\langle",
    "〉": r"\rangle", "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "⊤": r"\top", "⊥": r"\perp",
    "′": r"\prime", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "$": r"\$", "µ": r"\mu",
    "≜": r"\triangleq", "≔": ":=", "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg", "†": r"\dagger", "‡": r"\ddagger",
    "◦": r"\circ", "∘": r"\circ", "•": r"\bullet", "⋆": r"\star", "ˆ": r"\hat", "^": r"\hat", "˜": r"\tilde", "~": r"\tilde",
    "¯": r"\bar", "ˉ": r"\bar", "˙": r"\dot", "¨": r"\ddot", "˘": r"\breve", "ˇ": r"\check", "´": r"\acute", "⃗": r"\vec",
    "ϵ": r"\epsilon", "ε": r"\varepsilon", "ϕ": r"\phi", "φ": r"\varphi", "ϑ": r"\vartheta", "ϱ": r"\varrho", "ς": r"\varsigma",
    "Δ": r"\Delta", "∆": r"\Delta", "Ω": r"\Omega", "ı": r"\imath", "ℎ": "h", "ℏ": r"\hbar", "ℜ": r"\Re", "ℑ": r"\Im",
    "⊢": r"\vdash", "≺": r"\prec", "≻": r"\succ", "⪯": r"\preceq", "⪰": r"\succeq", "≲": r"\lesssim", "≳": r"\gtrsim",
    "△": r"\triangle", "□": r"\square", "√": "√", "’": r"\prime", "\u0338": r"\not",
}  # fmt: skip
_PIECES = {  # How Unicode, and Adobe in the range for private use, name the pieces of tall brackets.
    "(": "⎛⎜⎝\uf8eb\uf8ec\uf8ed", ")": "⎞⎟⎠\uf8f6\uf8f7\uf8f8", "[": "⎡⎢⎣\uf8ee\uf8ef\uf8f0", "]": "⎤⎥⎦\uf8f9\uf8fa\uf8fb",
    r"\{": "⎧⎨⎩⎪\uf8f1\uf8f2\uf8f3\uf8f4", r"\}": "⎫⎬⎭\uf8fc\uf8fd\uf8fe", "|": "\uf8e6\u23d0",
}  # fmt: skip
_PIECE = {piece: bracket for bracket, pieces in _PIECES.items() for piece in pieces}
_LARGE_CODES = {  # Codes of TeX's font of large symbols, for files that name none of its glyphs.
    "P": r"\sum", "X": r"\sum", "Q": r"\prod", "Y": r"\prod", "R": r"\int", "Z": r"\int", "S": r"\bigcup", "T": r"\bigcap",
    "[": r"\bigcup", "\\": r"\bigcap", "L": r"\bigoplus", "M": r"\bigoplus", "N": r"\bigotimes", "O": r"\bigotimes",
    "J": r"\bigodot", "K": r"\bigodot", "p": "√", "q": "√", "r": "√", "s": "√", "b": r"\widehat", "c": r"\widehat",
    "d": r"\widehat", "e": r"\widetilde", "f": r"\widetilde", "g": r"\widetilde", "z": r"\overbrace", "{": r"\overbrace",
    "|": r"\underbrace", "}": r"\underbrace", "h": "[", "i": "]", "j": r"\lfloor", "k": r"\rfloor", "l": r"\lceil",
    "m": r"\rceil", "n": r"\{", "o": r"\}", "D": r"\langle", "E": r"\rangle", "\x00": "(", "\x01": ")", "\x02": "[",
    "\x03": "]", "\x04": r"\lfloor", "\x05": r"\rfloor", "\x06": r"\lceil", "\x07": r"\rceil", "\x08": r"\{",
    "\x09": r"\}", "\x0a": r"\langle", "\x0b": r"\rangle", "\x0c": "|", "\x0d": r"\|", "\x10": "(", "\x11": ")",
    "\x12": "(", "\x13": ")", "\x14": "[", "\x15": "]", "\x16": r"\lfloor", "\x17": r"\rfloor", "\x18": r"\lceil",
    "\x19": r"\rceil", "\x1a": r"\{", "\x1b": r"\}", "!": ")", '"': "[", "#": "]", "(": r"\{", ")": r"\}",
    "⇣": "(", "⌘": ")", "✓": "(", "◆": ")",
}  # fmt: skip
_SMALL_CODES = {  # What one widespread viewer makes of the codes of TeX's other fonts when it saves a PDF again.
    "↵": r"\alpha", "✏": r"\epsilon", "⇣": r"\zeta", "⌘": r"\eta", "✓": r"\theta", "◆": r"\iota", "⌫": r"\tau",
    "⇠": r"\sim", "⇡": r"\approx", "⇢": r"\subset", "⌧": r"\ll", "⇤": "*", "⇥": r"\times", "⌦": r"\otimes", "\uf8ff": r"\leq",
}  # fmt: skip
_PUBLISHED = {  # What some publishers' copies of TeX's fonts print for these characters.
    "¼": "=", "ð": "(", "Þ": ")", "þ": "+", "À": "-", "Â": r"\times", "½": "[", "j": "|", "k": r"\|", "f": r"\{", "g": r"\}",
    "2": r"\in", "1": r"\infty", "!": r"\to", "n": r"\setminus", "r": r"\nabla",
}  # fmt: skip
ACCENTS = {r"\hat", r"\tilde", r"\bar", r"\dot", r"\ddot", r"\breve", r"\vec", r"\check", r"\acute", r"\grave", r"\mathring", r"\widehat", r"\widetilde"}  # fmt: skip
LARGE = {r"\sum", r"\prod", r"\int", r"\oint", r"\coprod", r"\bigcup", r"\bigcap", r"\bigoplus", r"\bigotimes", r"\bigodot", r"\bigwedge", r"\bigvee"}  # fmt: skip
OPENING = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle", r"\lfloor": r"\rfloor", r"\lceil": r"\rceil"}
BARS = {"|", r"\|"}
_STYLES = {"BOLD": "mathbf", "DOUBLE-STRUCK": "mathbb", "SCRIPT": "mathcal", "FRAKTUR": "mathfrak"}
_ALPHABETS = [
    (re.compile(r"^(?:CMSY|CMBSY|MTSY|EUSM|LMMathSymbols)", re.IGNORECASE), "mathcal"),
    (re.compile(r"^[tp]xsys?$", re.IGNORECASE), "mathcal"),
    (re.compile(r"^(?:MSBM|[tp]xsyb|dsrom|bbm|bbold|PazoMathBlackboard|.*STbb)", re.IGNORECASE), "mathbb"),
    (re.compile(r"^rsfs", re.IGNORECASE), "mathscr"),
    (re.compile(r"^EUFM", re.IGNORECASE), "mathfrak"),
]
_LARGE_FONT = re.compile(r"CMEX|MTEX|[tp]xex|LMMathExtension|Cmex", re.IGNORECASE)
_TEX_FONT = re.compile(r"^(?:CM|MSAM|MSBM)[A-Z]*\d", re.IGNORECASE)
_PUBLISHED_FONT = re.compile(r"TeX_CM_Maths_Symbols|Adv(?:P|PS|Pi|TT|OT)[\w.]*$", re.IGNORECASE)
_BOLD_FONT = re.compile(r"CMBX|CMMIB|CMBSY|Bold|-Medi(?!um)", re.IGNORECASE)


def latex_of(char: str, name: str | None, font: str, bold: bool) -> str:
    """What a glyph means, as LaTeX; empty for what prints nothing.

    **Arguments:**

    - `char`: what the file says that it is; `name`: what its font calls it, None where that is not known.
    """
    alphabet = next((style for pattern, style in _ALPHABETS if pattern.match(font)), None)
    bold = bold or bool(_BOLD_FONT.search(font))
    if char in _PUBLISHED and _PUBLISHED_FONT.match(font):
        return _PUBLISHED[char]
    if name is not None and len(name) > 1 and (found := _by_name(name)) is not None:
        return rf"\boldsymbol{{{found}}}" if bold and name in _GREEK else found
    if char in _PIECE:
        return _PIECE[char]
    if name is None and _LARGE_FONT.search(font) and char in _LARGE_CODES:
        return _LARGE_CODES[char]
    if name is None and _TEX_FONT.match(font) and char in _SMALL_CODES:
        return _SMALL_CODES[char]
    letter = name if name is not None and len(name) == 1 else char
    if alphabet and letter.isascii() and (letter.isupper() or (alphabet != "mathcal" and letter.isalnum())):
        return rf"\{alphabet}{{{letter}}}"
    if alphabet == "mathbb" and name == "one":
        return r"\mathbb{1}"
    return _by_unicode(letter, bold)


def is_piece(char: str, name: str | None) -> bool:
    """Is it a piece of a bracket that is put together from several?"""
    return char in _PIECE or (name is not None and bool(re.search(r"(?:tp|bt|mid|ex|vertex|vextend\w+)$", name)))


def _by_name(name: str) -> str | None:
    while name not in _NAMED and (match := _SIZES.search(name)):
        name = name[: match.start()]
    return _NAMED.get(name)


def _by_unicode(text: str, bold: bool) -> str:
    if text in _UNICODE:
        return _UNICODE[text]
    if unicodedata.category(text[:1] or " ") in ("Mn", "Cf", "Zs"):
        return ""
    name = unicodedata.name(text, "") if len(text) == 1 else ""
    plain = unicodedata.normalize("NFKC", text)
    if name.startswith("GREEK"):
        letter = name.split()[-1].lower().replace("lamda", "lambda")
        found = "\\" + (letter.capitalize() if "CAPITAL" in name else letter)
        return rf"\boldsymbol{{{found}}}" if bold else found
    if name.startswith("MATHEMATICAL") and plain != text:
        style = _STYLES.get(name.split()[1])
        inner = _by_unicode(plain, False)
        return rf"\{style}{{{inner}}}" if style else inner
    if name.startswith("DOUBLE-STRUCK"):
        return rf"\mathbb{{{plain}}}"
    if name.startswith(("SCRIPT CAPITAL", "SCRIPT SMALL")):
        return rf"\mathcal{{{plain}}}"
    return rf"\mathbf{{{text}}}" if bold and text.isalnum() else text
