"""Which setting wins over which: configuration files over the defaults of classes and options, flags over both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

from .calls import SIGNATURES
from .model import RawSetting

_FILES = {"shell", "yaml", "json", "toml", "gin"}
_DEFAULTS = {"field", "config", "option", "constant", "dict"}
_FOLDERS = {"config", "configs", "conf", "cfg", "cfgs", "configuration", "configurations", "recipes", "experiments"}

_SHARED = {"name", "type", "_target_", "defaults", "class_path", "seed", "debug"}
"""Names that files which belong together may each set."""


def plain(name: str) -> str:
    """A name without case, dashes and underscores."""
    return re.sub(r"[-_]", "", name).lower()


def is_chosen(setting: RawSetting) -> bool:
    """Whether somebody chooses its file at launch: data files, scripts, and Python files of constants in a config folder."""
    if setting.origin in _FILES:
        return True
    parent = PurePosixPath(setting.file).parent.name.lower()
    return setting.origin in ("constant", "dict") and parent in _FOLDERS


def resolve(settings: list[RawSetting], held: Mapping[str, set[str]]) -> None:
    """Set `overridden_by`, `overrides` and `alternative`, in place.

    A configuration file overrides the defaults that it names if a fair part of it does so. Where several files set one
    name to different values, each is an alternative and none wins.

    **Arguments:**

    - `held`: for each class, the names of the fields that hold one, by which sections of a file name it.
    """
    layers: dict[str, list[RawSetting]] = defaultdict(list)
    by_name: dict[str, list[RawSetting]] = defaultdict(list)
    for setting in settings:
        if is_chosen(setting):
            layers[setting.file].append(setting)
        elif setting.origin in _DEFAULTS:
            by_name[plain(setting.name)].append(setting)
    _name_variants(settings)
    winners: dict[int, list[RawSetting]] = defaultdict(list)
    rivals = _rivals(layers)
    for file, layer in layers.items():
        matches = [(s, _targets(s, by_name.get(plain(s.name), []), held)) for s in layer]
        if 3 * sum(bool(targets) for _, targets in matches) >= len(layer):
            for setting, targets in matches:
                for target in targets:
                    winners[id(target)].append(setting)
                    setting.overrides.append(f"{target.place} = {target.value}")
        functions = _variants(layer)
        for setting in layer:
            if setting.symbol in functions:
                setting.alternative = setting.symbol
            elif file in rivals and setting.alternative is None:
                setting.alternative = PurePosixPath(file).stem
    for target in settings:
        won = winners.get(id(target))
        if won and all(winner.alternative is None for winner in won):
            target.overridden_by = won[-1].place


def _name_variants(settings: list[RawSetting]) -> None:
    """Functions of one file that make the same class with different arguments: each is an alternative of its name."""
    made: dict[tuple[str, str], list[RawSetting]] = defaultdict(list)
    for setting in settings:
        function = setting.path.partition(".")[0]
        if setting.origin == "argument" and function not in SIGNATURES and setting.symbol is not None:
            made[setting.file, function].append(setting)
    for calls in made.values():
        symbols = {s.symbol for s in calls}
        if len(symbols) > 1 and _variants(calls):
            for setting in calls:
                setting.alternative = setting.symbol


def _variants(layer: list[RawSetting]) -> set[str]:
    """The functions of one file of which each makes a configuration of its own."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for setting in layer:
        if setting.symbol is not None:
            values[plain(setting.path)].setdefault(setting.symbol, repr(setting.value))
    return {symbol for by_symbol in values.values() if len(set(by_symbol.values())) > 1 for symbol in by_symbol}


def _rivals(layers: Mapping[str, list[RawSetting]]) -> set[str]:
    """The files of which only one is chosen: they set the same name to different values."""
    values: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file, layer in layers.items():
        for setting in layer:
            if setting.name not in _SHARED and setting.alternative is None:
                values[plain(setting.path)][file].add(repr(setting.value))
    found: set[str] = set()
    for by_file in values.values():
        if len({frozenset(v) for v in by_file.values()}) > 1:
            found.update(by_file)
    return found


def _targets(setting: RawSetting, candidates: list[RawSetting], held: Mapping[str, set[str]]) -> list[RawSetting]:
    """The defaults that a chosen setting replaces: of the same section where the paths name one, else the only owner's."""
    sections = {plain(part) for part in setting.path.split(".")[:-1]}
    same = [c for c in candidates if _sections_meet(sections, c, held)]
    if same:
        return same
    owners = {c.path.rpartition(".")[0] for c in candidates}
    return candidates if len(owners) == 1 else []


def _sections_meet(sections: set[str], candidate: RawSetting, held: Mapping[str, set[str]]) -> bool:
    owners = set(candidate.path.split(".")[:-1])
    names = {plain(n) for owner in owners for n in (owner, *held.get(owner, ()))}
    return any(
        a == b or (min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a))) for a in sections for b in names
    )
