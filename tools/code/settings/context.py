"""What a name means where it stands: `eps` of an optimizer, of a norm, or of neither."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from paper_implementer.knowledge.vocabulary import key_of_code_name, part_of_code_name, terms

from .calls import SIGNATURES
from .model import RawSetting
from .python import Use

_OPTIMIZER = {
    "lr": "optimizer.learning_rate", "learning_rate": "optimizer.learning_rate", "betas": "optimizer.betas", "b1": "optimizer.betas",
    "b2": "optimizer.betas", "beta1": "optimizer.betas", "beta2": "optimizer.betas", "beta_1": "optimizer.betas",
    "beta_2": "optimizer.betas", "epsilon": "optimizer.epsilon", "eps": "optimizer.epsilon", "weight_decay": "optimizer.weight_decay", "momentum": "optimizer.momentum",
    "nesterov": "optimizer.nesterov", "optimizer": "optimizer.name",
}  # fmt: skip
_NORM = {"eps": "norm.epsilon", "momentum": "norm.momentum", "num_groups": "norm.groups"}
_CROSS_ENTROPY = {
    "label_smoothing": "loss.label_smoothing",
    "ignore_index": "loss.ignore_index",
    "reduction": "loss.reduction",
}
_SCHEDULE = {
    "T_max": "schedule.decay_steps", "eta_min": "schedule.min_learning_rate", "gamma": "schedule.decay_factor",
    "step_size": "schedule.decay_steps", "milestones": "schedule.milestones", "max_lr": "optimizer.learning_rate",
    "num_warmup_steps": "schedule.warmup_steps", "num_training_steps": "training.steps", "warmup_steps": "schedule.warmup_steps",
    "peak_value": "optimizer.learning_rate", "end_value": "schedule.min_learning_rate", "decay_steps": "schedule.decay_steps",
    "scheduler": "schedule.shape",
}  # fmt: skip
_BLOCK = {
    "d_model": "model.hidden_size", "embed_dim": "model.hidden_size", "nhead": "attention.heads", "num_heads": "attention.heads",
    "dim_feedforward": "model.feedforward_size", "dropout": "dropout.rate", "layer_norm_eps": "norm.epsilon", "norm_first": "norm.placement",
    "activation": "activation.function", "num_layers": "model.layers",
}  # fmt: skip
_CALLEES: tuple[tuple[str, dict[str, str]], ...] = (
    (
        r"(Adam|GradientDescent|Momentum|RMSProp|Adagrad|Adadelta|Ftrl)Optimizer|Adam|AdamW|NAdam|RAdam|Adamax|SGD|RMSprop|Adagrad|Adafactor|Lion|L[Aa][Mm][Bb]|LARS|adamw|adam|sgd",
        _OPTIMIZER,
    ),
    (r"LayerNorm|RMSNorm|layer_norm|group_norm|BatchNorm\dd|SyncBatchNorm|GroupNorm", _NORM),
    (r"[Dd]ropout\d?d?", {"p": "dropout.rate"}),
    (r"DropPath", {"drop_prob": "dropout.path"}),
    (r"CrossEntropyLoss|cross_entropy", _CROSS_ENTROPY),
    (r"\w+Loss", {"reduction": "loss.reduction", "margin": "loss.margin", "loss": "loss.function"}),
    (r"DataLoader", {"batch_size": "training.batch_size"}),
    (
        r"clip_grad_norm_|clip_by_global_norm",
        {"max_norm": "optimizer.gradient_clipping", "clip_norm": "optimizer.gradient_clipping"},
    ),
    (r"(trunc_)?normal_", {"std": "init.std"}),
    (r"GELU", {"approximate": "activation.function"}),
    (r"LeakyReLU", {"negative_slope": "activation.slope"}),
    (r"MultiheadAttention", {**_BLOCK, "dropout": "dropout.attention"}),
    (r"Transformer(En|De)coder(Layer)?", _BLOCK),
    (r"\w*LR|get_\w+_schedule_with_warmup|warmup_cosine_decay_schedule", _SCHEDULE),
    (r"Normalize", {"mean": "data.mean", "std": "data.std"}),
    (r"RandomResizedCrop", {"size": "data.image_size", "scale": "data.crop"}),
    (r"manual_seed", {"seed": "training.seed"}),
    (r"scaled_dot_product_attention", {"dropout_p": "dropout.attention"}),
    (r"Embedding", {"embedding_dim": "model.hidden_size"}),
    (
        r"param_group",
        {"weight_decay": "optimizer.weight_decay", "betas": "optimizer.betas", "eps": "optimizer.epsilon"},
    ),
    (r"clip_grad_value_", {"clip_value": ""}),
    (r"epochs", {"count": "training.epochs"}),
    (r"steps", {"count": "training.steps"}),
    (r"layers", {"count": "model.layers"}),
)
"""What the parameters of known callees mean; their other parameters mean nothing here.

