"""Conventions of scale: a learning rate carried over to another batch size, only where a question asks for one.

The linear rule (arXiv:1706.02677, section 2.1) is stated for SGD. For other optimizers it is applied only where the method's own
sources scale linearly or the question asks for the linear rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .catalogue import Entry, entries_of, followed
from .facts import Fact, Source
from .ranking import place_score

_BATCH = re.compile(
    r"(?:\bwith\b|\bfor\b|\bat\b|\band\b|,)?\s*\b(?:an?\s+)?(?:global\s+|total\s+)?(?:"
    r"(?:batch(?:[ _-]?size)?|bs)\s*(?:of|=|:|is)?\s*(\d[\d,]*)\b|(\d[\d,]*)\s+(?:images?|examples?|samples?)\s+(?:a|per)\s+batch\b)",
    re.IGNORECASE,
)
_RULE = "linear scaling rule"
_CONVENTION = "training_conventions"
_LINEAR = re.compile(r"batch[^/]*/\s*\d+|\blinear\b|multiply the learning rate by k")
_DIVISOR = re.compile(r"/\s*(\d+)")
_MULTIPLIED = re.compile(r"\b(?:multiplied by|times) batch / (\d+)", re.IGNORECASE)
_SGD = re.compile(r"\b(sgd|momentum|nesterov|lars)\b", re.IGNORECASE)


def asked_batch(query: str) -> tuple[int | None, str]:
    """The batch size that a question names as its condition, and the question without it."""
    found = _BATCH.search(query)
    if found is None:
        return None, query
    size = int((found[1] or found[2]).replace(",", ""))
    rest = f"{query[: found.start()]} {query[found.end() :]}".strip(" ,?")
    return (size, rest) if size and re.search(r"\w", rest) else (None, query)


def scaled_learning_rates(
    names: list[str], batch: int, query: str, hints: frozenset[str], limit: int = 3
) -> list[Fact]:
    """Learning rates of methods carried over to a batch size, marked derived, with their working.

    **Arguments:**

    - `names`: the methods that the question is about.
    - `batch`: examples a step, over all devices.
    - `query`: the question; "linear" in it asks for the linear rule whatever the optimizer.
    - `hints`: words of the scope that is asked for.
    """
    found: list[tuple[float, Fact]] = []
    for name in names:
        entries = entries_of(name)
        rule = _rule(name, entries, asked="linear" in query.lower())
        if rule is None:
            continue
        for entry in entries:
            rate = entry.row.value
            if entry.row.key != "optimizer.learning_rate" or not isinstance(rate, int | float):
                continue
            base = _base(entry, rule)
            stated = base.divisor if base else _batch_of(entry, entries)
            if stated is not None and stated != batch:
                found.append((place_score(entry, hints), _scaled(entry, rate, stated, batch, rule)))
    found.sort(key=lambda item: -item[0])
    return [fact for _, fact in found[:limit]]


@dataclass(frozen=True)
class _Rule:
    """Where the linear rule is stated, and the batch that a base rate is for where it is stated with one."""

    source: Source
    divisor: int | None


def _rule(name: str, entries: tuple[Entry, ...], *, asked: bool) -> _Rule | None:
    """The linear rule as this method's sources state it, or in general where that may be applied."""
    for entry in entries:
        if entry.row.key == "optimizer.lr_scaling" and _LINEAR.search(str(entry.row.value)):
            divisor = _DIVISOR.search(str(entry.row.value))
            return _Rule(entry.fact.source, int(divisor[1]) if divisor else None)
    optimizers = [entry for each in followed([name]) for entry in entries_of(each) if entry.row.key == "optimizer.name"]
    if asked or (optimizers and _SGD.search(str(optimizers[0].row.value))):
        general = [each for each in entries_of(_CONVENTION) if each.row.key == "optimizer.lr_scaling"]
        return next((_Rule(each.fact.source, None) for each in general if "by k" in str(each.row.value)), None)
    return None


def _base(rate: Entry, rule: _Rule) -> _Rule | None:
    """The rule by which its own code multiplies a base rate before it is used; None for a rate that is used as it stands."""
    noted = _MULTIPLIED.search(rate.row.note or "")
    if noted:
        return _Rule(rule.source, int(noted[1]))
    document = rate.body.documents[rate.group.document]
    return rule if document.code and document.ref == rule.source.ref else None


def _batch_of(rate: Entry, entries: tuple[Entry, ...]) -> int | None:
    """The batch, in examples, that the same document states for the same scope."""
    scope = rate.fact.scope
    for entry in entries:
        same = entry.group.document == rate.group.document and entry.fact.scope == scope
        if same and entry.row.key == "training.batch_size" and isinstance(entry.row.value, int):
            return entry.row.value if entry.row.unit in (None, "examples", "images", "sequences") else None
    return None


def _scaled(entry: Entry, rate: float, stated: int, batch: int, rule: _Rule) -> Fact:
    source = rule.source
    place = f"section {source.section}" if source.section else f"{source.file}:{source.line}"
    what = "base rate" if _base(entry, rule) else "rate stated"
    return entry.fact.model_copy(
        update={
            "value": float(f"{rate * batch / stated:.6g}"),
            "status": "derived",
            "note": f"{rate:g} x {batch} / {stated}: {what} for a batch of {stated}; {_RULE} of {source.ref}, {place}",
        }
    )
