"""Facts of layers: norms, activations, dropout, linear and convolution arguments, residual connections, pooling."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import TRANSPARENT, Expr, Product, Where, bare, product, walk
from .facts import CodeFact, View, number_text

NORMS = {"layer_norm", "batch_norm", "group_norm", "rms_norm", "instance_norm"}
ACTIVATIONS = {
    "gelu", "relu", "relu6", "leaky_relu", "elu", "silu", "mish", "hardswish", "hardsigmoid", "softplus", "tanh", "sigmoid", "glu",
    "quick_gelu", "gelu_new",
}  # fmt: skip
DROPOUTS = {"dropout", "dropout1d", "dropout2d", "drop_path"}
LINEAR = {"Linear", "linear"}
CONVS = {"Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d", "conv1d", "conv2d"}
ATTENTION = {"softmax", "scaled_dot_product_attention", "attention"}
_ANCHORS = (
    NORMS
    | ACTIVATIONS
    | DROPOUTS
    | LINEAR
    | CONVS
    | ATTENTION
    | {"matmul", "einsum", "mean", "embedding", "Embedding", "cross_entropy"}
)


def layer_line(node: Expr) -> Where:
    """Where a layer was made; where a functional form is called."""
    layer = node.kw.get("layer")
    return layer.where if layer is not None else node.where


def upstream(node: Expr, depth: int = 14) -> str:
    """The kind of operation that a value comes from."""
    value = bare(node)
    while depth:
        depth -= 1
        if value.op in _ANCHORS:
            return _kind(value.op)
        if value.op in ("arg", "free"):
            return "input"
        if value.op in ("+", "-"):
            return "sum"
        if value.op in ("*", "/"):
            return "product"
        if value.op in ("apply", "instance"):
            return "?"
        if not value.args:
            return "input"
        value = bare(value.args[0])
    return "?"


def _kind(op: str) -> str:
    if op in NORMS:
        return "norm"
    if op in ACTIVATIONS:
        return "activation"
    if op in LINEAR | CONVS:
        return "projection"
    if op in DROPOUTS:
        return "dropout"
    if op in ATTENTION:
        return "attention"
    return "matmul" if op == "einsum" else op


def skip_dropout(node: Expr) -> Expr:
    """The value under dropout and identity."""
    node = bare(node)
    while node.op in DROPOUTS and node.args:
        node = bare(node.args[0])
    return node


def downstream(view: View, node: Expr, depth: int = 10) -> str:
    """The kind of operation that uses a value first."""
    for user in view.consumers(node):
        if user.op in DROPOUTS and depth:
            return downstream(view, user, depth - 1)
        if user.op in _ANCHORS:
            return _kind(user.op)
        if user.op in ("+", "-"):
            return "sum"
        if user.op in ("*", "/") and depth:
            inner = downstream(view, user, depth - 1)
            return inner if inner in ("matmul", "attention") else "product"
    return "end"


def norm_facts(view: View) -> Iterator[CodeFact]:
    """Kind, epsilon and affine of each norm."""
    for node in view.nodes:
        if node.op not in NORMS:
            continue
        where = layer_line(node)
        eps = node.kw.get("eps")
        number = eps.number() if eps is not None else None
        if node.op == "rms_norm" and number is None:
            continue
        if number is not None and eps is not None:
            at = eps.where if "eps" in node.explicit and eps.where.line else where
            yield CodeFact(
                "norm eps", "epsilon", number, at, f"{node.op} with eps {number_text(number)}", node.op, node.guard
            )
        affine = node.kw.get("elementwise_affine") or node.kw.get("affine")
        if affine is not None:
            value = affine.constant()
            yield CodeFact(
                "norm affine", "norm_affine", bool(value), where, f"{node.op} affine={bool(value)}", node.op, node.guard
            )


def activation_facts(view: View) -> Iterator[CodeFact]:
    """Variant of each activation, and on which side of a gate it stands."""
    for node in view.nodes:
        if node.op not in ACTIVATIONS or not node.args:
            continue
        kind = node.op
        if kind == "gelu":
            approximate = node.kw.get("approximate")
            if approximate is not None and approximate.constant() == "tanh":
                kind = "gelu (tanh)"
        if kind == "leaky_relu":
            slope = node.kw["negative_slope"].number() if "negative_slope" in node.kw else None
            kind = f"leaky_relu ({number_text(slope)})"
        if kind in ("tanh", "sigmoid", "softplus"):
            continue
        yield CodeFact("activation", "activation_variant", kind, layer_line(node), kind, "hidden", node.guard, 0.85)
    written = [n for n in view.of("*") if _written_out(n)]
    for node in written[:1]:
        kind = _written_out(node)
        yield CodeFact("activation", "activation_variant", kind, node.where, kind, "hidden", node.guard, 0.85)


def _written_out(node: Expr) -> str:
    """The GELU that a formula spells: by the error function, by tanh, or by the logistic function."""
    below = list(walk(node, 40))
    ops = {n.op for n in below}
    numbers = {n.value for n in below if n.op == "const" and isinstance(n.value, float)}
    if "tanh" in ops and 0.044715 in numbers:
        return "gelu (tanh)"
    if "erf" in ops:
        return "gelu"
    return "quick_gelu" if "sigmoid" in ops and 1.702 in numbers else ""


def gate_facts(view: View) -> Iterator[CodeFact]:
    """In a gated product of two projections, which half is activated, where one product is split into halves."""
    for node in view.of("*"):
        for a, b in (node.args, node.args[::-1]):
            left, right = bare(a), bare(b)
            if left.op in ("silu", "gelu", "sigmoid", "relu", "tanh") and left.args:
                inner = bare(left.args[0])
                if (
                    inner.op == "item"
                    and right.op == "item"
                    and inner.args
                    and right.args
                    and (
                        bare(inner.args[0]).op in ("chunk", "split", "unbind")
                        and inner.args[0].key == right.args[0].key
                    )
                ):
                    yield CodeFact(
                        "gate side", "activation_variant", int(inner.value or 0), node.where,
                        f"{left.op} on part {inner.value} of the split", "gate", node.guard, 0.7,
                    )  # fmt: skip


def dropout_facts(view: View) -> Iterator[CodeFact]:
    """Rates of dropout, by what they act on."""
    for node in view.nodes:
        if node.op not in DROPOUTS:
            continue
        rate = node.kw.get("p") or node.kw.get("drop_prob")
        number = rate.number() if rate is not None else None
        before, after = upstream(node.args[0]) if node.args else "?", downstream(view, node)
        if number is not None and rate is not None:
            at = rate.where if rate.where.line else layer_line(node)
            yield CodeFact(
                "dropout rate",
                "dropout_rate",
                number,
                at,
                f"{node.op} {number_text(number)} after {before}",
                "",
                node.guard,
                0.75,
            )
        if (before, after) == ("activation", "projection"):
            says = "after the activation"
        elif (before, after) == ("projection", "activation"):
            says = "before the activation"
        else:
            continue
        yield CodeFact(
            "dropout place", "dropout_placement", says, node.where, f"{node.op} {says}", "hidden", node.guard, 0.7
        )


def _role(view: View, node: Expr) -> str:
    after = downstream(view, node)
    before = upstream(node.args[0]) if node.args else "?"
    if after in ("matmul", "attention", "einsum"):
        return "qkv" if before in ("norm", "input", "sum", "projection", "dropout") else "after attention"
    if before in ("matmul", "attention", "einsum"):
        return "attention output"
    if after in ("activation", "product"):
        return "hidden in"
    if before in ("activation", "product"):
        return "hidden out"
    return f"{before} to {after}"


def projection_facts(view: View) -> Iterator[CodeFact]:
    """Bias flags of linear layers by role; stride, padding and kernel of convolutions in order."""
    for node in view.nodes:
        if node.op == "Linear" and "bias" in node.kw:
            flag = node.kw["bias"].constant()
            if flag is None:
                continue
            role = _role(view, node)
            category = "qkv_bias" if role == "qkv" else "bias_flag"
            says = f"linear layer ({role}) {'with' if flag else 'without'} bias"
            yield CodeFact("linear bias", category, bool(flag), layer_line(node), says, role, node.guard, 0.8)
        if node.op in CONVS and "layer" in node.kw:
            flag = node.kw["bias"].constant() if "bias" in node.kw else None
            if flag is not None:
                says = f"convolution {'with' if flag else 'without'} bias"
                yield CodeFact("conv bias", "bias_flag", bool(flag), layer_line(node), says, "", node.guard, 0.75)


def _simple(expr: Expr | None) -> str | float | None:
    if expr is None:
        return None
    number = expr.number()
    if expr.op == "arg":
        return "parameter"
    if number is not None:
        return number
    return None if expr.op != "const" else str(expr.value)


def conv_facts(view: View) -> Iterator[CodeFact]:
    """Of the convolutions on the main path: which kernels stride; their padding."""
    main: dict[int, tuple[float, Expr]] = {}
    for node in view.nodes:
        layer = node.kw.get("layer")
        kernel = layer.kw.get("kernel_size") if layer is not None and node.op in CONVS else None
        size = kernel.number() if kernel is not None else None
        if layer is None or size is None:
            continue
        shortcut = upstream(node.args[0]) == "input" and "sum" in (downstream(view, node), _after_norm(view, node))
        if not shortcut:
            main.setdefault(id(layer), (size, node))
    strided = [(size, node) for size, node in main.values() if _has_arg(node.kw["stride"])] if len(main) > 1 else []
    if strided:
        sizes = tuple(size for size, _ in strided)
        says = "stride on the " + ", ".join(f"{s:g}x{s:g}" for s in sizes) + " convolution"
        yield CodeFact("strided convolution", "stride_placement", sizes, made_at(strided[0][1]), says, "", False, 0.8)


def made_at(node: Expr) -> Where:
    """Where the layer is made; where the unit asks for it, when a plain function makes it."""
    layer = node.kw.get("layer")
    if layer is not None and layer.site is not None and "." not in layer.where.symbol:
        return layer.site
    return layer_line(node)


def _after_norm(view: View, node: Expr) -> str:
    for user in view.consumers(node):
        if user.op in NORMS:
            return downstream(view, user)
    return ""


def _has_arg(expr: Expr) -> bool:
    return any(n.op == "arg" and n.where.symbol.endswith("__init__") for n in walk(expr, 20))


def residual_facts(view: View) -> Iterator[CodeFact]:
    """Of each residual sum: norm before the branch, norm after the sum, activation before or after the addition."""
    for node in view.of("+"):
        parts = list(node.args)
        if len(parts) != 2:
            continue
        for skip, branch in (parts, parts[::-1]):
            inside = {n.key for n in walk(branch, 1500)}
            stem = next((s for s in alternatives(skip) if s.op != "const" and s.key in inside), None)
            if stem is None or bare(branch).key == stem.key:
                continue
            below = list(_walk_to(branch, stem))
            ops = {n.op for n in below}
            work = ops & (LINEAR | CONVS | ATTENTION | {"matmul", "apply", "instance"})
            if not work:
                continue
            kind = "attention" if ops & ATTENTION else "mlp"
            top = skip_dropout(branch)
            pre = any(n.op in NORMS and n.args and bare(n.args[0]).key == stem.key for n in below)
            post = any(u.op in NORMS for u in view.consumers(node))
            placement = "norm before the branch" if pre else "norm after the addition" if post else "no norm"
            if not ops & CONVS and (pre or post or not ops & {"apply", "instance"}):
                yield CodeFact(
                    "residual norm",
                    "norm_placement",
                    placement,
                    node.where,
                    f"{kind} branch: {placement}",
                    kind,
                    node.guard,
                    0.75,
                )
            activated = top.op in ACTIVATIONS
            after = any(u.op in ACTIVATIONS for u in view.consumers(node))
            order = (
                "activation before the addition"
                if activated
                else "activation after the addition"
                if after
                else "no activation"
            )
            if order != "no activation" or ops & CONVS:
                yield CodeFact("residual activation", "residual_order", order, node.where, order, "", node.guard, 0.8)
            break


def alternatives(expr: Expr, depth: int = 0) -> list[Expr]:
    """The values that a condition chooses from."""
    value = expr
    while value.op in TRANSPARENT and value.args:
        value = value.args[0]
    if value.op == "phi" and depth < 4:
        return [b for a in value.args[1:] for b in alternatives(a, depth + 1)]
    return [value]


def _walk_to(expr: Expr, stop: Expr) -> Iterator[Expr]:
    """What a branch computes from its stem on."""
    seen: set[int] = set()
    stack = [expr]
    while stack and len(seen) < 1500:
        node = stack.pop()
        if id(node) in seen or node.key == stop.key:
            continue
        seen.add(id(node))
        yield node
        stack += node.children()


def pooling_facts(view: View) -> Iterator[CodeFact]:
    """How a sequence becomes one vector: mean over positions, or the first position."""
    for node in view.nodes:
        consumers = None
        if node.op == "mean" and node.kw.get("dim") is not None and node.kw["dim"].number() in (1.0, -2.0):
            kind = "mean over positions"
        elif node.op == "getitem" and _first_position(node.args[1]):
            kind = "first position"
        else:
            continue
        consumers = downstream(view, node)
        if consumers in ("projection", "norm", "end", "activation"):
            yield CodeFact("pooling", "pooling", kind, node.where, kind, "", node.guard, 0.7)


def _first_position(index: Expr) -> bool:
    parts = index.args
    return (
        index.op == "tuple"
        and len(parts) == 2
        and parts[0].op == "slice"
        and parts[1].op == "const"
        and parts[1].value == 0
    )


def manual_norm_facts(view: View) -> Iterator[CodeFact]:
    """Norms written out: epsilon inside or outside the root, which variance."""
    for node in view.of("sqrt", "rsqrt", "**", "+"):
        if node.op == "+":
            for a, b in (node.args, node.args[::-1]):
                eps = b.number()
                root = bare(a)
                if (
                    eps is not None
                    and 0 < eps < 5e-3
                    and (root.op == "sqrt" or root.op in ("std", "norm") or _power(root) == 0.5)
                ):
                    yield _eps_fact("outside the root", eps, node, b)
            continue
        power = {"sqrt": 0.5, "rsqrt": -0.5}.get(node.op, _power(node))
        if power is None or abs(power) != 0.5 or not node.args:
            continue
        inner = bare(node.args[0])
        if inner.op == "+":
            for b in inner.args:
                eps = b.number()
                if eps is not None and 0 < eps < 5e-3:
                    yield _eps_fact("inside the root", eps, inner, b)
    for node in view.of("var", "std"):
        correction = node.kw.get("correction")
        number = correction.number() if correction is not None else None
        if number is not None:
            kind = "unbiased (n-1)" if number else "biased (n)"
            yield CodeFact("variance", "variance_estimator", kind, node.where, f"{kind} variance", "", node.guard, 0.85)


def cast_order_facts(view: View) -> Iterator[CodeFact]:
    """In a norm that computes in float32: whether the gain is applied before or after the cast back."""
    for node in view.of("*"):
        for gain, value in (node.args, node.args[::-1]):
            if bare(gain).op != "Parameter" and not (gain.op == "free" and gain.value in ("weight", "scale", "gain")):
                continue
            below = {n.op for n in walk(value, 80)}
            if not below & {"sqrt", "rsqrt", "**", "norm"} or "cast" not in below:
                continue
            if value.op == "cast":
                yield CodeFact(
                    "order of cast and gain",
                    "mixed_precision",
                    "after",
                    node.where,
                    "gain applied after the cast back",
                    "",
                    node.guard,
                    0.8,
                )
            elif any(u.op == "cast" for u in view.users.get(id(node), [])):
                yield CodeFact(
                    "order of cast and gain",
                    "mixed_precision",
                    "before",
                    node.where,
                    "gain applied before the cast back",
                    "",
                    node.guard,
                    0.8,
                )


def _power(node: Expr) -> float | None:
    return node.args[1].number() if node.op == "**" and len(node.args) == 2 else None


def _eps_fact(place: str, eps: float, node: Expr, source: Expr) -> CodeFact:
    return CodeFact(
        "eps place", "epsilon", place, node.where, f"epsilon {number_text(eps)} added {place}", "", node.guard, 0.85
    )


def scale_factors(node: Expr) -> Product:
    """Factors of a value, looking into both operands of matrix products."""
    found = Product(product(node).coefficient)
    for factor, power in product(node).factors:
        if factor.op in ("matmul", "einsum") and power == 1.0:
            found.factors.append((factor, power))
            for operand in factor.args:
                inner = product(operand)
                if len(inner.factors) > 1 or inner.coefficient != 1.0:
                    found.coefficient *= inner.coefficient
                    found.factors += [(f, p) for f, p in inner.factors if not _tensorial(f)]
        else:
            found.factors.append((factor, power))
    return found


def _tensorial(expr: Expr) -> bool:
    return any(
        n.op in _ANCHORS or n.op in ("transpose", "item", "chunk", "cat", "repeat_interleave") for n in walk(expr, 60)
    )
