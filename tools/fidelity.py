"""The join: what paper, official code, my code and knowledge say of each setting, side by side with a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from paper_implementer.knowledge.facts import Fact

Verdict = Literal[
    "agree",
    "mine_differs",
    "mine_differs_from_paper",
    "mine_differs_from_official",
    "official_differs_from_paper",
    "mine_follows_paper_not_official",
    "all_differ",
    "mine_missing",
    "only_mine",
    "all_silent",
]
"""
- `agree`: mine has what every other side that speaks has.
- `mine_differs`: paper and official code agree, mine does not.
- `mine_differs_from_paper`, `mine_differs_from_official`: only that other side speaks.
- `official_differs_from_paper`: the classic trap; mine is as the official code, or silent.
- `mine_follows_paper_not_official`: the other side of the trap.
- `all_differ`: three values.
- `mine_missing`: the others speak with one voice, mine is silent.
- `only_mine`: neither paper nor official code says anything.
- `all_silent`: nobody does; the default is all there is.
"""


class FidelityRow(BaseModel):
    """One setting for one scope; each side is a fact, or None where it is silent."""

    model_config = ConfigDict(extra="forbid")

    key: str
    scope: str | None = None
    paper: Fact | None = None
    official: Fact | None = None
    mine: Fact | None = None
    default: Fact | None = None
    verdict: Verdict


def fidelity(
    paper: Iterable[Fact],
    official: Iterable[Fact],
    mine: Iterable[Fact],
    default_of: Callable[[str], Fact | None] = lambda key: None,
    keys: Iterable[str] = (),
) -> list[FidelityRow]:
    """Join the facts of three sides by key and scope, and add the default of knowledge.

    A fact without a scope holds for all. Where a side has several facts that fit, the one that agrees with the other
    sides speaks for it: a paper with a base and a big model is not contradicted by code for the base model.

    **Arguments:**

    - `default_of`: the default of a key, or None.
    - `keys`: keys that get a row even when every side is silent.
    """
    sides = [list(paper), list(official), list(mine)]
    stated = {fact.key for side in sides for fact in side} | set(keys)
    from paper_implementer.knowledge.vocabulary import terms

    known = list(terms())
    order = {key: place for place, key in enumerate(known)}
    rows = []
    for key in sorted(stated, key=lambda k: (order.get(k, len(known)), k)):
        facts = [[f for f in side if f.key == key] for side in sides]
        default = default_of(key)
        for scope in _scopes(facts):
            said, done, own = _speakers([[f for f in side if _fits(f.scope, scope)] for side in facts])
            verdict = _verdict(said, done, own)
            rows.append(
                FidelityRow(key=key, scope=scope, paper=said, official=done, mine=own, default=default, verdict=verdict)
            )
    return rows


def _words(scope: str | None) -> set[str]:
    return set(re.findall(r"\w+", (scope or "").lower()))


def _fits(of_fact: str | None, wanted: str | None) -> bool:
    """Whether a fact of one scope may speak for another: the same, part of it, or unscoped on either side."""
    first, second = _words(of_fact), _words(wanted)
    return not first or not second or first <= second or second <= first


def _scopes(facts: list[list[Fact]]) -> list[str | None]:
    """The scopes that get a row: those of code, else those of the paper."""
    _, official, mine = facts
    code = list(dict.fromkeys(f.scope for f in (*official, *mine) if f.scope))
    if code:
        return list(code)
    if official or mine:
        return [None]
    distinct: list[Fact] = []
    for fact in facts[0]:
        if not any(agree(fact, d) for d in distinct):
            distinct.append(fact)
    return list(dict.fromkeys(f.scope for f in distinct)) or [None]


def _speakers(sides: list[list[Fact]]) -> tuple[Fact | None, Fact | None, Fact | None]:
    """One fact for each side: that with which most other sides agree, the first among equals."""

    def best(side: list[Fact], others: list[list[Fact]]) -> Fact | None:
        def support(fact: Fact) -> int:
            return sum(any(agree(fact, o) for o in other) for other in others)

        return max(side, key=support) if side else None

    said, done, own = sides
    return best(said, [done, own]), best(done, [said, own]), best(own, [said, done])


def agree(first: Fact, second: Fact) -> bool:
    """Whether two facts of one key state the same; a search agrees with each candidate, a table with each of its columns."""
    # Here, since the server declares `FidelityRow` at start, long before it compares.
    from paper_implementer.knowledge.values import same_value
    from paper_implementer.knowledge.vocabulary import terms

    term = terms().get(first.key)
    if same_value(first.value, second.value, term):
        return True
    for grid, other in ((first, second), (second, first)):
        candidates = list(grid.value.values()) if isinstance(grid.value, dict) else grid.value
        searched = isinstance(grid.value, dict) or bool(grid.note and "searched" in grid.note)
        if searched and isinstance(candidates, list) and any(same_value(c, other.value, term) for c in candidates):
            return True
    return False


def _verdict(paper: Fact | None, official: Fact | None, mine: Fact | None) -> Verdict:
    if paper is None and official is None:
        return "all_silent" if mine is None else "only_mine"
    if paper is None or official is None:
        other = paper or official
        assert other is not None
        if mine is None:
            return "mine_missing"
        if agree(other, mine):
            return "agree"
        return "mine_differs_from_official" if paper is None else "mine_differs_from_paper"
    if agree(paper, official):
        if mine is None:
            return "mine_missing"
        return "agree" if agree(paper, mine) or agree(official, mine) else "mine_differs"
    if mine is None or agree(official, mine):
        return "official_differs_from_paper"
    return "mine_follows_paper_not_official" if agree(paper, mine) else "all_differ"
