"""What the works that a paper follows say: from the knowledge base, or from their papers in the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from paper_implementer.knowledge.facts import Fact

from .result import Reading, Taken

Opened = Callable[[Taken], Reading | None]
"""Gives the reading of another paper where the library has it."""


def resolved(taken: Iterable[Taken], missing: set[str], opened: Opened | None = None) -> list[Fact]:
    """The values of the missing keys that come with what a paper takes over.

    Each is derived: its source is the sentence that takes it over, its note says where the other work states it. A value
    that the other work gives differently for different scopes is left open.
    """
    facts: dict[str, Fact] = {}
    for each in taken:
        wanted = {key for key in missing - facts.keys() if key.startswith(tuple(each.prefixes))}
        for told in _voices(each, opened) if wanted else []:
            for key in sorted(wanted - facts.keys()):
                same = [fact for fact in told if fact.key == key]
                if len({repr(fact.value) for fact in same}) == 1:
                    facts[key] = _derived(each, same[0])
    return list(facts.values())


def _voices(taken: Taken, opened: Opened | None) -> Iterator[list[Fact]]:
    """What the other work states: by its paper in the library, then by the knowledge base."""
    reading = opened(taken) if opened else None
    if reading is not None:
        yield [f.fact for f in reading.found if f.firm and f.fact.status == "stated" and not f.fact.note]
    from paper_implementer.knowledge.catalogue import entries_of

    name = method_behind(taken)
    entries = entries_of(name) if name else ()
    yield [e.fact for e in entries if e.fact.source.kind == "paper" and e.fact.status == "stated"]


def method_behind(taken: Taken) -> str | None:
    """The method of the knowledge base whose paper is meant: by arXiv number, title or name, never by a part of one."""
    from paper_implementer.knowledge.catalogue import head_of, methods

    arxiv = f"arXiv:{taken.arxiv_id.partition('v')[0]}" if taken.arxiv_id else None
    said = {_folded(taken.title), _folded(taken.title.partition(":")[0]), _folded(taken.name or "")} - {""}
    for name in methods():
        head = head_of(name)
        if "component" in head.families:
            continue
        if arxiv in head.papers or said & {_folded(alias) for alias in (head.title, *head.aliases)}:
            return name
    return None


def _folded(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _derived(taken: Taken, told: Fact) -> Fact:
    there = told.source
    place = f"section {there.section}" if there.section else there.file or "its text"
    said = f", “{there.quote}”" if there.quote else ""
    return told.model_copy(
        update={
            "scope": taken.fact.scope, "status": "derived", "source": taken.fact.source,
            "note": f"taken over ({taken.fact.note}); {taken.title or taken.name} states it in {there.ref}, {place}{said}",
        }
    )  # fmt: skip
