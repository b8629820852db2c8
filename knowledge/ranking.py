"""Ranking: how well each fact answers a question, and which facts are better said together."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue

from .catalogue import Entry, entries_of, followed, head_of
from .facts import Fact
from .words import Question

_ENOUGH = 0.5
"""Share of the weight of a question's words that a fact must carry to answer it without sharing its key."""
_BY_NAME = 1.1
"""Score of an entry that is asked for by a name of its own in several words, which says more than a name of its key."""
_STATUS = {"stated": 0.03, "derived": 0.02, "default": 0.01, "convention": 0.0}


def _weights(entries: Iterable[Entry]) -> dict[str, float]:
    """How telling each word is among these entries: words that all of them have say little."""
    count, total = Counter[str](), 0
    for entry in entries:
        count.update(entry.words)
        total += 1
    return {word: math.log(1 + total / (1 + n)) for word, n in count.items()}


@dataclass(frozen=True)
class Hit:
    entry: Entry
    key_score: float
    word_score: float
    place_score: float
    status: float
    distance: int

    @property
    def rank(self) -> float:
        near = 0.0 if self.distance == 0 else -1.0 - 0.2 * self.distance
        near += 0.2 if self.entry.covers_scopes else 0.0
        words = self.word_score if self.key_score < 1 else 0.3 * self.word_score
        return 2 * self.key_score + words + 1.5 * self.place_score + near + self.status


def score(entry: Entry, asked: Question, hints: frozenset[str], weights: dict[str, float], distance: int) -> Hit | None:
    """How well an entry answers the part of a question that it answers best; None where it answers none."""
    unknown = max(weights.values(), default=1.0)
    best = (0.0, 0.0)
    for part in asked.parts:
        key_score = 0.6 if part.bundles and entry.row.key.startswith(part.prefixes) else 0.0
        if entry.row.key in part.keys:
            key_score = 1.0
        if part.phrase in entry.asked_as:
            key_score = _BY_NAME if len(part.phrase) > 1 else 1.0
        total = sum(weights.get(word, unknown) for word in part.words) or 1.0
        word_score = sum(weights.get(word, unknown) for word in part.words & entry.words) / total
        if key_score or word_score >= _ENOUGH:
            best = max(best, (key_score, word_score))
    if best == (0.0, 0.0):
        return None
    source = entry.body.source(entry.group, entry.row)
    status = _STATUS[entry.group.status] + (0.2 if source.kind == "paper" else 0.0)
    if asked.wants_default and entry.group.status == "default":
        status += 0.5
    if "recipe" in asked.bundles and entry.group.status == "stated":
        status += 0.4
    return Hit(entry, *best, place_score(entry, hints), status, distance)


def place_score(entry: Entry, hints: frozenset[str]) -> float:
    """How much of what a question wants its answer to hold for is what an entry holds for."""
    return len(hints & entry.places) / len(hints) if hints else 0.15 if entry.group.scope else 0.3


def found(names: list[str], asked: Question, hints: frozenset[str]) -> list[Hit]:
    """Hits of the methods asked for; of the methods that they follow for the parts that those leave unanswered."""
    hits: list[Hit] = []
    open_parts = list(asked.parts)
    known = {word for name in names for entry in entries_of(name) for word in entry.places}
    hints |= frozenset(word for part in asked.parts for word in part.rest) & known
    for distance, name in enumerate(followed(names)):
        far = 0 if name in names else distance - len(names) + 1
        entries = entries_of(name)
        question = asked if not far else Question(tuple(open_parts), asked.wants_default)
        weights = _weights(entries)
        scored = (score(entry, question, hints, weights, far) for entry in entries)
        hits.extend(hit for hit in scored if hit and not (far and hit.key_score < 1))
        if name == names[-1] or far:
            found = {hit.entry.row.key for hit in hits if hit.key_score}
            open_parts = [part for part in asked.parts if not part.bundles and not found & set(part.keys)]
    named = {key for hit in hits if hit.key_score for key in [hit.entry.row.key]}
    worded = [part for part in asked.parts if not part.bundles and not named & set(part.keys)]
    kept = [hit for hit in hits if hit.key_score or any(part.words & hit.entry.words for part in worded)]
    return sorted(kept, key=lambda hit: -hit.rank)


