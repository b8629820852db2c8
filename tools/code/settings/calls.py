"""Arguments of the constructors and functions whose parameters mean the same in every project.

Positional parameters are those of torch 2.x (`torch.optim`, `torch.nn`, `torch.nn.utils`, `torch.utils.data`),
transformers 4 and 5 (`optimization.py`), optax 0.2 and flax 0.10, read from their signatures.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .options import callee

_ADAM = ("params", "lr", "betas", "eps", "weight_decay")
_BATCH_NORM = ("num_features", "eps", "momentum")
_DROPOUT = ("p",)
_CROSS_ENTROPY = ("weight", "size_average", "ignore_index", "reduce", "reduction", "label_smoothing")
_WARMUP = ("optimizer", "num_warmup_steps", "num_training_steps")

SIGNATURES: dict[str, tuple[str, ...]] = {
    "Adam": _ADAM,
    "AdamW": _ADAM,
    "NAdam": _ADAM,
    "RAdam": _ADAM,
    "Adamax": _ADAM,
    "SGD": ("params", "lr", "momentum", "dampening", "weight_decay", "nesterov"),
    "RMSprop": ("params", "lr", "alpha", "eps", "weight_decay", "momentum"),
    "Adagrad": ("params", "lr", "lr_decay", "weight_decay"),
    "Adafactor": ("params", "lr"),
    "Lion": ("params", "lr", "betas", "weight_decay"),
    "LAMB": _ADAM,
    "Lamb": _ADAM,
    "LARS": ("params", "lr"),
    "adamw": ("learning_rate", "b1", "b2", "eps"),
    "adam": ("learning_rate", "b1", "b2", "eps"),
    "sgd": ("learning_rate", "momentum", "nesterov"),
    "Embedding": ("num_embeddings", "embedding_dim"),
    "dropout": ("input", "p"),
    "scaled_dot_product_attention": ("query", "key", "value", "attn_mask", "dropout_p"),
    "AdamOptimizer": ("learning_rate", "beta1", "beta2", "epsilon"),
    "GradientDescentOptimizer": ("learning_rate",),
    "MomentumOptimizer": ("learning_rate", "momentum"),
    "RMSPropOptimizer": ("learning_rate", "decay", "momentum", "epsilon"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "group_norm": ("input", "num_groups", "weight", "bias", "eps"),
    "Dropout": _DROPOUT,
    "Dropout1d": _DROPOUT,
    "Dropout2d": _DROPOUT,
    "DropPath": ("drop_prob",),
    "LayerNorm": ("normalized_shape", "eps"),
    "RMSNorm": ("normalized_shape", "eps"),
    "BatchNorm1d": _BATCH_NORM,
    "BatchNorm2d": _BATCH_NORM,
    "BatchNorm3d": _BATCH_NORM,
    "SyncBatchNorm": _BATCH_NORM,
    "GroupNorm": ("num_groups", "num_channels", "eps"),
    "MultiheadAttention": ("embed_dim", "num_heads", "dropout", "bias"),
    "TransformerEncoderLayer": ("d_model", "nhead", "dim_feedforward", "dropout", "activation", "layer_norm_eps"),
    "TransformerDecoderLayer": ("d_model", "nhead", "dim_feedforward", "dropout", "activation", "layer_norm_eps"),
    "TransformerEncoder": ("encoder_layer", "num_layers"),
    "GELU": ("approximate",),
    "LeakyReLU": ("negative_slope",),
    "CrossEntropyLoss": _CROSS_ENTROPY,
    "cross_entropy": ("input", "target", *_CROSS_ENTROPY),
    "KLDivLoss": ("size_average", "reduce", "reduction"),
    "MSELoss": ("size_average", "reduce", "reduction"),
    "TripletMarginLoss": ("margin", "p"),
    "DataLoader": ("dataset", "batch_size", "shuffle"),
    "clip_grad_norm_": ("parameters", "max_norm"),
    "clip_grad_value_": ("parameters", "clip_value"),
    "clip_by_global_norm": (),
    "trunc_normal_": ("tensor", "mean", "std"),
    "normal_": ("tensor", "mean", "std"),
    "StepLR": ("optimizer", "step_size", "gamma"),
    "MultiStepLR": ("optimizer", "milestones", "gamma"),
    "ExponentialLR": ("optimizer", "gamma"),
    "CosineAnnealingLR": ("optimizer", "T_max", "eta_min"),
    "OneCycleLR": ("optimizer", "max_lr", "total_steps"),
    "get_linear_schedule_with_warmup": _WARMUP,
    "get_cosine_schedule_with_warmup": _WARMUP,
    "warmup_cosine_decay_schedule": ("init_value", "peak_value", "warmup_steps", "decay_steps", "end_value"),
    "TrainingArguments": ("output_dir",),
    "Seq2SeqTrainingArguments": ("output_dir",),
    "SFTConfig": ("output_dir",),
    "DPOConfig": ("output_dir",),
    "LoraConfig": (),
    "Normalize": ("mean", "std"),
    "RandomResizedCrop": ("size", "scale", "ratio"),
    "manual_seed": ("seed",),
}
"""The positional parameters of each; keywords count whether listed here or not."""

TENSORFLOW_OPTIMIZERS = {
    "AdamOptimizer": "adam",
    "GradientDescentOptimizer": "sgd",
    "MomentumOptimizer": "sgd",
    "RMSPropOptimizer": "rmsprop",
}

SHAPES = {
    "StepLR": "step",
    "MultiStepLR": "step",
    "ExponentialLR": "exponential",
    "CosineAnnealingLR": "cosine",
    "OneCycleLR": "one_cycle",
    "get_linear_schedule_with_warmup": "linear",
    "get_cosine_schedule_with_warmup": "cosine",
}
"""The shape that a scheduler gives the learning rate."""

METHODS = {"normal_", "trunc_normal_"}
"""Also methods of a tensor: called on one, they have no leading tensor argument."""


def arguments_of(call: ast.Call) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield (callee, parameter, argument) for each argument of a known call."""
    dotted = callee(call.func)
    name = dotted.rpartition(".")[2]
    if name not in SIGNATURES:
        return
    positional = SIGNATURES[name]
    if name in METHODS and "init" not in dotted:
        positional = positional[1:]
    yield from ((name, parameter, node) for parameter, node in zip(positional, call.args, strict=False))
    yield from ((name, k.arg, k.value) for k in call.keywords if k.arg)


