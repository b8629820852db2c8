"""What a divergence means: its category, the places, and both sides in words; None for one that is only another way of writing."""

from __future__ import annotations

from ..concepts import CATEGORIES, concepts
from .credible import LOSSES
from .diverge import Divergence
from .expression import TRANSPARENT, Expr, Where, text_of, walk
from .facts import CodeFact, View
from .layers import ACTIVATIONS, DROPOUTS, NORMS, layer_line

_ARITHMETIC = {"+", "-", "*", "/", "**", "neg", "sqrt", "rsqrt", "square", "exp", "log", "reciprocal", "cos", "sin"}
_COMPARISONS = {">", "<", ">=", "<=", "=="}


def domain(view: View) -> str:
    """What kind of thing a unit is, by its names and by what it computes."""
    words = set(concepts(view.name)) | {w for n in view.result.parameters for w in concepts(n)}
    for parameters in view.result.parameters.values():
        for p in parameters:
            words |= concepts(str(p.value)) if len(str(p.value)) > 2 else frozenset()
    ops = {n.op for n in view.nodes}
    grads = any(n.op == "attr" and n.value == "grad" for n in view.nodes)
    if grads and ("sqrt" in ops or "*" in ops) and view.is_class:
        return "optimizer"
    if ops & {"linear_sum_assignment", "cdist"}:
        return "matching"
    if words & {"mixup", "cutmix", "bbox", "augment", "augmentation", "jitter", "erasing"} and not words & {
        "loss",
        "smoothing",
    }:
        return "data"
    if (
        words & {"loss", "criterion", "entropy", "contrast", "contrastive", "smoothing", "margin", "focal", "xent"}
        or ops & LOSSES
    ):
        return "loss"
    if ops & {"sort", "topk", "multinomial"} or words & {"beams", "nucleus", "top_p", "decode", "sampling", "logits"}:
        return "decoding"
    if words & {"ema"}:
        return "ema"
    if words & {"noise", "diffusion", "posterior"} or {"beta", "schedule"} <= words or {"cumprod"} & ops:
        return "diffusion"
    if words & {"schedule", "lr", "warmup", "scheduler", "cosine", "rate"} and not ops & {"matmul", "Linear"}:
        return "schedule"
    if (
        words & {"position", "positional", "pos", "rotary", "sincos", "sine", "alibi", "posemb", "slopes"}
        or {"sin", "cos"} <= ops
    ):
        return "position"
    if words & {"accuracy", "metric", "precision", "recall", "f1", "score", "evaluate"}:
        return "metric"
    return ""


def explain(d: Divergence, mine: View, official: View, matched: float) -> tuple[CodeFact, CodeFact] | None:
    """The divergence as a fact of each side; None where it is only another way of writing."""
    if d.gain < 1 and not (d.final and (d.mine.op == d.official.op or matched > 0.2)):
        return None
    category = category_of(d, mine, official)
    if category is None:
        return None
    where = _where(d.mine, d.official)
    confidence = min(0.9, 0.55 + 0.06 * d.gain + 0.2 * matched)
    a = CodeFact("computation", category, d.mine.key, where, text_of(d.mine, 2), "", False, confidence)
    b = CodeFact(
        "computation", category, d.official.key, layer_line(d.official), text_of(d.official, 2), "", False, confidence
    )
    return a, b


def _where(mine: Expr, official: Expr) -> Where:
    """The place of the differing default where a parameter's default is all that differs, else of the expression."""
    theirs = {n.number() for n in walk(official, 60)}
    for child in mine.children():
        if (
            child.op == "arg"
            and child.args
            and child.number() is not None
            and child.number() not in theirs
            and mine.op == official.op
        ):
            return child.where
    if mine.op in TRANSPARENT and mine.site is not None:
        return mine.site
    moved = (mine.op in NORMS) != (official.op in NORMS)
    return mine.where if moved else layer_line(mine)


