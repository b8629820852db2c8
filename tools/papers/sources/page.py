"""What a web page says of a paper: its meta tags, its links, the text of its parts.

Publishers describe papers to search engines in Highwire tags (`citation_title`, `citation_pdf_url`, ...) or Dublin Core:
https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from ..parsing import clean_text

MAX_PARTS = 20_000
MAX_DEPTH = 60
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
    - `parts`: texts of elements by `#id`, `.class` or name of a heading's tag; `abstract` is what stands below a heading of
      that name.
    """

    url: str
    meta: dict[str, list[str]] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The content of the first of these meta tags that has one, else an empty text."""
        return next((value for name in names for value in self.meta.get(name.lower(), []) if value), "")

    def part(self, *selectors: str) -> str:
        """The text of the first element that one of these selectors names, else an empty text."""
        return next((text for s in selectors for text in self.parts.get(s, []) if text), "")

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
    reader = _Reader(page)
    reader.feed(text)
    reader.close()
    reader.finish()
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


class _Reader(HTMLParser):
    """Collects what a `Page` has."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._open: list[tuple[str, list[str], list[str]]] = []
        """Open elements: tag, selectors, pieces of text."""
        self._links: list[tuple[str, list[str]]] = []
        self._count = 0
        self._abstract: list[str] | None = None
        self._abstract_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._count += 1
        if self._count > MAX_PARTS:
            return
        found = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (found.get("name") or found.get("property") or "").lower()
            self._page.meta.setdefault(name, []).append(one_line(found.get("content", "")))
        elif tag == "a" and (url := absolute(self._page.url, found.get("href", ""))):
            self._links.append((url, []))
        if tag in _BLOCKS:
            if self._open and self._open[-1][0] == "p":
                self.handle_endtag("p")
            self._text(" ")
        selectors = [f".{name}" for name in found.get("class", "").split()[:8]]
        if found.get("id"):
            selectors.append(f"#{found['id']}")
        if tag == "title" or tag in _HEADINGS:
            selectors.append(tag)
        if tag == "hr" or tag in _HEADINGS:
            self._end_abstract()
        if tag not in _VOID and len(self._open) < MAX_DEPTH:
            self._open.append((tag, selectors, []))

    def handle_endtag(self, tag: str) -> None:
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i][0] == tag:
                for _, selectors, pieces in self._open[i:]:
                    self._keep(selectors, pieces)
                heading = one_line("".join(self._open[i][2])) if tag in _HEADINGS else ""
                del self._open[i:]
                if heading.lower().rstrip(":") == "abstract":
                    self._abstract, self._abstract_depth = [], len(self._open)
                elif len(self._open) < self._abstract_depth:
                    self._end_abstract()
                break
        if tag == "a" and self._links:
            url, pieces = self._links.pop()
            self._page.links.append(Link(url, one_line("".join(pieces))))
        if tag in _BLOCKS:
            self._text(" ")

    def handle_data(self, data: str) -> None:
        if not any(tag in ("script", "style") for tag, _, _ in self._open[-2:]):
            self._text(data)

    def finish(self) -> None:
        """Keep what the page left open."""
        self._end_abstract()
        for _, selectors, pieces in self._open:
            self._keep(selectors, pieces)
        self._page.links += [Link(url, one_line("".join(pieces))) for url, pieces in self._links]

    def _text(self, data: str) -> None:
        for _, selectors, pieces in self._open:
            if selectors:
                pieces.append(data)
        for _, pieces in self._links:
            pieces.append(data)
        if self._abstract is not None:
            self._abstract.append(data)

    def _end_abstract(self) -> None:
        if self._abstract is not None:
            self._keep(["abstract"], self._abstract)
        self._abstract, self._abstract_depth = None, 0

    def _keep(self, selectors: list[str], pieces: list[str]) -> None:
        text = one_line("".join(pieces)) if selectors else ""
        for selector in selectors:
            self._page.parts.setdefault(selector, []).append(text)


def one_line(text: str) -> str:
    """A text from a stranger on one line, without characters that nobody sees."""
    return " ".join(clean_text(text).split())
