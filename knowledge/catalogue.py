"""The catalogue of the knowledge base: files read when first needed, and methods found by the names that people use."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from .facts import Fact, Source
from .schema import Body, Group, Method, Row, read_body, read_harvested, read_head
from .words import content, names_a_key, tokens

_FILES = "paper_implementer.knowledge.methods"
_HARVESTED = "paper_implementer.knowledge.harvested"


@dataclass(frozen=True)
class Entry:
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
def written_body_of(name: str) -> Body:
    """The facts and pitfalls of a method that are written by hand, by its name."""
    return read_body(_texts()[name], f"{name}.yaml")


@cache
def body_of(name: str) -> Body:
    """The facts and pitfalls of a method, by its name: those written by hand, then those harvested from packages."""
    written, file = written_body_of(name), resources.files(_HARVESTED) / f"{name}.yaml"
    if not file.is_file():
        return written
    harvested = read_harvested(file.read_text(encoding="utf-8"), f"harvested/{name}.yaml")
    return Body(
        documents=written.documents | harvested.documents,
        facts=[*written.facts, *harvested.facts],
        pitfalls=written.pitfalls,
    )


@cache
def entries_of(name: str) -> tuple[Entry, ...]:
    body = body_of(name)
    found: list[Entry] = []
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
            found.append(Entry(name, body, group, row, content(about), frozenset(tokens(where)), also, len(found)))
    return tuple(found)


@cache
def _aliases() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name, head in _heads().items():
        for alias in (name, head.title, *head.aliases):
            found.setdefault(tokens(alias), name)
            found.setdefault(tokens(alias.lower()), name)
    return found


def resolve(text: str) -> tuple[list[str], frozenset[str]]:
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
    found = resolve(text)[0]
    proper = [name for name in found if not _only_as_key(text, name)]
    return proper or found


def _only_as_key(text: str, name: str) -> bool:
    head = _heads()[name]
    lower = text.lower()
    used = [alias for alias in (name.replace("_", " "), head.title, *head.aliases) if alias.lower() in lower]
    return "component" in head.families and bool(used) and all(names_a_key(alias) for alias in used)


def followed(names: Iterable[str]) -> list[str]:
    queue, seen = list(names), list(names)
    while queue:
        for parent in _heads()[queue.pop(0)].follows:
            if parent not in seen:
                seen.append(parent)
                queue.append(parent)
    return seen


def unknown_method(text: str) -> str:
    names = {
        alias: head.title
        for head in _heads().values()
        for alias in (head.name, head.title.lower(), *map(str.lower, head.aliases))
    }
    near = difflib.get_close_matches(text.lower(), names, n=5, cutoff=0.5)
    titles = ", ".join(dict.fromkeys(names[name] for name in near))
    return f"no method called {text!r} is in the knowledge base" + (f"; the nearest names: {titles}" if titles else "")


def describe(method: str) -> str:
    """A method as Markdown: names, papers, code, facts with their places, pitfalls."""
    names = method_of(method) if method not in _heads() else [method]
    if not names:
        return unknown_method(method)
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
    for entry in entries_of(names[0]):
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
