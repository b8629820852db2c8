"""The list of references, one entry each: by printed number, else by hanging indent."""

from __future__ import annotations

import re
from collections import Counter

from .lines import Line

_NUMBERED = re.compile(r"^\[(\d{1,3})\]|^(\d{1,3})\.\s+(?=[A-Z])")
_LABELLED = re.compile(r"^\[[^\]]{2,40}\]\s")


def split_references(lines: list[Line]) -> list[tuple[str | None, list[Line]]]:
    """The entries as (number, lines)."""
    numbered = [_NUMBERED.match(line.text) for line in lines]
    if lines and numbered[0] and sum(m is not None for m in numbered) >= 3:
        return _by_start(lines, [m[1] or m[2] if m else None for m in numbered], [m is not None for m in numbered])
    labelled = [_LABELLED.match(line.text) is not None for line in lines]
    if sum(labelled) >= 3:
        return _by_start(lines, [None] * len(lines), labelled)
    return _by_start(lines, [None] * len(lines), _hanging(lines))


def _by_start(lines: list[Line], numbers: list[str | None], starts: list[bool]) -> list[tuple[str | None, list[Line]]]:
    entries: list[tuple[str | None, list[Line]]] = []
    for line, number, start in zip(lines, numbers, starts, strict=True):
        if start or not entries:
            entries.append((number, [line]))
        else:
            entries[-1][1].append(line)
    return entries


def _hanging(lines: list[Line]) -> list[bool]:
    """Entries whose first line stands further left than the others, or that are parted by space."""
    starts: list[bool] = []
    edges: dict[tuple[int, int], Counter[int]] = {}
    for line in lines:
        edges.setdefault((line.page, line.column), Counter())[round(line.x0)] += 1
    indented = {key: _has_indent(count) for key, count in edges.items()}
    for i, line in enumerate(lines):
        key = (line.page, line.column)
        if indented[key]:
            starts.append(line.x0 < min(edges[key]) + 4)
            continue
        before = lines[i - 1] if i else None
        gap = line.y - before.y if before and (before.page, before.column) == key else None
        ended = before is None or before.text.endswith((".", "]"))
        starts.append(before is None or (ended and (gap is None or gap > 1.25 * line.size) and line.text[:1].isupper()))
    return starts


def _has_indent(count: Counter[int]) -> bool:
    left = min(count)
    flush = sum(n for x, n in count.items() if x < left + 4)
    hanging = sum(n for x, n in count.items() if left + 5 <= x <= left + 40)
    return hanging >= 0.2 * flush and flush > 0
