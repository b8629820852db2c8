"""Names of quantities: what in a formula is a symbol, and when two printed forms are the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .mathematics import LETTERS, Atom

_COMBINING = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306", "mathring": "\u030a", "acute": "\u0301", "underline": "\u0332"}  # fmt: skip
_TRANSPOSES = {"top", "intercal", "⊤", "T", "dagger", "†", "mathsf"}
_ENTRY = re.compile(r"[ijk][ijklt]|[lmnt][ijk]|mn|nm")
_NUMBER_SETS = {"R", "N", "Z", "C", "Q"}


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol as a paper prints it.

    **Arguments:**

    - `base`: a letter ("x", "theta") or a word ("pos", "FFN"); `style` and `accent` as in `Atom`.
    - `sub`, `sup`: LaTeX of what is below and above, without transposes and numeric powers.
    - `sub_counts`, `sup_counts`: whether what is below or above only counts (`x_i`, `h^{(l)}`, `\\theta_{t-1}`).
    - `applied`: whether arguments in brackets follow it.
    """

    base: str
    style: str = ""
    accent: str = ""
    sub: str = ""
    sup: str = ""
    primes: int = 0
    sub_counts: bool = True
    sup_counts: bool = True
    applied: bool = False
    sized: bool = False

    @property
    def latex(self) -> str:
        """The name in LaTeX."""
        base = _latex_base(self.base, self.style)
        base = f"\\{self.accent}{{{base}}}" if self.accent else base
        sup = self.sup + "\\prime" * self.primes
        name = base + (_script("_", self.sub) if self.sub else "") + (_script("^", sup) if sup else "")
        return f"|{name}|" if self.sized else name

    @property
    def text(self) -> str:
        """The name in plain characters."""
        base = LETTERS.get(self.base, self.base)
        if self.accent in _COMBINING:
            base = unicodedata.normalize("NFC", base + _COMBINING[self.accent])
        name = base + "′" * self.primes
        name += f"_{_plain_script(self.sub)}" if self.sub else ""
        name += f"^{_plain_script(self.sup)}" if self.sup else ""
        return f"|{name}|" if self.sized else name

    @property
    def exact(self) -> tuple[str, ...]:
        """What two printed forms share that are the same symbol."""
        return (*self.styled, _flat(self.sub), _flat(self.sup))

    @property
    def styled(self) -> tuple[str, ...]:
        """The symbol without what stands below and above."""
        return (self.base, self.style if self.base not in LETTERS and len(self.base) == 1 else "", self.accent, str(self.primes), str(self.sized))  # fmt: skip

    @property
    def family(self) -> tuple[str, ...]:
        """The symbol without its indices: what `x_i` and `x_{i+1}` share."""
        return (*self.styled, "" if self.sub_counts else _flat(self.sub), "" if self.sup_counts else _flat(self.sup))

    @property
    def indexed(self) -> bool:
        """Whether an index stands below or above."""
        return bool((self.sub and self.sub_counts) or (self.sup and self.sup_counts))

    @property
    def bare(self) -> Name:
        """The name without what stands below and above."""
        return replace(self, sub="", sup="", sub_counts=True, sup_counts=True)

    @property
    def labelled(self) -> Name:
        """The name without its indices."""
        return replace(self, sub="" if self.sub_counts else self.sub, sup="" if self.sup_counts else self.sup)


def _latex_base(base: str, style: str) -> str:
    if base in LETTERS:
        return f"\\mathbf{{\\{base}}}" if style == "mathbf" else f"\\{base}"
    if len(base) > 1:
        return f"\\{style or 'mathit'}{{{base}}}"
    return f"\\{style}{{{base}}}" if style else base


def _script(mark: str, inside: str) -> str:
    return f"{mark}{inside}" if len(inside) == 1 or re.fullmatch(r"\\[A-Za-z]+", inside) else f"{mark}{{{inside}}}"


def _flat(script: str) -> str:
    """A script for comparing: `\\text{model}`, `\\mathrm{model}` and `model` are one."""
    return re.sub(r"\\(?:mathrm|text|mathit|mathbf|mathsf|mathcal|mathtt)\b|[\s{}\\]", "", script)


def _plain_script(script: str) -> str:
    text = re.sub(r"\\(?:mathrm|text|mathit|mathbf|mathsf|mathcal|mathbb|mathtt)\b|[{}]", "", script)
    text = re.sub(r"\\prime", "′", re.sub(r"\\ell", "ℓ", text))
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda m: LETTERS.get(m[1], {"infty": "∞", "star": "*", "ast": "*"}.get(m[1], m[1])), text)  # fmt: skip
    return text if len(text) == 1 or re.fullmatch(r"\w+", text) else f"{{{text}}}"


