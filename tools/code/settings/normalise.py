"""The value that a setting gives to a key, as a fact has it."""

from __future__ import annotations

from pydantic import JsonValue

from paper_implementer.knowledge.facts import Status
from paper_implementer.knowledge.values import choice_of, parse_number
from paper_implementer.knowledge.vocabulary import Term

from .model import RawSetting

_POSITIVE = (
    "model.", "attention.", "lora.rank", "training.steps", "training.epochs", "training.batch", "data.image", "data.max",
    "data.classes",
)  # fmt: skip
"""Keys for which zero or less means "not set here"."""
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


def normalised(setting: RawSetting, term: Term) -> tuple[JsonValue, Status, str | None]:
    """The value of a setting for a key (None where it is no value of it), its status, and how it was derived."""
    status: Status = "default" if setting.origin == "parameter" else "stated"
    name, value = setting.name.lower(), setting.value
    if isinstance(value, bool) and name in _SWITCHES:
        return _SWITCHES[name][not value], status, f"{setting.name} = {value}"
    if term.kind in ("number", "integer", "fraction"):
        if isinstance(value, list) and len(value) > 1:
            several: list[JsonValue] = [_number(element, term) for element in value]
            return several if None not in several else None, status, None
        value = value[0] if isinstance(value, list) and value else value
        number = _number(value, term)
        if number is not None and name in _KEPT:
            return round(1 - number, 12), "derived", f"1 - {setting.name} ({value})"
        return number, status, None
    return _other(setting, term), status, None


def _number(value: JsonValue, term: Term) -> int | float | None:
    if isinstance(value, str):
        value = parse_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high = term.range or ((0, 1) if term.kind == "fraction" else (float("-inf"), float("inf")))
    if not low <= value <= high or (value <= 0 and term.key.startswith(_POSITIVE)):
        return None
    if term.kind != "integer":
        return value
    return int(value) if value == int(value) else None


def _other(setting: RawSetting, term: Term) -> JsonValue:
    value = setting.value
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if term.kind == "choice":
        if not isinstance(value, str):
            return None
        if setting.path == "GELU.approximate":
            return "gelu_tanh" if value == "tanh" else "gelu"
        return choice_of(value, term) or choice_of(value.rpartition(".")[2], term)
    if term.kind == "boolean":
        return value if isinstance(value, bool) else None
    if term.kind == "list":
        return value if isinstance(value, list) or number else None
    return value if not isinstance(value, dict) and value != "" else None
