"""Findings in words that a person can check: where formulas differ, the two lines of code instead of what they were reduced to."""

from __future__ import annotations

import re
from pathlib import Path

from paper_implementer.knowledge.facts import Place

from .findings import Finding

FORMULA = "computation: "
"""How the summary of a finding begins that says no more than that two formulas differ."""
_LONGEST = 120
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\S")


def reworded(findings: list[Finding], mine: Path, official: Path) -> list[Finding]:
    """Quote both lines where formulas differ, and leave that out where another finding says what differs on the line.

    **Arguments:**

    - `mine`, `official`: the roots that the places are relative to; a folder or the one file.
    """
    explained = {(f.mine.file, f.mine.line) for f in findings if not f.summary.startswith(FORMULA)}
    result = []
    for finding in findings:
        if not finding.summary.startswith(FORMULA):
            result.append(finding)
            continue
        if (finding.mine.file, finding.mine.line) in explained:
            continue
        ours, theirs = _line(mine, finding.mine), _line(official, finding.official)
        if ours and theirs and only_renamed(ours, theirs):
            continue  # What differs is not on these lines, and what is said of another line stands for itself.
        if ours and theirs:
            update = {
                "summary": f"{finding.category.replace('_', ' ')}: another formula than the official one",
                "mine_does": ours,
                "official_does": theirs,
                "suggestion": "Compute what the official line computes, or note why not.",
            }
            finding = finding.model_copy(update=update)
        result.append(finding)
    return result


def only_renamed(first: str, second: str) -> bool:
    """Are two lines the same but for the names of variables, each name standing for one other throughout?"""
    ours, theirs = _TOKEN.findall(first), _TOKEN.findall(second)
    if len(ours) != len(theirs):
        return False
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for at, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        called = ours[at + 1 : at + 2] == ["("]
        if called or not (a.isidentifier() and b.isidentifier()):
            if a != b:
                return False
        elif there.setdefault(a, b) != b or back.setdefault(b, a) != a:
            return False
    return True


def _line(root: Path, place: Place) -> str | None:
    """The line of code at a place, or None where it cannot be read."""
    file = root if root.is_file() else root / place.file
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    text = lines[place.line - 1].strip() if 0 < place.line <= len(lines) else ""
    return (text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…") or None
