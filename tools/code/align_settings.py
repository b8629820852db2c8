"""Settings of mine against those of the official code: the same setting under another name, in another file format."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Place
from paper_implementer.knowledge.vocabulary import key_of_code_name, part_of_code_name, terms

from .concepts import CATEGORIES, concepts, likeness
from .findings import Finding, severity_of
from .settings import RawSetting, raw_settings

MAX_FILES = 400
MIN_MATCHES = 4
_ORIGINS = {"yaml", "json", "toml", "gin", "option", "field", "config", "constant", "dict", "shell"}
_CATEGORY_OF_KEY = {"attention_dropout": "dropout_rate", "gradient_accumulation": "batch_size"}
_QUIET = {
    "log",
    "evaluate",
    "interval",
    "dataset",
    "workers",
    "seed",
    "wandb",
    "device",
    "out",
    "dir",
    "path",
    "name",
    "project",
}


@dataclass(frozen=True)
class Entry:
    """A setting as it counts: one number of a pair of betas, a flag without its negation."""

    setting: RawSetting
    name: str
    value: JsonValue
    concepts: frozenset[str]
    section: frozenset[str]
    key: str | None
    part: int | None
    former: JsonValue = None


@dataclass(frozen=True)
class Match:
    """Two entries that set the same thing."""

    mine: Entry
    official: Entry
    likeness: float

    @property
    def equal(self) -> bool:
        """Whether they set it to the same value."""
        return same_value(self.mine.value, self.official.value)


def same_value(a: JsonValue, b: JsonValue) -> bool:
    """Equal as settings: 1e-3 and 0.001, `GELU` and `gelu`, 12 and "12"."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-15)
    if isinstance(a, str) and isinstance(b, str):
        return a.strip().lower().replace("-", "_") == b.strip().lower().replace("-", "_")
    return a == b


def entries_of(settings: Sequence[RawSetting]) -> list[Entry]:
    """The settings that are in force, one entry a value."""
    places = {s.place: s for s in settings}
    former: dict[str, RawSetting] = {}
    for s in settings:
        if s.overridden_by and s.overridden_by in places:
            former[s.overridden_by] = s
    found: list[Entry] = []
    for s in settings:
        if s.origin not in _ORIGINS or s.overridden_by or not s.name or s.value is None:
            continue
        old = former.get(s.place)
        found += _entries(s, old.value if old is not None else None)
    return found


def _entries(s: RawSetting, former: JsonValue) -> list[Entry]:
    section = frozenset(c for part in s.path.split(".")[:-1] for c in concepts(part))
    value = s.value
    if isinstance(value, list):
        numbers = [v for v in value if isinstance(v, float)]
        if len(value) == 2 and len(numbers) == 2 and all(0.3 <= n < 1 for n in numbers):
            pairs = ((0, frozenset({"beta", "first"})), (1, frozenset({"beta", "second"})))
            return [Entry(s, s.name, numbers[i], c, section, "optimizer.betas", i) for i, c in pairs]
        return []
    name = s.name
    own = concepts(name)
    plain = name.lower().replace("-", "_")
    if isinstance(value, bool) and plain.startswith(("no_", "disable_", "without_")):
        value, own = not value, own - {"no", "disable", "without"}
    return [Entry(s, name, value, own, section, key_of_code_name(name), part_of_code_name(name), former)]


