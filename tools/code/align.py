"""Alignment: which unit of the official code does what a unit of mine does, whatever its name."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass

from .canonical.project import Project
from .units import Unit, units_of, words

MAX_LINES = 60_000
"""Of the official code, the files most like mine are compared up to this many lines."""
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]{2,}")
_WEIGHTS = {"op": 1.0, "num": 1.4, "name": 0.7, "kind": 0.4, "base": 0.8, "str": 0.8, "key": 0.5}


@dataclass(frozen=True)
class Candidate:
    """An official unit for one of mine, with how like it is (0 to 1) and the features that say so."""

    unit: Unit
    score: float
    why: str


def likely_files(mine: Project, official: Project) -> list[str]:
    """The official files worth parsing: all of a small code base, of a large one those most like mine in their words."""
    texts = {name: file.text() for name, file in official.files.items()}
    total = sum(t.count("\n") for t in texts.values())
    if total <= MAX_LINES:
        return list(texts)
    wanted = Counter(w for file in mine.files.values() for w in set(_WORD.findall(file.text())))
    parts = {p for w in wanted for p in words(w)}
    seen: dict[str, set[str]] = {}
    spread: Counter[str] = Counter()
    for name, text in texts.items():
        found = set(_WORD.findall(text))
        bag = {w for w in found if w in wanted}
        bag |= {p for p in parts if p in found}
        bag |= set(words(name)) & parts
        seen[name] = bag
        spread.update(bag)
    n = len(texts)

    def score(name: str) -> float:
        value = sum(math.log(1 + n / spread[w]) for w in seen[name])
        length = texts[name].count("\n") + 50
        return value / math.sqrt(math.log(length) + length / 2000)

    ranked = sorted((f for f in texts if not _is_test(f)), key=lambda f: -score(f))
    chosen: list[str] = []
    lines = 0
    for name in ranked:
        lines += texts[name].count("\n")
        if lines > MAX_LINES:
            break
        chosen.append(name)
    return chosen


def _is_test(name: str) -> bool:
    return bool(re.search(r"(^|/)(tests?|testing|examples?/tests)/|(^|/)test_[^/]*$|_test\.py$|(^|/)docs?/", name))


def align(mine: list[Unit], official: list[Unit], top: int = 3) -> dict[Unit, list[Candidate]]:
    """The best official units for each of mine, best first."""
    spread = Counter(f for u in official for f in u.bag)
    spread.update(f for u in mine for f in u.bag)
    n = len(official) + len(mine)
    rarity = {f: math.log(1 + n / c) for f, c in spread.items()}

    def vector(unit: Unit) -> dict[str, float]:
        return {
            f: (1 + math.log(c)) * rarity[f] * _WEIGHTS.get(f.partition(":")[0], 1.0)
            for f, c in unit.bag.items()
            if f in rarity
        }

    theirs = [(u, vector(u)) for u in official]
    lengths = {id(u): math.sqrt(sum(x * x for x in v.values())) or 1.0 for u, v in theirs}
    found: dict[Unit, list[Candidate]] = {}
    for unit in mine:
        own = vector(unit)
        length = math.sqrt(sum(x * x for x in own.values())) or 1.0
        ranked = []
        for other, v in theirs:
            small, large = (own, v) if len(own) < len(v) else (v, own)
            shared = {f: x * large[f] for f, x in small.items() if f in large}
            dot = sum(shared.values())
            ops = sum(1 for f in shared if not f.startswith(("kind:", "base:", "name:")))
            if not shared or (ops == 0 and len(shared) < 3):
                continue
            cosine = dot / (length * lengths[id(other)])
            # A unit that contains all of mine and more is as good as one of the same size: official units are longer.
            contained = dot / (length * length + 1e-9)
            score = 0.75 * cosine + 0.25 * min(contained, 1.0)
            best = sorted(shared, key=lambda f: -shared[f])[:5]
            ranked.append(Candidate(other, round(score, 3), ", ".join(f.partition(":")[2] for f in best)))
        ranked.sort(key=lambda c: -c.score)
        found[unit] = ranked[:top]
    return found


def official_units(project: Project, files: list[str]) -> list[Unit]:
    """Units of the files that were chosen."""
    return [u for u in units_of(project, files) if not u.name.startswith("test_")]
