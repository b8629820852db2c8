"""Facts of single operations: the arguments that change results, and which of several alternatives is used."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import Expr, bare, walk
from .facts import CodeFact, View, number_text
from .layers import layer_line
from .signatures import canonical

_LOSS = "cross_entropy nll_loss mse_loss l1_loss smooth_l1_loss huber_loss kl_div binary_cross_entropy binary_cross_entropy_with_logits"
_OPTIMIZERS = ("Adam", "AdamW", "SGD", "RMSprop", "Adagrad", "NAdam", "RAdam")

ARGUMENTS: dict[tuple[str, str], str] = {
    **{(loss, "reduction"): "loss_reduction" for loss in _LOSS.split()},
    ("cross_entropy", "ignore_index"): "loss_masking",
    ("nll_loss", "ignore_index"): "loss_masking",
    ("cross_entropy", "label_smoothing"): "label_smoothing",
    ("smooth_l1_loss", "beta"): "loss_function",
    ("huber_loss", "delta"): "loss_function",
    ("triplet_margin_loss", "margin"): "loss_function",
    ("kl_div", "log_target"): "loss_function",
    ("normalize", "p"): "feature_normalization",
    ("batch_norm", "momentum"): "norm_type",
    ("group_norm", "num_groups"): "norm_type",
    ("leaky_relu", "negative_slope"): "activation_variant",
    ("elu", "alpha"): "activation_variant",
    ("softplus", "beta"): "activation_variant",
    ("interpolate", "mode"): "image_size",
    ("interpolate", "align_corners"): "image_size",
    ("topk", "largest"): "metric_definition",
    ("multinomial", "replacement"): "resampling_distribution",
    ("repeat_interleave", "dim"): "head_layout",
    ("clip_grad_norm_", "max_norm"): "gradient_clipping",
    ("clip_grad_norm_", "norm_type"): "gradient_clipping",
    ("clip_grad_value_", "clip_value"): "gradient_clipping",
    ("DataLoader", "batch_size"): "batch_size",
    ("DataLoader", "shuffle"): "shuffle",
    ("DataLoader", "drop_last"): "shuffle",
    **{(o, "lr"): "learning_rate" for o in _OPTIMIZERS},
    **{(o, "betas"): "optimizer_betas" for o in _OPTIMIZERS},
    **{(o, "eps"): "epsilon" for o in _OPTIMIZERS},
    **{(o, "weight_decay"): "weight_decay" for o in _OPTIMIZERS},
    **{(o, "momentum"): "optimizer_betas" for o in ("SGD", "RMSprop")},
    ("SGD", "nesterov"): "optimizer_variant",
    ("Adam", "amsgrad"): "optimizer_variant",
    ("CosineAnnealingLR", "eta_min"): "lr_schedule",
    ("CosineAnnealingLR", "T_max"): "lr_schedule",
    ("StepLR", "step_size"): "lr_schedule",
    ("StepLR", "gamma"): "lr_schedule",
    ("MultiStepLR", "milestones"): "lr_schedule",
    ("MultiStepLR", "gamma"): "lr_schedule",
    ("ExponentialLR", "gamma"): "lr_schedule",
    ("LinearLR", "start_factor"): "warmup",
    ("LinearLR", "total_iters"): "warmup",
    ("RandomResizedCrop", "size"): "image_size",
    ("RandomResizedCrop", "scale"): "augmentation",
    ("RandomResizedCrop", "ratio"): "augmentation",
    ("RandomResizedCrop", "interpolation"): "image_size",
    ("Resize", "size"): "image_size",
    ("Resize", "interpolation"): "image_size",
    ("CenterCrop", "size"): "image_size",
    ("RandomCrop", "size"): "image_size",
    ("RandomCrop", "padding"): "augmentation",
    ("RandomHorizontalFlip", "p"): "augmentation",
    ("RandomGrayscale", "p"): "augmentation",
    ("ColorJitter", "brightness"): "augmentation",
    ("ColorJitter", "contrast"): "augmentation",
    ("ColorJitter", "saturation"): "augmentation",
    ("ColorJitter", "hue"): "augmentation",
    ("GaussianBlur", "kernel_size"): "augmentation",
    ("GaussianBlur", "sigma"): "augmentation",
    ("RandomErasing", "p"): "augmentation",
    ("RandomSolarize", "threshold"): "augmentation",
    ("Normalize", "mean"): "data_normalization",
    ("manual_seed", "seed"): "seed",
    ("cdist", "p"): "matching_cost",
}
"""Arguments whose value, explicit or default, is a fact."""

ALTERNATIVES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_LOSS.split(), ("loss", "loss_function")),
    "cosine_embedding_loss": ("loss", "loss_function"),
    "triplet_margin_loss": ("loss", "loss_function"),
    "margin_ranking_loss": ("loss", "loss_function"),
    **dict.fromkeys((*_OPTIMIZERS, "Lion", "Adafactor", "LAMB", "Lamb", "LARS"), ("optimizer", "optimizer_variant")),
    "clip_grad_norm_": ("clipping", "gradient_clipping"),
    "clip_grad_value_": ("clipping", "gradient_clipping"),
    "CosineAnnealingLR": ("schedule", "lr_schedule"),
    "StepLR": ("schedule", "lr_schedule"),
    "MultiStepLR": ("schedule", "lr_schedule"),
    "ExponentialLR": ("schedule", "lr_schedule"),
    "OneCycleLR": ("schedule", "lr_schedule"),
    "RandomResizedCrop": ("crop", "augmentation"),
    "RandomCrop": ("crop", "augmentation"),
    "CenterCrop": ("crop", "augmentation"),
    "max_pool2d": ("pool", "pooling"),
    "avg_pool2d": ("pool", "pooling"),
    "adaptive_avg_pool2d": ("global pool", "pooling"),
    "adaptive_max_pool2d": ("global pool", "pooling"),
    "multinomial": ("choice", "resampling_distribution"),
    "linspace": ("spacing", "noise_schedule"),
    "logspace": ("spacing", "noise_schedule"),
}
"""Operations of which a unit uses one where another is possible: (group, category)."""

_PILLOW = {0.0: "nearest", 1.0: "lanczos", 2.0: "bilinear", 3.0: "bicubic", 4.0: "box", 5.0: "hamming"}
"""The numbers of Pillow's interpolations."""

