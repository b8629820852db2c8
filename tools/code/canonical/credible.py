"""Which two expressions can be two versions of one thing."""

from __future__ import annotations

from .expression import Expr
from .layers import ACTIVATIONS, DROPOUTS, NORMS

_ARITHMETIC = {"+", "-", "*", "/", "**", "neg", "sqrt", "rsqrt", "square", "exp", "log", "reciprocal", "cos", "sin"}
_COMPARISONS = {">", "<", ">=", "<=", "=="}
LOSSES = {
    "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "cosine_embedding_loss", "triplet_margin_loss",
}  # fmt: skip
_GROUPS = (
    _ARITHMETIC,
    _COMPARISONS,
    LOSSES,
    NORMS,
    ACTIVATIONS | {"apply"},
    {"mean", "sum", "amax", "max", "logsumexp"},
    {"softmax", "log_softmax", "sigmoid", "logsigmoid"},
    {"triu", "tril"},
    {"var", "std"},
)
_SAME = {
    "clamp",
    "linspace",
    "softmax",
    "log_softmax",
    "normalize",
    "norm",
    "where",
    "masked_fill",
    "var",
    "std",
    "matmul",
    "cumsum",
    "cumprod",
    "maximum",
    "minimum",
    "pow",
    "Linear",
    "arange",
    "range",
    "outer",
    "cat",
    "stack",
    "one_hot",
    "full",
    "roll",
}


EXTRA = {"+", "clamp", "minimum", "maximum", "normalize", "softmax", "sigmoid", "tanh", "sqrt", "abs", *NORMS}
"""Operations that one side may have and the other not."""


def credible(a: Expr, b: Expr, gain: float) -> bool:
    """Whether both expressions are two versions of one thing."""
    if ("scaled_dot_product_attention" in (a.op, b.op)) != (a.op == b.op == "scaled_dot_product_attention"):
        return False  # written out on one side, fused on the other
    if a.op == b.op:
        return a.op in _SAME or any(a.op in g for g in _GROUPS) or a.op in DROPOUTS
    if any(a.op in g and b.op in g for g in _GROUPS) or (a.op in EXTRA and gain >= 1):
        return True
    if "mean" in (a.op, b.op) and {a.op, b.op} & {"var", "std"} and gain >= 1:
        return True
    if {a.op, b.op} & DROPOUTS:
        return True
    mixed = {"mean", "sum", "clamp", "linspace"} | _ARITHMETIC
    return a.op in mixed and b.op in mixed and gain >= 1
