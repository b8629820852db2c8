"""Names of people, as they stand below a title."""

from __future__ import annotations

import re

_NAME = re.compile(r"^[^\W\d_][\w.'’\-]*(?:\s+[^\W\d_][\w.'’\-]*){1,4}$")
_MARKS = re.compile(r"[\^_]\{[^}]*\}|[*†‡§¶∗⇤]+|\d+")
_BETWEEN = re.compile(r",|;|\band\b|&|\s{3,}")
_TITLES = re.compile(r"\b(?:member|fellow|students?|ieee|acm|ph\.?d|prof|dr)\b", re.IGNORECASE)


def names_in(text: str) -> list[str]:
    """The names in a line of them, without marks of affiliations; what is not surely a name is left out."""
    parts = [part.strip(" .") for part in _BETWEEN.split(_MARKS.sub(",", text))]
    return [p for p in parts if _NAME.match(p) and p[0].isupper() and len(p) < 40 and not _TITLES.search(p)]


def lists_names(text: str) -> bool:
    """Is this a list of two names or more, and of nothing else?"""
    parts = [part for part in _BETWEEN.split(_MARKS.sub(",", text)) if part.strip(" .")]
    return len(parts) >= 2 and "," in text and len(names_in(text)) >= 0.75 * len(parts)
