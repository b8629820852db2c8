"""`compare`: a user's implementation with official code, by aligned units, canonical facts and resolved settings."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from paper_implementer.knowledge.facts import Place

from .align import Candidate, align, likely_files, official_units
from .align_settings import compare_settings
from .canonical.behaviour import unused_layers
from .canonical.detect import facts_of
from .canonical.diverge import Comparer, Outcome
from .canonical.evaluate import Evaluator
from .canonical.explain import explain, explain_default
from .canonical.expression import Where
from .canonical.facts import CodeFact, View
from .canonical.project import Project, open_project
from .canonical.unused import attributes_read, items_of, unused
from .findings import Aligned, Comparison, Finding, MissingFeature, Unaligned, in_focus, ranked, severity_of
from .units import Unit, units_of

MIN_SCORE = 0.06
GOOD_SCORE = 0.15
Progress = Callable[[str], None]


def no_progress(_: str) -> None:
    """Say nothing."""


@dataclass
class Side:
    """One code base with the facts of its units, evaluated when asked for."""

    project: Project
    evaluator: Evaluator
    views: dict[int, View]
    facts: dict[int, list[CodeFact]]
    outcomes: dict[tuple[Unit, Unit], Outcome] = field(default_factory=dict)

    @classmethod
    def open(cls, root: str) -> Side:
        """**Raises:** `NotFound`."""
        project = open_project(root)
        return cls(project, Evaluator(project), {}, {})

    @cached_property
    def attributes_read(self) -> set[str]:
        """The attributes that the modules read so far use."""
        return attributes_read([m.tree for m in self.project.modules.values()])

    def view(self, unit: Unit) -> View:
        """The expressions of a unit."""
        if id(unit) not in self.views:
            result = self.evaluator.unit(unit.module, unit.node)
            self.views[id(unit)] = View(result, unit.name, unit.module.file, unit.is_class)
        return self.views[id(unit)]

    def facts_of(self, unit: Unit) -> list[CodeFact]:
        """The facts of a unit."""
        if id(unit) not in self.facts:
            self.facts[id(unit)] = facts_of(self.view(unit))
        return self.facts[id(unit)]


@dataclass(frozen=True)
class Difference:
    """A fact of mine against one of the official code."""

    mine: CodeFact
    official: CodeFact
    score: float


def compare(
    mine: str,
    official: str,
    *,
    mine_ref: str,
    official_ref: str,
    symbols: Sequence[str] | None = None,
    focus: Sequence[str] | None = None,
    progress: Progress = no_progress,
) -> Comparison:
    """Compare two code bases without running either.

    **Arguments:**

    - `mine`, `official`: folders or files.
    - `mine_ref`, `official_ref`: how they are called in the result.
    - `symbols`: official units to compare with; all when None.
    - `focus`: categories or families to report; all when None.

    **Raises:** `NotFound`.
    """
    started = time.monotonic()
    ours, theirs = Side.open(mine), Side.open(official)
    progress("Reading my code")
    my_units = units_of(ours.project, list(ours.project.files))
    progress("Choosing the official files that are like it")
    files = likely_files(ours.project, theirs.project)
    their_units = official_units(theirs.project, files)
    if symbols:
        wanted = {s.rpartition(".")[2] for s in symbols} | {s.partition(".")[0] for s in symbols}
        their_units = [u for u in their_units if u.name in wanted] or their_units
    progress("Aligning units")
    aligned = align(my_units, their_units, top=16)
    pairs = {u: _refine(ours, theirs, u, found) for u, found in aligned.items()}
    progress("Comparing facts")
    differences = _differences(ours, theirs, pairs)
    findings = [_finding(d) for d in differences]
    progress("Comparing settings")
    findings = _distinct([*compare_settings(mine, official, len(theirs.project.files)), *findings])
    if focus:
        findings = [f for f in findings if in_focus(f.category, focus)]
    return Comparison(
        findings=ranked(findings),
        aligned=[
            Aligned(mine=_place_of(u), official=_place_of(c[0].unit), score=c[0].score, why=c[0].why)
            for u, c in pairs.items()
            if c
        ],
        missing_features=_missing(ours, theirs, pairs),
        unaligned=_unaligned(pairs, their_units if symbols else []),
        stats={
            "mine_files": len(ours.project.files),
            "official_files": len(theirs.project.files),
            "official_files_compared": len(files),
            "mine_units": len(my_units),
            "official_units": len(their_units),
            "mine": mine_ref,
            "official": official_ref,
            "seconds": round(time.monotonic() - started, 3),
        },
        warnings=[*ours.project.broken, *theirs.project.broken, *_cautions(my_units, pairs)],
    )


def _cautions(units: list[Unit], pairs: dict[Unit, list[Candidate]]) -> list[str]:
    """What a reader must know before trusting an empty list of findings."""
    if units and not any(pairs.values()):
        return ["No unit of mine is like any unit of the official code: only settings were compared."]
    return [] if units else ["There is no function or class in mine: only settings were compared."]


def _unaligned(pairs: dict[Unit, list[Candidate]], wanted: list[Unit]) -> Unaligned:
    """Units without a counterpart: all of mine, of the official code those that were asked for by name."""
    used = {id(c[0].unit) for c in pairs.values() if c}
    return Unaligned(
        mine=[_place_of(u) for u, c in pairs.items() if not c],
        official=[_place_of(u) for u in wanted if id(u) not in used],
    )


MAX_FEATURES = 30


def _missing(ours: Side, theirs: Side, pairs: dict[Unit, list[Candidate]]) -> list[MissingFeature]:
    """Options of aligned official units, off by default, that mine has no parameter for."""
    found: list[MissingFeature] = []
    for unit, candidates in pairs.items():
        if not candidates or candidates[0].score < GOOD_SCORE:
            continue
        official = candidates[0].unit
        outcome = ours.outcomes.get((unit, official))
        if outcome is None:
            continue
        paired = set(outcome.pairs.values())
        for symbol, parameters in theirs.view(official).result.parameters.items():
            for p in parameters:
                off = bool(p.args) and p.args[0].op == "const" and p.args[0].value in (None, False)
                if off and ("arg", f"{symbol}.{p.value}") not in paired and len(found) < MAX_FEATURES:
                    place = Place(file=official.module.file, line=p.where.line, symbol=symbol)
                    says = f"{symbol} has an option {p.value!r}, off by default; mine has none"
                    found.append(MissingFeature(category="option", summary=says, mine=_place_of(unit), official=place))
    return found


def _refine(ours: Side, theirs: Side, unit: Unit, candidates: list[Candidate]) -> list[Candidate]:
    """Rank the candidates again by facts, operations and equal numbers, helpers followed on both sides."""
    kept = [c for c in candidates if c.score >= MIN_SCORE]
    own = {(f.slot, f.role, f.value) for f in ours.facts_of(unit)}
    ops = {n.op for n in ours.view(unit).nodes}

    def likeness(candidate: Candidate) -> float:
        other = {(f.slot, f.role, f.value) for f in theirs.facts_of(candidate.unit)}
        their_ops = {n.op for n in theirs.view(candidate.unit).nodes}
        same = len(own & other) / (len(own | other) or 1)
        common = len(ops & their_ops) / (len(ops | their_ops) or 1)
        return (
            1.5 * candidate.score
            + 0.1 * same * min(1.0, len(own) / 6)
            + 0.15 * common
            + 0.03 * (candidate.unit.is_class == unit.is_class)
        )

    comparers = {c: Comparer(ours.view(unit), theirs.view(c.unit)) for c in kept}
    first = sorted(((likeness(c) + 0.4 * comparers[c].quick(), c) for c in kept), key=lambda c: -c[0])[
        : 8 if len(ops) < 40 else 4
    ]
    scored = []
    for _, candidate in first:
        value = likeness(candidate)
        outcome = comparers[candidate].run()
        if outcome is not None:
            ours.outcomes[unit, candidate.unit] = outcome
            value += 0.5 * outcome.matched + 0.3 * (outcome.equal or outcome.mended)
        scored.append((value, candidate))
    return [c for _, c in sorted(scored, key=lambda c: -c[0])]


def _differences(ours: Side, theirs: Side, pairs: dict[Unit, list[Candidate]]) -> list[Difference]:
    """Facts of mine that the aligned official unit does not share, each judged in the smallest unit that can judge it."""
    decided: dict[tuple[str, Where], tuple[int, Difference | None]] = {}
    for unit, candidates in pairs.items():
        if not candidates:
            continue
        size = len(ours.view(unit).nodes)
        best = candidates[0]
        outcome = ours.outcomes.get((unit, best.unit))
        if (
            best.score < GOOD_SCORE
            and (outcome is None or outcome.matched < 0.2)
            and not _same_size(size, theirs, best)
        ):
            continue
        found = _compare_facts(ours.facts_of(unit), theirs.facts_of(best.unit), best.score)
        found += [(a, Difference(a, b, best.score)) for a, b in _unused(ours, theirs, unit, best.unit)]
        if outcome is not None:
            found += _computed(ours.view(unit), theirs.view(best.unit), outcome, best.score)
        for fact, difference in found:
            key = (fact.slot, fact.where)
            if key not in decided or decided[key][0] > size:
                decided[key] = (size, difference)
    return [d for _, d in decided.values() if d is not None]


def _unused(ours: Side, theirs: Side, mine: Unit, official: Unit) -> list[tuple[CodeFact, CodeFact]]:
    """What mine asks for or builds and never uses, where the official code does use it."""
    sides = [items_of(u.node, side.attributes_read) for side, u in ((ours, mine), (theirs, official))]
    here, there = (Where(u.module.file, u.node.lineno, u.name) for u in (mine, official))
    return list(unused(sides[0], sides[1], here, there))


def _same_size(size: int, theirs: Side, candidate: Candidate) -> bool:
    """Whether an official unit is not so much larger that it may hold anything."""
    return len(theirs.view(candidate.unit).nodes) < 8 * max(size, 10)


def _computed(mine: View, official: View, outcome: Outcome, score: float) -> list[tuple[CodeFact, Difference | None]]:
    """Differences by value numbering: computations that part, and defaults of parameters that play the same part."""
    found: list[tuple[CodeFact, Difference | None]] = []
    for divergence in outcome.divergences:
        explained = explain(divergence, mine, official, outcome.matched)
        if explained is not None:
            found.append((explained[0], Difference(*explained, score)))
    found += [(a, Difference(a, b, score)) for a, b in unused_layers(mine, official)]
    for a, b in outcome.defaults:
        explained = explain_default(a, b, mine, official)
        if explained is not None:
            found.append((explained[0], Difference(*explained, score)))
    return found


_COUNTED = {"dropout place"}
"""Slots that say nothing where one side has more of them."""
_ORDERED = {"softmax axis"}
"""Slots of which a unit has several in a fixed order."""


def _compare_facts(
    mine: list[CodeFact], official: list[CodeFact], score: float
) -> list[tuple[CodeFact, Difference | None]]:
    judged: list[tuple[CodeFact, Difference | None]] = []
    slots: dict[tuple[str, str], tuple[list[CodeFact], list[CodeFact]]] = defaultdict(lambda: ([], []))
    for fact in mine:
        slots[fact.slot, fact.role][0].append(fact)
    for fact in official:
        slots[fact.slot, fact.role][1].append(fact)
    for ours, theirs in slots.values():
        if not ours or not theirs or (ours[0].slot in _COUNTED and len(ours) != len(theirs)):
            continue
        left = list(theirs)
        rest: list[CodeFact] = []
        for fact in ours:
            same = next((t for t in left if t.value == fact.value), None)
            if same is not None:
                left.remove(same)
                judged.append((fact, None))
            else:
                rest.append(fact)
        values = {t.value for t in theirs}
        one_to_one = len(ours) == len(theirs) and not any(f.guard for f in (*ours, *theirs))
        for fact in rest:
            unused = [t for t in left if not t.guard]
            if (fact.value in values and not (one_to_one and ours[0].slot in _ORDERED)) or not unused or fact.guard:
                judged.append((fact, None))
                continue
            other = unused[0]
            left.remove(other)
            judged.append((fact, Difference(fact, other, score)))
    return judged


def _finding(d: Difference) -> Finding:
    mine, official = d.mine, d.official
    return Finding(
        id="",
        category=mine.category,
        severity=severity_of(mine.category),
        confidence=round(min(mine.confidence, official.confidence) * min(1.0, 0.7 + d.score), 2),
        summary=f"{mine.slot}: mine {mine.says}; official {official.says}",
        mine=_place(mine.where),
        official=_place(official.where),
        mine_does=mine.says,
        official_does=official.says,
        suggestion=f"Use what the official code does ({official.says}), or note why not.",
    )


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Of several findings of one category at one line, the surest."""
    best: dict[tuple[str, int, str], Finding] = {}
    for f in findings:
        key = (f.mine.file, f.mine.line, f.category)
        if key not in best or best[key].confidence < f.confidence:
            best[key] = f
    return list(best.values())


def _place(where: Where) -> Place:
    return Place(file=where.file, line=where.line, symbol=where.symbol or None)


def _place_of(unit: Unit) -> Place:
    return Place(file=unit.module.file, line=unit.node.lineno, end_line=unit.node.end_lineno, symbol=unit.name)
