"""Where a paper states one setting in two ways."""

from __future__ import annotations

import re

from paper_implementer.knowledge.facts import Fact
from paper_implementer.knowledge.values import same_value
from paper_implementer.knowledge.vocabulary import terms

from .result import Contradiction
from .scope import topic_of

_SEVERAL = {"data.dataset", "data.augmentation", "training.hardware", "data.resize", "data.preprocessing", "eval.metric", "eval.crops", "lora.targets", "data.crop", "eval.max_length", "data.mean", "data.examples", "data.classes", "data.input_size", "eval.shots", "eval.samples", "training.duration", "model.kernel_size", "model.channels", "model.stride", "data.max_length", "model.parameters", "data.image_size"}  # fmt: skip
"""Keys that hold several values at once, or words that differ without disagreeing."""


def _scope(fact: Fact) -> str:
    """What a fact holds for, in words that can be compared; the topic of its section counts as one."""
    scope = fact.scope or topic_of(fact.source.section) or ""
    return " ".join(sorted(re.findall(r"\w+", scope.lower())))


def contradictions(facts: list[Fact]) -> list[Contradiction]:
    """The keys to which one scope gives two values.

    Values of a search and a key with many values (layers described one by one) are no contradiction.
    """
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        comparable = fact.key == "optimizer.betas" or not isinstance(fact.value, list | str)
        if fact.key not in _SEVERAL and not fact.note and comparable:
            groups.setdefault((fact.key, _scope(fact)), []).append(fact)
    found = []
    for (key, _), group in groups.items():
        distinct: list[Fact] = []
        for fact in group:
            if not any(same_value(fact.value, d.value, terms()[key]) for d in distinct):
                distinct.append(fact)
        if len(distinct) == 2 and distinct[0].source.quote != distinct[1].source.quote:
            found.append(Contradiction(key=key, facts=distinct))
    return found
