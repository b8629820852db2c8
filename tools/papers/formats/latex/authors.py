"""Names of authors, out of what people write into `\\author`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .tokens import Token, detokenize, tokenize

if TYPE_CHECKING:
    from .reader import Reader

MAX_AUTHORS = 500

_BETWEEN, _LINE, _GAP = "\x0e", "\x0f", "\x15"
_SEPARATORS = {"\\and": _BETWEEN, "\\And": _BETWEEN, "\\AND": _BETWEEN, "\\\\": _LINE, "\\newline": _LINE, "\\par": _LINE, "\\quad": _GAP, "\\qquad": _GAP, "\\hspace": _GAP, "\\hfill": _GAP, "\\enskip": _GAP, "\\addr": _LINE, "\\email": _LINE}  # fmt: skip
_WITH_ARGUMENT = frozenset({"\\hspace"})
_MARKS = re.compile(r"\$[^$]*\$|[\^_]\{[^{}]*\}|\[\^[^\]]*\]|[*†‡§¶∗⋆★✉‖♠♣♥♦⋄◇]|\d+|[{}]|\x11[^\x12]*\x12")
_AFFILIATION = re.compile(
    r"universit|institut|department|dept|school|college|laborator|\blabs?\b|research|center|centre|google|facebook|microsoft|"
    r"deepmind|openai|\binc\b|\bcorp|team|academy|\bbrain\b|faculty|division|group|hospital|foundation|company|\bai\b|"
    r"technolog|sciences?\b|street|\busa\b|canada|\bchina\b|@|http|anonymous|www\.|national|nvidia|amazon|\bibm\b|\bmeta\b|\bapple\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    [
        "van",
        "der",
        "de",
        "den",
        "von",
        "la",
        "le",
        "da",
        "di",
        "del",
        "della",
        "dos",
        "du",
        "el",
        "al",
        "bin",
        "ben",
        "ter",
        "ten",
        "zu",
        "y",
        "e",
        "af",
        "av",
        "st",
    ]
)


def authors_of(reader: Reader, tokens: list[Token]) -> list[str]:
    """The names in the argument of `\\author`; where nothing looks like a name, its first line."""
    prepared: list[Token] = []
    for token in tokens:
        prepared += [_SEPARATORS[token]] if token in _SEPARATORS else []
        prepared += [token] if token not in _SEPARATORS or token in _WITH_ARGUMENT else []
    text = reader.inline(_without_tabular(prepared))
    chunks = [c for c in text.split(_BETWEEN) if c.strip(" " + _LINE + _GAP)]
    names: list[str] = []
    for chunk in chunks:
        names += _names_in(chunk, only_first_line=len(chunks) > 1)
    if not names and chunks:
        lines = (re.sub(r"\$[^$]*\$|[\^_]\{[^{}]*\}|\[\^[^\]]*\]", "", line) for line in chunks[0].split(_LINE))
        first = next((line for line in (" ".join(line.split()) for line in lines) if line), "")
        names = [first] if first else []
    return list(dict.fromkeys(names))[:MAX_AUTHORS]


def _without_tabular(tokens: list[Token]) -> list[Token]:
    """Some authors stand in a table, which is only for their places on the page."""
    source = detokenize(tokens)
    if "\\begin{tabular}" not in source:
        return tokens
    source = re.sub(r"\\begin\{tabular\}\s*(\[[^\]]*\])?\s*\{[^{}]*\}|\\end\{tabular\}", _LINE, source)
    return [_GAP if t == "&" else t for t in tokenize(source)]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", _MARKS.sub(" ", text)).strip(" ,;.&\x15-")


def _names_in(chunk: str, *, only_first_line: bool) -> list[str]:
    names: list[str] = []
    for line in chunk.split(_LINE):
        if not _plain(line):
            continue
        parts = [_plain(p) for p in re.split(rf"[,;&{_GAP}]|\band\b|、|，", _MARKS.sub(",", line))]
        parts = [p for p in parts if p]
        good = [p for p in parts if _is_name(p)]
        if parts and len(good) >= len(parts) / 2 and not (names and _AFFILIATION.search(line)):
            names += good
        elif names:
            break
        if only_first_line and len(good) == 1:
            break
    return names


def _is_name(text: str) -> bool:
    if _AFFILIATION.search(text) or any(c.isdigit() for c in text) or len(text) > 60:
        return False
    if re.fullmatch(r"[\u3400-\u9fff·]{2,8}|[\uac00-\ud7a3]{2,5}", text):
        return True
    words = text.split()
    if not 2 <= len(words) <= 6:
        return False
    return all(
        w[:1].isupper() or re.match(r"\w[’'][^\W\d_]", w) or w.lower() in _PARTICLES or not w[:1].isalpha()
        for w in words
    )
