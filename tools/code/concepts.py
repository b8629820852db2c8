"""What the words of an identifier stand for, so that settings and parameters meet under other names."""

from __future__ import annotations

import re
from functools import cache

_CONCEPTS = {
    "lr": "rate learning peak lr step_size eta",
    "minimum": "min floor final end minimum minimal lowest",
    "warmup": "warmup warm ramp rampup",
    "steps": "iters iter iterations steps updates max_iters timesteps",
    "epochs": "epochs epoch passes",
    "decay": "decay anneal wd l2 shrink regularization",
    "weight": "weight weights wd l2",
    "batch": "batch sequences bs minibatch micro",
    "accumulation": "accumulate accumulation accum",
    "layers": "layers layer depth blocks n_layer stages",
    "heads": "heads head nhead",
    "width": "width features hidden dim embd embedding model channels dmodel d",
    "inner": "feedforward intermediate inner ffn mlp ff hidden_dim ffw",
    "context": "context block window positions length maxlen seq sequence max_length",
    "vocabulary": "vocab vocabulary tokens",
    "types": "segments segment type types",
    "dropout": "drop dropout pdrop noise",
    "attention": "attention attn probs",
    "clip": "clip clipping maxnorm max_norm",
    "beta": "beta betas momenta moment momentum moments b",
    "first": "1 first beta1 b1",
    "second": "2 second beta2 b2",
    "epsilon": "eps epsilon tiny small",
    "std": "std initializer sigma deviation stdev init range",
    "activation": "activation act nonlinearity nonlin hidden_act",
    "padding": "padding pad",
    "bias": "bias",
    "evaluate": "eval evaluate evaluation probe validate val",
    "interval": "interval every freq frequency cadence period",
    "log": "log logging report print",
    "dataset": "dataset corpus data",
    "temperature": "temperature tau temp sharpness",
    "smoothing": "smoothing smooth doubt softness",
    "norm": "norm layernorm ln rmsnorm normalization",
    "size": "size",
    "seed": "seed",
    "gamma": "gamma focus focusing",
    "alpha": "alpha balance mixup",
    "ema": "ema average averaging",
    "image": "image img resolution res side crop",
    "patch": "patch",
    "base": "base theta temperature frequency period",
    "margin": "margin",
    "length": "length len",
    "penalty": "penalty exponent",
    "beams": "beams beam search",
    "top_p": "p mass nucleus top",
    "keep": "keep keepers least min",
    "shift": "shift offset s",
    "classes": "classes num_classes labels",
    "mask": "mask masking masked",
    "ratio": "ratio fraction share",
    "rank": "rank r",
    "parameters": "parameters params weights net model",
    "workers": "workers",
    "scale": "scale scaling gain",
}

CATEGORIES = {
    "temperature": "temperature", "smoothing": "label_smoothing", "epsilon": "epsilon", "dropout": "dropout_rate", "base": "positional_base",
    "beta": "optimizer_betas", "warmup": "warmup", "lr": "learning_rate", "clip": "gradient_clipping", "ema": "ema_decay",
    "mask": "masking_ratio", "penalty": "length_penalty", "beams": "search_width", "std": "initialization", "image": "image_size",
    "margin": "loss_weights", "gamma": "loss_weights", "alpha": "loss_weights", "decay": "weight_decay", "batch": "batch_size",
    "epochs": "training_length", "steps": "training_length", "width": "layer_width", "layers": "depth_width", "heads": "depth_width",
    "patch": "image_size", "activation": "activation_variant", "seed": "seed", "accumulation": "batch_size", "inner": "layer_width",
    "context": "depth_width", "vocabulary": "tokenisation", "bias": "bias_flag", "rank": "depth_width", "scale": "scaling_factor",
    "ratio": "layer_width",
}  # fmt: skip


@cache
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for concept, names in _CONCEPTS.items():
        for name in names.split():
            table.setdefault(name, set()).add(concept)
    return {name: frozenset(found) for name, found in table.items()}


def split(identifier: str) -> list[str]:
    """The words of an identifier, lower case; a trailing number is a word."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier)
    return [
        w
        for w in re.findall(r"[a-z]+|\d+", snake.lower())
        if w
        not in ("n", "num", "number", "of", "the", "self", "use", "prob", "probability", "value", "factor", "rate_")
    ]


@cache
def concepts(identifier: str) -> frozenset[str]:
    """The concepts that an identifier names; words without a concept stand for themselves."""
    plain = identifier.lower().replace("-", "_")
    found: set[str] = set()
    table = _table()
    if plain in table:
        return table[plain]
    for word in split(identifier):
        found |= table.get(word) or table.get(word.rstrip("s")) or {word}
    return frozenset(found)


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """How much two sets of concepts share, 0 to 1."""
    return len(a & b) / len(a | b) if a and b else 0.0
