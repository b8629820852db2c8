"""What a formula in a sentence says by itself: which symbols it is about, their shape, the value that they take."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from .mathematics import Atom, parse
from .names import Name, name_of, render

_EQUAL = {"=", ":=", "≜", "≡", "←"}
_ENTRY = re.compile(r"^(?:\d+|[A-Za-z])$")


@dataclass(frozen=True, slots=True)
class Subject:
    """One symbol that a formula is about, with what the formula says of it.

    **Arguments:**

    - `shape`: "n × d_k", "scalar", or None; `value`: LaTeX of what it is set to, None where it is not.
    - `defined`: whether the sign says that it is so by definition (`:=`, `≜`).
    - `sequence`: whether the formula lists its elements (`(x_1, …, x_n)`).
    """

    name: Name
    shape: str | None = None
    value: str | None = None
    defined: bool = False
    sequence: bool = False


def _depths(atoms: list[Atom]) -> list[int]:
    depth, out = 0, []
    for atom in atoms:
        depth -= atom.kind == "close"
        out.append(max(depth, 0))
        depth += atom.kind == "open"
    return out


def _split(atoms: list[Atom], kind: str) -> list[list[Atom]]:
    parts: list[list[Atom]] = [[]]
    for atom, depth in zip(atoms, _depths(atoms), strict=True):
        if depth == 0 and atom.kind == kind:
            parts.append([])
        else:
            parts[-1].append(atom)
    return parts


def _single(atoms: list[Atom]) -> Name | None:
    """The name that these atoms are, alone or with arguments in brackets."""
    atoms = [a for a in atoms if not (a.kind == "other" and a.base in (".", "") and not a.inner)]
    if not atoms:
        return None
    if len(atoms) == 3 and atoms[0].kind == atoms[2].kind == "bar":
        inside = _single(atoms[1:2])
        return replace(inside, sized=True) if inside else None
    if atoms[0].base in ("Delta", "nabla") and len(atoms) == 2:
        second = name_of(atoms[1])
        return replace(second, base="Δ" + second.base if len(second.base) == 1 else second.base) if second and len(second.base) == 1 else None  # fmt: skip
    name = name_of(atoms[0])
    if atoms[0].sup and all(a.kind == "number" or a.base in "-−" for a in atoms[0].sup):
        return None  # a power of a symbol is another quantity
    if name is None:
        return _letters(atoms)
    if len(atoms) == 1:
        return name
    if atoms[1].kind == "open" and atoms[1].base in "([" and atoms[-1].kind == "close":
        depth = _depths(atoms)
        if all(d > 0 for d in depth[2:-1]) and len(atoms) < 16:
            return replace(name, applied=True)
    return _letters(atoms)


def _letters(atoms: list[Atom]) -> Name | None:
    """Two letters without a space that are one name (`lr`, `KL`), with a script on the last alone."""
    if len(atoms) != 2 or any(a.kind != "letter" or len(a.base) > 1 or a.accent or a.style for a in atoms):
        return None
    first, last = atoms
    if first.sub or first.sup or last.spaced or first.base.isupper() != last.base.isupper():
        return None
    name = name_of(last)
    return replace(name, base=first.base + last.base) if name else None


def _sequence(atoms: list[Atom]) -> Name | None:
    """The symbol whose elements are listed between brackets."""
    if len(atoms) < 5 or atoms[0].kind != "open" or atoms[-1].kind != "close":
        return None
    parts = _split(atoms[1:-1], "comma")
    names = [_single(p) for p in parts if p and p[0].kind != "dots"]
    known = [n for n in names if n is not None]
    if len(known) < 2 or len(known) != len(names) or len({n.styled for n in known}) != 1:
        return None
    listed = any(p and p[0].kind == "dots" for p in parts) or all(n.sub.isdigit() for n in known)
    return known[0].bare if known[0].sub and listed else None


def shape_of(atoms: list[Atom]) -> str | None:
    """The shape that membership in a set gives: of `\\mathbb{R}^{n \\times d}` it is "n × d"."""
    atoms = [a for a in atoms if a.base not in (".",)]
    if not atoms:
        return None
    first = atoms[0]
    if first.kind == "open" and atoms[-1].kind == "close" and first.base in "[(":
        inside = _split(atoms[1:-1], "comma")
        closing = atoms[-1]
        if len(inside) == 2 and all(inside):
            size = render(closing.sup, plain=True)
            span = f"{first.base}{render(inside[0], plain=True)}, {render(inside[1], plain=True)}{closing.base}"
            return f"{size}, in {span}" if size else f"scalar in {span}"
    if first.kind == "open" and first.base in ("{", "lbrace") and atoms[-1].kind == "close":
        size = render(atoms[-1].sup, plain=True)
        return size or None
    if first.kind == "letter" and first.style in ("mathbb", "mathbf", "mathrm", "") and len(atoms) == 1:
        size = _dimensions(first.sup)
        if first.base == "R":
            return size or "scalar"
        if first.style == "mathbb" and first.base in "NZ":
            return size or "integer"
        if first.style == "mathbb" and first.base in "CBFS":
            return size or None
    return None


def _dimensions(sup: list[Atom]) -> str:
    parts = [a for a in sup if a.base not in ("+",)]
    for place in range(len(parts) - 1, 0, -1):
        if parts[place].kind == "letter" and parts[place - 1].kind == "letter":
            parts.insert(place, Atom("other", "·"))
    text = render(parts, plain=True)
    return re.sub(r"\s*(?:×|\\times)\s*", " × ", text).strip("() ")


def _segment(atoms: list[Atom]) -> list[Subject]:
    parts = _split(atoms, "relation")
    signs = [a.base for a, d in zip(atoms, _depths(atoms), strict=True) if d == 0 and a.kind == "relation"]
    left = parts[0]
    name = _single(left)
    sequence = False
    if name is None:
        name = _sequence(left)
        sequence = name is not None
    if name is None:
        if len(signs) == 2 and all(s in "<≤" for s in signs) and (between := _single(parts[1])):
            low, high = render(parts[0], plain=True), render(parts[2], plain=True)
            return [Subject(between, shape=f"scalar between {low} and {high}")] if left and left[0].kind == "number" else []  # fmt: skip
        return []
    if not signs:
        return [Subject(name, sequence=sequence)]
    if signs[0] == "∈":
        return [Subject(name, shape=shape_of(parts[1]), sequence=sequence)]
    if signs[0] in _EQUAL:
        found = []
        for place, part in enumerate(parts[:-1]):
            chained = _single(part)
            if place and (chained is None or signs[place] not in _EQUAL):
                break
            shape = next((shape_of(p) for s, p in zip(signs, parts[1:], strict=False) if s == "∈"), None)
            value = render(parts[-1]).strip()
            found.append(Subject(chained or name, shape=shape, value=value, defined=signs[0] in (":=", "≜")))
            if chained is None:
                break
        return found
    return [Subject(name)]


@lru_cache(maxsize=4096)
def subjects(latex: str) -> tuple[Subject, ...]:
    """The symbols that a formula of a sentence is about, in order; none where it is an expression."""
    return tuple(subjects_of(parse(latex)))


def subjects_of(atoms: list[Atom]) -> list[Subject]:
    """The same for parsed atoms."""
    while (atoms and atoms[-1].kind in ("comma", "dots")) or (atoms and atoms[-1].base == "."):
        atoms = atoms[:-1]
    if not atoms or len(atoms) > 120:
        return []
    if _split(atoms, "comma")[0] == atoms:
        return _segment(atoms)
    segments = _split(atoms, "comma")
    if any(len(s) == 1 and s[0].kind == "dots" for s in segments):
        first = _segment(segments[0])
        ends = [_single(s) for s in segments if s and s[0].kind != "dots"]
        same = {n.styled for n in ends if n}
        if first and first[0].value is None and len(same) == 1 and len(ends) > 1 and ends[0] and ends[0].sub:
            return [replace(first[0], name=ends[0].bare, sequence=True)]
        return [replace(s, value=None) for s in first[:1]]
    found: list[Subject] = []
    for segment in segments:
        one = _segment(segment)
        if not one:
            # "(x, y), z" and values behind commas end the list of names.
            break
        if found and found[0].value is None and one[0].value is not None:
            break  # the range of an index: "w(l, k), l = 1, 2"
        found.extend(one)
    # Q, K, V ∈ R^{n×d}: what the last says holds for those before it that say nothing.
    for place in range(len(found) - 2, -1, -1):
        if found[place].shape is None and found[place].value is None:
            found[place] = replace(found[place], shape=found[place + 1].shape)
    return found
