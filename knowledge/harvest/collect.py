"""Collect what `harvest.yaml` lists from the sources of packages, as groups of facts in the schema of the knowledge base."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from pydantic import Field

from ..catalogue import written_body_of
from ..schema import Body, Document, Group, Row, Strict
from .reading import NotThere, Setting, module_at

_LIST = "paper_implementer.knowledge.harvest"


class Listed(Strict):
    """Callables of one package that are read in one way.

    **Arguments:**

    - `package`: its name in the registry.
    - `file`, `scope`: patterns; `{stem}` and `{symbol}` stand for what `of` says.
    - `names`: lists of names and keys that are shared, by their title.
    - `keys`: what each name is called in the vocabulary, with a scope after `|`; None leaves a shared name out; several
      names ("b1, b2") are the items of one list, and "size[2]" is an item of a list.
    - `base`: further places ("file:symbol") for names that the symbol itself does not set, nearest first.
    - `of`: for each method, what to read: "symbol", "stem symbol", or "stem symbol | scope".
    """

    package: str
    file: str
    scope: str
    names: list[str] = Field(default_factory=list)
    keys: dict[str, str | None] = Field(default_factory=dict)
    base: list[str] = Field(default_factory=list)
    of: dict[str, list[str]]


class HarvestList(Strict):
    """What is harvested: packages at their versions, names that are shared, and callables."""

    packages: dict[str, str]
    names: dict[str, dict[str, str]]
    listed: list[Listed]


Harvested = dict[str, Body]
"""The harvested groups of each method."""


@cache
def _list() -> HarvestList:
    text = (resources.files(_LIST) / "harvest.yaml").read_text(encoding="utf-8")
    return HarvestList.model_validate(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def packages() -> dict[str, str]:
    """The references of the packages that are harvested, by name."""
    return {name: f"pypi:{name}=={version}" for name, version in _list().packages.items()}


def harvest(roots: Mapping[str, Path]) -> Harvested:
    """Read every listed default from the packages that are given.

    **Arguments:**

    - `roots`: the folder that holds a package's files, by reference ("pypi:torch==2.13.0"); others are left out.

    Raises `NotThere` where a listed file, symbol or name is not in the package.
    """
    found: dict[str, list[Group]] = {}
    for listed in _list().listed:
        ref = packages()[listed.package]
        if ref in roots:
            for method, group in _groups(listed, roots[ref]):
                found.setdefault(method, []).append(group)
    return {
        method: Body(documents={group.document: Document(code=group.document) for group in groups}, facts=groups)
        for method, groups in sorted(found.items())
    }


def _groups(listed: Listed, root: Path) -> Iterator[tuple[str, Group]]:
    keys = {name: key for title in listed.names for name, key in _list().names[title].items()} | listed.keys
    explicit = {name for name, key in listed.keys.items() if key}
    ref = packages()[listed.package]
    for method, symbols in listed.of.items():
        written = _by_hand(method)
        for said in symbols:
            what, _, scope = (part.strip() for part in said.partition("|"))
            stem, symbol = re.findall(r"\S+", what)[0], re.findall(r"\S+", what)[-1]
            file = listed.file.format(stem=stem, symbol=symbol)
            title = scope or listed.scope.format(stem=stem, symbol=_named(symbol))
            found = _settings(root, file, symbol, listed.base)
            rows = []
            for names, said_key in keys.items():
                key, _, narrower = (part.strip() for part in (said_key or "").partition("|"))
                at, setting = _joined([_item(found, name.strip()) for name in names.split(",")])
                if not key or setting is None or (setting.value is None and names not in explicit):
                    continue
                if not any(_same(setting, key, hand) for hand in written.get((ref, at, setting.line), [])):
                    rows.append(_row(setting, key, narrower or None, at if at != file else None))
            rows.sort(key=lambda row: (row.file or "", row.line or 0))
            if rows:
                yield method, Group(document=ref, file=file, scope=title, status="default", rows=rows)


def _named(symbol: str) -> str:
    """A symbol as people write it: `TABLE[key]` is known by its key."""
    inner = re.search(r"\[([^\]]+)\]", symbol)
    return inner[1] if inner else symbol.removesuffix("()")


def _settings(root: Path, file: str, symbol: str, base: list[str]) -> dict[str, tuple[str, Setting]]:
    found: dict[str, tuple[str, Setting]] = {}
    for place in [f"{file}:{symbol}", *base]:
        at, _, where = place.format(file=file).partition(":")
        for name, setting in module_at(root, at).settings(where).items():
            found.setdefault(name, (at, setting))
    return found


def _item(found: dict[str, tuple[str, Setting]], name: str) -> tuple[str, Setting] | None:
    """A setting, or one item of a list that is set."""
    stem, _, index = name.rstrip("]").partition("[")
    if stem not in found or not index:
        return found.get(stem)
    at, setting = found[stem]
    if not isinstance(setting.value, list) or len(setting.value) <= int(index):
        return None
    return at, replace(setting, value=setting.value[int(index)])


def _joined(found: list[tuple[str, Setting] | None]) -> tuple[str, Setting | None]:
    """Several settings as one list, at the place of the first; none where one of them is not there."""
    there = [each for each in found if each is not None]
    if len(there) < len(found):
        return "", None
    at, first = there[0]
    if len(there) == 1:
        return at, first
    name = " ".join(setting.name for _, setting in there)
    return at, Setting(name, [setting.value for _, setting in there], first.line, first.quote)


def _row(setting: Setting, key: str, scope: str | None, file: str | None) -> Row:
    return Row(
        key=key,
        value=setting.value,
        scope=scope,
        file=file,
        line=setting.line,
        quote=setting.quote,
        also=[setting.name],
    )


def _by_hand(method: str) -> dict[tuple[str, str, int], list[tuple[str, str]]]:
    """What is written by hand, with a note that a harvest cannot have: key and quote by place."""
    body = written_body_of(method)
    found: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    for group in body.facts:
        for row in group.rows:
            source = body.source(group, row)
            if source.file and source.line:
                found.setdefault((source.ref, source.file, source.line), []).append((row.key, row.quote or ""))
    return found


def _same(setting: Setting, key: str, hand: tuple[str, str]) -> bool:
    """Is a setting the one that is written by hand at its place?"""
    return hand[0] == key or re.findall(r"\w+", hand[1])[:1] == [setting.name]


__all__ = ["Harvested", "NotThere", "harvest", "packages"]
