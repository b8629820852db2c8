"""What a paper does not say although a reimplementation needs it."""

from __future__ import annotations

from paper_implementer.knowledge.facts import Fact
from paper_implementer.knowledge.vocabulary import Term, terms

from .result import Reading, Silence

_ALTERNATIVES = [
    {"training.steps", "training.epochs", "training.tokens"},
    {"schedule.warmup_steps", "schedule.warmup_epochs", "schedule.warmup_ratio", "schedule.warmup_tokens"},
    {"training.batch_size", "training.batch_tokens"},
    {"model.context_length", "data.max_length"},
    {"model.hidden_size", "model.channels", "model.architecture", "model.stage_widths"},
    {"model.layers", "model.encoder_layers", "model.decoder_layers", "model.architecture", "model.stage_depths"},
    {"init.scheme", "init.std"},
    {"model.feedforward_size", "model.mlp_ratio"},
]
_WITH_ADAM = {"transformer", "language_model", "vision_transformer", "diffusion"}
"""Families that are hardly ever trained without an adaptive optimizer."""
_ADAPTIVE = {"adam", "adamw", "lamb", "nadam", "radam", "adamax", "lion"}


def alternatives(key: str) -> set[str]:
    """A key with those that say the same in another unit: warm-up in steps, epochs, tokens or as a share."""
    return set().union({key}, *(group for group in _ALTERNATIVES if key in group))


def _needed(term: Term, kinds: set[str], optimizers: set[str]) -> bool:
    if term.need == "optional" or (term.families and not kinds & set(term.families)) or "experimental" not in kinds:
        return False
    if "neural" not in kinds and not term.key.startswith(("data.dataset", "eval.")):
        return False
    if term.key in ("optimizer.betas", "optimizer.epsilon"):
        return bool(optimizers & _ADAPTIVE) or (not optimizers and bool(kinds & _WITH_ADAM))
    if term.key == "optimizer.momentum":
        return not optimizers or bool(optimizers & {"sgd", "nesterov", "rmsprop"})
    return True


def missing(reading: Reading, facts: list[Fact], asked: set[str] | None) -> list[Term]:
    """The keys without a fact that matter for this paper, the most harmful first; one for each thing.

    **Arguments:**

    - `asked`: only these keys, whatever their need; None means all that a reimplementation needs.
    """
    kinds = set(reading.kinds)
    stated = {f.key for f in facts}
    for group in _ALTERNATIVES:
        if stated & group:
            stated |= group
    optimizers = {str(f.value) for f in facts if f.key == "optimizer.name"}
    wanted = [
        term
        for term in terms().values()
        if term.key not in stated and (term.key in asked if asked is not None else _needed(term, kinds, optimizers))
    ]
    order = {"required": 0, "usual": 1, "optional": 2}
    weight = {"high": 0, "medium": 1, "low": 2}
    first: dict[frozenset[str], Term] = {}
    for term in wanted:
        first.setdefault(frozenset(alternatives(term.key)), term)
    return sorted(first.values(), key=lambda t: (order[t.need], weight[t.severity]))


def silences(reading: Reading, facts: list[Fact], asked: set[str] | None) -> list[Silence]:
    """What is missing (see `missing`), why it matters, and what to take instead."""
    needed = missing(reading, facts, asked)
    if not needed:
        return []
    from .suggestions import suggestion

    return [Silence(key=t.key, why_it_matters=t.why, suggestion=suggestion(t.key, reading)) for t in needed]
