"""What the knowledge base says of a key of a method: facts best first, pitfalls, disagreements, or why there is nothing."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from .facts import Fact, Source
from .schema import Body, Group, Method, Row, read_body, read_head
from .words import Question, content, names_a_key, question, tokens

_FILES = "paper_implementer.knowledge.methods"
_ENOUGH = 0.5
"""Share of the weight of a question's words that a fact must carry to answer it without sharing its key."""
_STATUS = {"stated": 0.03, "derived": 0.02, "default": 0.01, "convention": 0.0}


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
    """An answer of the knowledge base; `reason` says why `facts` is empty where it is."""

    model_config = ConfigDict(extra="forbid")

    facts: list[Fact] = Field(default_factory=list)
    pitfalls: list[Pitfall] = Field(default_factory=list)
    disagreements: list[Disagreement] = Field(default_factory=list)
    reason: str | None = None


@dataclass(frozen=True)
class _Entry:
    """A row with what it is found by."""

    method: str
    body: Body
    group: Group
    row: Row
    words: frozenset[str]
    """Words that say what it is about."""
    places: frozenset[str]
    """Words that say what it holds for: scope, document, file."""
    asked_as: frozenset[tuple[str, ...]]
    """Phrases by which people ask for it."""
    order: int
    """Its place in the file."""

    @property
    def fact(self) -> Fact:
        return self.body.fact(self.group, self.row)

    @property
    def covers_scopes(self) -> bool:
        """Does its value say what holds for several scopes at once?"""
        return isinstance(self.row.value, dict)


@cache
def _texts() -> dict[str, str]:
    files = (file for file in resources.files(_FILES).iterdir() if file.name.endswith(".yaml"))
    return {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda f: f.name)
    }


@cache
def _heads() -> dict[str, Method]:
    return {name: read_head(text, f"{name}.yaml") for name, text in _texts().items()}


@cache
def body_of(name: str) -> Body:
    """The facts and pitfalls of a method, by its name."""
    return read_body(_texts()[name], f"{name}.yaml")


@cache
def _entries(name: str) -> tuple[_Entry, ...]:
    body = body_of(name)
    found: list[_Entry] = []
    for group in body.facts:
        for row in group.rows:
            source = body.source(group, row)
            inner = (
                " ".join(row.value) if isinstance(row.value, dict) else row.value if isinstance(row.value, str) else ""
            )
            about = " ".join([row.key, *row.also, inner, row.quote or "", row.note or "", row.scope or ""])
            keys = " ".join(row.value) if isinstance(row.value, dict) else ""
            where = " ".join([group.scope or "", row.scope or "", keys, source.ref.split("@")[0], source.file or ""])
            also = frozenset(tokens(phrase) for phrase in row.also)
            found.append(_Entry(name, body, group, row, content(about), frozenset(tokens(where)), also, len(found)))
    return tuple(found)


@cache
def _aliases() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name, head in _heads().items():
        for alias in (name, head.title, *head.aliases):
            found.setdefault(tokens(alias), name)
            found.setdefault(tokens(alias.lower()), name)
    return found


def _resolve(text: str) -> tuple[list[str], frozenset[str]]:
    """The methods that a text names, longest name first, and the words that narrow them: sizes, data sets, versions."""
    words, names, at = tokens(text), _aliases(), 0
    found: list[tuple[int, int, str]] = []
    rest: list[str] = []
    longest = max(map(len, names), default=0)
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            name = names.get(words[at : at + length])
            if name and not _other_version(words, at + length):
                found.append((length, -at, name))
                rest.extend(word for word in words[at : at + length] if word not in tokens(_heads()[name].title))
                at += length
                break
        else:
            rest.append(words[at])
            at += 1
    ordered = [name for _, _, name in sorted(found, reverse=True)]
    return list(dict.fromkeys(ordered)), frozenset(rest)


def _other_version(words: tuple[str, ...], end: int) -> bool:
    """Does a bare version number follow a name that has none ("GPT" in "GPT-3")? A size ("7B") is no version."""
    if end >= len(words) or words[end - 1].isdigit() or not words[end].isdigit():
        return False
    return not (end + 1 < len(words) and words[end + 1] in {"b", "m", "k", "x", "layer"})


def methods() -> list[str]:
    """The names of all methods and components."""
    return list(_heads())


def head_of(name: str) -> Method:
    """The names and relations of a method, by its name."""
    return _heads()[name]


def method_of(text: str) -> list[str]:
    """The methods that a text names, best first.

    A word that names a component and a key alike ("dropout", "warm-up") counts as a method only where no other is named.
    """
    found = _resolve(text)[0]
    proper = [name for name in found if not _only_as_key(text, name)]
    return proper or found


def _only_as_key(text: str, name: str) -> bool:
    head = _heads()[name]
    lower = text.lower()
    used = [alias for alias in (name.replace("_", " "), head.title, *head.aliases) if alias.lower() in lower]
    return "component" in head.families and bool(used) and all(names_a_key(alias) for alias in used)


