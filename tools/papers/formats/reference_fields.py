"""An entry of a list of references, in any of the usual styles -> authors, title, venue, year, identifiers."""

from __future__ import annotations

import re

from ..paper import ReferenceFields

MAX_CHARS = 3_000
MAX_AUTHORS = 300

_NUMBER = re.compile(r"^\s*(?:\[[^\]]{1,40}\]|\(\d{1,3}\)|\d{1,3}\.(?=\s))\s*")
_MARKUP = re.compile(r"[*`]+|(?<!\w)_(?=\w)|(?<=[\w.,?!])_(?!\w)")
_LINK = re.compile(r"\[([^\]]*)\]\((https?://[^)]*)\)")
_ARXIV = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf)/|\s*(?:e-?prints?|preprint)?\s*(?:arxiv)?\s*[:,]?\s*)|\babs/)"
    r"((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)",
    re.IGNORECASE,
)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]*[^\s\"<>.,;)\]])", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\")\]]*[^\s<>\")\].,;]", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\s*(?:\bURL:?\s*|\bdoi:\s*)?(?:https?:\s?//\S+(?:\s[^\s,]*(?:/|[-_]\w+[-_.])[^\s,]*)*|(?<=doi:)\s*10\.\S+|\bdoi:\s*\S+)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r",\s*(?:volume|vol\.)\s\d+$|,\s*(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)\w*\.?\s*)?(?:1[89]|20)\d\d[a-z]?\.?(?=$|\s*\()|,\s*(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)\.?$"
)
_YEAR = re.compile(r"(?<![\w./:-])(1[89]\d\d|20[0-4]\d)[a-z]?(?![\w/-]|\.\d)")
_YEAR_BEHIND_NAMES = re.compile(
    r"[.,]?\s*[(\[]?\b((?:1[89]|20)\d\d)[a-z]?(?:,\s[A-Z][\w. ]{2,15})?[)\]]?\s*[.,:]\s+|\s*\(((?:1[89]|20)\d\d)[a-z]?\)\s+"
)
_QUOTED = re.compile(r"[“‟]([^”]{6,400})[”‟]|``(.{6,400}?)''|(?<!\w)\"([^\"]{6,400})\"|‘‘(.{6,400}?)’’")
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_PARTICLES = r"(?>(?:d[aeiu]s?|del?|della|van|von|den|der|la|le|ter?|al|el|bin|ben|dos|zu)\s+)*+"
_SURNAME = rf"{_PARTICLES}(?:[dlDLO]['’])?{_CAPITAL}[^\W\d_]+(?:['’´`-][^\W\d_]+)*+"
_INITIALS = rf"{_CAPITAL}h?\.(?:\s?-?\s?{_CAPITAL}h?\.){{0,4}}"
_BETWEEN = r"(?:\s*[,;]\s*(?:and|&)\s+|\s*[,;]\s*|\s+(?:and|&)\s+)"
_GIVEN = rf"{_CAPITAL}[^\W\d_]+(?:-[^\W\d_]+)?(?:\s{_CAPITAL}[^\W\d_]+)?(?:\s?(?:{_CAPITAL}\.\s?-?){{1,3}}(?<!\s))?(?:\s{_CAPITAL}(?=,|\s+and\b))?"
_SUFFIX = r"(?:,?\s+(?:Jr|Sr)\b\.?)?"
_PERSON = rf"(?>{_SURNAME}(?:\s{_SURNAME}){{0,2}},\s*(?:Jr\.,?\s*)?{_INITIALS}|{_SURNAME},\s+{_GIVEN}){_SUFFIX}"
_SURNAMES_FIRST = re.compile(
    rf"{_PERSON}(?:{_BETWEEN}{_PERSON})*+(?:{_BETWEEN}?\s*(?:\.\.\.|…)\s*[&,]?\s*{_PERSON})?"
    r"(?:,?\s*(?:and|&)?\s*(?:et al\.?|others))?"
)
_PAIR = re.compile(
    rf"({_SURNAME}(?:\s{_SURNAME}){{0,2}}),\s*({_CAPITAL}h?\.?(?:\s?-?\s?{_CAPITAL}h?\.){{0,4}}\.?)(?![^\W\d_])|({_SURNAME}),\s+({_GIVEN})"
)
_INITIALS_FIRST = re.compile(
    rf"(?>{_INITIALS}\s?{_SURNAME}(?:\s{_SURNAME})?)(?:{_BETWEEN}{_INITIALS}\s?{_SURNAME}(?:\s{_SURNAME})?)*+(?:,?\s+(?:and\s+)?(?:et al\.?|others))?"
)
_SENTENCE = re.compile(r"(?<=[^\s.])([.?!])[”\"’']*\s+(?=[^\sa-zß-öø-ÿ])")
_SHORT = re.compile(
    rf"(?:(?:^|[\s.(-])(?:{_CAPITAL}h|[^\W\d_])|\b(?:vs|etc|cf|e\.g|i\.e|St|Dr|vol|no|pp|[Pp]roc|Conf|Int|Trans|eds?|Jr|Sr))$"
)
_VENUE_BEGINS = re.compile(
    r"(?:[,.?!]\s+)(?=[Ii]n:?\s+[A-Z\d]|arXiv\b|CoRR\b|Proc(?:eedings|\.)|Advances in|(?:IEEE|ACM)\b|Journal of|Trans(?:actions|\.)|"
    r"Ph\.?\s?D|Technical [Rr]eport|Master|J\.\s)"
)
_ET_AL = re.compile(r"\bet\.?\s+al\b\.?|\band others\b|^others$|\.\.\.|…")
_PAGES = re.compile(r"[,.;:\s]*(?:\b(?:pp?|pages?|vol(?:ume)?|no|number|abs)\b\.?\s*)?[\d(][\d\s:,()–—-]*$")


def fields_of(text: str) -> ReferenceFields | None:
    """Split an entry into fields; None where no title is found.

    **Arguments:**

    - `text`: the entry in one line, with or without its number or label, as printed or as Markdown.
    """
    printed = _NUMBER.sub("", _MARKUP.sub("", _LINK.sub(r"\1 \2", " ".join(text[:MAX_CHARS].split()))))
    arxiv, doi, url = _ARXIV.search(printed), _DOI.search(printed), _URL.search(printed)
    plain = re.sub(r"\.(?:\s*\.)+(?=\s|$)", ".", _ADDRESS.sub(". ", printed)).strip()
    names, title, venue, year = _parts(plain)
    title = _DATE.sub("", title.strip(" .,")).strip(" .,:;“”\"'`")
    if not title or not re.search(r"[^\W\d_]{2}", title):
        return None
    years = [int(y) for y in _YEAR.findall(venue)] or [int(y) for y in _YEAR.findall(plain)]
    return ReferenceFields(
        authors=names_of(names),
        title=title,
        year=year or (years[-1] if years else None),
        venue=_venue(venue),
        arxiv_id=arxiv[1] if arxiv else None,
        doi=doi[1] if doi else None,
        url=url[0] if url else None,
    )


def _parts(text: str) -> tuple[str, str, str, int | None]:
    """Authors, title, what follows the title, and the year where it stands between authors and title."""
    if quoted := _QUOTED.search(text):
        names = text[: quoted.start()].strip(" ,.:")
        ends = _trailing_year(names)
        title = next(group for group in quoted.groups() if group)
        return (names[: ends.start()] if ends else names), title, text[quoted.end() :], int(ends[1]) if ends else None
    listed = _SURNAMES_FIRST.match(text) or _INITIALS_FIRST.match(text)
    end = listed.end() if listed else 0
    year = _YEAR_BEHIND_NAMES.match(text, end) if listed else _year_behind_names(text)
    if year:
        title, venue = _title(text[year.end() :])
        return text[: year.start()], title, venue, int(year[1] or year[2])
    if listed and re.match(rf"[.,:]*\s+(?!(?:and|&)\s|{_CAPITAL},)\S", text[end:]):
        commas = text[end : end + 1] == ","
        title, venue = _title(text[end:].lstrip(" .,:"), commas=commas)
        return listed[0], title, venue, None
    names, rest = _first_sentence(text)
    if not rest:
        return "", names, "", None
    title, venue = _title(rest)
    return names, title, venue, None


def _trailing_year(names: str) -> re.Match[str] | None:
    return re.search(r"[\s,.(\[]+((?:1[89]|20)\d\d)[a-z]?[)\]]?[.,:]?$", names)


def _year_behind_names(text: str) -> re.Match[str] | None:
    """A year that ends the names: before it are names and nothing else."""
    for match in _YEAR_BEHIND_NAMES.finditer(text[:1500]):
        head = text[: match.start()]
        if _first_sentence(head)[1]:
            return None
        return match
    return None


def _first_sentence(text: str) -> tuple[str, str]:
    """The first sentence without its stop, and the rest; the stop of an initial or an abbreviation ends none."""
    for match in _SENTENCE.finditer(text):
        if match[1] != "." or not _SHORT.search(text[max(0, match.start() - 12) : match.start()]):
            keep = match.end(1) if match[1] != "." else match.start()
            return text[:keep], text[match.end() :]
    if late := re.search(r"(?<=[^\W\d_]{3})\.\s+(?=[^\W\d_]{2})", text):  # Some names of programs begin small.
        return text[: late.start()], text[late.end() :]
    return text.rstrip(" ."), ""


def _title(rest: str, *, commas: bool = False) -> tuple[str, str]:
    """The title at the start of what follows the authors, and what follows it."""
    title, venue = _first_sentence(rest)
    if begins := _VENUE_BEGINS.search(rest[: len(title) + 2]):
        return rest[: begins.start() + (rest[begins.start()] in "?!")], rest[begins.end() :]
    if commas and ", " in title:
        title, _, _ = title.partition(", ")
        return title, rest[len(title) + 2 :]
    return title, venue


def _venue(text: str) -> str | None:
    """The venue without pages, volumes and years at its end."""
    cut = re.sub(r"^[\s.,:;]*(?:[Ii]n:?\s+)?", "", text)
    cut = _first_sentence(cut)[0] if len(_first_sentence(cut)[0]) > 3 else cut
    cut = _ARXIV.sub("arXiv", cut) if cut.lower().startswith("arxiv") else cut
    cut = re.split(r",\s*(?:pp?\.|pages?|vol(?:ume|\.)|no\.|\d)|\s\d+\s*[(:,]", cut)[0]
    cut = _PAGES.sub("", _YEAR.sub("", cut)).strip(" .,:;()[]")
    return cut or None


def names_of(text: str) -> list[str]:
    """The names in a list of authors, given names first."""
    text = _ET_AL.sub("", text).strip(" ,;:&(")
    text = text if re.search(rf"\b{_CAPITAL}\.$", text) else text.rstrip(".")
    if not text:
        return []
    if _SURNAMES_FIRST.match(f"{text}." if re.search(rf"{_CAPITAL}$", text) else text):
        pairs = [(m[2] or m[4], m[1] or m[3]) for m in _PAIR.finditer(text)]
        return [" ".join(f"{given} {family}".split()) for given, family in pairs][:MAX_AUTHORS]
    if ";" in text:
        return [_turned(part) for part in re.split(r"\s*;\s*(?:and\s+|&\s*)?", text) if part.strip()][:MAX_AUTHORS]
    parts = re.split(r",?\s+(?:and|&)\s+", text)
    if len(parts) > 1 and all(part.count(",") == 1 for part in parts[:-1]) and "," in parts[-1]:
        return [_turned(part) for part in parts][:MAX_AUTHORS]
    names = [
        n.strip(" .") if not re.search(rf"\b{_CAPITAL}\.$", n.strip()) else n.strip()
        for part in parts
        for n in part.split(",")
    ]
    return [_given_first(name) for name in names if re.search(r"[^\W\d_]{2}", name)][:MAX_AUTHORS]


def _turned(name: str) -> str:
    family, comma, given = name.partition(",")
    return " ".join(f"{given} {family}".split()) if comma else _given_first(name.strip())


def _given_first(name: str) -> str:
    """`Doe JK` as `JK Doe`, as medicine writes names."""
    match = re.fullmatch(rf"({_SURNAME}(?:\s{_SURNAME})?)\s({_CAPITAL}{{1,3}})", name)
    return f"{match[2]} {match[1]}" if match else name
