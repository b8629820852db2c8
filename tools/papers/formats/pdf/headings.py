"""Which lines are headings: by the outline of the PDF where it has one, else by number, font and place together."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from dataclasses import dataclass, replace

from .lines import Line
from .names import lists_names

_NUMBER = re.compile(
    r"^(?:appendix\s+)?((?:\d{1,2}|[A-Z]|[IVX]{1,5})(?:\.\d{1,2}){0,3})(?:[.:)]\s*|\s+)(?=\S)(.*)$", re.IGNORECASE
)
_KNOWN = re.compile(
    r"^(abstract|introduction|related works?|background|methods?|experiments?|results|discussion|conclusions?|references|bibliography|"
    r"acknowledge?ments?|appendix|appendices|supplementary materials?|limitations|broader impacts?( statement)?|ethics statement|"
    r"reproducibility statement|摘要|引言|相关工作|结论|局限性|致谢|参考文献|附录|author contributions|contents|keywords)\s*[:.]?$",
    re.IGNORECASE,
)
_PARTS = re.compile("[.-]")
_ALWAYS = re.compile(r"^(abstract|references|bibliography|acknowledge?ments?)$", re.IGNORECASE)
_ROMAN_NUMBER = re.compile(r"[IVX]+")
_ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True)
class Heading:
    """A heading and the lines that it covers."""

    lines: tuple[Line, ...]
    number: str | None
    title: str
    level: int


def find_headings(flow: list[Line], body: float, toc: list[tuple[int, str, int]]) -> list[Heading]:
    """Find the headings of a paper, in reading order.

    **Arguments:**

    - `flow`: the lines of the paper in reading order; `body`: the font size of its text.
    - `toc`: level, title and page of the PDF's own outline.
    """
    from_outline = _by_outline(flow, toc)
    if len(from_outline) >= 4 and len(from_outline) >= 0.6 * len(toc):
        covered = {id(line) for h in from_outline for line in h.lines}
        styled = [h for h in _by_style(flow, body) if id(h.lines[0]) not in covered]
        named = [
            h
            for h in styled
            if h.number is None and (_ALWAYS.match(h.title) or (_KNOWN.match(h.title) and _stands_out(h, from_outline)))
        ]
        position = {id(line): i for i, line in enumerate(flow)}
        found = sorted([*from_outline, *named], key=lambda h: position[id(h.lines[0])])
        for heading in (h for h in styled if h.number is not None):
            at = bisect([position[id(h.lines[0])] for h in found], position[id(heading.lines[0])])
            if _stands_out(heading, from_outline) and _fits(heading, found, at):
                found.insert(at, heading)
        return found
    return _in_sequence(_below_roman(_by_style(flow, body)))


def tidy(title: str) -> str:
    """A title without marks of raised letters."""
    title = re.sub(r"[\^_]\{([^}]*)\}", r"\1", title)
    return re.sub(r"\s+", " ", title).strip()


def _fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", text).lower())


def split_number(text: str) -> tuple[str | None, str]:
    """The number of a heading and its title."""
    match = _NUMBER.match(text)
    if match and re.match(r"[^\W\d_]|\d", match[2]) and any(c.isalpha() for c in match[2]):
        number = match[1].upper() if match[1].isalpha() else match[1]
        twice, title = split_number(match[2])
        return number, title if twice == number else match[2]
    return None, text


def is_roman(number: str) -> bool:
    """Is this a Roman number, as far as one can tell?"""
    return bool(_ROMAN_NUMBER.fullmatch(number))


def _by_outline(flow: list[Line], toc: list[tuple[int, str, int]]) -> list[Heading]:
    by_page: dict[int, list[int]] = {}
    for i, line in enumerate(flow):
        by_page.setdefault(line.page, []).append(i)
    found: list[Heading] = []
    used: set[int] = set()
    least = min((level for level, _, _ in toc), default=1)
    for level, title, page in toc:
        number, bare = split_number(title.strip())
        wanted = {_fold(title), _fold(bare)} - {""}
        matches = [
            (i, covered) for i in by_page.get(page, []) if i not in used and (covered := _match(flow, i, wanted))
        ]
        if not matches:
            continue
        # A word of a table may read as the title does; the heading has its number, or is set as one.
        i, covered = max(matches, key=lambda m: _prominence(flow[m[0]]))
        used |= set(range(i, i + covered))
        lines = tuple(flow[i : i + covered])
        number = number or split_number(" ".join(n.text for n in lines))[0]
        # Bookmarks may be nested wrongly; numbers are what a reader sees.
        depth = _level(number) if number and number[0].isdigit() else level - least + 1
        found.append(Heading(lines, number, tidy(bare), depth))
    position = {id(line): i for i, line in enumerate(flow)}
    return sorted(found, key=lambda h: position[id(h.lines[0])])


def _prominence(line: Line) -> tuple[bool, bool, float]:
    return split_number(line.text)[0] is not None, line.bold, line.largest


def _match(flow: list[Line], start: int, wanted: set[str]) -> int:
    """How many lines from `start` make up one of the wanted titles; 0 if none."""
    text = ""
    for count in range(1, 4):
        if start + count > len(flow):
            return 0
        text += " " + flow[start + count - 1].text
        _, bare = split_number(text.strip())
        if _fold(text) in wanted or _fold(bare) in wanted:
            return count
        if not any(w.startswith(_fold(bare)) or w.startswith(_fold(text)) for w in wanted):
            return 0
    return 0


def _by_style(flow: list[Line], body: float) -> list[Heading]:
    found: list[Heading] = []
    taken = -1
    for i, line in enumerate(flow):
        if i <= taken or not _looks_like_heading(line, flow[i - 1] if i else None, body):
            continue
        lines = [line]
        while i + len(lines) < len(flow) and len(lines) < 3 and _continues(lines[-1], flow[i + len(lines)]):
            lines.append(flow[i + len(lines)])
        text = tidy(" ".join(n.text for n in lines))
        number, title = split_number(text)
        if number is None and not (
            _KNOWN.match(title)
            or (line.size >= body + 1.4 and not title[:1].islower())
            or (line.bold and _alone(flow, i, len(lines)))
        ):
            continue
        if number is None and line.page == 1 and lists_names(title):
            continue
        if number and title[:1].islower() and not line.bold:
            continue
        if len(title) > 150 or not any(c.isalpha() for c in title):
            continue
        taken = i + len(lines) - 1
        found.append(
            Heading(tuple(lines), number, title.rstrip(":").strip() if number is None else title, _level(number))
        )
    return found


def _looks_like_heading(line: Line, before: Line | None, body: float) -> bool:
    text = line.text
    letters = [c for c in text if c.isalpha()]
    if (
        len(letters) + sum(c > "\u2e7f" for c in letters) < 3
        or len(text) > 120
        or line.math_share > 0.4
        or (line.size < 0.85 * body and not line.bold and line.largest < body)
    ):
        return False
    if text.endswith((",", ";")) or (text.endswith(".") and not _KNOWN.match(text) and len(text.split()) > 12):
        return False
    capitals = sum(c.isupper() for c in letters) > 0.8 * len(letters)
    slanted = all(s.italic for s in line.spans if any(c.isalpha() for c in s.text))
    distinct = line.bold or line.largest >= body + 0.8 or capitals or (slanted and split_number(text)[0] is not None)
    if not distinct:
        return False
    if before is not None and before.page == line.page and before.column == line.column:
        gap = line.y - before.y
        if 0 < gap < 1.02 * line.largest and not _same_style(before, line):
            return False
    return True


def _same_style(a: Line, b: Line) -> bool:
    return a.bold == b.bold and abs(a.largest - b.largest) < 0.3


def _continues(line: Line, following: Line) -> bool:
    """Is the following line the second line of the same heading?"""
    number, _ = split_number(following.text)
    first = line.spans[0]
    return (
        following.page == line.page
        and following.column == line.column
        and number is None
        and _same_style(line, following)
        and first.font == following.spans[0].font
        and 0 < following.y - line.y < 1.45 * line.largest
        and not _KNOWN.match(following.text)
    )


def _alone(flow: list[Line], at: int, count: int) -> bool:
    """Does a bold line stand apart, with more space above it than between lines, and text of another style below?"""
    line = flow[at]
    before = flow[at - 1] if at else None
    after = flow[at + count] if at + count < len(flow) else None
    apart = (
        before is None
        or before.page != line.page
        or before.column != line.column
        or line.y - before.y > 1.5 * line.size
    )
    follows = after is not None and not after.bold and after.page == line.page and len(after.text) > 30
    return apart and follows and line.text[:1].isupper() and not line.text.endswith((".", ":"))


def _level(number: str | None) -> int:
    return len(_PARTS.split(number)) if number else 1


def _key(number: str) -> tuple[int, ...]:
    """A number as something that can be counted; letters come after all numbers."""
    parts = []
    for i, part in enumerate(_PARTS.split(number)):
        if part.isdigit():
            parts.append(int(part))
        elif i == 1:
            parts.append(ord(part[0].upper()) - 64)
        elif i == 0 and len(part) == 1 and part not in "IVX":
            parts.append(100 + ord(part.upper()) - 64)
        else:
            parts.append(_roman(part))
    return tuple(parts)


def _roman(text: str) -> int:
    values = [_ROMAN.get(c, 0) for c in text.upper()]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))


def _follows(previous: tuple[int, ...] | None, key: tuple[int, ...]) -> bool:
    """Can a heading of this number come next? 3.2 after 3.1 or 3.1.4; 4 after any 3; A after any number."""
    if previous is None:
        return key in ((1,), (0,), (101,))
    if len(key) > len(previous):
        return key[:-1] == previous and key[-1] in (0, 1)
    step = key[-1] - previous[len(key) - 1]
    if len(key) == 1 and key[0] == 101 and previous[0] < 100:
        return True
    return key[:-1] == previous[: len(key) - 1] and step in (1, 2)


def _fits(heading: Heading, found: list[Heading], at: int) -> bool:
    """Can a numbered heading stand between those of the outline, as one that the outline has left out?"""
    numbered = [(i, _key(h.number)) for i, h in enumerate(found) if h.number]
    before = next((key for i, key in reversed(numbered) if i < at), None)
    after = next((key for i, key in numbered if i >= at), None)
    key = _key(heading.number or "")
    return _follows(before, key) and (after is None or key < after)


def _below_roman(candidates: list[Heading]) -> list[Heading]:
    """Where chapters have Roman numbers their sections have letters: A below II is II-A, as the text calls it."""
    if not {"I", "II", "III"} <= {h.number for h in candidates}:
        return candidates
    chapter, section = "", 0
    result: list[Heading] = []
    for h in candidates:
        number = h.number or ""
        if (
            is_roman(number)
            and _roman(number) == _roman(chapter) + 1
            and not _is_next_letter(number, section, h, result)
        ):
            chapter, section = number, 0
        elif chapter and re.fullmatch("[A-Z]", number) and ord(number) - 64 == section + 1:
            section += 1
            h = replace(h, number=f"{chapter}-{number}", level=2)
        result.append(h)
    return result


def _is_next_letter(number: str, section: int, heading: Heading, before: list[Heading]) -> bool:
    """Is this I the letter after H, and set as that?"""
    return len(number) == 1 and ord(number) - 64 == section + 1 and _same_style(heading.lines[0], before[-1].lines[0])


def _in_sequence(candidates: list[Heading]) -> list[Heading]:
    """Keep numbered headings that count up, and unnumbered ones; a table row '2 BERT 84.6' does not count up."""
    keys = [_key(h.number) if h.number else None for h in candidates]
    chains: dict[int, list[int]] = {}
    score: dict[int, float] = {}
    for i, key in enumerate(keys):
        if key is None:
            continue
        before = [j for j in chains if _follows(keys[j], key)]
        if before:
            j = max(before, key=lambda j: score[j])
            peers = [candidates[k] for k in chains[j] if len(keys[k] or ()) == len(key)]
            alike = not peers or _same_style(peers[-1].lines[0], candidates[i].lines[0])
            chains[i], score[i] = [*chains[j], i], score[j] + (1.0 if alike else 0.4)
        elif _follows(None, key):
            chains[i], score[i] = [i], 1.0
    best = chains[max(score, key=lambda i: score[i])] if score else []
    keep = set(best)
    numbered = len(best) >= 3
    result = []
    for i, heading in enumerate(candidates):
        if keys[i] is None:
            if not numbered or _ALWAYS.match(heading.title) or _stands_out(heading, [candidates[j] for j in best]):
                result.append(heading)
        elif i in keep:
            result.append(heading)
    return result


def _stands_out(heading: Heading, numbered: list[Heading]) -> bool:
    """An unnumbered heading among numbered ones must be set as one of them."""
    line = heading.lines[0]
    return any(
        _same_style(line, other.lines[0]) and line.spans[0].font == other.lines[0].spans[0].font for other in numbered
    )