def _kind(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "flag"
    return "number" if isinstance(value, int | float) else "text"


def name_likeness(a: Entry, b: Entry) -> float:
    """How surely two names mean the same setting, values aside."""
    if _kind(a.value) != _kind(b.value):
        return 0.0
    plain = likeness(a.concepts, b.concepts)
    wide_a, wide_b = a.concepts | a.section, b.concepts | b.section
    wide = likeness(a.concepts, wide_b), likeness(wide_a, b.concepts), likeness(wide_a, wide_b)
    score = max(plain, 0.9 * max(wide))
    if a.concepts & b.concepts and (b.concepts <= wide_a or (a.concepts <= wide_b and len(a.concepts) > 1)):
        score = max(score, 0.65)
    if a.key is not None and a.key == b.key:
        score = max(score, 0.8) if a.part == b.part else min(score, 0.2)
    elif a.key is not None and b.key is not None and plain < 1:
        score *= 0.7
    return score


def match(mine: Sequence[Entry], official: Sequence[Entry]) -> list[Match]:
    """The best one-to-one matching by names, values and order."""
    scored: list[tuple[float, float, int, int]] = []
    for i, a in enumerate(mine):
        for j, b in enumerate(official):
            name = name_likeness(a, b)
            equal = same_value(a.value, b.value)
            before = a.former is not None and same_value(a.former, b.value)
            shown = a.former if before else a.value
            distinctive = _kind(shown) == "number" and shown not in (0, 1, 0.0, 1.0)
            order = 1 - abs(i / max(len(mine), 1) - j / max(len(official), 1))
            bonus = (0.5 if distinctive else 0.2) * (equal or before) if _kind(a.value) == _kind(b.value) else 0.0
            total = name + bonus + 0.1 * order
            if name >= 0.3 or bonus >= 0.5:
                scored.append((total, name + (0.45 if before and distinctive else 0.0), i, j))
    scored.sort(reverse=True)
    taken_mine: set[int] = set()
    taken_official: set[int] = set()
    found: list[Match] = []
    for _, name, i, j in scored:
        if i not in taken_mine and j not in taken_official:
            taken_mine.add(i)
            taken_official.add(j)
            found.append(Match(mine[i], official[j], name))
    return found


def profiles(settings: Sequence[RawSetting]) -> list[list[RawSetting]]:
    """The sets of values that may be in force together: a file's, a file's under one of the configs that overlay it."""
    by_file: dict[str, list[RawSetting]] = defaultdict(list)
    for s in settings:
        if s.origin in _ORIGINS:
            by_file[s.file].append(s)
    overlays = {f: ss for f, ss in by_file.items() if any(s.alternative for s in ss)}
    found = []
    for file, own in by_file.items():
        if file not in overlays:
            found.append(own)
        names = {s.name for s in own}
        for overlay in overlays.values():
            if overlay is own:
                continue
            shared = [s for s in overlay if s.name in names]
            if len(shared) * 2 >= len(overlay):
                replaced = {s.name: s for s in overlay}
                found.append([replaced.get(s.name, s) for s in own] + [s for s in overlay if s.name not in names])
    found += list(overlays.values())
    return found


def compare_settings(mine_root: str, official_root: str, official_files: int) -> list[Finding]:
    """Differences between the settings of two code bases; none where too few of them meet."""
    mine = [e for e in entries_of(raw_settings(mine_root)) if not e.concepts <= _QUIET]
    mine = [e for e in mine if e.setting.origin != "constant" or e.name == e.name.lower() or e.name.isupper()]
    if len(mine) < MIN_MATCHES or official_files > MAX_FILES:
        return []
    best: list[Match] = []
    best_score = 0.0
    for profile in profiles(raw_settings(official_root)):
        official = [
            e
            for e in entries_of([s.model_copy(update={"overridden_by": None}) for s in profile])
            if not e.concepts <= _QUIET
        ]
        if len(official) < MIN_MATCHES or len(official) > 600:
            continue
        found = match(mine, official)
        score = sum((1.0 if m.equal else 0.25) * min(m.likeness, 1.0) for m in found if m.likeness >= 0.4)
        if score > best_score:
            best, best_score = found, score
    agreed = [m for m in best if m.equal and m.likeness >= 0.3]
    if len(agreed) < MIN_MATCHES:
        return []
    return [f for m in best if (f := _finding(m)) is not None]


def _finding(m: Match) -> Finding | None:
    if m.equal or m.likeness < 0.45:
        return None
    category = category_of(m.official) or category_of(m.mine)
    if category is None:
        return None
    a, b = m.mine, m.official
    if _kind(a.value) == "text" and category != "activation_variant":
        return None
    key = b.key or a.key
    title = terms()[key].title if key else f"{a.setting.path}"
    return Finding(
        id="",
        category=category,
        severity=terms()[key].severity if key else severity_of(category),
        confidence=round(min(0.95, 0.5 + 0.45 * min(m.likeness, 1.0)), 2),
        summary=f"{title}: mine {a.value} ({a.setting.path}), official {b.value} ({b.setting.path})",
        mine=Place(file=a.setting.file, line=a.setting.line, symbol=a.setting.symbol),
        official=Place(file=b.setting.file, line=b.setting.line, symbol=b.setting.symbol),
        mine_does=f"{a.setting.path} = {a.value}",
        official_does=f"{b.setting.path} = {b.value}",
        key=key,
        evidence="config",
        suggestion=f"Set {a.setting.path} to {b.value}, or note why not.",
    )


def category_of(entry: Entry) -> str | None:
    """The category of a difference in a setting; None for what changes no result."""
    own = entry.concepts
    if own & {"log", "evaluate", "interval", "workers"}:
        return None
    if "minimum" in own and "lr" in own | entry.section:
        return "lr_schedule"
    if entry.key:
        category = terms()[entry.key].category
        if category:
            return _CATEGORY_OF_KEY.get(category, category)
    for concept in ("warmup", "smoothing", "epsilon", "dropout", "accumulation", "clip", "ema"):
        if concept in own:
            return CATEGORIES[concept]
    return next((CATEGORIES[c] for c in sorted(own) if c in CATEGORIES), None)
