"""Which setting wins over which: configuration files over the defaults of classes and options, flags over both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from .model import RawSetting

_CHOSEN = {"shell", "yaml", "json", "toml", "gin"}
"""Origins that somebody chooses at launch."""
_DEFAULTS = {"field", "config", "option", "constant", "dict"}


def plain(name: str) -> str:
    """A name without case, dashes and underscores."""
    return re.sub(r"[-_]", "", name).lower()


def resolve(settings: list[RawSetting]) -> None:
    """Set `overridden_by` and `alternative`, in place.

    A configuration file overrides the defaults that it names, when it names a fair part of its own settings so and no
    second file sets the same name; where several do, each is an alternative.
    """
    defaults = [s for s in settings if s.origin in _DEFAULTS and not _is_overlay(s)]
    layers: dict[str, list[RawSetting]] = defaultdict(list)
    for setting in settings:
        if setting.origin in _CHOSEN or _is_overlay(setting):
            layers[setting.file].append(setting)
    by_name: dict[str, list[RawSetting]] = defaultdict(list)
    for setting in defaults:
        by_name[plain(setting.name)].append(setting)
    wins: dict[int, list[RawSetting]] = defaultdict(list)
    targets: dict[int, RawSetting] = {}
    for layer in layers.values():
        matched = [(s, t) for s in layer for t in _targets(s, by_name.get(plain(s.name), []))]
        if len({id(s) for s, _ in matched}) * 3 < len(layer):
            continue
        for setting, target in matched:
            wins[id(target)].append(setting)
            targets[id(target)] = target
    for key, winners in wins.items():
        if len({w.file for w in winners}) == 1 and len({str(w.value) for w in winners}) == 1:
            targets[key].overridden_by = winners[-1].place
        else:
            for winner in winners:
                winner.alternative = PurePosixPath(winner.file).stem


def _is_overlay(setting: RawSetting) -> bool:
    """A Python file of constants in a folder of configurations, which a script runs over its own constants."""
    parent = PurePosixPath(setting.file).parent.name.lower()
    return setting.origin == "constant" and parent in ("config", "configs", "conf", "cfg", "cfgs", "configuration")


def _targets(setting: RawSetting, candidates: Iterable[RawSetting]) -> list[RawSetting]:
    """The defaults that a chosen setting replaces: of the same section where the paths name one, else of its name alone."""
    found = list(candidates)
    sections = {plain(part) for part in setting.path.split(".")[:-1]}
    same = [c for c in found if _sections_meet(sections, c)]
    if same:
        return same
    owners = {c.path.rpartition(".")[0] for c in found}
    return found if len(owners) == 1 else []


def _sections_meet(sections: set[str], candidate: RawSetting) -> bool:
    owners = [plain(part) for part in candidate.path.split(".")[:-1]]
    return any(
        a == b or (min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a))) for a in sections for b in owners
    )