def _joint(hits: list[Hit], label: str, value: dict[str, JsonValue]) -> Fact:
    """One fact of what one document says on several lines."""
    facts = [hit.entry.fact for hit in hits]
    lines = [line for fact in facts for line in (fact.source.line, fact.source.end_line) if line is not None]
    place = {"line": min(lines), "end_line": max(lines), "quote": None} if lines else {}
    notes = "; ".join(dict.fromkeys(fact.note for fact in facts if fact.note))
    scopes = dict.fromkeys(hit.entry.group.scope for hit in hits)
    return Fact(
        key=label,
        value=value,
        scope=next(iter(scopes)) if len(scopes) == 1 else None,
        status=hits[0].entry.group.status,
        source=facts[0].source.model_copy(update=place),
        note=notes or None,
    )


def _shown(fact: Fact) -> JsonValue:
    if fact.key == "optimizer.betas" and isinstance(fact.value, list) and len(fact.value) == 2:
        return {"beta1": fact.value[0], "beta2": fact.value[1]}
    return f"{fact.value} {fact.unit}" if fact.unit and isinstance(fact.value, int | float) else fact.value


def _together(hits: list[Hit], asked: Question) -> Fact | None:
    """One fact of several keys that one document sets side by side; None where the hits are of one key."""
    if len({hit.entry.row.key for hit in hits}) < 2:
        return None
    value: dict[str, JsonValue] = {}
    for hit in sorted(hits, key=lambda hit: hit.entry.order):
        row = hit.entry.row
        value.setdefault(f"{row.key} ({row.scope})" if row.scope else row.key, _shown(hit.entry.fact))
    label = " and ".join(asked.bundles) or ", ".join(dict.fromkeys(hit.entry.row.key for hit in hits))
    return _joint(hits, label, value)


def _by_scope(hits: list[Hit]) -> Fact | None:
    """One fact of one key that one document sets for several scopes; None where it does not."""
    value: dict[str, JsonValue] = {}
    for hit in sorted(hits, key=lambda hit: hit.entry.order):
        value.setdefault(hit.entry.fact.scope or "", _shown(hit.entry.fact))
    if len(value) < 2 or "" in value:
        return None
    return _joint(hits, hits[0].entry.row.key, value)


def arranged(hits: list[Hit], asked: Question, limit: int) -> list[Fact]:
    """Facts best first; what one document says together on the keys or scopes that are asked for goes first as one fact."""
    groups: dict[object, list[Hit]] = defaultdict(list)
    many = len({hit.entry.row.key for hit in hits if hit.key_score}) > 1
    for hit in hits:
        source = hit.entry.fact.source
        place = source.file or (source.section or "").split(".")[0]
        groups[id(hit.entry.group) if many else (hit.entry.row.key, source.ref, place)].append(hit)
    ranked: list[tuple[float, int, Fact]] = []
    for order, members in enumerate(groups.values()):
        joint = _together(members, asked) if many else _by_scope(members)
        if joint is not None:
            ranks = [hit.rank for hit in members]
            covered = len({hit.entry.row.key for hit in members})
            bonus = (0.15 if asked.bundles else 0.3) * min(covered, 6)
            rank = max(ranks) + bonus if many else sum(ranks) / len(ranks) + 0.01
            ranked.append((rank, order, _labelled(joint, members[0])))
    for order, hit in enumerate(hits):
        ranked.append((hit.rank, order, _labelled(hit.entry.fact, hit)))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    return [fact for _, _, fact in ranked[:limit]]


def _labelled(fact: Fact, hit: Hit) -> Fact:
    """Say whose fact it is where it is not of the method that was asked for."""
    if hit.distance == 0:
        return fact
    title = head_of(hit.entry.method).title
    return fact.model_copy(update={"scope": ", ".join(part for part in (title, fact.scope) if part)})