def choice_of_call(call: ast.Call) -> tuple[str, str] | None:
    """What calling a constructor chooses: ("optimizer", "AdamW"), ("scheduler", "cosine"); None for other calls."""
    name = callee(call.func).rpartition(".")[2]
    if SIGNATURES.get(name, ())[:1] == ("params",) or name in TENSORFLOW_OPTIMIZERS:
        return "optimizer", TENSORFLOW_OPTIMIZERS.get(name, name)
    return ("scheduler", SHAPES[name]) if name in SHAPES else None


def uses_of(node: ast.AST) -> Iterator[tuple[str, str, ast.expr]]:
    """Yield (callee, parameter, expression) for what is no call of a library and still tells what a value is for.

    Groups of parameters (`param_group`), loops over epochs and steps (`epochs`, `steps`), stacks of layers (`layers`).
    """
    match node:
        case ast.Dict(keys=keys, values=values):
            names = [k.value if isinstance(k, ast.Constant) else None for k in keys]
            if "params" in names:
                yield from (("param_group", str(n), v) for n, v in zip(names, values, strict=True) if n != "params")
        case ast.For(target=ast.Name(id=variable), iter=ast.Call() as loop) if callee(loop.func) in ("range", "trange"):
            if loop.args and re.fullmatch(r"(n|i|cur|current)?_?(epochs?|ep)", variable):
                yield "epochs", "count", loop.args[-1]
            elif loop.args and re.fullmatch(
                r"(n|i|cur|current|global|train)?_?(step|iter|iteration|update|itr|it)", variable
            ):
                yield "steps", "count", loop.args[-1]
        case ast.ListComp(elt=ast.Call() as made, generators=[ast.comprehension(iter=ast.Call() as loop)]):
            if (
                callee(loop.func) == "range"
                and len(loop.args) == 1
                and re.search(r"(?i)layer|block|stage", callee(made.func))
            ):
                yield "layers", "count", loop.args[0]


def name_in(node: ast.expr) -> tuple[str, bool] | None:
    """The name that an expression reads, and whether from an object that files share: `cfg.lr`, `cfg["lr"]`; `lr`, `self.lr`.

    None for any other expression.
    """
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name, value=ast.Name(id="self")):
            return name, False
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str() as name)):
            return name, True
    return None
