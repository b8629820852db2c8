"""Facts of training, decoding and data code: groups of parameters, masks of decoding, averages, modes, moving averages."""

from __future__ import annotations

from collections.abc import Iterator

from ..concepts import concepts
from .expression import Expr, bare, product, walk
from .facts import CodeFact, View, number_text
from .layers import alternatives
from .signatures import canonical

_PARAMETERS = {"named_parameters", "parameters"}


def group_facts(view: View) -> Iterator[CodeFact]:
    """Which parameters weight decay leaves out: by number of axes, by name."""
    if not any(n.op in _PARAMETERS for n in view.nodes):
        return
    tests = [n for n in view.nodes if n.op in ("if", "filter")]
    about = {id(t): {m.op if m.op != "attr" else str(m.value) for m in walk(t, 60)} for t in tests}
    named = [
        t
        for t in tests
        if about[id(t)] & {"endswith", "in", "startswith", "any", "=="}
        and _mentions(t, ("bias", "norm", "decay", "ln"))
    ]
    axes = [
        t for t in tests if about[id(t)] & {"ndim", "dim", "shape", "len", "squeeze"} and not about[id(t)] <= {"if"}
    ]
    axes = [t for t in axes if about[id(t)] & {"ndim", "dim", "shape"}]
    if not named and not axes:
        return
    place = (named or axes)[0]
    value = "excludes vectors" if axes else "does not look at the number of axes"
    where = axes[0].where if axes else place.where
    yield CodeFact("weight decay groups", "no_decay_groups", bool(axes), where, value, "", False, 0.8)


def _mentions(expr: Expr, words: tuple[str, ...]) -> bool:
    return any(
        n.op == "const" and isinstance(n.value, str) and any(w in n.value.lower() for w in words)
        for n in walk(expr, 60)
    )


def nucleus_facts(view: View) -> Iterator[CodeFact]:
    """Whether the token that crosses the threshold of a cumulative probability is kept."""
    for node in view.of(">", ">=", "<", "<="):
        left, right = (bare(a) for a in node.args)
        cumulative = next((s for s in (left, right) if any(n.op == "cumsum" for n in walk(s, 40))), None)
        if cumulative is None:
            continue
        core = list(walk(cumulative, 40))
        ascending = any(
            n.op == "sort" and n.kw.get("descending") is not None and n.kw["descending"].constant() is False
            for n in core
        )
        # Mass before the token, not up to it: cumsum(p) - p, or the mask shifted by one.
        before = any(
            n.op == "-" and any(m.op == "cumsum" for m in walk(n.args[0], 6)) and bare(n.args[1]).op == "softmax"
            for n in core
        )
        shifted = any(_shift(u) for u in _later(view, node))
        keeps = before or shifted or ascending
        says = (
            "the token that crosses the threshold is kept"
            if keeps
            else "the token that crosses the threshold is dropped"
        )
        yield CodeFact("crossing token", "boundary_condition", keeps, node.where, says, "", node.guard, 0.8)


def _later(view: View, node: Expr, depth: int = 3) -> Iterator[Expr]:
    for user in view.users.get(id(node), []):
        yield user
        if depth:
            yield from _later(view, user, depth - 1)


def _shift(node: Expr) -> bool:
    """`m[..., 1:] = m[..., :-1]` and its like."""
    if node.op == "setitem" and len(node.args) == 3:
        value = node.args[2]
        return any(n.op == "slice" and n.args[1].number() == -1 for n in walk(value, 12))
    return node.op in ("roll", "pad") or (
        node.op == "cat" and any(n.op == "slice" and n.args[1].number() == -1 for n in walk(node, 16))
    )


def self_similarity_facts(view: View) -> Iterator[CodeFact]:
    """In a contrastive loss: whether each sample's similarity with itself is left out."""
    losses = [n for n in view.nodes if n.op in ("cross_entropy", "log_softmax", "logsumexp")]
    products = [n for n in view.nodes if n.op in ("matmul", "einsum", "mm", "cosine_similarity")]
    if not losses or not products or not any(n.op in ("normalize", "norm", "cosine_similarity") for n in view.nodes):
        return
    selfish = [p for p in products if p.op != "cosine_similarity" and _of_itself(p)]
    if not selfish:
        return
    masked = [n for n in view.nodes if n.op in ("eye", "fill_diagonal", "fill_diagonal_", "diag", "diagonal")]
    where = masked[0].where if masked else losses[0].where
    says = "similarities of a sample with itself removed" if masked else "each sample is among its own negatives"
    yield CodeFact("self-similarity", "mask_convention", bool(masked), where, says, "", False, 0.8)


def _of_itself(node: Expr) -> bool:
    parts = [{bare(e).key for e in alternatives(a)} for a in node.args if bare(a).op != "const"]
    return len(parts) == 2 and bool(parts[0] & parts[1])


def exponent_facts(view: View) -> Iterator[CodeFact]:
    """Of a sampled latent: whether its scale is exp(x / 2) or exp(x)."""
    if not any(n.op in ("randn_like", "randn", "normal") for n in view.nodes):
        return
    for node in view.of("exp"):
        inner = product(node.args[0])
        yield CodeFact(
            "exponent", "parameterization", round(inner.coefficient, 6), node.where, f"exp of {number_text(inner.coefficient)} times its input",
            "", node.guard, 0.7,
        )  # fmt: skip


