"""What display equations say: which symbols stand in them, which they define, and what the words before call those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..paper import Block
from .formula import Subject, subjects_of
from .mathematics import Atom, parse, walk
from .names import Name, name_of
from .phrases import cleaned, phrase_before
from .words import is_noun

_ROW = re.compile(
    r"\\\\(?:\[[^\]]{0,12}\])?|\\qquad|\\quad\s*\\text\{\s*(?:and|where)\s*\}|\\text\{\s*(?:and|where|with)~?\s*\}~?"
)
_DEFINES = re.compile(r":=|\\triangleq|\\coloneqq|≜|=|\\equiv")
_LEAD = re.compile(
    r"(?:(?:(?:is|are|can be|could be|may be|was|were)\s+(?:then\s|thus\s|also\s|now\s)?)?(?P<said>defined|given|computed|calculated|written|expressed|formulated|obtained|formali[sz]ed|represented|described|updated|denoted|estimated|derived|as follows)?\s*(?:as follows|as|by|to be|via|through|using|with|in the form)?\s*(?:follows|the following(?:\s\w+){0,2})?|is|are|becomes|reads)\s*[:,]?\s*$"
)
_PROBABILITY = {"p", "P", "Pr", "q", "E", "N", "O", "o", "U", "I"}
_ARRAYS = re.compile(r"\\begin\{(?:cases|array|[bpvBV]?matrix|dcases)")
_ORDERS = {"O", "o", "Theta", "Omega", "P", "p", "E", "Pr"}
_MARKS = re.compile(r"[&]|\\(?:nonumber|notag|label\{[^}]*\}|begin\{[^}]*\}(?:\{[^}]*\})?|end\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Equated:
    """A symbol alone on the left of a display equation."""

    subject: Subject
    block: Block
    value: str
    by_definition: bool
    first: bool


def rows(block: Block) -> list[str]:
    """The lines of a display equation as LaTeX."""
    return [row for row in (_MARKS.sub(" ", r).strip() for r in _ROW.split((block.latex or "")[:6000])) if row]


def equated(block: Block) -> Iterator[Equated]:
    """The symbols that stand alone on the left of the lines of a display equation."""
    lines = rows(block)
    arrayed = bool(_ARRAYS.search(block.latex or ""))
    for number, row in enumerate(lines):
        atoms = parse(row)
        signs = list(_DEFINES.finditer(row))
        found = _by_equality(atoms)
        sign = signs[0] if signs else None
        if found is None and len(signs) == 2:
            # [k_1; k_2; …] = k = W c: the middle is what is defined.
            found, sign = _by_equality(parse(row[signs[0].end() :])), signs[1]
        if found is None or sign is None or not found.value:
            continue
        if found.name.base in _ORDERS and found.name.applied:
            continue
        value = re.split(
            r",?\s*(?:\\q?quad|\\(?:text|mathrm)\s*\{\s*(?:if|where|for|and|with|otherwise))", row[sign.end() :]
        )[0]
        value = re.sub(r"\s+", " ", value).strip(" ,.;").removesuffix("\\")
        if not re.search(r"[A-Za-z\\]", value):
            continue
        if (
            arrayed
            or value.count("{") != value.count("}")
            or (number + 1 < len(lines) and not _DEFINES.search(lines[number + 1]))
        ):
            value = ""  # it goes on in the next line
        yield Equated(found, block, value, sign[0] not in ("=",), number == 0)


def _by_equality(atoms: list[Atom]) -> Subject | None:
    depth = 0
    for place, atom in enumerate(atoms):
        depth += (atom.kind == "open") - (atom.kind == "close")
        if depth == 0 and atom.kind == "relation":
            if atom.base not in ("=", ":=", "≜", "≡", "←"):
                return None
            left = _named_word(subjects_of(atoms[:place])) or _capitals(atoms[:place])
            if left is None:
                return None
            return replace(left, value="…", defined=atom.base in (":=", "≜"))
    return None


def _named_word(found: list[Subject]) -> Subject | None:
    return found[0] if len(found) == 1 and not found[0].sequence else None


def _capitals(atoms: list[Atom]) -> Subject | None:
    """`P E_{pos}` alone on the left is one name, not a product."""
    letters = [a for a in atoms if a.kind == "letter"]
    if len(atoms) == 2 and len(letters) == 2 and all(a.base.isupper() and len(a.base) == 1 for a in letters):
        name = name_of(letters[1])
        if name and not letters[0].sub and not letters[0].sup:
            return Subject(replace(name, base=letters[0].base + name.base))
    return None


def announced(text: str) -> str | None:
    """What the words that end before a display equation call its left side ("The regret is defined as:")."""
    text = text.rstrip()
    lead = _LEAD.search(text)
    if lead is None or not re.search(r"[a-z]", lead[0]):
        return None
    phrase = phrase_before(text, lead.start())
    if phrase is None or not phrase.determined or not is_noun(phrase.text.split()[-1]):
        return None
    meaning = cleaned(phrase.text)
    return None if re.search(r"\b(?:form|equation|problem|way|formula|procedure|process|notation|rule|relation|expression|case|steps?|result)$", meaning) else meaning  # fmt: skip


def occurrences(block: Block) -> Iterator[Name]:
    """The symbols of a display equation that stand for quantities, in order; signs and conventions left out."""
    for row in rows(block):
        atoms = parse(row)
        whole = list(walk(atoms))
        bound = _bound(whole)
        yield from (n for n in _quantities(atoms, bound))


def _bound(atoms: list[Atom]) -> set[str]:
    """Letters that only run: below sums and products, and in scripts."""
    letters: set[str] = set()
    for atom in atoms:
        for script in (atom.sub, atom.sup) if atom.kind == "operator" else (atom.sub,):
            letters |= {a.base for a in script if a.kind == "letter" and (len(a.base) == 1 and a.base.islower())}
    return letters


def running_letters(blocks: list[Block]) -> set[str]:
    """Letters that serve as indices in the display equations of a paper."""
    return {letter for block in blocks for row in rows(block) for letter in _bound(list(walk(parse(row))))}


def _quantities(atoms: list[Atom], bound: set[str]) -> Iterator[Name]:
    for place, atom in enumerate(atoms):
        after = atoms[place + 1] if place + 1 < len(atoms) else None
        before = atoms[place - 1] if place else None
        name = name_of(atom)
        if name is not None and not _conventional(atom, before, after, bound):
            yield replace(name, applied=after is not None and after.kind == "open" and after.base == "(")
        for part in atom.inner:
            yield from _quantities(part, bound)
        if atom.kind == "operator":
            yield from (n for n in _quantities(atom.sup, bound) if n.base not in bound)


def _conventional(atom: Atom, before: Atom | None, after: Atom | None, bound: set[str]) -> bool:
    applied = after is not None and after.kind in ("open", "bar") and after.base in "([|{"
    plain = not atom.sub and not atom.accent and not atom.primes
    if atom.base in bound and plain and not atom.style and len(atom.base) == 1:
        return True
    if atom.base == "e" and atom.sup and not atom.sub:
        return True
    if atom.base == "pi" and plain and (before is None or before.kind == "number" or not applied) and not atom.sup and before is not None and before.kind == "number":  # fmt: skip
        return True
    if atom.base == "d" and plain and after is not None and after.kind == "letter" and not atom.sup:
        return True
    if atom.base in ("Delta", "delta") and plain and after is not None and after.kind == "letter":
        return True
    if atom.base in _PROBABILITY and applied and plain:
        return True
    return atom.kind == "word" and (applied or (atom.style in ("mathrm", "mathsf", "mathtt") and plain))
