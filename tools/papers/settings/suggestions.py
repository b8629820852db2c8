"""What to take where a paper is silent: the best-sourced value there is, and in whose name it is given."""

from __future__ import annotations

from collections.abc import Iterator

from paper_implementer.knowledge.catalogue import entries_of, followed, head_of, methods
from paper_implementer.knowledge.facts import Fact

from .followed import method_behind
from .result import Reading

_PAPERS_OWN = {"data.dataset", "eval.metric", "recipe.follows", "training.hardware", "training.duration"}
"""What only the paper itself can say."""
_OF_A_RUN = {
    "training.steps", "training.epochs", "training.tokens", "training.batch_size", "training.batch_tokens", "model.layers",
    "model.hidden_size", "model.feedforward_size", "model.channels", "model.parameters", "model.vocabulary_size",
    "model.context_length", "data.max_length", "data.image_size", "attention.heads", "loss.function", "data.tokenizer",
    "schedule.warmup_steps", "schedule.warmup_epochs", "schedule.warmup_tokens", "data.preprocessing",
}  # fmt: skip
"""Sizes of a model and of a run: another work's are no default, unless it is the work that the paper follows."""
_ANCESTRAL = ("attention.", "norm.", "position.", "activation.", "init.", "optimizer.betas", "optimizer.epsilon")
"""What a family hands down over several generations; a recipe goes to the next one at most."""


def suggestion(key: str, reading: Reading) -> Fact | None:
    """The first that there is of: the work that the paper follows, this method's own code, its family, the framework's default.

    The note begins with which of them it is; the source is where that one states it.
    """
    if key in _PAPERS_OWN:
        return None
    for label, facts in _ranked(key, reading):
        if facts:
            return _labelled(label, _best(facts))
    return None


def _ranked(key: str, reading: Reading) -> Iterator[tuple[str, list[Fact]]]:
    """Who may speak for a key, nearest first, with what each says."""
    for taken in reading.taken:
        name = method_behind(taken) if key.startswith(tuple(taken.prefixes)) else None
        if name is not None:
            yield f"the work that this paper follows, {head_of(name).title} ({taken.fact.note})", _facts(key, name)
    if reading.own:
        official, ported = _apart(_facts(key, reading.own))
        yield "official code of this method", official
        yield "a port of this method", ported
    kin = [] if key in _OF_A_RUN else list(dict.fromkeys(reading.methods))
    parents = [parent for name in (reading.own, *kin) if name for parent in head_of(name).follows]
    near = [name for name in dict.fromkeys([*kin, *parents]) if name != reading.own and key not in _OF_A_RUN]
    far = [name for name in followed(near) if name not in near] if key.startswith(_ANCESTRAL) else []
    for name in (n for n in (*near, *far) if not _is_part(n)):
        written, ported = _apart(_facts(key, name))
        yield f"usual in its family, as in {head_of(name).title}", written
        yield f"usual in its family, a port of {head_of(name).title}", ported
    for name in _optimizers(reading) if key.startswith("optimizer.") else []:
        written, ported = _apart(_facts(key, name))
        yield f"the framework's default of {head_of(name).title}", ported
        yield f"the paper of {head_of(name).title}", written


def _is_part(name: str) -> bool:
    return bool(
        {"component", "optimizer", "evaluation", "convention", "framework", "decoding"} & set(head_of(name).families)
    )


def _optimizers(reading: Reading) -> list[str]:
    """The optimizers that the paper says it uses, as methods of the knowledge base."""
    known = methods()
    used = dict.fromkeys(str(f.fact.value) for f in reading.found if f.fact.key == "optimizer.name")
    return [name for name in used if name in known]


def _facts(key: str, name: str) -> list[Fact]:
    return [entry.fact for entry in entries_of(name) if entry.row.key == key and entry.row.value is not None]


def _apart(facts: list[Fact]) -> tuple[list[Fact], list[Fact]]:
    """What authors state in paper or code, and what a package sets unless told otherwise."""
    ported = [fact for fact in facts if fact.status == "default" or fact.source.ref.startswith("pypi:")]
    return [fact for fact in facts if fact not in ported], ported


def _best(facts: list[Fact]) -> Fact:
    """The fact that says most for the method as such: its paper, its official code, no narrower scope than needed."""
    return max(
        facts,
        key=lambda fact: (
            fact.source.kind == "paper",
            "official" in (fact.scope or ""),
            fact.scope is None,
            -len(fact.scope or ""),
        ),
    )


def _labelled(label: str, fact: Fact) -> Fact:
    return fact.model_copy(update={"note": f"{label}{'; ' + fact.note if fact.note else ''}"})
