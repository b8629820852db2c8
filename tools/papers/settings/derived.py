"""What follows from stated values by arithmetic: tokens a batch, the rate at the end of a schedule; each with its working."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from paper_implementer.knowledge.facts import Fact

from .result import Found

_LENGTHS = ("data.max_length", "model.context_length")
_TEXT = {"language_model", "translation"}
_FEW = 3
"""A paper with more batch sizes than this compares runs; their totals would say little."""


def derived(found: Iterable[Found], kinds: set[str]) -> Iterator[Found]:
    """Totals and ends that a paper states only as their factors.

    Factors go together when they hold for the same scope, or one of them for all, and each has one value there.
    """
    by_key: dict[str, list[Found]] = {}
    for each in found:
        if each.fact.status == "stated" and not (each.fact.note or "").startswith("values that were searched"):
            by_key.setdefault(each.fact.key, []).append(each)
    batches = by_key.get("training.batch_size", [])
    if kinds & _TEXT and "training.batch_tokens" not in by_key and len({repr(b.fact.value) for b in batches}) <= _FEW:
        lengths = next((by_key[key] for key in _LENGTHS if key in by_key), [])
        yield from _products(batches, lengths, "training.batch_tokens", "tokens")
    if "schedule.min_learning_rate" not in by_key:
        rates = by_key.get("optimizer.learning_rate", [])
        yield from _products(rates, by_key.get("schedule.end_fraction", []), "schedule.min_learning_rate", None)


def _products(firsts: list[Found], seconds: list[Found], key: str, unit: str | None) -> Iterator[Found]:
    for first in firsts:
        fits = [s for s in seconds if s.fact.scope in (first.fact.scope, None) or first.fact.scope is None]
        rivals = [f for f in firsts if f.fact.scope == first.fact.scope]
        if len({repr(s.fact.value) for s in fits}) != 1 or len({repr(f.fact.value) for f in rivals}) != 1:
            continue
        a, b = first.fact, fits[0].fact
        if isinstance(a.value, bool) or isinstance(b.value, bool):
            continue
        if not isinstance(a.value, int | float) or not isinstance(b.value, int | float):
            continue
        if a.unit in ("tokens", "words") or (key == "training.batch_tokens" and a.value > 100_000):
            continue
        value = a.value * b.value
        product = Fact(
            key=key, value=round(value, 12) if isinstance(value, float) else value, unit=unit, scope=a.scope or b.scope,
            status="derived", source=a.source, note=f"{a.key} × {b.key} = {a.value} × {b.value}; {_place(b)}",
        )  # fmt: skip
        yield Found(fact=product, block=first.block, firm=False)
        return


def _place(fact: Fact) -> str:
    page = f"page {fact.source.page}: " if fact.source.page else ""
    return f"the second from {page}“{fact.source.quote}”"
