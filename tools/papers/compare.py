"""Two papers side by side: what both use, what one adds, settings that differ, results on the same data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Source

from .comparison import Component, DifferingSetting, PaperComparison, SharedResult
from .contributions import paper_contributions
from .contributions.model import Result
from .paper import Paper
from .parts import parts_of
from .settings import paper_settings

_METHOD_ROLES = ("method", "background", "experiments")
_TRAINED = 12
"""Rows of a kind that are shown side by side at most."""


def compare_papers(first: Paper, second: Paper) -> PaperComparison:
    """Compare two papers by what each states. Nothing is said of what neither states."""
    one, two = paper_settings(first).facts, paper_settings(second).facts
    mine, theirs = _components(first, one), _components(second, two)
    answer = PaperComparison(
        first=first.id,
        second=second.id,
        shared=[Component(name=n, source=mine[n], other_source=theirs[n]) for n in mine if n in theirs],
        only_first=[Component(name=n, source=mine[n]) for n in mine if n not in theirs],
        only_second=[Component(name=n, source=theirs[n]) for n in theirs if n not in mine],
        differing_settings=list(_differing(one, two)),
        shared_results=list(_shared_results(first, second)),
    )
    answer.summary = _summary(first, second, answer)
    return answer


def _components(paper: Paper, facts: list[Fact]) -> dict[str, Source]:
    """Parts by name: design choices that are words, and known methods that the paper's own sections speak of twice."""
    found: dict[str, Source] = {}
    for fact in facts:
        if isinstance(fact.value, str) and fact.scope is None:
            found.setdefault(f"{fact.key} = {fact.value}", fact.source)
    seen: dict[str, tuple[int, Source]] = {}
    for block in paper.of_kind("paragraph"):
        if block.role not in _METHOD_ROLES:
            continue
        text = block.verbatim or block.text
        for name in set(parts_of(text[:4000])):
            count, source = seen.get(name, (0, _source(paper, block.id, text)))
            seen[name] = (count + 1, source)
    return found | {name: source for name, (count, source) in seen.items() if count > 1}


def _source(paper: Paper, block_id: str, text: str) -> Source:
    block = paper.block(block_id)
    section = paper.section_title(block) if block else None
    page = block.page if block else None
    return Source(kind="paper", ref=paper.id, section=section, page=page, quote=text[:200].rsplit(" ", 1)[0])


def _differing(one: list[Fact], two: list[Fact]) -> Iterable[DifferingSetting]:
    for key in dict.fromkeys(f.key for f in one):
        mine, theirs = [f for f in one if f.key == key], [f for f in two if f.key == key]
        if not theirs or {_plain(f.value) for f in mine} & {_plain(f.value) for f in theirs}:
            continue
        yield DifferingSetting(key=key, first=mine[:_TRAINED], second=theirs[:_TRAINED])


def _plain(value: JsonValue) -> str:
    return f"{value:g}" if isinstance(value, float | int) and not isinstance(value, bool) else str(value).lower()


def _shared_results(first: Paper, second: Paper) -> Iterable[SharedResult]:
    both = [_by_measure(paper_contributions(paper).results) for paper in (first, second)]
    for metric, dataset in both[0]:
        if theirs := both[1].get((metric, dataset)):
            mine = both[0][metric, dataset]
            yield SharedResult(metric=metric, dataset=dataset, first=mine[:_TRAINED], second=theirs[:_TRAINED])


def _by_measure(results: list[Result]) -> dict[tuple[str, str], list[Result]]:
    found: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        if result.metric and result.dataset:
            found.setdefault((result.metric, result.dataset), []).append(result)
    # The paper's own rows say most.
    return {measure: sorted(rows, key=lambda r: not r.ours) for measure, rows in found.items()}


def _cites(paper: Paper, other: Paper) -> bool:
    title = re.sub(r"\W+", "", other.title.lower())
    return len(title) > 10 and any(
        title in re.sub(r"\W+", "", (b.text or "").lower()) for b in paper.of_kind("reference")
    )


def _summary(first: Paper, second: Paper, answer: PaperComparison) -> str:
    names = [paper.title or paper.id for paper in (first, second)]
    lines = []
    if _cites(second, first):
        lines.append(f"“{names[1]}” cites “{names[0]}”.")
    if _cites(first, second):
        lines.append(f"“{names[0]}” cites “{names[1]}”.")
    lines.append(
        f"They share {len(answer.shared)} components or design choices that are stated; {len(answer.only_first)} are stated "
        f"by the first alone and {len(answer.only_second)} by the second alone."
    )
    if answer.differing_settings:
        keys = ", ".join(d.key for d in answer.differing_settings[:8])
        lines.append(f"Both state {len(answer.differing_settings)} settings with different values: {keys}.")
    if answer.shared_results:
        where = ", ".join(f"{r.metric} on {r.dataset}" for r in answer.shared_results[:6])
        lines.append(f"Both report {where}; whether the protocols agree has to be read there.")
    else:
        lines.append("No metric on the same dataset was found in both.")
    for paper, title in ((first, names[0]), (second, names[1])):
        claims = paper_contributions(paper).contributions
        if claims:
            lines.append(f"New by its own words in “{title}”: “{claims[0].statement}”")
    return " ".join(lines)
