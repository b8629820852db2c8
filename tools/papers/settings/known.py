"""Data sets and metrics that a paper uses by name, where no sentence says what they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from paper_implementer.knowledge.facts import Fact, Source
from paper_implementer.knowledge.vocabulary import known

from ..paper import Paper
from .result import Found
from .sentences import Sentence

_KEYS = {
    "data.dataset": ("datasets", re.compile(r"\b(?:(?:pre-?|fine-?)?train\w*|tun(?:ed|ing)|evaluat\w*|experiment\w*|data ?sets?|corpus|corpora|benchmarks?|test\w*|validation|on|results)\b", re.IGNORECASE)),
    "eval.metric": ("metrics", re.compile(r"\b(?:report\w*|measur\w*|evaluat\w*|metrics?|scor\w*|achiev\w*|results?|performance|comput\w*|obtain\w*|rates?|%)", re.IGNORECASE)),
}  # fmt: skip
_MOST = 3
_VAGUE = {"accuracy", "error rate"}
"""Metrics that say little beside others."""


@cache
def _names(kind: str) -> re.Pattern[str]:
    """The names of a kind; those with capitals as they are spelt, for "map" is no mAP."""
    words: dict[bool, list[str]] = {True: [], False: []}
    for name in sorted(known()[kind], key=len, reverse=True):
        words[name.islower()].append(re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?"))
    lower, cased = "|".join(words[True]) or "(?!)", "|".join(words[False]) or "(?!)"
    return re.compile(rf"(?<![\w-])(?:(?i:{lower})|{cased})(?![\w-]*\w)")


def by_name(paper: Paper, read: Iterable[Sentence], stated: set[str]) -> Iterator[Found]:
    """The data sets and metrics that come up again and again, each where it is first used.

    **Arguments:**

    - `read`: the sentences and captions of the paper's own work.
    - `stated`: keys that have facts already; nothing is added to them.
    """
    wanted = {key: spec for key, spec in _KEYS.items() if key not in stated}
    places: dict[tuple[str, str], list[tuple[Sentence, re.Match[str]]]] = defaultdict(list)
    for sentence in read if wanted else ():
        for key, (kind, cue) in wanted.items():
            for match in _names(kind).finditer(sentence.text):
                near = sentence.text[max(0, match.start() - 80) : match.end() + 60]
                if cue.search(near.replace(match[0], " ")):
                    places[key, re.sub(r"[\s-]+", "-", match[0].lower())].append((sentence, match))
    for key in wanted:
        often = sorted((p for (k, _), p in places.items() if k == key and len(p) > 1), key=len, reverse=True)
        precise = [found for found in often if found[0][1][0].lower() not in _VAGUE]
        often = precise or often[:1]
        for sentence, match in (found[0] for found in often[:_MOST]):
            source = Source(
                kind="paper", ref=paper.id, section=paper.section_title(sentence.block), page=sentence.block.page,
                bbox=sentence.block.bbox, quote=sentence.quote(match.start(), match.end()),
            )  # fmt: skip
            yield Found(fact=Fact(key=key, value=match[0], source=source), block=sentence.block.id, firm=False)
