"""Title, authors and year, from the top of the first page."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile

from .headings import tidy
from .hyphens import joined
from .lines import Line, Span, marked_text
from .names import names_in

_AFFILIATION = re.compile(
    r"@|univers|institut|google|research|depart|school|laborator|college|facebook|openai|microsoft|deepmind|\binc\b|academy|\bai\b|"
    r"corporation|https?:|center|centre|nvidia|meta\b|amazon|\blab\b|\d{4}|equal contribution|preprint|anonymous",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(,|\b(of|for|and|the|in|at))\s*$", re.IGNORECASE)
GAP = 0.9
"""Ems between two names of a row, at least."""
_YEAR = re.compile(r"\b(19[89]\d|20[0-4]\d)\b")


def title_lines(lines: list[Line], body: float) -> list[Line]:
    """The lines of the title: the largest print in the upper half of the first page, or bold print at its top."""
    upper = [n for n in lines[:40] if len(n.text) > 3]
    largest = max((n.size for n in upper), default=0.0)
    if largest < body + 1:
        return list(takewhile(lambda n: n.bold and not n.text.endswith("."), upper[:3]))
    first = next(i for i, n in enumerate(upper) if n.size > largest - 0.4)
    title = [upper[first]]
    for line in upper[first + 1 :]:
        if line.size < largest - 0.4 or line.y - title[-1].y > 2.2 * largest:
            break
        title.append(line)
    return title


def is_prose(line: Line) -> bool:
    """Is this a line of sentences, not of names and addresses?"""
    return sum(word[:1].islower() and word.isalpha() for word in line.text.split()) >= 5


def title_of(lines: list[Line], known: frozenset[str] = frozenset()) -> str:
    """The title as one line."""
    return tidy(joined((n.text for n in lines), known))


def authors_of(lines: list[Line]) -> list[str]:
    """Names among the lines between the title and the abstract; what is not surely a name is left out.

    All names are set alike; a line in which an affiliation goes on has none.
    """
    found: dict[str, None] = {}
    style: tuple[float, bool] | None = None
    within_affiliation = False
    for line in lines:
        if _AFFILIATION.search(line.text):
            within_affiliation = bool(_GOES_ON.search(line.text))
            continue
        names = [name for part in _apart(line) for name in names_in(part)]
        here = (line.size, line.bold)
        goes_on, within_affiliation = within_affiliation, False
        if not names or goes_on or (style and here != style):
            continue
        style = here
        found |= dict.fromkeys(names)
    return list(found)


def _apart(line: Line) -> list[str]:
    """The texts that stand apart in a line: names in one row have more than a blank between them."""
    groups: list[list[Span]] = []
    end = 0.0
    for span in line.spans:
        if not span.text.strip():
            continue
        if groups and span.x0 - end < GAP * line.size:
            groups[-1].append(span)
        else:
            groups.append([span])
        end = span.x1
    return [marked_text(_with_blanks(group, line.size)) for group in groups]


def _with_blanks(spans: list[Span], size: float) -> list[Span]:
    """The runs of a text, with the blanks between its words where they are only space."""
    spaced = spans[:1]
    for before, span in pairwise(spans):
        blank = " " if span.x0 - before.x1 > 0.15 * size and not before.text.endswith(" ") else ""
        spaced.append(replace(span, text=blank + span.text))
    return spaced


def year_of(lines: list[Line], stamps: str) -> int | None:
    """The year of the arXiv stamp or of the conference line of the first page."""
    years = _YEAR.findall(stamps) or _YEAR.findall(
        " ".join(
            n.text
            for n in lines
            if re.search(r"conference|published|preprint|proceedings|arxiv|workshop|journal", n.text, re.IGNORECASE)
        )
    )
    return int(years[-1]) if years else None
