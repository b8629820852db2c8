"""What the character commands of LaTeX print, in Unicode."""

from __future__ import annotations

import re
import unicodedata

ACCENTS = {
    "\\'": "\u0301", "\\`": "\u0300", "\\^": "\u0302", '\\"': "\u0308", "\\~": "\u0303", "\\=": "\u0304",
    "\\.": "\u0307", "\\c": "\u0327", "\\v": "\u030c", "\\u": "\u0306", "\\H": "\u030b", "\\r": "\u030a",
    "\\k": "\u0328", "\\d": "\u0323", "\\b": "\u0331", "\\t": "\u0361",
}  # fmt: skip

SYMBOLS = {
    "\\&": "&", "\\%": "%", "\\#": "#", "\\_": "_", "\\{": "{", "\\}": "}", "\\$": "\\$", "\\-": "", "\\/": "",
    "\\ ": " ", "\\,": "\u2009", "\\;": " ", "\\:": " ", "\\!": "", "\\@": "", "\\>": " ", "\\|": "‖", "\\*": "", "\\+": "",
    "\\ss": "ß", "\\SS": "ẞ", "\\o": "ø", "\\O": "Ø", "\\l": "ł", "\\L": "Ł", "\\ae": "æ", "\\AE": "Æ", "\\oe": "œ", "\\OE": "Œ",
    "\\aa": "å", "\\AA": "Å", "\\i": "ı", "\\j": "ȷ", "\\dh": "ð", "\\DH": "Ð", "\\th": "þ", "\\TH": "Þ", "\\dj": "đ", "\\DJ": "Đ",
    "\\S": "§", "\\P": "¶", "\\dag": "†", "\\ddag": "‡", "\\copyright": "©", "\\textcopyright": "©", "\\pounds": "£", "\\texteuro": "€", "\\euro": "€",
    "\\textregistered": "®", "\\texttrademark": "™", "\\trademark": "™", "\\degree": "°", "\\textdegree": "°", "\\textmu": "µ",
    "\\ldots": "…", "\\dots": "…", "\\textellipsis": "…", "\\dotfill": "…", "\\textbackslash": "\\", "\\textasciitilde": "~",
    "\\textasciicircum": "^", "\\textasciigrave": "`", "\\textquotesingle": "'", "\\textbar": "|", "\\textless": "<", "\\textgreater": ">",
    "\\textendash": "–", "\\textemdash": "—", "\\textquotedblleft": "“", "\\textquotedblright": "”", "\\textquoteleft": "‘", "\\lq": "‘",
    "\\textquoteright": "’", "\\rq": "’", "\\textbullet": "•", "\\textperiodcentered": "·", "\\textpm": "±", "\\texttimes": "×", "\\textdiv": "÷",
    "\\textunderscore": "_", "\\textdollar": "\\$", "\\textsection": "§", "\\textparagraph": "¶", "\\textdagger": "†", "\\textdaggerdbl": "‡", "\\textminus": "−",
    "\\textrightarrow": "→", "\\textleftarrow": "←", "\\textuparrow": "↑", "\\textdownarrow": "↓", "\\textvisiblespace": " ", "\\textasteriskcentered": "∗",
    "\\textless=": "≤", "\\slash": "/", "\\LaTeX": "LaTeX", "\\TeX": "TeX", "\\BibTeX": "BibTeX", "\\LaTeXe": "LaTeX2e",
    "\\quad": " ", "\\qquad": " ", "\\enspace": " ", "\\enskip": " ", "\\space": " ", "\\nobreakspace": " ", "\\thinspace": "\u2009", "\\hfill": " ",
    "\\hfil": " ", "\\hss": " ", "\\linebreak": " ", "\\allowbreak": "", "\\nobreak": "", "\\textquotedbl": '"', "\\guillemotleft": "«", "\\guillemotright": "»",
    "\\checkmark": "✓", "\\cmark": "✓", "\\xmark": "✗", "\\today": "", "\\lbrack": "[", "\\rbrack": "]", "\\nobreakdash": "", "\\hyp": "-",
    "\\textinterrobang": "‽", "\\textsterling": "£", "\\textyen": "¥", "\\textcent": "¢", "\\textonehalf": "½", "\\textonequarter": "¼",
    "\\textordmasculine": "º", "\\textordfeminine": "ª", "\\textnumero": "№", "\\textdegreeC": "°C", "\\celsius": "°C",
}  # fmt: skip
"""Commands that stand for text."""

_MATH_NAMES = (
    "Delta Gamma Im Lambda Leftrightarrow Omega Phi Pi Psi Re Rightarrow Sigma Theta Upsilon Vert Xi aleph alpha "
    "angle approx ast bar beta bigstar blacksquare blacktriangle bullet cap cdot cdots chi circ clubsuit cup "
    "dagger ddagger ddots delta diamond diamondsuit div downarrow ell emptyset epsilon equiv eta exists forall "
    "frac gamma ge geq gets gg gtrsim hat hbar heartsuit in infty int iota kappa lVert lambda langle lceil le "
    "leftarrow leftrightarrow leq lesssim lfloor ll lozenge lvert mapsto mathbb mathbf mathcal mathrm mp mu nabla "
    "ne nearrow neg neq notin nu odot omega oplus otimes overline parallel partial perp phi pi pm prime prod "
    "propto psi rVert rangle rceil rfloor rho rightarrow rvert searrow sigma sim simeq spadesuit sqrt square star "
    "subset sum tau theta tilde times to triangle triangleq uparrow upsilon varepsilon varphi varpi vartheta "
    "vdots vec vee vert wedge widehat xi zeta "
)
MATH_SYMBOLS = frozenset(f"\\{name}" for name in _MATH_NAMES.split())
"""Formula commands that some authors use outside of formulas; they are put between dollars there."""

DINGBATS = {
    "51": "✓",
    "52": "✔",
    "53": "✕",
    "54": "✖",
    "55": "✗",
    "56": "✘",
    "72": "★",
    "73": "☆",
    "108": "●",
    "110": "■",
}

_SUPERSCRIPTS = re.compile(r"(?<=\d)\u2009(?=\d{3})")


def accented(mark: str, letters: str) -> str:
    """Put a combining mark on the first letter."""
    letters = letters.replace("ı", "i").replace("ȷ", "j").strip()
    if not letters:
        return ""
    return unicodedata.normalize("NFC", letters[0] + mark) + letters[1:]


def tidy(text: str) -> str:
    """Collapse white space, keeping the line breaks of lists (`LINE`)."""
    text = _SUPERSCRIPTS.sub("", text).replace("\u2009", " ").replace("\xa0", " ")
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.split(LINE)]
    joined = "\n".join(_indented(line) for line in lines if line)
    return re.sub(r" ([,;.:)\]])(?=\s|$)", r"\1", joined)


LINE = "\x13"
"""Begins a new line of a list; each `INDENT` behind it is one level."""
INDENT = "\x14"


def _indented(line: str) -> str:
    bare = line.lstrip(INDENT + " ")
    depth = line[: len(line) - len(bare)].count(INDENT)
    return "  " * depth + bare.replace(INDENT, "")