def render(atoms: list[Atom], *, plain: bool = False) -> str:
    """Atoms as LaTeX again, or as plain characters."""
    out = ""
    for atom in atoms:
        if atom.kind in ("letter", "word"):
            name = Name(atom.base, atom.style, atom.accent, render(atom.sub), render(atom.sup), atom.primes)
            piece = name.text if plain else name.latex
            if not plain and len(atom.base) > 1 and atom.base not in LETTERS and not atom.style:
                piece = piece.replace(f"\\mathit{{{atom.base}}}", f"\\text{{{atom.base}}}", 1)
            out += " " + piece if not plain and out.endswith(tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) and re.search(r"\\[A-Za-z]+$", out) else piece  # fmt: skip
            continue
        body = atom.base
        if not plain and len(body) > 1 and body.isalpha() and body.isascii() and atom.kind != "number":
            body = f"\\{body} "
        if atom.base == "/" and len(atom.inner) == 2:
            body = f"{render(atom.inner[0], plain=plain)}/{render(atom.inner[1], plain=plain)}"
        elif atom.base == "√" and atom.inner:
            body = f"√{render(atom.inner[0], plain=plain)}" if plain else f"\\sqrt{{{render(atom.inner[0])}}}"
        elif atom.inner:
            body = "".join(render(part, plain=plain) for part in atom.inner)
        if plain:
            body = {"times": " × ", "×": " × ", "cdot": "·", "star": "*", "ast": "*"}.get(body, body)
            body = f" {body} " if atom.kind == "relation" else body
        elif body in ("…", "×"):
            body = {"…": "\\ldots ", "×": "\\times "}[body]
        for mark, script in (("_", atom.sub), ("^", atom.sup)):
            if script:
                inside = render(script, plain=plain)
                body += f"{mark}{_plain_script(inside) if plain else '{' + inside + '}'}"
        out += body + "′" * atom.primes
    return out.strip() if plain else out


def _index_like(atoms: list[Atom]) -> bool:
    """Whether a script only counts: letters, numbers, commas, sums and ranges, no word and no capital alone."""
    if not atoms:
        return True
    for atom in atoms:
        if atom.kind == "word" or atom.accent:
            return False
        if atom.kind == "letter" and ((atom.base[0].isupper() and len(atoms) == 1) or atom.style):
            return False
        if atom.kind == "letter" and len(atom.base) > 1 and atom.base not in ("ell", "tau"):
            return False
    if sum(a.kind == "comma" for a in atoms):
        return True
    if _ENTRY.fullmatch("".join(a.base for a in atoms)):
        return True
    letters = sum(a.kind == "letter" for a in atoms)
    return letters < 2 or any(a.kind in ("comma", "dots", "relation", "open") or a.base in "+-−:" for a in atoms)


def name_of(atom: Atom) -> Name | None:
    """The name that an atom is, or None where it is a number, a sign or a set of numbers."""
    if atom.kind not in ("letter", "word"):
        return None
    if atom.style == "mathbb" and (atom.base in _NUMBER_SETS or atom.base in "E1PVI"):
        return None
    if atom.kind == "word" and len(atom.base) > 24:
        return None
    sup = [a for a in atom.sup if a.kind != "number" or len(atom.sup) > 1]
    if all(a.base in _TRANSPOSES or a.base in "-−1" or a.kind == "number" for a in sup) and sup:
        sup = []
    if max(len(render(atom.sub)), len(render(sup))) > 40:
        return None
    style = "" if atom.kind == "letter" and atom.style == "mathrm" else atom.style
    return Name(atom.base, style, atom.accent, render(atom.sub), render(sup), atom.primes, _index_like(atom.sub), _index_like(sup))  # fmt: skip


def names_in(atoms: list[Atom]) -> Iterator[Name]:
    """The names of a formula in order, with those inside fractions, and those in scripts after their base."""
    for place, atom in enumerate(atoms):
        name = name_of(atom)
        after = atoms[place + 1] if place + 1 < len(atoms) else None
        if name is not None:
            yield replace(name, applied=after is not None and after.kind == "open" and after.base == "(")
        for part in (*atom.inner, atom.sup):
            yield from names_in(part)
