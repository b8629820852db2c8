"""Where a paper states one setting in two ways."""

from __future__ import annotations

from paper_implementer.knowledge.facts import Fact
from paper_implementer.knowledge.values import same_value
from paper_implementer.knowledge.vocabulary import terms

from .result import Contradiction

_SEVERAL = {"data.dataset", "data.augmentation", "training.hardware", "data.resize", "data.preprocessing", "eval.metric", "eval.crops", "lora.targets", "data.crop", "eval.max_length", "data.mean"}  # fmt: skip
"""Keys that hold several values at once, or words that differ without disagreeing."""


def _group(fact: Fact) -> tuple[str, str]:
    return fact.key, " ".join(sorted((fact.scope or "").lower().split()))


def contradictions(facts: list[Fact]) -> list[Contradiction]:
    """The keys to which one scope gives values that are not the same.

    Values of a search, and several values in one place (a model described layer by layer), are no contradiction.
    """
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if fact.key not in _SEVERAL and not fact.note and not isinstance(fact.value, list | str) | (fact.key == "optimizer.betas"):
            groups.setdefault(_group(fact), []).append(fact)
        elif fact.key == "optimizer.betas" and not fact.note:
            groups.setdefault(_group(fact), []).append(fact)
    found = []
    for (key, _), group in groups.items():
        quotes = {f.source.quote for f in group}
        if len(quotes) < 2:
            continue
        distinct: list[Fact] = []
        for fact in group:
            if not any(same_value(fact.value, d.value, terms().get(key)) for d in distinct):
                distinct.append(fact)
        if len(distinct) == 2 and distinct[0].source.quote != distinct[1].source.quote:
            found.append(Contradiction(key=key, facts=distinct))
    return found
