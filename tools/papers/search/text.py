"""Texts of strangers: made plain and bounded; and made comparable."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

from ..parsing import clean_text

MAX_TITLE = 500
MAX_ABSTRACT = 2000
MAX_VENUE = 300
MAX_AUTHORS = 100
MAX_NAME = 100
MAX_URL = 1000

_BLOCKS = "p|br|div|sec|title|label|list|list-item|ul|ol|li|h[1-6]|abstract|section|disp-formula|td|tr|table"
_INLINE = (
    "i|b|u|em|strong|sub|sup|span|a|italic|bold|sc|small|font|tt|code|inline-formula|alternatives|tex-math|xref|ext-link"
    "|named-content|monospace|underline|math|mrow|mi|mo|mn|msub|msup|msubsup|mtext|mfrac|msqrt|semantics|annotation"
)
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]{0,500}"|'[^'<>]{0,500}'))*\s*/?>"""
_BLOCK_TAG = re.compile(rf"</?(?:jats:)?(?:{_BLOCKS}){_ATTRIBUTES}", re.IGNORECASE)
_INLINE_TAG = re.compile(rf"</?(?:(?:jats|mml|m):[\w-]+|{_INLINE}){_ATTRIBUTES}", re.IGNORECASE)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"^Abstract\b[\s:.—-]*(?=[A-Z])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d|\.\d)", re.ASCII)


def plain(text: object, limit: int) -> str:
    """One line of text without markup, control, bidi and tag characters; "" for what is no text.

    Only tags that texts of publishers have (HTML, JATS) are removed: `a < b` is none.
    """
    if not isinstance(text, str):
        return ""
    text = text[: limit * 8]
    if "<" in text or "&" in text:
        text = _without_tags(html.unescape(_without_tags(text)))
    return _cut(" ".join(clean_text(text).split()), limit)


def plain_abstract(text: object) -> str:
    """An abstract without markup and without the heading that publishers put before it."""
    return _HEADING.sub("", plain(text, MAX_ABSTRACT))


def plain_names(names: Iterable[object]) -> tuple[str, ...]:
    """Names of authors, at most `MAX_AUTHORS`."""
    cleaned = (plain(name, MAX_NAME) for name in names)
    return tuple(name for _, name in zip(range(MAX_AUTHORS), filter(None, cleaned), strict=False))


def web_address(url: object) -> str:
    """A well-formed http(s) address, or ""."""
    if not isinstance(url, str) or len(url) > MAX_URL:
        return ""
    stripped = url.strip()
    return stripped if re.fullmatch(r"https?://[!-~]+", stripped) and not set(stripped) & set("<>\"'`\\ ") else ""


def year_of(value: object) -> int | None:
    """The first year in a number or text, or None."""
    found = _YEAR.search(str(value)[:200]) if isinstance(value, str | int) and not isinstance(value, bool) else None
    return int(found[0]) if found else None


def folded(text: str) -> str:
    """A text for comparison: lower case, without accents, punctuation and TeX."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def surnames(authors: Iterable[str]) -> frozenset[str]:
    """The last word of each name, or what stands before its comma; nobody where authors are anonymous."""
    found = set()
    for author in authors:
        family, comma, _ = author.partition(",")
        words = folded(family if comma else author).split()
        if words and words[-1] not in ("anonymous", "authors"):
            found.add(words[-1])
    return frozenset(found)


def _without_tags(text: str) -> str:
    return _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", _SCRIPT.sub(" ", text)))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
