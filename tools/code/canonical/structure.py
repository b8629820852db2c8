"""Facts of the shape of a unit: what closes a stack of blocks, the order of axes in patches, which transforms a pipeline has."""

from __future__ import annotations

from collections.abc import Iterator

from .expression import TRANSPARENT, Expr, Where, under, walk
from .facts import CodeFact, View
from .layers import NORMS, alternatives

_AUGMENTATIONS = {
    "GaussianBlur": "augmentation", "ColorJitter": "augmentation", "RandomGrayscale": "augmentation", "RandomHorizontalFlip": "augmentation",
    "RandomErasing": "augmentation", "RandomSolarize": "augmentation", "RandAugment": "augmentation", "AutoAugment": "augmentation",
    "TrivialAugmentWide": "augmentation", "RandomResizedCrop": "augmentation", "Normalize": "data_normalization",
}  # fmt: skip


def closing_norm_facts(view: View) -> Iterator[CodeFact]:
    """Whether what a stack of residual blocks gives passes a last norm."""
    if not any(n.op in ("for", "each") for n in view.nodes):
        return
    for symbol, result in view.result.returns.items():
        if not symbol.endswith((".forward", ".__call__")) or symbol.partition(".")[0] != view.name:
            continue
        for end in alternatives(result):
            if end.op in NORMS or (end.op == "+" and _applies_elements(end)):
                says = "ends in a norm" if end.op in NORMS else "ends without a norm"
                where = _last_return(view, symbol, end)
                yield CodeFact("end of the stack", "norm_placement", end.op in NORMS, where, says, "", end.guard, 0.8)
                break


def _applies_elements(end: Expr) -> bool:

    return any(n.op == "each" for n in walk(end, 400)) or any("layer" in n.kw or n.op == "apply" for n in walk(end, 60))


def _last_return(view: View, symbol: str, end: Expr) -> Where:
    lines = [n.where for n in view.nodes if n.op == "return" and n.where.symbol == symbol]
    return lines[-1] if lines else end.where


def norm_side_facts(view: View) -> Iterator[CodeFact]:
    """Of the only norm of a unit: whether it stands before or after the only projection."""
    norms = [n for n in view.of(*NORMS) if n.args]
    projections = [n for n in view.of("Linear") if n.args]
    if len(norms) != 1 or len({id(p.kw.get("layer")) for p in projections}) != 1:
        return
    below = {id(n) for n in walk(norms[0], 400)}
    after = any(id(p) in below for p in projections)
    before = any(n is norms[0] for p in projections for n in walk(p, 400))
    if after != before:
        says = f"norm {'after' if after else 'before'} the projection"
        yield CodeFact("side of the norm", "norm_placement", after, norms[0].where, says, "", norms[0].guard, 0.75)


def axis_order_facts(view: View) -> Iterator[CodeFact]:
    """In which order the axes of an image's patches are laid out."""
    for node in view.nodes:
        order = _order(node)
        if order is not None and len(order) >= 5:
            says = "axes in the order " + " ".join(map(str, order))
            yield CodeFact("order of axes", "tensor_layout", order, node.where, says, str(len(order)), node.guard, 0.8)


def _order(node: Expr) -> tuple[int, ...] | None:
    if node.op == "permute":
        dims = node.args[1].args if len(node.args) == 2 and node.args[1].op in ("tuple", "list") else node.args[1:]
        numbers = [d.number() for d in dims]
        return tuple(int(n) for n in numbers if n is not None) if None not in numbers and numbers else None
    if node.op == "einsum" and len(node.args) == 2:
        left, arrow, right = str(node.args[0].value).replace(" ", "").partition("->")
        return tuple(left.index(c) for c in right) if arrow and sorted(left) == sorted(right) else None
    if node.op == "rearrange" and len(node.args) > 1 and isinstance(node.args[1].value, str):
        left, _, right = node.args[1].value.partition("->")
        names, order = (s.replace("(", " ").replace(")", " ").split() for s in (left, right))
        return tuple(names.index(n) for n in order) if sorted(names) == sorted(order) else None
    return None


def transform_facts(view: View) -> Iterator[CodeFact]:
    """Which augmentations a pipeline of transforms has."""
    for node in view.nodes:
        if node.op.removeprefix("nn.") != "Compose":
            continue
        names = {n.op.removeprefix("nn."): n for n in _inside(node)}
        for name, category in _AUGMENTATIONS.items():
            made = names.get(name)
            chance = made.kw["p"].number() if made is not None and "p" in made.kw else 1.0
            has = made is not None and chance != 0
            where = made.where if made is not None else node.where
            yield CodeFact(
                "part of the pipeline",
                category,
                has,
                where,
                f"{name} {'in' if has else 'not in'} the pipeline",
                name,
                node.guard,
                0.8,
            )


def _inside(node: Expr, depth: int = 8) -> Iterator[Expr]:
    for child in node.args:
        child = under(child)
        yield child
        if depth and child.op in (
            "list",
            "tuple",
            "+",
            "phi",
            "Compose",
            "RandomApply",
            "nn.RandomApply",
            *TRANSPARENT,
        ):
            yield from _inside(child, depth - 1)
