"""Facts of attention: what scales the scores, over which axis they are normalised, what is masked."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import Expr, bare, terms, walk
from .facts import CodeFact, View, number_text
from .layers import DROPOUTS, scale_factors

_HEAD = ("head", "d_k", "dk", "hd")


def attention_facts(view: View) -> Iterator[CodeFact]:
    """Scale, axis and dropout of each softmax over scores."""
    for node in view.nodes:
        if node.op == "scaled_dot_product_attention":
            yield from _fused(node, view)
        elif node.op in ("softmax", "log_softmax") and node.args:
            dim = node.kw.get("dim")
            number = dim.number() if dim is not None else None
            scores = _scores(node.args[0])
            product_of = next((f for f, _ in scale_factors(scores).factors if f.op in ("matmul", "einsum")), None)
            if number is not None:
                role = "scores" if product_of is not None else "values"
                if not (role == "values" and number > 0):
                    yield CodeFact(
                        "softmax axis",
                        "softmax_dim",
                        number,
                        node.where,
                        f"{node.op} over dim {number:g}",
                        role,
                        node.guard,
                        0.85,
                    )
            if product_of is not None and node.op == "softmax":
                yield from _scale(scores, node, view)


def _scores(expr: Expr) -> Expr:
    """The scores under masks, biases and dropout."""
    for _ in range(20):
        expr = bare(expr)
        if expr.op in ("masked_fill", "where", "setitem", *DROPOUTS) and expr.args:
            parts = [a for a in expr.args if any(n.op in ("matmul", "einsum") for n in walk(a, 300))]
            expr = parts[0] if parts else expr.args[0]
        elif expr.op in ("+", "-"):
            parts = [t for _, t in terms(expr) if any(n.op in ("matmul", "einsum") for n in walk(t, 300))]
            if not parts:
                break
            if bare(parts[0]) is expr:
                break
            expr = parts[0]
        else:
            break
    return expr


def _scale(scores: Expr, node: Expr, view: View) -> Iterator[CodeFact]:
    found = scale_factors(scores)
    powers: list[tuple[str, float]] = []
    source: Expr | None = None
    for factor, power in found.factors:
        if factor.op in ("matmul", "einsum"):
            continue
        powers.append((_size(factor, found.factors, view), power))
        source = source or factor
    where = scores.where if scores.where.line else node.where
    value = (tuple(sorted(powers)), round(found.coefficient, 6))
    if any(kind == "temperature" for kind, _ in powers):
        return
    says = (
        " × ".join(
            [f"{k}^{p:g}" for k, p in sorted(powers)]
            + ([number_text(found.coefficient)] if found.coefficient != 1 else [])
        )
        or "1"
    )
    yield CodeFact("attention scale", "attention_scale", value, where, f"scores times {says}", "", node.guard, 0.8)


def _size(factor: Expr, factors: list[tuple[Expr, float]], view: View) -> str:
    nodes = list(walk(factor, 40))
    operands = {bare(a).key for f, _ in factors if f.op in ("matmul", "einsum") for a in f.args}
    if any(n.op in ("//", "/") for n in nodes):
        return "head size"
    if any(n.op in ("arg", "free", "attr") and any(h in str(n.value).lower() for h in _HEAD) for n in nodes):
        return "head size"
    if factor.op in ("arg", "free") and any(u.op == "*" and _is_width(view, u) for u in view.users.get(id(factor), [])):
        return "head size"  # heads times it is the width of a projection
    if any(n.op == "exp" for n in nodes) or any(
        "temp" in str(n.value).lower() or "tau" in str(n.value).lower() for n in nodes
    ):
        return "temperature"
    shaped = [n.args[0] for n in nodes if n.op == "size" or (n.op == "attr" and n.value == "shape")]
    if shaped:
        # The last axis of what the scores are made of is a head; that of the unit's input is the whole width.
        source = bare(shaped[0])
        return "size" if source.op in ("arg", "each") and source.key not in operands else "head size"
    return "size"


def _is_width(view: View, node: Expr) -> bool:
    return any(
        u.op.startswith("nn.Linear") or (u.op == "*" and _is_width(view, u)) for u in view.users.get(id(node), [])
    )


def _fused(node: Expr, view: View) -> Iterator[CodeFact]:
    scale = node.kw.get("scale")
    if scale is None or (scale.op == "const" and scale.value is None):
        value = ((("head size", -0.5),), 1.0)
        yield CodeFact(
            "attention scale", "attention_scale", value, node.where, "scores times head size^-0.5", "", node.guard, 0.8
        )
    else:
        yield from _scale(Expr("*", (Expr("matmul"), scale), where=scale.where), node, view)


def mask_facts(view: View) -> Iterator[CodeFact]:
    """Which positions a triangular mask leaves: j - i <= k."""
    for node in view.of("tril", "triu"):
        diagonal = node.kw.get("diagonal")
        number = diagonal.number() if diagonal is not None else None
        if number is None:
            continue
        keep = _polarity(view, node)
        if node.op == "tril":
            limit = number if keep is not False else None
        else:
            limit = number - 1 if keep is not True else None
        says = (
            f"keeps keys up to {limit:+g} of the query"
            if limit is not None
            else f"{node.op}({number:g}) used the other way round"
        )
        yield CodeFact("causal mask", "mask_convention", limit, node.where, says, "", node.guard, 0.8)


def _polarity(view: View, node: Expr) -> bool | None:
    """True: ones are kept; False: ones are dropped; None: not known."""
    flips = 0
    seen: set[int] = set()
    frontier = [(node, 0)]
    for current, flips in frontier:
        if len(frontier) > 60:
            break
        for user in view.users.get(id(current), []):
            if id(user) in seen:
                continue
            seen.add(id(user))
            if user.op == "not" or (user.op == "==" and any(a.constant() in (0, False) for a in user.args)):
                frontier.append((user, flips + 1))
            elif user.op == "masked_fill":
                if user.kw.get("mask") is current or current in user.args[1:]:
                    return flips % 2 == 1
            elif user.op in ("scaled_dot_product_attention", "where"):
                return flips % 2 == 0
            else:
                frontier.append((user, flips))
    return None
