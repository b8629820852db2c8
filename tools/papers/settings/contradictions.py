"""Where a paper states one setting in two ways."""

from __future__ import annotations

import re

from paper_implementer.knowledge.values import same_value
from paper_implementer.knowledge.vocabulary import terms

from .result import Contradiction, Found
from .scope import topic_of

_SEVERAL = {"data.dataset", "data.augmentation", "training.hardware", "data.resize", "data.preprocessing", "eval.metric", "eval.crops", "lora.targets", "data.crop", "eval.max_length", "data.mean", "data.examples", "data.classes", "model.vocabulary_size", "data.input_size", "eval.shots", "eval.samples", "training.duration", "model.kernel_size", "model.channels", "model.stride", "data.max_length", "model.parameters", "data.image_size"}  # fmt: skip
"""Keys that hold several values at once, or words that differ without disagreeing."""


_ONE_OF = re.compile(
    r"\ban?\s+(?:[\w-]+\s+){0,4}(?:networks?|models?|nets?|auto-?encoders?|MLPs?|CNNs?|RNNs?|LSTMs?|transformers?)\b",
    re.IGNORECASE,
)
"""How a paper speaks of one model among several."""


def _scope(found: Found) -> str | None:
    """What a fact holds for, in words that can be compared; None where it cannot be told.

    A section about an experiment of its own may vary its settings from one paragraph to the next.
    """
    topic = topic_of(found.fact.source.section)
    if topic and found.fact.scope in (None, topic):
        return None
    return " ".join(sorted(re.findall(r"\w+", (found.fact.scope or "").lower())))


def contradictions(found: list[Found]) -> list[Contradiction]:
    """The keys to which one scope gives two values.

    Values of a search, a key with many values (layers described one by one), the phases that one paragraph tells and the
    columns of one table are no contradiction.
    """
    columns: dict[tuple[str, str], set[str]] = {}
    for each in found:
        if each.tabled:
            columns.setdefault((each.block, each.fact.key), set()).add(repr(each.fact.value))
    groups: dict[tuple[str, str], list[Found]] = {}
    for each in found:
        fact, scope = each.fact, _scope(each)
        comparable = fact.key == "optimizer.betas" or isinstance(fact.value, bool | int | float)
        single = not each.tabled or len(columns[each.block, fact.key]) == 1
        several = fact.key.startswith(("model.", "attention.")) and _ONE_OF.search(fact.source.quote or "")
        if (
            each.firm
            and single
            and comparable
            and not several
            and scope is not None
            and fact.key not in _SEVERAL
            and not fact.note
        ):
            groups.setdefault((fact.key, scope), []).append(each)
    disagreeing = []
    for (key, _), group in groups.items():
        distinct: list[Found] = []
        for each in group:
            if not any(same_value(each.fact.value, d.fact.value, terms()[key]) for d in distinct):
                distinct.append(each)
        if len(distinct) == 2 and distinct[0].block != distinct[1].block:
            disagreeing.append(Contradiction(key=key, facts=[d.fact for d in distinct]))
    return disagreeing
