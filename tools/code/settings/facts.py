"""Settings as facts of the vocabulary: normalised, the strongest first, with what they override."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Source, Status
from paper_implementer.knowledge.vocabulary import terms

from .model import Origin, RawSetting
from .normalise import normalised
from .raw import raw_settings

MAX_A_KEY = 12
_ASIDE = re.compile(
    r"(?i)(^|/)(bench|sampl|eval|test|demo|example|plot|convert|export|infer|generat|visuali|predict|download|prepare|extract|create_)[^/]*(/|\.py$)"
)
"""Scripts beside the training: what they set holds for them."""
_SCRIPT = re.compile(r"(?i)(^|/)((run|main)[^/]*|[^/]*(train|fine_?tun)(?!er)[^/]*)\.py$")
_STRENGTH: dict[Origin, int] = {
    "shell": 0, "yaml": 1, "json": 1, "toml": 1, "gin": 1, "option": 2, "field": 3, "config": 3, "constant": 4, "dict": 4,
    "argument": 5, "parameter": 6,
}  # fmt: skip
_RECIPE = ("optimizer.", "schedule.", "training.", "data.")
"""Keys for which what options and configs say makes constants in calls (of evaluation, say) no setting of the training."""


def code_settings(root: str, ref: str, entry: str | None = None) -> list[Fact]:
    """The facts that code states, the strongest of each key first.

    Launch scripts and configuration files come before the defaults of options, these before fields and constants, then
    arguments of known constructors, then defaults of parameters (status `default`). A value that holds only for one
    config or script has its name as scope (several names where they agree); what is overridden is left out and told in the note of what wins.

    **Arguments:**

    - `root`: a folder or one file.
    - `ref`: how sources cite the code.
    - `entry`: the script or config that is run; None for all.

    **Raises:** `NotFound`.
    """
    settings = raw_settings(root, entry)
    found: list[tuple[int, Fact]] = []
    parts: list[tuple[RawSetting, str, int]] = []
    for setting in settings:
        key = setting.key
        if key is None or setting.overridden_by is not None:
            continue
        if setting.part is not None and isinstance(setting.value, int | float):
            parts.append((setting, key, setting.part))
            continue
        value, status, note = normalised(setting, terms()[key])
        if value is not None:
            found.append((_strength(setting), _fact(setting, key, value, status, ref, note)))
    found += [(strength, fact) for strength, fact in _joined(parts, ref)]
    return _chosen(found)


def code_settings_of(root: str, ref: str, entry: str | None = None) -> list[dict[str, Any]]:
    """`code_settings`, for a worker process."""
    return [fact.model_dump(mode="json") for fact in code_settings(root, ref, entry)]


def _strength(setting: RawSetting) -> int:
    """How near a setting is to what runs, 0 nearest: a script's own constants are before the defaults of classes."""
    script = setting.origin == "constant" and _SCRIPT.search(setting.file)
    return _STRENGTH["option" if script else setting.origin]


def _fact(setting: RawSetting, key: str, value: JsonValue, status: Status, ref: str, note: str | None = None) -> Fact:
    notes = [note] if note else []
    if setting.overrides:
        listed = ", ".join(setting.overrides[:4])
        notes.append(f"{setting.place} overrides {listed}")
    source = Source(kind="code", ref=ref, file=setting.file, line=setting.line, symbol=setting.symbol)
    source.url = _url(ref, setting.file, setting.line)
    return Fact(
        key=key,
        value=value,
        unit=terms()[key].unit,
        scope=setting.alternative,
        status=status,
        source=source,
        note="; ".join(notes) or None,
    )


def _url(ref: str, file: str, line: int) -> str | None:
    """Where a reader can open a line of a repository on GitHub; None for other code."""
    match = re.fullmatch(r"github:([\w.-]+/[\w.-]+)@([0-9a-f]{40})(?://(.+))?", ref)
    if match is None:
        return None
    sub = match[3] or ""
    path = sub if sub.endswith("/" + file) or sub == file else f"{sub}/{file}".lstrip("/")
    return f"https://github.com/{match[1]}/blob/{match[2]}/{quote(path)}#L{line}"


def _joined(parts: list[tuple[RawSetting, str, int]], ref: str) -> list[tuple[int, Fact]]:
    """Elements that are set one by one (beta1, beta2), as the list that they make; one that a config leaves is its base's."""
    groups: dict[tuple[str, str, str, str | None], dict[int, RawSetting]] = defaultdict(dict)
    for setting, key, part in parts:
        groups[key, setting.file, setting.path.rpartition(".")[0], setting.alternative].setdefault(part, setting)
    bases = {(key, part): setting for setting, key, part in reversed(parts) if setting.alternative is None}
    found: list[tuple[int, Fact]] = []
    for (key, *_), given in groups.items():
        size = len(terms()[key].code_parts)
        whole = [given.get(i) or bases.get((key, i)) for i in range(size)]
        elements = [s for s in whole if s is not None]
        if len(elements) < size:
            continue
        first = min(given.values(), key=lambda s: s.line)
        status: Status = "default" if first.origin == "parameter" else "stated"
        note = ", ".join(f"{s.name} at {s.place}" for s in elements)
        fact = _fact(first, key, [s.value for s in elements], status, ref, note)
        fact.source.end_line = max(s.line for s in given.values())
        found.append((_strength(first), fact))
    return found


def _chosen(found: list[tuple[int, Fact]]) -> list[Fact]:
    """In the order of strength and of files; weak facts that repeat a stronger one are left out."""
    by_key: dict[str, list[tuple[int, Fact]]] = defaultdict(list)
    for strength, fact in found:
        by_key[fact.key].append((strength, fact))
    kept: list[Fact] = []
    for key in (k for k in terms() if k in by_key):
        _scope(by_key[key])
        same: list[Fact] = []
        stronger = min(strength for strength, _ in by_key[key]) < _STRENGTH["argument"]
        weak_from = _STRENGTH["argument" if key.startswith(_RECIPE) else "parameter"]
        for strength, fact in sorted(by_key[key], key=lambda pair: (pair[1].scope is not None, pair[0])):
            if stronger and strength >= weak_from:
                continue
            equal = next((f for f in same if f.value == fact.value), None)
            if equal is None and len(same) < MAX_A_KEY:
                same.append(fact)
            elif equal is not None and equal.scope and fact.scope and fact.scope not in equal.scope.split(", "):
                equal.scope += f", {fact.scope}"
        kept += same
    return kept


def _scope(facts: list[tuple[int, Fact]]) -> None:
    """Give facts of one key the name of their script as scope: of scripts beside the training, and of rival scripts.

    What all configurations agree on needs no scope.
    """
    free = [(strength, fact) for strength, fact in facts if fact.scope is None]
    aside = [fact for _, fact in free if _ASIDE.search(fact.source.file or "")]
    scripts = [(s, f) for s, f in free if _SCRIPT.search(f.source.file or "") and f not in aside]
    rivals = [
        f
        for s, f in scripts
        if any(s == t and f.source.file != g.source.file and f.value != g.value for t, g in scripts)
    ]
    named = (aside if len(aside) < len(free) else []) + rivals
    files = {fact.source.file or "" for fact in named}
    stems = Counter(PurePosixPath(file).stem for file in files)
    for fact in named:
        path = PurePosixPath(fact.source.file or "")
        fact.scope = path.stem if stems[path.stem] == 1 else str(path.with_suffix(""))
    if not free and len({repr(fact.value) for _, fact in facts}) == 1:
        for _, fact in facts:
            fact.scope = None
