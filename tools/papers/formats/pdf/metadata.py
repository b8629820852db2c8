"""Title, authors and year, from the top of the first page."""

from __future__ import annotations

import re
from itertools import takewhile

from .headings import tidy
from .hyphens import joined
from .lines import Line

_AFFILIATION = re.compile(
    r"@|univers|institut|google|research|depart|school|laborator|college|facebook|openai|microsoft|deepmind|\binc\b|academy|\bai\b|"
    r"corporation|https?:|center|centre|nvidia|meta\b|amazon|\blab\b|\d{4}|equal contribution|preprint|anonymous",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[^\W\d_][\w.'’\-]*(?:\s+[^\W\d_][\w.'’\-]*){1,4}$")
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
    """Names among the lines between the title and the abstract; what is not surely a name is left out."""
    found: dict[str, None] = {}
    for line in lines:
        if _AFFILIATION.search(line.text):
            continue
        text = re.sub(r"[\^_]\{[^}]*\}|[*†‡§¶∗⇤]+|\d+", ",", line.text)
        for part in re.split(r",|;|\band\b|&|\s{3,}", text):
            name = part.strip(" .")
            if _NAME.match(name) and name[0].isupper() and len(name) < 40:
                found[name] = None
    return list(found)


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
