"""Value numbering: each expression as one number, equal for expressions that compute the same.

Every input stands for a random number. Arithmetic and elementwise functions are computed on these numbers, so that any algebraic
rewriting gives the same number; matrix products are bilinear, reductions and linear layers linear; shapes, casts and layouts
leave the number as it is; everything else is a fixed pseudo-random function of its operands. Nothing of either code base
is run: the only arithmetic is on these numbers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .evaluate import counts
from .expression import TRANSPARENT, Expr, under, walk
from .facts import View
from .layers import NORMS

LAYERS = {"Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "Embedding"}
_SPLITTERS = {"chunk", "split", "unbind", "tensor_split"}
_PICKS = {"gather", "index_select", "take", "embedding"}
_CONSTRUCTORS = {
    "ones": 1.0,
    "zeros": 0.0,
    "new_ones": 1.0,
    "new_zeros": 0.0,
    "ones_like": 1.0,
    "zeros_like": 0.0,
    "empty": 0.0,
}
_KAPPA = {"matmul": 1.7320508, "mean": 0.6180339, "sum": 0.6180339 * 3.302775, "cumsum": 1.2020569, "item": 1.0}
_SIZE = 3.302775
"""Of the axis that a reduction runs over: a sum is a mean times this."""

_SILENT = {
    "layer", "inplace", "dim", "keepdim", "dtype", "device", "training", "normalized_shape", "num_features", "num_channels", "memory_format",
    "track_running_stats", "momentum", "out", "non_blocking", "requires_grad", "generator",
}  # fmt: skip
"""Arguments that leave the number as it is: sizes and housekeeping."""
_BATCH = 1.618033
"""Of the first axis."""

Key = tuple[str, str]


def hashed(*parts: object) -> float:
    """A number in (0.25, 1.75), the same for the same parts."""
    text = "\0".join(f"{p:.9e}" if isinstance(p, float) else str(p) for p in parts)
    return 0.25 + 1.5 * int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") / 2**56


def rounded(value: float) -> float:
    """A value as it is compared: nine significant digits."""
    return 0.0 if abs(value) < 1e-290 else float(f"{value:.9e}")


def _power(a: float, b: float) -> float:
    if a == 0:
        return 0.0 if b > 0 else math.inf
    if float(b).is_integer() and abs(b) < 64:
        return float(a ** int(b))
    return float(abs(a) ** b) * (1.0 if a > 0 else -1.0)


def _erf_gelu(x: float) -> float:
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def _tanh_gelu(x: float) -> float:
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if abs(x) < 700 else float(x > 0)


_ONE: dict[str, Callable[[float], float]] = {
    "neg": lambda x: -x,
    "sqrt": lambda x: _power(x, 0.5),
    "rsqrt": lambda x: _power(x, -0.5),
    "square": lambda x: x * x,
    "reciprocal": lambda x: _power(x, -1.0),
    "exp": lambda x: math.exp(min(x, 300.0)),
    "expm1": lambda x: math.exp(min(x, 300.0)) - 1,
    "log": lambda x: math.log(abs(x)) if x else -math.inf,
    "log1p": lambda x: math.log(abs(1 + x)) if x != -1 else -math.inf,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "silu": lambda x: x * _sigmoid(x),
    "logsigmoid": lambda x: math.log(_sigmoid(x)),
    "softplus": lambda x: math.log1p(math.exp(min(x, 300.0))),
}
_TWO: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b else math.inf,
    "**": _power,
}


@dataclass
class Numbering:
    """The numbers of one side.

    **Arguments:**

    - `values`: the number of each input, by its key.
    - `patched`: numbers put in the place of what an expression computes, by its id.
    - `dropout`: whether dropout counts; it does not where only one side has any.
    - `eps`: whether the epsilon of a norm counts; it does not where a configuration that is not here gives one side's.
    """

    values: Mapping[Key, float]
    side: str
    dropout: bool = True
    patched: dict[int, float] = field(default_factory=dict)
    memo: dict[tuple[int, str], float] = field(default_factory=dict)
    layers: dict[tuple[float, str], int] = field(default_factory=dict)
    parts: dict[int, int] = field(default_factory=dict)
    activation: str = "silu"
    eps: bool = True
    ordinals: dict[int, int] = field(default_factory=dict)
    depth: int = 0

    def number(self, node: Expr, shift: str = "") -> float:
        """The number of an expression; under `shift`, of its slice."""
        key = (id(node), shift)
        if key in self.memo:
            return self.memo[key]
        if id(node) in self.patched and not shift:
            return self.patched[id(node)]
        if self.depth > 300:
            return hashed("deep", node.op)
        self.depth += 1
        try:
            value = self._compute(node, shift)
        except (ArithmeticError, ValueError):
            value = hashed("undefined", node.op)
        finally:
            self.depth -= 1
        if isinstance(value, complex) or math.isnan(value):
            value = hashed("undefined", node.op)
        self.memo[key] = value
        return value

    def _compute(self, node: Expr, shift: str) -> float:
        op, args = node.op, node.args
        see: Callable[[Expr], float] = lambda e: self.number(e, shift)  # noqa: E731
        if op == "const":
            return _constant(node)
        atom = atom_key(node)
        if atom is not None:
            if atom in self.values:
                return self.values[atom]
            default = node.number() if op == "arg" else None
            if default is not None:
                return default
            if op != "attr" and op != "getitem":
                return hashed("input", self.side, *atom)
        if op in TRANSPARENT or op in (
            "cast",
            "buffer",
            "return",
            "repeat",
            "tile",
            "copy",
            "star",
            "view_as_real",
            "comp",
            "detach",
            "Parameter",
            "numpy",
            "item_",
        ):
            return see(args[0]) if args else hashed(op)
        if op == "phi":
            return self.number(chosen(node), shift)
        if len(args) == 1 and (op == "dim" or (op == "attr" and node.value == "ndim")):
            return hashed("number of axes", rounded(see(args[0])))
        if op in _ONE and len(args) == 1 and not (op == "softplus" and node.explicit):
            return _ONE[op](see(args[0]))
        if op in _TWO and len(args) == 2:
            return _TWO[op](see(args[0]), see(args[1]))
        if op in ("maximum", "minimum") and len(args) == 2:
            return _extreme(see(args[0]), see(args[1]), op == "maximum")
        if op in ("<", "<=") and len(args) == 2 and under(args[0]).op in ("rand", "rand_like"):
            return hashed("bernoulli", rounded(see(args[1])))
        if op in (">", "<", ">=", "<=") and len(args) == 2:
            a, b = see(args[0]), see(args[1])
            if op in ("<", ">="):
                a, b = b, a
            above = hashed(">", rounded(a - b))
            return above if op in (">", "<") else 1 - above
        if op == "not" and args:
            return 1 - see(args[0])
        if shift.startswith("pick") and op not in ("gelu", "clamp", "getitem", "add", *_PICKS):
            # Picking elements commutes with what is done to each element, and with nothing else.
            return picked(self.number(node), shift)
        return self._tensor(node, shift, see)

    def _tensor(self, node: Expr, shift: str, see: Callable[[Expr], float]) -> float:
        op, args = node.op, node.args
        if op == "matmul" and len(args) == 2:
            return see(args[0]) * see(args[1]) * _KAPPA["matmul"]
        if op == "relu" and args:
            return _extreme(see(args[0]), 0.0, True)
        if op == "einsum" and len(args) == 2 and _permutes(args[0]):
            return see(args[1])
        if op == "einsum" and len(args) == 3:
            return see(args[1]) * see(args[2]) * _KAPPA["matmul"]
        if op in ("outer",) and len(args) == 2:
            return see(args[0]) * see(args[1])
        if op in ("mean", "sum") and args:
            if op == "mean" and averaged(args[0]):
                return see(args[0])
            value = see(args[0]) * _KAPPA["mean"] * (1.0 if op == "mean" else _SIZE)
            return value if len(args) == 1 else value * hashed(*(see(a) for a in args[1:]))
        if op == "len":
            return _BATCH
        if op == "size":
            axis = node.args[1] if len(node.args) > 1 else node.kw.get("dim")
            return _BATCH if axis is not None and axis.number() == 0 else _SIZE
        if op == "apply" and len(args) == 2 and any("act" in str(n.value).lower() for n in walk(args[0], 12)):
            return (
                self._tensor(Expr(self.activation, (args[1],)), shift, see)
                if self.activation not in _ONE
                else _ONE[self.activation](see(args[1]))
            )
        if op == "gelu":
            kind = node.kw.get("approximate")
            return (_tanh_gelu if kind is not None and kind.constant() == "tanh" else _erf_gelu)(see(args[0]))
        if op in ("log_softmax", "softmax") and args:
            value = hashed("softmax", rounded(see(args[0])))
            return math.log(value) if op == "log_softmax" else value
        if op in ("dropout", "dropout1d", "dropout2d") and args:
            return see(args[0]) * 1.0937 if self.dropout else see(args[0])
        if op == "normalize" and args:
            p = node.kw.get("p")
            return see(args[0]) / self._norm(see(args[0]), p.number() if p is not None else 2.0)
        if op == "norm" and args:
            p, dim = node.kw.get("p"), node.kw.get("dim")
            whole = 1.0 if not _is_none(dim) else 1.4142
            return whole * self._norm(see(args[0]), p.number() if p is not None else 2.0)
        if op in ("var", "std") and args:
            correction = node.kw.get("correction")
            value = hashed("var", rounded(see(args[0])), correction.number() if correction is not None else 1.0)
            return value if op == "var" else math.sqrt(value)
        if op in ("mse_loss", "l1_loss") and len(args) >= 2:
            gap = see(args[0]) - see(args[1])
            return self._reduced(node, gap * gap if op == "mse_loss" else hashed("abs", rounded(abs(gap))))
        if op == "binary_cross_entropy_with_logits" and len(args) >= 2 and not node.explicit & {"weight", "pos_weight"}:
            z, y = see(args[0]), see(args[1])
            return self._reduced(node, -(y * math.log(_sigmoid(z)) + (1 - y) * math.log(_sigmoid(-z))))
        if (
            op == "cross_entropy"
            and len(args) >= 2
            and not node.explicit & {"weight", "ignore_index", "label_smoothing"}
        ):
            return self._reduced(node, -picked(math.log(hashed("softmax", rounded(see(args[0])))), at(see(args[1]))))
        if op == "nll_loss" and len(args) >= 2 and not node.explicit & {"weight", "ignore_index"}:
            return self._reduced(node, -self.number(args[0], at(see(args[1]))))
        if op in _PICKS and args:
            index = node.kw.get("index")
            return self.number(args[0], at(see(index) if index is not None else 0.0))
        if op == "bernoulli" and len(args) == 2:
            return hashed("bernoulli", rounded(see(args[1])))
        if op in LAYERS and args:
            return self._layer(node, see, 0)
        if op == "item" and args:
            return self._item(node, shift, see)
        if op == "getitem" and len(args) == 2:
            return self._getitem(node, shift, see)
        if op in ("range", "arange") and args:
            return self._range(node, shift, see)
        if op == "each" and args:
            return see(args[0])
        if op == "linspace":
            start, end, steps = (self.number(node.kw[k]) if k in node.kw else 0.0 for k in ("start", "end", "steps"))
            return start + (end - start) * self._line(steps, shift) / (steps - 1 or 1)
        if op == "clamp" and args:
            low, high = node.kw.get("min"), node.kw.get("max")
            number = low.number() if low is not None else None
            if (
                number is not None
                and 0 < number < 1e-4
                and (high is None or (high.op == "const" and high.value is None))
            ):
                return see(args[0])
            value = see(args[0])
            for bound, larger in ((low, True), (high, False)):
                if bound is not None and not (bound.op == "const" and bound.value is None):
                    value = _extreme(value, see(bound), larger)
            return value
        if op in _CONSTRUCTORS:
            return _CONSTRUCTORS[op]
        if op == "full" and "value" in node.kw:
            return see(node.kw["value"])
        if op == "full_like" and len(args) == 2:
            return see(args[1])
        if op == "addmm" and len(args) == 3:
            return see(args[0]) + see(args[1]) * see(args[2]) * _KAPPA["matmul"]
        if op == "linear" and "weight" in node.kw and args:
            bias = node.kw.get("bias")
            extra = see(bias) if bias is not None and not (bias.op == "const" and bias.value is None) else 0.0
            return see(args[0]) * see(node.kw["weight"]) * _KAPPA["matmul"] + extra
        if op == "pad" and args and "value" in node.kw:
            return hashed("cat", rounded(see(node.kw["value"])), rounded(see(args[0])))
        if op in ("cat", "stack") and args:
            parts_of = chosen(args[0]) if args[0].op == "phi" else args[0]
            parts = parts_of.args if parts_of.op in ("list", "tuple") else args[:1]
            return hashed("cat", *(rounded(see(p)) for p in parts))
        names = [k for k in sorted(node.kw) if k not in _SILENT and not (k == "eps" and op in NORMS and not self.eps)]
        kws = [x for k in names for x in (k, rounded(see(node.kw[k])))]
        return hashed(op, str(node.value), *(rounded(see(a)) for a in args), *kws)

    def _norm(self, value: float, p: float | None) -> float:
        return hashed("norm", rounded(abs(value)), p or 2.0)

    def _reduced(self, node: Expr, value: float) -> float:
        reduction = node.kw.get("reduction")
        kind = reduction.constant() if reduction is not None else "mean"
        scale = {"mean": _KAPPA["mean"], "sum": _KAPPA["mean"] * _SIZE}.get(str(kind), 1.0)
        return value * scale

    def _line(self, count: float, shift: str) -> float:
        lead, n = _moved(count, shift)
        return 0.0 if shift == "first" else hashed("range", rounded(n)) + lead

    def _range(self, node: Expr, shift: str, see: Callable[[Expr], float]) -> float:
        values = [self.number(a) for a in node.args]
        start, end, step = 0.0, values[0], 1.0
        if len(values) > 1:
            start, end = values[:2]
        if len(values) > 2:
            step = values[2]
        return start + step * self._line((end - start) / step if step else end, shift)

    def _layer(self, node: Expr, see: Callable[[Expr], float], part: int) -> float:
        value = see(node.args[0])
        ordinal = self.ordinals.get(id(node))
        kind = "Linear" if _is_pointwise(node) else node.op
        if ordinal is None:
            slot = (rounded(value), kind)
            ordinal = self.layers.get(slot, 0)
            self.layers[slot] = ordinal + self.parts.get(id(node), 1)
            self.ordinals[id(node)] = ordinal
        bias = node.kw.get("bias")
        offset = hashed("bias", kind, ordinal + part) if bias is None or bias.constant() not in (False, None) else 0.0
        shape = (
            [rounded(self.number(node.kw[k])) for k in ("kernel_size", "stride", "padding") if k in node.kw]
            if kind != "Linear"
            else []
        )
        return value * hashed("weight", kind, ordinal + part, *shape) + offset

    def _item(self, node: Expr, shift: str, see: Callable[[Expr], float]) -> float:
        source = node.args[0]
        index = int(node.value) if isinstance(node.value, int) else 0
        while (source.op in TRANSPARENT or source.op in _SPLITTERS) and source.args:
            source = source.args[0]
        if source.op in LAYERS and source.args:
            return self._layer(source, see, index)
        if source.op in ("attr", "size"):
            return _SIZE if index else _BATCH
        return hashed("part", index, rounded(see(source)))

    def _getitem(self, node: Expr, shift: str, see: Callable[[Expr], float]) -> float:
        base, index = node.args
        if base.op == "attr" and base.value == "shape" and index.op in ("const", "neg"):
            return _BATCH if index.number() == 0 else _SIZE
        kind = _slice_kind(index)
        if kind in ("all", "none"):
            return see(base)
        if kind in ("rest", "most", "first") and (not shift or kind == "first") and _has_range(base):
            return self.number(base, kind)
        if kind.startswith("part"):
            return hashed("part", int(kind[4:]), rounded(see(base)))
        if kind:
            return hashed("slice", kind, rounded(see(base)))
        if index.op == "tuple" and len(index.args) == 2 and index.args[0].op in ("range", "arange"):
            return self.number(base, at(see(index.args[1])))
        if index.op == "tuple":
            parts = list(index.args)
            while parts and _one_slice(parts[-1]) == "all" and parts[-1].op == "slice":
                parts.pop()
            return hashed("index", rounded(see(base)), *(rounded(see(a)) for a in parts))
        if index.op in ("tuple", "slice"):
            return hashed("index", rounded(see(base)), *(rounded(see(a)) for a in index.args))
        return self.number(base, at(see(index)))


def _is_none(expr: Expr | None) -> bool:
    return expr is None or (expr.op == "const" and expr.value is None)


def _extreme(a: float, b: float, larger: bool) -> float:
    """The larger or the smaller of two; min(a, b) is -max(-a, -b), so that both ways of writing it are equal."""
    if not larger:
        return -_extreme(-a, -b, True)
    return a if rounded(a) == rounded(b) else hashed("max", *sorted((rounded(a), rounded(b))))


def _permutes(pattern: Expr) -> bool:
    """Whether an einsum pattern of one operand only reorders its axes."""
    left, arrow, right = str(pattern.value).replace(" ", "").partition("->")
    return bool(arrow) and sorted(left) == sorted(right)


def _constant(node: Expr) -> float:
    if isinstance(node.value, bool) or node.value is None or isinstance(node.value, str):
        return hashed("const", repr(node.value))
    return float(node.value)


def chosen(node: Expr) -> Expr:
    """The branch of a condition that is compared: the one that defaults choose, else the one that computes more."""
    test, yes, no = node.args
    given = [e for e in (yes, no) if under(e).op == "arg" and any(n is under(e) for n in walk(test, 12))]
    if len(given) == 1:
        return given[0]
    if test.op == "is_complex":
        return no
    flag = isinstance(node.value, bool) and not counts(test)
    if flag:
        return yes if node.value else no
    if test.op in ("arg", "free", "attr") and yes.op != "arg":
        return yes if test.value == "training" else no
    empty = [e for e in (yes, no) if e.op == "const" and e.value is None]
    if empty:
        return no if empty[0] is yes else yes
    sizes = [sum(1 for _ in walk(e, 400)) for e in (yes, no)]
    return yes if sizes[0] >= sizes[1] else no


def _has_range(expr: Expr) -> bool:
    return any(n.op in ("range", "arange", "linspace") for n in walk(expr, 300))


def picked(value: float, shift: str) -> float:
    """The number of what an index picks out of a value."""
    return hashed("picked", rounded(value), shift)


def at(index: float) -> str:
    """The slice that an index makes."""
    return f"pick {rounded(index)!r}"


def averaged(expr: Expr, depth: int = 0) -> bool:
    """Whether a value is a mean over a sample already, so that the mean over the batch is one of everything."""
    while expr.op in TRANSPARENT and expr.args:
        expr = expr.args[0]
    if expr.op == "*" and depth < 4:
        return any(averaged(a, depth + 1) for a in expr.args)
    return expr.op == "mean"


def _moved(count: float, shift: str) -> tuple[float, float]:
    """First element and length of a range under a slice."""
    if shift == "rest":
        return 1.0, count - 1
    if shift == "most":
        return 0.0, count - 1
    return 0.0, count


def _slice_kind(index: Expr) -> str:
    if index.op == "const":
        if index.value == 0 and not isinstance(index.value, bool):
            return "first"
        return "none" if index.value is None else f"at {index.value}"
    parts = index.args if index.op == "tuple" else (index,)
    kinds = [_one_slice(p) for p in parts]
    found = [k for k in kinds if k != "all"]
    return "all" if not found and kinds else found[0] if len(found) == 1 else ""


def _one_slice(part: Expr) -> str:
    if part.op == "const":
        return "all" if part.value in (None, "Ellipsis") else f"at {part.value}"
    if part.op != "slice":
        return ""
    low, high, step = part.args
    empty = [e.op == "const" and e.value is None for e in (low, high)]
    if not (step.op == "const" and step.value is None):
        return f"every {step.number()} from {low.number() or 0}"
    if all(empty):
        return "all"
    if low.number() == 1 and empty[1]:
        return "rest"
    if high.number() == -1 and empty[0]:
        return "most"
    if empty[0] and high.number() is None:
        return "part0"
    if empty[1] and low.number() is None:
        return "part1"
    return f"{low.number()}:{high.number()}"


def _is_pointwise(node: Expr) -> bool:
    kernel = node.kw.get("kernel_size")
    return node.op == "Linear" or (kernel is not None and kernel.number() == 1)


def atom_key(node: Expr) -> Key | None:
    """The key of an expression that is an input: a parameter, an unknown attribute, an entry of a dict of options."""
    if node.op == "arg":
        return "arg", f"{node.where.symbol}.{node.value}"
    if node.op == "free":
        return "free", str(node.value)
    if node.op == "Parameter":
        return "parameter", f"{node.where.file}:{node.where.line}"
    if (
        node.op == "getitem"
        and len(node.args) == 2
        and node.args[1].op == "const"
        and isinstance(node.args[1].value, str)
    ):
        return "entry", str(node.args[1].value)
    if node.op == "phi" and is_choice(node):
        return "choice", f"{node.where.file}:{node.where.line}"
    if (
        node.op == "attr"
        and node.args
        and node.args[0].op in ("arg", "free")
        and node.value not in ("shape", "dtype", "device", "grad", "ndim")
    ):
        return "attribute", str(node.value)
    return None


def is_choice(node: Expr) -> bool:
    """Whether a condition chooses between alternatives by the name of one."""
    by_name = any(n.op == "arg" and n.args and isinstance(n.args[0].value, str) for n in walk(node.args[0], 20))
    return by_name and all(next(iter(a.children()), None) is not None for a in node.args[1:])


def part_counts(view: View) -> dict[int, int]:
    """How many equal parts the output of each layer is split into."""
    found: dict[int, int] = {}
    for node in view.of("item"):
        source = node.args[0]
        while (source.op in TRANSPARENT or source.op in _SPLITTERS) and source.args:
            source = source.args[0]
        if source.op in LAYERS and isinstance(node.value, int):
            found[id(source)] = max(found.get(id(source), 1), node.value + 1)
    return found