A group of parameters with a rate of its own is an exception to the learning rate; a bound on values is no bound on the
norm, and has no key (`""`).
"""
_RECIPES = {"TrainingArguments", "Seq2SeqTrainingArguments", "SFTConfig", "DPOConfig", "LoraConfig"}

_PER_LAYER = {
    "model.kernel_size",
    "model.stride",
    "model.dilation",
    "model.channels",
    "model.bias",
    "data.input_size",
    "data.preprocessing",
}
"""Differ from layer to layer: a default of one layer's constructor is no setting of the model."""
_VAGUE = {
    "r", "rank", "window", "steps", "batch", "scale", "gamma", "temp", "norm", "init", "clip", "loss", "schedule", "skip", "pool", "ls",
    "bs", "mult", "epoch", "dims", "ch", "act", "theta", "width", "iterations", "shuffle", "num_steps", "half", "amp", "ema", "opt", "noise",
    "patience", "devices", "reduction", "max_length", "top_k", "top_p", "dtype", "seed", "causal", "is_causal", "block_size", "max_positions", "size_average", "mean", "std",
}  # fmt: skip
"""Names that mean many things when they are parameters of some function."""
_EVALUATION = {"eval", "val", "test", "validation", "valid", "evaluation", "dev"}
_SAMPLING = re.compile(r"(?i)(sampl|generat|infer|decod|chat|predict|transcri)")
_SAMPLED = {
    "loss.temperature": "eval.temperature",
    "data.examples": "eval.samples",
    "training.steps": None,
    "training.batch_size": None,
}
_CONFIG_ENDS = re.compile(r"_?(config|configuration|cfg|args|arguments|settings|options|params|hparams|kwargs)$")


def name_keys(settings: Iterable[RawSetting], uses: Mapping[str, set[Use]]) -> None:
    """Set `key` and `part`, in place: by name and place, and where these do not tell, by what the name is passed for.

    **Arguments:**

    - `uses`: of each file. What is read from an object counts everywhere, a bare name in its own file only.
    """
    everywhere: dict[str, set[tuple[str, int | None]]] = defaultdict(set)
    within: dict[tuple[str, str], set[tuple[str, int | None]]] = defaultdict(set)
    for file, found in uses.items():
        for use in found:
            parameter, _, index = use.parameter.partition("[")
            key = _key_of_parameter(use.callee, parameter)
            part = int(index[:-1]) if index else part_of_code_name(parameter)
            if key is not None and (part is None or (key and terms()[key].code_parts)):
                (everywhere[use.name] if use.qualified else within[file, use.name]).add((key, part))
    for setting in settings:
        setting.key = key_of(setting)
        setting.part = part_of_code_name(setting.name) if setting.key else None
    optimizers = {_owner(s) for s in settings if s.key in ("optimizer.learning_rate", "optimizer.betas")}
    for setting in settings:
        if setting.origin == "argument" or (
            setting.key and setting.key not in _PER_LAYER and setting.name not in _VAGUE
        ):
            continue
        if setting.name.lower() in ("eps", "epsilon") and _owner(setting) in optimizers:
            setting.key, setting.part = "optimizer.epsilon", None
            continue
        meant = everywhere.get(setting.name, set()) | within.get((setting.file, setting.name), set())
        if len(meant) == 1:
            key, setting.part = next(iter(meant))
            setting.key = key or None


