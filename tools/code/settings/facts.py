"""Settings as facts of the vocabulary: normalised, the strongest first, with what they override."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Fact, Source, Status
from paper_implementer.knowledge.values import choice_of, parse_number
from paper_implementer.knowledge.vocabulary import Term, terms

from .model import Origin, RawSetting
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
_POSITIVE = (
    "model.", "attention.", "lora.rank", "training.steps", "training.epochs", "training.batch", "data.image", "data.max",
    "data.classes",
)  # fmt: skip
"""Keys for which zero or less means "not set here"."""
_RECIPE = ("optimizer.", "schedule.", "training.", "data.")
"""Keys for which what options and configs say makes constants in calls (of evaluation, say) no setting of the training."""
_KEPT = {"keep_prob", "dropout_keep_prob", "survival_prob"}
"""Names that give the probability of keeping, not of dropping."""
_SWITCHES: dict[str, tuple[str | None, str | None]] = {
    "norm_first": ("pre", "post"), "pre_norm": ("pre", "post"), "prenorm": ("pre", "post"), "normalize_before": ("pre", "post"),
    "encoder_normalize_before": ("pre", "post"), "decoder_normalize_before": ("pre", "post"), "pre_layer_norm": ("pre", "post"),
    "do_layer_norm_before": ("pre", "post"), "norm_before": ("pre", "post"), "post_norm": ("post", "pre"),
    "apply_residual_connection_post_layernorm": ("post", "pre"), "fp16": ("fp16", None), "use_fp16": ("fp16", None), "bf16": ("bf16", None),
    "half": ("fp16", None), "predict_epsilon": ("epsilon", "sample"), "decoupled": ("decoupled", "l2"),
    "decoupled_weight_decay": ("decoupled", "l2"), "decouple_weight_decay": ("decoupled", "l2"), "adam_w_mode": ("decoupled", "l2"),
}  # fmt: skip
"""Booleans that choose: what True and False mean."""


def code_settings(root: str, ref: str, entry: str | None = None) -> list[Fact]:
    """The facts that code states, the strongest of each key first.

    Launch scripts and configuration files come before the defaults of options, these before fields and constants, then
    arguments of known constructors, then defaults of parameters (status `default`). A value that holds only for one
    config or script has its name as scope; what is overridden is left out and told in the note of what wins.

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
        value, status, note = _normal(setting, terms()[key])
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


def _normal(setting: RawSetting, term: Term) -> tuple[JsonValue, Status, str | None]:
    """The value as the key has it, None where it is no value of the key."""
    value = setting.value
    status: Status = "default" if setting.origin == "parameter" else "stated"
    if isinstance(value, bool) and setting.name.lower() in _SWITCHES:
        return _SWITCHES[setting.name.lower()][not value], status, f"{setting.name} = {value}"
    if term.kind == "choice":
        if not isinstance(value, str):
            return None, status, None
        meant = choice_of(value, term) or choice_of(value.rpartition(".")[2], term)
        if setting.path == "GELU.approximate":
            meant = "gelu_tanh" if value == "tanh" else "gelu"
        return meant, status, None
    if term.kind in ("number", "integer", "fraction"):
        if isinstance(value, str):
            value = parse_number(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or (term.kind == "fraction" and not 0 <= value <= 1)
        ):
            return None, status, None
        if term.kind == "integer" and value != int(value):
            return None, status, None
        if value <= 0 and term.key.startswith(_POSITIVE):
            return None, status, None
        if setting.name.lower() in _KEPT:
            return round(1 - value, 12), "derived", f"1 - {setting.name} ({value})"
        return (int(value) if term.kind == "integer" else value), status, None
    if term.kind == "boolean":
        return (value if isinstance(value, bool) else None), status, None
    if term.kind == "list":
        return (
            (
                value
                if isinstance(value, list) or (isinstance(value, int | float) and not isinstance(value, bool))
                else None
            ),
            status,
            None,
        )
    return (value if not isinstance(value, dict) and value != "" else None), status, None


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
            repeats = any(
                f.value == fact.value and (f.scope in (None, fact.scope) or strength >= weak_from) for f in same
            )
            if not repeats and not (stronger and strength >= weak_from) and len(same) < MAX_A_KEY:
                same.append(fact)
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