def category_of(d: Divergence, mine: View, official: View) -> str | None:
    """The category of the finding."""
    a, b = d.mine, d.official
    ops = {a.op, b.op}
    near = [*walk(a, 40), *walk(b, 40)]
    words = {
        c
        for n in near
        if n.op in ("arg", "free", "attr") or (n.op == "const" and isinstance(n.value, str))
        for c in concepts(str(n.value))
    }
    place = domain(mine) or domain(official)
    if any(u.op in ("buffer", "cast") and "post" in str(u.value).lower() for u in _stored(official, b)):
        return "posterior_variance"
    if ops & NORMS:
        return "epsilon" if a.op == b.op else "norm_type" if ops <= NORMS else "norm_placement"
    if ops & LOSSES:
        return "loss_function"
    if ops & DROPOUTS:
        return "dropout_placement"
    if ops & {"var", "std"}:
        return "norm_type" if "mean" in ops else "variance_estimator"
    if ops <= ACTIVATIONS | {"apply", "*"} and ops & ACTIVATIONS:
        return "activation_variant"
    if a.op == b.op == "*" and any(n.op in ACTIVATIONS or n.op == "apply" for n in (*a.args, *b.args)):
        return "activation_variant"
    if place == "data" and not ops & {"normalize"}:
        return "augmentation"
    if place == "matching":
        return "matching_cost"
    if ops <= {"softmax", "log_softmax", "sigmoid", "logsigmoid"}:
        return "output_activation"
    if place == "optimizer":
        return _of_optimizer(a, b, words)
    if place == "ema":
        return "ema_direction"
    if {a.op, b.op} <= {"mean", "sum", "amax", "max"} and a.op != b.op:
        return "loss_reduction" if place == "loss" else "metric_averaging" if place == "metric" else "pooling"
    if _is_epsilon(a, b):
        return "epsilon"
    if ops & _COMPARISONS:
        return (
            "boundary_condition"
            if place in ("decoding", "")
            else "metric_definition"
            if place == "metric"
            else "mask_convention"
        )
    normal = [any(n.op in ("normalize", "norm") for n in walk(e, 60)) for e in (a, b)]
    unequal = [sum(1 for n in walk(e, 200) if n.op in ("normalize", "norm")) for e in (a, b)]
    if "matmul" in ops and any(normal) and unequal[0] != unequal[1]:
        return "feature_normalization"
    if _feeds_softmax(mine, a):
        return "temperature" if place in ("loss", "decoding") else "attention_scale"
    if place == "diffusion":
        symbol = b.where.symbol.lower()
        return (
            "posterior_variance"
            if "post" in symbol or any("post" in str(u.value) for u in official.users.get(id(b), []))
            else "noise_schedule"
        )
    if place == "schedule":
        return "warmup" if "warmup" in words else "lr_schedule"
    if ops & {"cat", "stack"}:
        return "rope_pairing" if place == "position" else None
    if place == "position":
        return "position_offset" if ops & {"+", "-", "range", "arange"} else "positional_base"
    if place == "loss":
        losses = [sum(1 for n in walk(e, 200) if n.op in LOSSES) for e in (a, b)]
        if losses[0] != losses[1] and min(losses):
            return "loss_symmetry"
        if "smoothing" in words or "smooth" in official.name.lower():
            return "label_smoothing"
        if "temperature" in words:
            return "temperature"
        return "loss_weights" if ops <= {"*", "/"} else "loss_function"
    if place == "metric":
        return "metric_definition"
    if place == "decoding":
        return "length_penalty" if "length" in words else "boundary_condition"
    if "+" in ops and any(n.op in NORMS for n in near):
        return "norm_placement"
    if ops & {"*", "/"}:
        return "scaling_factor"
    if ops == {"Linear"}:
        return None
    return CATEGORIES.get(
        next(iter(sorted(words & set(CATEGORIES))), ""), "scaling_factor" if ops & _ARITHMETIC else None
    )


def _of_optimizer(a: Expr, b: Expr, words: set[str]) -> str:
    def has_correction(e: Expr) -> bool:
        return any(
            n.op == "-"
            and len(n.args) == 2
            and n.args[0].number() == 1
            and any(m.op == "**" for m in walk(n.args[1], 3))
            for n in walk(e, 40)
        )

    if has_correction(a) != has_correction(b):
        return "bias_correction"

    def damped(e: Expr) -> bool:
        return any(
            n.op == "-" and n.args[0].number() == 1 and 0.5 <= (n.args[1].number() or 0) < 1
            for n in walk(e, 12)
            if len(n.args) == 2
        )

    if damped(a) != damped(b):
        return "optimizer_variant"
    if (
        any("decay" in concepts(str(n.value)) for e in (a, b) for n in walk(e, 12) if n.op == "arg")
        or "shrink" in words
    ):
        return "weight_decay_coupling"
    return "epsilon" if "epsilon" in words and {a.op, b.op} <= {"+", "sqrt"} else "optimizer_variant"


def _is_epsilon(a: Expr, b: Expr) -> bool:
    def small(e: Expr) -> bool:
        return any(
            ((n.number() or 1) < 5e-3 and (n.number() or 1) > 0)
            or (n.op == "arg" and "epsilon" in concepts(str(n.value)))
            for n in walk(e, 14)
        )

    roots = {"sqrt", "rsqrt", "**", "norm", "std"}
    return small(a) and small(b) and any(n.op in roots for n in walk(a, 14)) and any(n.op in roots for n in walk(b, 14))


def _stored(view: View, node: Expr) -> list[Expr]:
    """What keeps a value, directly or as a cast."""
    users = view.users.get(id(node), [])
    return [*users, *(later for u in users if u.op == "cast" for later in view.users.get(id(u), []))]


def _feeds_softmax(view: View, node: Expr) -> bool:
    return any(u.op in ("softmax", "log_softmax", "cross_entropy") for u in view.consumers(node))


def explain_default(a: Expr, b: Expr, mine: View, official: View) -> tuple[CodeFact, CodeFact] | None:
    """Two parameters that play the same part, as facts of their defaults."""
    named = concepts(str(b.value)) | concepts(str(a.value))
    place = domain(official) or domain(mine)
    category = next((CATEGORIES[c] for c in _ORDER if c in named), None)
    if place == "ema":
        category = "ema_decay"
    if place == "position" and named & {"base", "temperature"}:
        category = "positional_base"
    if place == "diffusion":
        category = "noise_schedule"
    if category is None:
        category = {
            "loss": "loss_weights",
            "schedule": "lr_schedule",
            "decoding": "boundary_condition",
            "position": "positional_base",
        }.get(place)
    if category is None or a.number() is None or b.number() is None:
        return None
    says = [f"{e.value} defaults to {e.number():g}" for e in (a, b)]
    x = CodeFact("default", category, a.number(), a.where, says[0], "", False, 0.8)
    return x, CodeFact("default", category, b.number(), b.where, says[1], "", False, 0.8)


_ORDER = (
    "temperature",
    "smoothing",
    "epsilon",
    "dropout",
    "warmup",
    "beta",
    "clip",
    "ema",
    "mask",
    "penalty",
    "base",
    "margin",
    "gamma",
    "alpha",
    "lr",
    "decay",
    "std",
    "ratio",
)