def _owner(setting: RawSetting) -> tuple[str, str, int]:
    """What a setting belongs to: its class, dict or section; of a dict on one line that line."""
    return setting.file, setting.path.rpartition(".")[0], setting.line if setting.origin == "dict" else 0


def key_of(setting: RawSetting) -> str | None:
    """The key that a setting is a fact of by its name and place, None where they do not tell."""
    if setting.origin == "argument" and setting.path.partition(".")[0] in SIGNATURES:
        return _key_of_parameter(*setting.path.rsplit(".", 1))
    parts = [_snake(p) for p in setting.path.split(".")]
    name = parts[-1]
    owner = _CONFIG_ENDS.sub("", parts[-2]) if len(parts) > 1 else ""
    key = None
    if owner:
        if name in ("name", "type", "_target_", "class_path", "class_name", "_name"):
            key = key_of_code_name(owner)
            return key if key and terms()[key].kind == "choice" else None
        key = key_of_code_name(f"{owner}_{name}")
        if key is None and setting.origin not in ("parameter", "argument"):
            key = key_of_code_name(f"{name}_{owner}")
    key = key or key_of_code_name(name)
    return _checked(setting, key, name, parts) if key else None


def _key_of_parameter(function: str, parameter: str) -> str | None:
    """What the parameter of a known callee means."""
    if function in _RECIPES:
        return key_of_code_name(parameter)
    return next((keys.get(parameter) for pattern, keys in _CALLEES if re.fullmatch(pattern, function)), None)


def _checked(setting: RawSetting, key: str, name: str, parts: list[str]) -> str | None:
    """A key that fits the place, or None: vague names need a place that says what they are."""
    around = " ".join([*parts[:-1], _snake(setting.symbol or ""), setting.file.lower()])
    weak = setting.origin in ("parameter", "argument")
    if set(parts[:-1]) & _EVALUATION and not key.startswith("eval."):
        return None
    if name in ("eps", "epsilon"):
        if re.search(r"norm|_ln\b|\bbn", around):
            return "norm.epsilon"
        return (
            key
            if re.search(r"optim|adam|\blamb\b|\bopt\b", around)
            or (not weak and not parts[:-1] and setting.origin == "option")
            else None
        )
    if name == "momentum":
        if re.search(r"norm|\bbn", around):
            return "norm.momentum"
        return None if re.search(r"moco|teacher|ema|queue|center", around) else key
    if name == "temperature" and re.search(r"position|rotary|rope", around):
        return "position.base"
    if key in _SAMPLED and _SAMPLING.search(around):
        return _SAMPLED[key]
    if key == "attention.scale" and not re.search(r"attn|attention", f"{around} {name}"):
        return None
    if name == "depth" and re.search(r"resnet|backbone", around):
        return None
    if name == "gamma" and not (isinstance(setting.value, float) and 0 < setting.value < 1 and not weak):
        return None
    if name == "theta":
        return key if isinstance(setting.value, int | float) and setting.value >= 1000 else None
    if key == "training.hardware" and not (isinstance(setting.value, int) and setting.value > 1):
        return None
    if weak and key == "attention.window" and not re.search(r"attn|attention|swin", around):
        return None
    if weak and (key in _PER_LAYER or name in _VAGUE):
        return None
    return key


def _snake(name: str) -> str:
    name = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])", "_", name) if not name.isupper() else name
    return name.lower().replace("-", "_").replace("__", "_")