INITIALISERS = {
    "normal_", "uniform_", "constant_", "zeros_", "ones_", "trunc_normal_", "xavier_uniform_", "xavier_normal_",
    "kaiming_uniform_", "kaiming_normal_", "orthogonal_", "eye_",
}  # fmt: skip


def plain_value(expr: Expr) -> str | float | tuple[str | float | None, ...] | None:
    """A constant, or a tuple of constants; None for what is computed from arguments without defaults."""
    if expr.op in ("tuple", "list"):
        values = tuple(plain_value(a) for a in expr.args)
        return None if None in values else tuple(v for v in values if not isinstance(v, tuple))
    if expr.op == "arg" and expr.args and expr.args[0].op in ("tuple", "list"):
        return plain_value(expr.args[0])
    if expr.op == "const" and expr.value is None:
        return "None"
    value = expr.constant()
    if isinstance(value, bool | str):
        return str(value)
    if expr.op == "global":
        return str(expr.value).rpartition(".")[2].lower()
    return None if value is None else float(value)


def argument_facts(view: View) -> Iterator[CodeFact]:
    """One fact for each argument of `ARGUMENTS`."""
    for node in view.nodes:
        op = node.op[3:] if node.op.startswith("nn.") else node.op
        for name, expr in node.kw.items():
            category = ARGUMENTS.get((op, name))
            if category is None or (node.op.startswith("nn.") and op not in _OPTIMIZERS):
                continue
            value = plain_value(expr)
            if name == "reduction" and value == "none":
                value = _later_reduction(view, node)
            if value is None:
                continue
            if name == "interpolation":
                value = _PILLOW.get(value, value) if isinstance(value, float) else str(value).lower()
            if name == "shuffle" and "sampler" in node.explicit:
                continue  # the sampler decides
            where = expr.where if expr.where.line and name in node.explicit else layer_line(node)
            says = f"{op}({name}={_text(value)})"
            yield CodeFact(f"{op}.{name}", category, value, where, says, "", node.guard, 0.85)


def _new_axis(expr: Expr) -> int | None:
    """Where a new axis is put in: `x[:, :, None]` is 2."""
    if expr.op == "unsqueeze":
        number = expr.kw["dim"].number() if "dim" in expr.kw else None
        return int(number) if number is not None else None
    if expr.op == "getitem" and expr.args[1].op == "tuple":
        parts = expr.args[1].args
        return next((i for i, p in enumerate(parts) if p.op == "const" and p.value is None), None)
    return None


def loss_term_facts(view: View) -> Iterator[CodeFact]:
    """How many losses of one kind a result sums, as of rows and columns of one table."""
    for result in view.result.returns.values():
        terms_found = [n for n in walk(result, 400) if n.op in ("cross_entropy", "nll_loss", "kl_div", "mse_loss")]
        kinds = {n.op for n in terms_found}
        if len(kinds) == 1:
            distinct = {tuple(bare(a).key for a in n.args) + tuple(a.key for a in n.args) for n in terms_found}
            count = min(len(distinct), 2)
            says = "one direction only" if count == 1 else "both directions"
            yield CodeFact(
                "directions of the loss", "loss_symmetry", count, result.where, says, kinds.pop(), False, 0.75
            )


