"""What a web page says of a paper: its meta tags, its links, the text of its parts.

Publishers describe papers to search engines in Highwire tags (`citation_title`, `citation_pdf_url`, ...) or Dublin Core:
https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from urllib.parse import urljoin, urlsplit

from ..parsing import clean_text

MAX_PIECES = 50_000
MAX_DEPTH = 60
MAX_TAG = 16_384
MAX_TEXT = 50_000
MAX_FORGIVEN = 20
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_BLOCKS = frozenset(["p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Link:
    """A link of a page: its address, made absolute, and its text."""

    url: str
    text: str


@dataclass
class Page:
    """A page that has been read.

    **Arguments:**

    - `url`: its address after redirects; relative links start there.
    - `meta`: contents by lower-case name, in the order of the page.
    - `parts`: text of the first element by `#id`, `.class` or name of a heading's tag; `abstract` is what stands below a heading of
      that name.
    """

    url: str
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The content of the first of these meta tags that has one, else an empty text."""
        return next((value for name in names for value in self.meta.get(name.lower(), []) if value), "")

    def part(self, *selectors: str) -> str:
        """The text of the first element that one of these selectors names, else an empty text."""
        return next((self.parts[s] for s in selectors if s in self.parts), "")

    @property
    def title(self) -> str:
        """The title of the paper."""
        return self.first("citation_title", "dc.title")

    @property
    def authors(self) -> list[str]:
        """The names of the authors, given name first."""
        names = self.meta.get("citation_author") or [
            name for listed in self.meta.get("citation_authors", []) for name in listed.split(";")
        ]
        return [given_first(name) for name in names or self.meta.get("dc.creator", []) if name.strip()]

    @property
    def year(self) -> int | None:
        """The year of publication."""
        date = self.first(
            "citation_publication_date", "citation_date", "citation_year", "citation_online_date", "dc.date"
        )
        match = _YEAR.search(date)
        return int(match[0]) if match else None

    @property
    def venue(self) -> str:
        """The journal or the proceedings."""
        return self.first(
            "citation_conference_title", "citation_journal_title", "citation_inbook_title", "dc.source", "og:site_name"
        )

    @property
    def abstract(self) -> str:
        """The abstract, where a meta tag has it."""
        return self.first("citation_abstract", "dc.description", "dcterms.abstract")

    @property
    def pdf_url(self) -> str | None:
        """Where the page says that the PDF is."""
        found = self.first("citation_pdf_url")
        return absolute(self.url, found) if found else None


def read_page(data: bytes, url: str, declared: str = "") -> Page:
    """Read a page; of broken markup what can be read.

    **Arguments:**

    - `declared`: the Content-Type that it came with.
    """
    charset = re.search(r"charset=[\"']?([\w-]+)", declared + data[:2048].decode("ascii", "replace"), re.IGNORECASE)
    try:
        text = data.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    page = Page(url)
    _Reader(page).read(text)
    return page


def absolute(base: str, link: str) -> str | None:
    """The web address that a link leads to; None where it leads to none. One of the same host is as safe as its page."""
    try:
        found = urljoin(base, link.strip())
        parts, home = urlsplit(found), urlsplit(base)
    except ValueError:
        return None
    if parts.scheme == "http" and home.scheme == "https" and parts.netloc == home.netloc:
        found = found.replace("http://", "https://", 1)
    return found if parts.scheme in ("http", "https") and parts.netloc else None


def given_first(name: str) -> str:
    """A name as it is spoken: `Example, Ada` is `Ada Example`."""
    family, comma, given = name.partition(",")
    spoken = f"{given} {family}" if comma and "," not in given else name
    return " ".join(spoken.split())


