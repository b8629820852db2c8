"""What the knowledge base says of a key of a method: facts best first, pitfalls, disagreements, or why there is nothing."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from .catalogue import body_of, describe, entries_of, followed, head_of, method_of, methods, resolve, unknown_method
from .facts import Fact, Source
from .ranking import arranged, found
from .scaling import asked_batch, scaled_learning_rates
from .words import Question, content, question, tokens

__all__ = [
    "DefaultAnswer",
    "Disagreement",
    "Pitfall",
    "body_of",
    "default_for",
    "describe",
    "head_of",
    "lookup_default",
    "method_of",
    "methods",
]


_RATE = "optimizer.learning_rate"


class Pitfall(BaseModel):
    """A mistake that is easy to make here, and where it can be seen."""

    model_config = ConfigDict(extra="forbid")

    statement: str
    sources: list[Source]


class Disagreement(BaseModel):
    """Sources that set one key of one scope differently."""

    model_config = ConfigDict(extra="forbid")

    key: str
    facts: list[Fact]


class DefaultAnswer(BaseModel):
    """An answer of the knowledge base.

    **Arguments:**

    - `scopes`: what the values are for, where they differ and none was asked for: sizes, data sets, stages, packages.
    - `reason`: why `facts` is empty where it is.
    """

    model_config = ConfigDict(extra="forbid")

    facts: list[Fact] = Field(default_factory=list)
    pitfalls: list[Pitfall] = Field(default_factory=list)
    disagreements: list[Disagreement] = Field(default_factory=list)
    scopes: list[str] = Field(default_factory=list)
    reason: str | None = None


def lookup_default(
    query: str,
    method: str | None = None,
    scope: str | None = None,
    framework: str | None = None,
    limit: int = 10,
) -> DefaultAnswer:
    """Find what is known of a setting; nothing with a reason rather than a guess.

    **Arguments:**

    - `query`: a key of the vocabulary, a usual name, several of them, "recipe" / "sizes" / "defaults", or a sentence.
    - `method`: any usual name; sizes and data sets in it narrow the scope ("Transformer-big", "Llama 2 7B").
    - `scope`, `framework`: what it should hold for: a data set, a size, a package.
    - `limit`: at most so many facts.
    """
    batch, query = asked_batch(query)
    hints = frozenset(tokens(f"{scope or ''} {framework or ''}"))
    if method is not None:
        names, rest = resolve(method)
        if not names:
            return DefaultAnswer(reason=unknown_method(method))
        names = method_of(method)
        asked = question(_without(query, names))
    else:
        names, rest = method_of(query), frozenset[str]()
        asked = question(_without(query, names))
        if not names:
            names = methods()
    named = frozenset(word for name in names[1:] for word in tokens(name)) if len(names) < 5 else frozenset()
    hints |= rest | named
    hits = found(names, asked, hints)
    if not hits and method is not None and (parts := [name for name in method_of(query) if name not in names]):
        hits = [
            replace(hit, distance=1)
            for hit in found(parts, question(query), frozenset(tokens(f"{method} {scope or ''}")))
        ]
    if not hits:
        titles = ", ".join(head_of(name).title for name in names[:3]) if len(names) < 5 else "the knowledge base"
        known = sorted({entry.row.key for name in names for entry in entries_of(name)}) if len(names) < 5 else []
        reason = f"nothing is recorded on {query!r} for {titles}"
        return DefaultAnswer(reason=reason + (f"; recorded are: {', '.join(known[:40])}" if known else ""))
    facts = arranged(hits, asked, limit)
    if _RATE in asked.keys and not any(fact.source.kind == "paper" for fact in facts):
        # A rate that follows from a formula is stated as the shape of the schedule.
        formulas = found(names, question("schedule.shape"), hints)
        near = [hit.entry.fact for hit in formulas if hit.distance == 0]
        facts = [*(fact for fact in near if fact.source.kind == "paper"), *facts][:limit]
    if _RATE in asked.keys and batch is not None:
        facts = [*scaled_learning_rates(names[:3], batch, query, hints), *facts][:limit]
    keys = {hit.entry.row.key for hit in hits[:limit]} | set(asked.keys)
    single = [hit.entry.fact for hit in hits if hit.distance == 0]
    return DefaultAnswer(
        facts=facts,
        pitfalls=_pitfalls(names[:3], asked, keys),
        disagreements=_disagreements(single)[:5],
        scopes=[] if hints else _scopes(single, asked),
    )


def _without(query: str, names: list[str]) -> str:
    """A question without the names of the methods that it is about, unless nothing else is left."""
    rest = query
    for name in names:
        head = head_of(name)
        for alias in sorted((head.title, *head.aliases), key=len, reverse=True):
            rest = re.sub(rf"(?<!\w){re.escape(alias)}(?!\w)", " ", rest, flags=re.IGNORECASE)
    return rest if tokens(rest) else query


def _scopes(facts: list[Fact], asked: Question) -> list[str]:
    """The scopes among which a question must choose: those for which one key that it names has different values."""
    found: dict[str, None] = {}
    for key in asked.keys:
        by_scope = {fact.scope: json.dumps(fact.value) for fact in facts if fact.key == key and fact.scope}
        if len(set(by_scope.values())) > 1:
            found.update(dict.fromkeys(scope for scope in by_scope if scope))
    return list(found)


def _disagreements(facts: list[Fact]) -> list[Disagreement]:
    by_key: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        by_key[(fact.key, fact.scope or "")].append(fact)
    found = []
    for (key, _), same in by_key.items():
        values = {json.dumps(fact.value, sort_keys=True) for fact in same}
        if len(values) > 1 and len({fact.source.ref for fact in same}) > 1:
            found.append(Disagreement(key=key, facts=same))
    return found


def _pitfalls(names: list[str], asked: Question, keys: set[str], limit: int = 5) -> list[Pitfall]:
    ranked: list[tuple[float, int, Pitfall]] = []
    for name in names:
        body = body_of(name)
        for pitfall in body.pitfalls:
            shared = len(keys & set(pitfall.keys)) + len(asked.words & content(pitfall.statement)) / (
                len(asked.words) or 1
            )
            if shared >= 0.5 or asked.bundles:
                places = [body.source(place, place) for place in pitfall.sources]
                ranked.append((-shared, len(ranked), Pitfall(statement=pitfall.statement, sources=places)))
    return [pitfall for _, _, pitfall in sorted(ranked, key=lambda item: item[:2])[:limit]]


def default_for(key: str, among: list[str]) -> Fact | None:
    """The best fact for a key among methods, in their order, then among those that they follow."""
    known = [name for text in among for name in ([text] if text in methods() else method_of(text))]
    for name in followed(dict.fromkeys(known)):
        facts = [entry.fact for entry in entries_of(name) if entry.row.key == key]
        if facts:
            return max(
                facts, key=lambda fact: (fact.status == "stated", fact.source.kind == "paper", fact.scope is None)
            )
    return None