def _later_reduction(view: View, node: Expr, depth: int = 6) -> str | None:
    """How a loss of each element is reduced later; None where that is not seen."""
    for user in view.consumers(node):
        if user.op in ("mean", "sum"):
            return user.op
        if depth and user.op in ("*", "+", "neg", "return", "/"):
            found = _later_reduction(view, user, depth - 1)
            if found:
                return found
    return None


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(number_text(v) for v in value) + ")"
    return number_text(value) if isinstance(value, float | int | str | bool) else str(value)


def alternative_facts(view: View) -> Iterator[CodeFact]:
    """One fact for each operation of `ALTERNATIVES`."""
    for node in view.nodes:
        op = canonical(node.op[3:]) if node.op.startswith("nn.") and "Pool" in node.op else node.op
        found = ALTERNATIVES.get(op)
        if found is not None:
            yield CodeFact(f"which {found[0]}", found[1], op, node.where, node.op, "", node.guard, 0.85)
        elif node.op == "expand" and node.args and _new_axis(node.args[0]) == 2:
            yield CodeFact(
                "copies of heads",
                "head_layout",
                "in place",
                node.where,
                "each head repeated in place (0, 0, 1, 1)",
                "",
                False,
                0.85,
            )
        elif node.op == "expand" and node.args and _new_axis(node.args[0]) == 1:
            yield CodeFact(
                "copies of heads", "head_layout", "tiled", node.where, "heads tiled (0, 1, 0, 1)", "", False, 0.85
            )
        elif node.op in ("repeat", "tile", "repeat_interleave") and len(node.args) + len(node.kw) > 2:
            yield from _tiling(node)


def _tiling(node: Expr) -> Iterator[CodeFact]:
    """Whether copies of heads follow each other (0, 0, 1, 1) or the whole is repeated (0, 1, 0, 1)."""
    value = node.args[0]
    if not any(n.op in ("Linear", "linear", "matmul", "arg") for n in walk(value, 60)):
        return
    counts = node.args[1:] or tuple(node.kw.values())
    if node.op in ("repeat", "tile"):
        ones = [c.number() == 1 for c in counts]
        if len(counts) >= 3 and ones.count(False) == 1 and not ones[1]:
            yield CodeFact(
                "copies of heads", "head_layout", "tiled", node.where, "heads tiled (0, 1, 0, 1)", "", node.guard, 0.85
            )
    elif len(counts) > 1:
        yield CodeFact(
            "copies of heads",
            "head_layout",
            "in place",
            node.where,
            "each head repeated in place (0, 0, 1, 1)",
            "",
            node.guard,
            0.85,
        )


def initialiser_facts(view: View) -> Iterator[CodeFact]:
    """Each call that fills a parameter, with its arguments."""
    for node in view.nodes:
        if node.op not in INITIALISERS:
            continue
        value: list[str] = [node.op]
        known = True
        for name, expr in sorted(node.kw.items()):
            number = expr.number()
            if name in ("x", "generator"):
                continue
            if number is not None:
                value.append(f"{name}={number:.4g}")
            elif expr.op == "const":
                value.append(f"{name}={expr.value}")
            else:
                value.append(f"{name}={_shape_of(expr)}")
                known = False
        target = bare(node.args[0]) if node.args else None
        if node.op == "ones_" or (node.op == "zeros_" and target is not None and _named(target, "bias")):
            continue
        role = "bias" if target is not None and _named(target, "bias") else "weight"
        says = f"{value[0]}({', '.join(v for v in value[1:] if not v.startswith(('a=-', 'b=2')))})"
        yield CodeFact("initialisation", "initialization", node.op, node.where, says, role, node.guard, 0.8)
        if known:  # A value from a configuration that was not found says nothing against a number.
            slot = f"{node.op} arguments"
            yield CodeFact(slot, "initialization", tuple(value), node.where, says, role, node.guard, 0.8)


def _named(expr: Expr, word: str) -> bool:
    return expr.op in ("attr", "free", "arg") and word in str(expr.value).lower()


def _shape_of(expr: Expr) -> str:
    """The operations of a computed value, its names left out."""
    ops = sorted(
        n.op if n.op != "const" else f"{n.value}"
        for n in walk(expr, 60)
        if n.op not in ("arg", "attr", "free", "global", "cast")
    )
    return " ".join(ops)
