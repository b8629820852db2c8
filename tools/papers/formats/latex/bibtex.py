"""BibTeX files: their entries, and an entry as a line of text."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

MAX_ENTRIES = 50_000
MAX_VALUE = 50_000

_MONTHS = {
    m: m.capitalize() for m in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
}
_ENTRY = re.compile(r"@\s*(\w+)\s*([{(])")
_FIELD = re.compile(r"\s*,?\s*([\w-]+)\s*=\s*")


@dataclass(frozen=True)
class Printed:
    """A reference as a bibliography prints it.

    **Arguments:**

    - `text`: LaTeX.
    - `label`: `Name et al.(2017)`, as author-year styles write it.
    - `sort_key`: for styles that sort by all names; `label_key`: for author-year styles, which sort by the label.
    """

    text: str
    label: str
    sort_key: tuple[str, ...]
    label_key: tuple[str, ...]


def parse_bibtex(text: str, wanted: Collection[str] | None = None) -> dict[str, dict[str, str]]:
    """Entries by key; damaged ones are left out.

    **Arguments:**

    - `text`: of a `.bib` file.
    - `wanted`: the keys to read; all when None. Collections with thousands of entries are common.

    **Returns:** for each key its fields, names in lower case, values without their braces, `ENTRYTYPE` among them.
    """
    strings: dict[str, str] = dict(_MONTHS)
    entries: dict[str, dict[str, str]] = {}
    position = 0
    while (match := _ENTRY.search(text, position)) is not None and len(entries) < MAX_ENTRIES:
        kind, position = match.group(1).lower(), match.end()
        if kind in ("comment", "preamble"):
            continue
        if kind == "string":
            field = _FIELD.match(text, position)
            if field is not None:
                value, position = _value(text, field.end(), strings)
                strings[field.group(1).lower()] = value
            continue
        comma = re.compile(r"\s*([^\s,={}]+)\s*,").match(text, position)
        if comma is None:
            continue
        position = comma.end()
        if wanted is not None and comma.group(1) not in wanted:
            continue
        fields = {"ENTRYTYPE": kind}
        while (field := _FIELD.match(text, position)) is not None and len(fields) < 100:
            value, position = _value(text, field.end(), strings)
            fields.setdefault(field.group(1).lower(), re.sub(r"\s+", " ", value).strip())
        entries.setdefault(comma.group(1), fields)
    return entries


def _value(text: str, position: int, strings: dict[str, str]) -> tuple[str, int]:
    """A value: braces, quotes, numbers and names of strings, joined by `#`; at most `MAX_VALUE` characters of it."""
    parts: list[str] = []
    room = MAX_VALUE
    while position < len(text):
        while position < len(text) and text[position] in " \t\n":
            position += 1
        opening = text[position : position + 1]
        if opening == "{":
            end = _closing_brace(text, position)
            parts.append(text[position + 1 : end][:room])
            position = end + 1
        elif opening == '"':
            end = _closing_quote(text, position)
            parts.append(text[position + 1 : end][:room])
            position = end + 1
        else:
            word = re.compile(r"[\w.+/:-]+").match(text, position)
            if word is None:
                break
            parts.append(strings.get(word.group().lower(), word.group())[:room])
            position = word.end()
        room -= len(parts[-1])
        joined = re.compile(r"\s*#\s*").match(text, position)
        if joined is None:
            break
        position = joined.end()
    return "".join(parts), position


def _closing_brace(text: str, position: int) -> int:
    depth = 0
    for match in re.compile(r"\\.|[{}]|\n@", re.DOTALL).finditer(text, position):
        found = match.group()
        if found == "\n@":
            return match.start()
        depth += (found == "{") - (found == "}")
        if depth == 0:
            return match.start()
    return len(text)


def _closing_quote(text: str, position: int) -> int:
    depth = 0
    for match in re.compile(r'\\.|[{}"]|\n@', re.DOTALL).finditer(text, position + 1):
        found = match.group()
        if found == "\n@" or (found == '"' and depth <= 0):
            return match.start()
        depth += (found == "{") - (found == "}")
    return len(text)


def printed_entry(fields: dict[str, str]) -> Printed:
    """An entry as a plain style prints it: authors, title, where, year."""
    people = _people(fields.get("author") or fields.get("editor") or fields.get("organization") or "")
    year = fields.get("year") or fields.get("date", "")[:4]
    where = (
        fields.get("journal")
        or fields.get("journaltitle")
        or fields.get("booktitle")
        or fields.get("school")
        or fields.get("publisher")
        or fields.get("howpublished")
        or ""
    )
    if fields.get("booktitle") == where and where:
        where = f"In {where}"
    volume = fields.get("volume", "")
    if volume and fields.get("number"):
        volume += f"({fields['number']})"
    pages = re.sub(r"-+", "--", fields.get("pages", ""))
    if volume and pages:
        volume += f":{pages}"
    elif pages:
        volume = f"pages {pages}"
    eprint = fields.get("eprint", "")
    if eprint and re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+/\d{7}", eprint) and eprint not in where:
        where = where or f"arXiv:{eprint}"
    place = ", ".join(p for p in (where, volume, year) if p)
    link = fields.get("url", "") or (f"https://doi.org/{fields['doi']}" if fields.get("doi") else "")
    link_text = f"\\url{{{link}}}" if link and "\\" not in link and not re.search(r"[{}]", link) else link
    parts = (_listed(people), fields.get("title", "").rstrip("."), place, fields.get("note", "").rstrip("."), link_text)
    families = [family for family, _ in people]
    short = families[0] if families else fields.get("title", "")[:20]
    if len(families) == 2:
        short += f" and {families[1]}"
    elif len(families) > 2:
        short += " et al."
    plain = re.sub(r"[{}\\]", "", "".join(families) or fields.get("title", "")).lower()
    title = fields.get("title", "").lower()
    label = re.sub(r"[^\w\s]", "", short).lower()
    text = ". ".join(p for p in parts if p) + "."
    return Printed(text, f"{short}({year})", (plain, year, title), (label, year, plain, title))


def _people(field: str) -> list[tuple[str, str]]:
    """(family, given) of each name."""
    people: list[tuple[str, str]] = []
    for name in re.split(r"\s+and\s+", field.strip())[:200]:
        if not name:
            continue
        if name.startswith("{") and name.endswith("}"):
            people.append((name, ""))
        elif "," in name:
            family, _, given = name.partition(",")
            people.append((family.strip(), given.rpartition(",")[2].strip() or given.strip()))
        else:
            words = name.split(" ")
            cut = next((i for i, w in enumerate(words[:-1]) if i and w[:1].islower()), len(words) - 1)
            people.append((" ".join(words[cut:]), " ".join(words[:cut])))
    return people


def _listed(people: list[tuple[str, str]]) -> str:
    names = [f"{given} {family}".strip() if family != "others" else "et al." for family, given in people]
    if len(names) <= 2:
        return " and ".join(names)
    return ", ".join(names[:-1]) + (f", and {names[-1]}" if names[-1] != "et al." else ", et al.")