def dropout_side_facts(view: View) -> Iterator[CodeFact]:
    """Whether dropout acts on the input of a projection by a bare parameter, or on its output."""
    for node in view.of("dropout", "drop_path"):
        if not node.args:
            continue
        value = bare(node.args[0])
        before = value.op in ("linear", "matmul", "Linear") and any(n.op == "Parameter" for n in walk(value, 12))
        users = {u.op for u in view.consumers(node)}
        after = bool(users & {"linear", "matmul", "Linear"})
        if before:
            yield CodeFact(
                "dropout side",
                "dropout_placement",
                "after",
                node.where,
                "dropout after the projection",
                "",
                False,
                0.75,
            )
        elif value.op in ("arg", "each") and after:
            yield CodeFact(
                "dropout side",
                "dropout_placement",
                "before",
                node.where,
                "dropout on the input of the projection",
                "",
                False,
                0.75,
            )


def image_range_facts(view: View) -> Iterator[CodeFact]:
    """Where images meet a loss: whether they are moved from [0, 1] to [-1, 1] first."""
    if not any(n.op in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss") for n in view.nodes):
        return
    images = [
        p
        for ps in view.result.parameters.values()
        for p in ps
        if "image" in concepts(str(p.value)) and "size" not in concepts(str(p.value))
    ]
    if not images:
        return
    keys = {p.key for p in images}
    moved = [n for n in view.of("-", "/") if _centred(n, keys)]
    users = [n for p in images for n in view.users.get(id(p), [])]
    first = moved[0] if moved else users[0] if users else images[0]
    where = first.where if moved else first.site or first.where
    says = "images moved to [-1, 1]" if moved else "images used as they come"
    yield CodeFact("range of images", "data_normalization", bool(moved), where, says, "", False, 0.75)


def _centred(node: Expr, images: set[int]) -> bool:
    if len(node.args) != 2:
        return False
    inner, shift = bare(node.args[0]), node.args[1].number()
    if node.op == "-" and shift == 1 and inner.op == "*":
        return any(a.number() == 2 for a in inner.args) and any(bare(a).key in images for a in inner.args)
    return node.op == "/" and shift == 0.5 and inner.op == "-" and bare(inner.args[0]).key in images


_UNUSED = {
    "layer_norm": "norm_placement",
    "batch_norm": "norm_placement",
    "group_norm": "norm_placement",
    "rms_norm": "norm_placement",
}


def unused_layers(mine: View, official: View) -> Iterator[tuple[CodeFact, CodeFact]]:
    """Norms and gains that my class makes and never applies, where the official one applies all that it makes."""
    if any(True for _ in _idle(official)):
        return
    for name, layer in _idle(mine):
        kind = canonical(layer.op[3:]) if layer.op.startswith("nn.") else layer.op
        category = _UNUSED.get(kind, "norm_placement" if layer.op == "instance" else "layer_scale")
        partners = [n for n in official.nodes if n.op == kind] or [
            n for n in official.nodes if n.op in ("rsqrt", "Parameter")
        ]
        calls = [n for n in mine.nodes if n.where.symbol == f"{mine.name}.forward"]
        if not partners or not calls:
            continue
        own = [n for n in calls if n.op in ("matmul", "+", "Linear", "chunk", "reshape", "view", "mean")] or calls
        last = name in list(mine.result.attributes)[-2:]
        where = own[-1].where if last else own[0].where
        says = f"{name} is made and never applied"
        a = CodeFact("unused layer", category, name, where, says, "", False, 0.75)
        yield (
            a,
            CodeFact(
                "unused layer",
                category,
                "applied",
                partners[-1 if last else 0].where,
                f"{kind} is applied",
                "",
                False,
                0.75,
            ),
        )


def _idle(view: View) -> Iterator[tuple[str, Expr]]:
    if "forward" not in " ".join(view.result.parameters):
        return
    read = {id(c) for n in view.nodes for c in n.children()}
    for name, value in view.result.attributes.items():
        norm = value.op.startswith("nn.") and canonical(value.op[3:]) in _UNUSED
        custom = value.op == "instance" and bool({"norm", "rms", "root"} & concepts(f"{name}_{value.value}"))
        if (norm or custom) and id(value) not in read:
            yield name, value


def mode_facts(view: View) -> Iterator[CodeFact]:
    """In code that evaluates: whether it sets the mode, and whether it turns gradients off."""
    names = view.name.lower()
    evaluates = any(w in names for w in ("eval", "valid", "test", "infer", "estimate")) or any(
        w in symbol.lower() for symbol in view.result.parameters for w in ("evaluat", "validat", "estimate_loss")
    )
    if not evaluates or not any(n.op in ("for", "each") for n in view.nodes):
        return
    first = next((n for n in view.nodes if n.op == "for"), None)
    if first is None:
        return
    modes = [
        n
        for n in view.nodes
        if n.op in ("eval", "train") and (n.op == "eval" or (n.args[1:] and n.args[1].constant() is False))
    ]
    where = modes[0].where if modes else first.where
    says = "sets evaluation mode" if modes else "does not set evaluation mode"
    yield CodeFact("evaluation mode", "eval_mode", bool(modes), where, says, "", False, 0.75)