_OPENS = re.compile(r"<(?:(?P<raw>!--|!|\?)|(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9-]{0,30}))")
_CLOSES = re.compile(r"""(?:[^"'>]|"[^"]*+"|'[^']*+')*+>""")
_NEXT = re.compile(r"[^>]*+>")
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]++))?""")


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    """The pieces of a page: `("text", ..., "")`, `("start", tag, attributes)`, `("end", tag, "")`.

    Takes time in proportion to the page, whatever is in it, which `html.parser` does not: where something is not closed, the
    page ends.
    """
    at = forgiven = 0
    while opening := _OPENS.search(text, at):
        if opening.start() > at:
            yield "text", text[at : opening.start()], ""
        if opening["raw"]:
            mark = "-->" if opening["raw"] == "!--" else ">"
            closing = text.find(mark, opening.end())
            if closing < 0:
                return
            at = closing + len(mark)
            continue
        closed = _CLOSES.match(text, opening.end())
        if closed is None:
            # A lone quote, as in <p title=don't>. Each look at the rest costs time: only so many are forgiven.
            forgiven += 1
            closed = _NEXT.match(text, opening.end())
            if closed is None or forgiven > MAX_FORGIVEN:
                return
        at, tag = closed.end(), opening["tag"].lower()
        yield ("end" if opening["end"] else "start"), tag, text[opening.end() : at - 1]
        if tag in ("script", "style") and not opening["end"]:
            over = re.compile(rf"</{tag}", re.IGNORECASE).search(text, at)
            if over is None:
                return
            at = over.start()
    yield "text", text[at:], ""


def _attributes(text: str) -> dict[str, str]:
    """The attributes of a tag, by lower-case name."""
    found = _ATTRIBUTE.findall(text[:MAX_TAG])
    return {name.lower(): unescaped(value[1:-1] if value[:1] in "\"'" and value else value) for name, value in found}


class _Element:
    """An open element: the names by which its text can be asked for, and as much of the text as is kept."""

    def __init__(self, tag: str, selectors: list[str]) -> None:
        self.tag = tag
        self.selectors = selectors
        self._pieces: list[str] = []
        self._room = MAX_TEXT if selectors or tag == "a" else 0

    def add(self, text: str) -> None:
        if self._room > 0:
            self._pieces.append(text)
            self._room -= len(text)

    @property
    def text(self) -> str:
        return one_line("".join(self._pieces)[:MAX_TEXT])


class _Reader:
    """Collects what a `Page` has from its pieces."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: list[_Element] = []
        self._links: list[tuple[str, _Element]] = []
        self._abstract: _Element | None = None
        self._abstract_depth = 0

    def read(self, text: str) -> None:
        """Read all pieces, up to a number of them."""
        for kind, what, rest in islice(_tokens(text), MAX_PIECES):
            if kind == "text":
                self._text(unescaped(what))
            elif kind == "start":
                self._start(what, _attributes(rest))
            else:
                self._end(what)
        self._end_abstract()
        while self._open:
            self._end(self._open[-1].tag)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "meta":
            name = (attributes.get("name") or attributes.get("property") or "").lower()
            self._page.meta.setdefault(name, []).append(one_line(attributes.get("content", "")))
        if tag in _BLOCKS:
            if self._open and self._open[-1].tag == "p":
                self._end("p")
            self._text(" ")
        if tag == "hr" or tag in _HEADINGS:
            self._end_abstract()
        if tag in _VOID or len(self._open) >= MAX_DEPTH:
            return
        selectors = [f".{name}" for name in attributes.get("class", "").split()[:8]]
        if attributes.get("id"):
            selectors.append(f"#{attributes['id']}")
        if tag == "title" or tag in _HEADINGS:
            selectors.append(tag)
        self._open.append(_Element(tag, selectors))
        if tag == "a" and (url := absolute(self._page.url, attributes.get("href", ""))):
            self._links.append((url, self._open[-1]))

    def _end(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._text(" ")
        at = next((i for i in range(len(self._open) - 1, -1, -1) if self._open[i].tag == tag), None)
        if at is None:
            return
        closed, self._open = self._open[at:], self._open[:at]
        for element in closed:
            for selector in element.selectors:
                if text := element.text:
                    self._page.parts.setdefault(selector, text)
            self._page.links += [Link(url, own.text) for url, own in self._links if own is element]
        self._links = [(url, own) for url, own in self._links if own in self._open]
        if tag in _HEADINGS and closed[0].text.lower().rstrip(":") == "abstract":
            self._abstract, self._abstract_depth = _Element("", ["abstract"]), len(self._open)
        elif len(self._open) < self._abstract_depth:
            self._end_abstract()

    def _text(self, text: str) -> None:
        for element in self._open:
            element.add(text)
        if self._abstract is not None:
            self._abstract.add(text)

    def _end_abstract(self) -> None:
        if self._abstract is not None and self._abstract.text:
            self._page.parts.setdefault("abstract", self._abstract.text)
        self._abstract, self._abstract_depth = None, 0


def unescaped(text: str) -> str:
    """A text with its character references replaced; as it is where they are beyond any character."""
    try:
        return unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def one_line(text: str) -> str:
    """A text from a stranger on one line, without characters that nobody sees."""
    return " ".join(clean_text(text).split())
