"""The comparison as the worker process is asked for it: findings, and the fidelity table with the paper as third column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from paper_implementer.knowledge.facts import Fact, Place, Source
from paper_implementer.knowledge.lookup import default_for
from paper_implementer.knowledge.values import choice_of
from paper_implementer.knowledge.vocabulary import terms
from paper_implementer.tools.fidelity import FidelityRow, agree, fidelity
from paper_implementer.tools.worker import Progress, no_progress

from .compare import compare
from .findings import Comparison, Finding, ranked, severity_of
from .settings import code_settings
from .wording import reworded

MANY_FILES = 300
"""Files from which official code is a library of many models, whose settings are not those of one."""
MOST_ALIGNED = 20


def comparison(
    mine: str,
    official: str,
    mine_ref: str,
    official_ref: str,
    symbols: list[str] | None = None,
    focus: str | None = None,
    paper_facts: list[dict[str, Any]] | None = None,
    methods: list[str] | None = None,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Return `compare(...)` with its fidelity table as JSON.

    **Arguments:**

    - `focus`: categories or families, parted by commas.
    - `methods`: what the paper is about, for the column of defaults.
    """
    stated = [Fact.model_validate(fact) for fact in paper_facts or []]
    result = compare(
        mine,
        official,
        mine_ref=mine_ref,
        official_ref=official_ref,
        symbols=symbols,
        focus=[part.strip() for part in focus.split(",")] if focus else None,
        progress=lambda message: progress(0, None, message),
    )
    result.findings = reworded(result.findings, Path(mine), Path(official))
    # A unit that several of mine resemble is asked several times.
    result.missing_features = list(
        {(f.summary, f.official.file, f.official.line): f for f in result.missing_features}.values()
    )
    if result.aligned or result.findings:
        progress(0, None, "Joining paper, official code and mine")
        own, theirs = code_settings(mine, mine_ref), _official_settings(official, official_ref, result)
        result.fidelity = _table(own, theirs, mine_ref, official_ref, result.findings, stated, methods or [])
        if not focus and not symbols:
            result.findings = ranked([*result.findings, *_of_table(result.fidelity, result.findings)])
    return result.model_dump(mode="json")


def _official_settings(root: str, ref: str, result: Comparison) -> list[Fact]:
    """The settings of the official code; of a whole library only those of the files that mine was aligned with."""
    if int(str(result.stats.get("official_files", 0))) <= MANY_FILES:
        return code_settings(root, ref)
    files = list(dict.fromkeys(pair.official.file for pair in result.aligned))[:MOST_ALIGNED]
    return [
        fact.model_copy(update={"source": fact.source.model_copy(update={"file": file})})
        for file in files
        for fact in code_settings(str(Path(root) / file), ref)
    ]


def _table(
    own: list[Fact],
    theirs: list[Fact],
    mine_ref: str,
    official_ref: str,
    findings: Iterable[Finding],
    stated: list[Fact],
    methods: list[str],
) -> list[FidelityRow]:
    """Settings of both sides, and what the findings say of design choices that no setting holds."""
    settled = {f.key for f in own} & {f.key for f in theirs}
    for finding in findings:
        key = finding.key or _key_of_category(finding.category)
        if key and key not in settled:
            own.append(_as_fact(key, finding.mine_does, finding.mine, mine_ref))
            theirs.append(_as_fact(key, finding.official_does, finding.official, official_ref))
    return fidelity(stated, theirs, own, lambda key: default_for(key, methods) if methods else None)


def _of_table(rows: Iterable[FidelityRow], findings: list[Finding]) -> list[Finding]:
    """Findings for settings on which the two sides differ and that no finding is about yet."""
    lines = {(f.mine.file, f.mine.line + step) for f in findings for step in (-1, 0, 1)}
    keys = {f.key for f in findings}
    found = []
    for row in rows:
        term = terms()[row.key]
        ours, theirs = row.mine, row.official
        if ours is None or theirs is None or agree(ours, theirs) or not term.category or row.key in keys:
            continue
        place, other = _place(ours), _place(theirs)
        if (
            place is None
            or other is None
            or (place.file, place.line) in lines
            or "default" in (ours.status, theirs.status)
        ):
            continue
        found.append(
            Finding(
                id=row.key,
                category=term.category,
                severity=severity_of(term.category),
                confidence=0.7,
                summary=f"{term.title}: mine {_text(ours)}; official {_text(theirs)}",
                mine=place,
                official=other,
                mine_does=_text(ours),
                official_does=_text(theirs),
                key=row.key,
                evidence="config",
                suggestion=f"Set it to {_text(theirs)}, or note why it differs.",
            )
        )
    return found


def _place(fact: Fact) -> Place | None:
    source = fact.source
    if source.file is None or source.line is None:
        return None
    return Place(file=source.file, line=source.line, end_line=source.end_line, symbol=source.symbol)


def _text(fact: Fact) -> str:
    return f"{json.dumps(fact.value)} {fact.unit or ''}".strip()


def _key_of_category(category: str) -> str | None:
    """The key that a category of findings is about: its only one, or its only one that papers usually state."""
    of_category = [term for term in terms().values() if term.category == category]
    usual = [term for term in of_category if term.need != "optional"]
    chosen = usual or of_category
    return chosen[0].key if len(chosen) == 1 else None


def _as_fact(key: str, does: str, place: Place, ref: str) -> Fact:
    """What one side does, as the value of a key: the choice that its words name, else the words."""
    source = Source(
        kind="code", ref=ref, file=place.file, line=place.line, end_line=place.end_line, symbol=place.symbol
    )
    # "attention branch: norm before the branch": the part before the colon says where, not what.
    value = choice_of(does.rpartition(": ")[2], terms()[key]) or does
    return Fact(key=key, value=value, source=source)