def _followed(names: Iterable[str]) -> list[str]:
    queue, seen = list(names), list(names)
    while queue:
        for parent in _heads()[queue.pop(0)].follows:
            if parent not in seen:
                seen.append(parent)
                queue.append(parent)
    return seen


def _weights(entries: Iterable[_Entry]) -> dict[str, float]:
    """How telling each word is among these entries: words that all of them have say little."""
    count, total = Counter[str](), 0
    for entry in entries:
        count.update(entry.words)
        total += 1
    return {word: math.log(1 + total / (1 + n)) for word, n in count.items()}


@dataclass(frozen=True)
class _Hit:
    entry: _Entry
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


def _score(
    entry: _Entry, asked: Question, hints: frozenset[str], weights: dict[str, float], distance: int
) -> _Hit | None:
    """How well an entry answers the part of a question that it answers best; None where it answers none."""
    unknown = max(weights.values(), default=1.0)
    best = (0.0, 0.0)
    for part in asked.parts:
        key_score = 0.6 if part.bundles and entry.row.key.startswith(part.prefixes) else 0.0
        if entry.row.key in part.keys or part.phrase in entry.asked_as:
            key_score = 1.0
        total = sum(weights.get(word, unknown) for word in part.words) or 1.0
        word_score = sum(weights.get(word, unknown) for word in part.words & entry.words) / total
        if key_score or word_score >= _ENOUGH:
            best = max(best, (key_score, word_score))
    if best == (0.0, 0.0):
        return None
    place_score = len(hints & entry.places) / len(hints) if hints else 0.15 if entry.group.scope else 0.3
    source = entry.body.source(entry.group, entry.row)
    status = _STATUS[entry.group.status] + (0.2 if source.kind == "paper" else 0.0)
    if asked.wants_default and entry.group.status == "default":
        status += 0.5
    return _Hit(entry, *best, place_score, status, distance)


def _joint(hits: list[_Hit], label: str, value: dict[str, JsonValue]) -> Fact:
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


def _together(hits: list[_Hit], asked: Question) -> Fact | None:
    """One fact of several keys that one document sets side by side; None where the hits are of one key."""
    if len({hit.entry.row.key for hit in hits}) < 2:
        return None
    value: dict[str, JsonValue] = {}
    for hit in sorted(hits, key=lambda hit: hit.entry.order):
        row = hit.entry.row
        value.setdefault(f"{row.key} ({row.scope})" if row.scope else row.key, _shown(hit.entry.fact))
    label = " and ".join(asked.bundles) or ", ".join(dict.fromkeys(hit.entry.row.key for hit in hits))
    return _joint(hits, label, value)


def _by_scope(hits: list[_Hit]) -> Fact | None:
    """One fact of one key that one document sets for several scopes; None where it does not."""
    value: dict[str, JsonValue] = {}
    for hit in sorted(hits, key=lambda hit: hit.entry.order):
        value.setdefault(hit.entry.fact.scope or "", _shown(hit.entry.fact))
    if len(value) < 2 or "" in value:
        return None
    return _joint(hits, hits[0].entry.row.key, value)


def _arranged(hits: list[_Hit], asked: Question, limit: int) -> list[Fact]:
    """Facts best first; what one document says together on the keys or scopes that are asked for goes first as one fact."""
    groups: dict[object, list[_Hit]] = defaultdict(list)
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
            bonus = (0.08 if asked.bundles else 0.3) * min(covered, 6)
            rank = max(ranks) + bonus if many else sum(ranks) / len(ranks) + 0.01
            ranked.append((rank, order, _labelled(joint, members[0])))
    for order, hit in enumerate(hits):
        ranked.append((hit.rank, order, _labelled(hit.entry.fact, hit)))
    ranked.sort(key=lambda item: (-item[0], item[1]))
    return [fact for _, _, fact in ranked[:limit]]


def _labelled(fact: Fact, hit: _Hit) -> Fact:
    """Say whose fact it is where it is not of the method that was asked for."""
    if hit.distance == 0:
        return fact
    title = _heads()[hit.entry.method].title
    return fact.model_copy(update={"scope": ", ".join(part for part in (title, fact.scope) if part)})


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


def _unknown_method(text: str) -> str:
    names = {
        alias: head.title
        for head in _heads().values()
        for alias in (head.name, head.title.lower(), *map(str.lower, head.aliases))
    }
    near = difflib.get_close_matches(text.lower(), names, n=5, cutoff=0.5)
    titles = ", ".join(dict.fromkeys(names[name] for name in near))
    return f"no method called {text!r} is in the knowledge base" + (f"; the nearest names: {titles}" if titles else "")


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
    hints = frozenset(tokens(f"{scope or ''} {framework or ''}"))
    if method is not None:
        names, rest = _resolve(method)
        if not names:
            return DefaultAnswer(reason=_unknown_method(method))
        names = method_of(method)
        asked = question(_without(query, names))
    else:
        names, rest = method_of(query), frozenset[str]()
        asked = question(_without(query, names))
        if not names:
            names = list(_heads())
    named = frozenset(word for name in names[1:] for word in tokens(name)) if len(names) < 5 else frozenset()
    hints |= rest | named
    hits = _found(names, asked, hints)
    if not hits and method is not None and (parts := [name for name in method_of(query) if name not in names]):
        hits = [
            replace(hit, distance=1)
            for hit in _found(parts, question(query), frozenset(tokens(f"{method} {scope or ''}")))
        ]
    if not hits:
        titles = ", ".join(_heads()[name].title for name in names[:3]) if len(names) < 5 else "the knowledge base"
        known = sorted({entry.row.key for name in names for entry in _entries(name)}) if len(names) < 5 else []
        reason = f"nothing is recorded on {query!r} for {titles}"
        return DefaultAnswer(reason=reason + (f"; recorded are: {', '.join(known[:40])}" if known else ""))
    facts = _arranged(hits, asked, limit)
    keys = {hit.entry.row.key for hit in hits[:limit]} | set(asked.keys)
    single = [hit.entry.fact for hit in hits if hit.distance == 0]
    return DefaultAnswer(
        facts=facts, pitfalls=_pitfalls(names[:3], asked, keys), disagreements=_disagreements(single)[:5]
    )


def _without(query: str, names: list[str]) -> str:
    """A question without the names of the methods that it is about, unless nothing else is left."""
    rest = query
    for name in names:
        head = _heads()[name]
        for alias in sorted((head.title, *head.aliases), key=len, reverse=True):
            rest = re.sub(rf"(?<!\w){re.escape(alias)}(?!\w)", " ", rest, flags=re.IGNORECASE)
    return rest if tokens(rest) else query


def _found(names: list[str], asked: Question, hints: frozenset[str]) -> list[_Hit]:
    """Hits of the methods asked for; of the methods that they follow for the parts that those leave unanswered."""
    hits: list[_Hit] = []
    open_parts = list(asked.parts)
    known = {word for name in names for entry in _entries(name) for word in entry.places}
    hints |= frozenset(word for part in asked.parts for word in part.rest) & known
    for distance, name in enumerate(_followed(names)):
        far = 0 if name in names else distance - len(names) + 1
        entries = _entries(name)
        question = asked if not far else Question(tuple(open_parts), asked.wants_default)
        weights = _weights(entries)
        scored = (_score(entry, question, hints, weights, far) for entry in entries)
        hits.extend(hit for hit in scored if hit and not (far and hit.key_score < 1))
        if name == names[-1] or far:
            found = {hit.entry.row.key for hit in hits if hit.key_score}
            open_parts = [part for part in asked.parts if not part.bundles and not found & set(part.keys)]
    named = {key for hit in hits if hit.key_score for key in [hit.entry.row.key]}
    worded = [part for part in asked.parts if not part.bundles and not named & set(part.keys)]
    kept = [hit for hit in hits if hit.key_score or any(part.words & hit.entry.words for part in worded)]
    return sorted(kept, key=lambda hit: -hit.rank)


def default_for(key: str, methods: list[str]) -> Fact | None:
    """The best fact for a key among methods, in their order, then among those that they follow."""
    known = [name for text in methods for name in ([text] if text in _heads() else method_of(text))]
    for name in _followed(dict.fromkeys(known)):
        found = [entry for entry in _entries(name) if entry.row.key == key]
        if found:
            return max(found, key=lambda entry: (_STATUS[entry.group.status], not entry.group.scope)).fact
    return None


def describe(method: str) -> str:
    """A method as Markdown: names, papers, code, facts with their places, pitfalls."""
    names = method_of(method) if method not in _heads() else [method]
    if not names:
        return _unknown_method(method)
    head, body = _heads()[names[0]], body_of(names[0])
    lines = [f"# {head.title}", ""]
    for label, items in (
        ("Also called", head.aliases),
        ("Papers", head.papers),
        ("Code", head.code),
        ("Follows", head.follows),
    ):
        if items:
            lines.append(f"{label}: {', '.join(items)}")
    lines += ["", "| key | value | scope | status | source |", "|---|---|---|---|---|"]
    for entry in _entries(names[0]):
        fact = entry.fact
        value = f"{fact.value} {fact.unit or ''}".strip()
        cells = (fact.key, value, fact.scope or "", fact.status, place_of(fact.source))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    if body.pitfalls:
        lines += ["", "## Pitfalls"]
        lines += [
            f"- {pitfall.statement} ({'; '.join(place_of(body.source(at, at)) for at in pitfall.sources)})"
            for pitfall in body.pitfalls
        ]
    return "\n".join(lines) + "\n"


def place_of(source: Source) -> str:
    """A place in one line, for people."""
    if source.file is not None:
        lines = f"{source.line}-{source.end_line}" if source.end_line else f"{source.line}"
        return f"{source.ref} {source.file}:{lines}"
    return ", ".join(
        part for part in (source.ref, f"section {source.section}", f"page {source.page}" if source.page else "") if part
    )
