"""Proceedings of NeurIPS, and of the conferences that use the same site: ICLR and MLSys.

Today's layout is `paper_files/paper/2017/hash/HASH-Abstract.html` (since 2022 `-Abstract-Conference.html` and other tracks), the
former one `paper/7181-attention-is-all-you-need`, which the site redirects.
"""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import SplitResult, quote, unquote, urlsplit

from paper_implementer.tools.errors import NotFound, Unreadable

from .page import Page
from .venue import PASS_THE_PDF, VenuePaper, Web, described, files_linked, host_in

_HASH = r"[0-9a-f]{32}"
_TRACK = r"[A-Za-z0-9_]{1,60}(?:-[A-Za-z0-9_]{1,60})?"
_PATH = re.compile(
    rf"/(?:paper_files/)?paper/(?P<year>(?:19|20)\d\d)/(?:hash|file)/(?P<hash>{_HASH})-"
    rf"(?:Abstract|Paper|Supplemental|Bibtex|Metadata|Reviews?|AuthorFeedback|MetaReview)(?:-(?P<track>{_TRACK}))?"
    r"\.(?:html|pdf|zip|bib|json)"
)
_OLD_PATH = re.compile(r"/(?:paper_files/)?paper/(?P<old>\d{1,5}-[a-z0-9_%.,'()-]{1,250}?)(?:\.pdf|\.html|/)?", re.I)
_KEY = re.compile(rf"(?P<year>(?:19|20)\d\d)-(?P<hash>{_HASH})(?:-(?P<track>{_TRACK}))?")
_OLD_KEY = re.compile(r"\d{1,5}-[a-z0-9_%.,'()-]{1,250}", re.I)


class Proceedings:
    """Papers of one conference: `2017-HASH`, `2023-HASH-Conference`, or as it was once `7181-attention-is-all-you-need`.

    **Arguments:**

    - `name`: of its ids; `title`: what it is called; `hosts`: the first is asked.
    - `track_since`: the year from which an address without a track means the main one.
    """

    def __init__(self, name: str, title: str, hosts: tuple[str, ...], track_since: int) -> None:
        self.name = name
        self._title = title
        self._hosts = hosts
        self._track_since = track_since

    def from_url(self, url: SplitResult) -> str | None:
        """Pages, PDFs and supplements in both layouts."""
        if not host_in(url, *self._hosts):
            return None
        path = unquote(url.path)
        if match := _PATH.fullmatch(path):
            return self._key(match["year"], match["hash"], match["track"])
        old = _OLD_PATH.fullmatch(path)
        return self.from_key(old["old"]) if old else None

    def from_key(self, text: str) -> str | None:
        """As ids have it."""
        if match := _KEY.fullmatch(text):
            return self._key(match["year"], match["hash"], match["track"])
        return text.lower() if _OLD_KEY.fullmatch(text) else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page; one that was asked for by its former address is from then on known by the present one."""
        if _KEY.fullmatch(key):
            page = await web.page(self._page(key))
        else:
            page = await self._moved(key, web)
            key = self.from_url(urlsplit(page.url)) or key
        if not page.title and not page.pdf_url:
            raise Unreadable(f"{page.url} is no page of a paper.", PASS_THE_PDF)
        year = page.year or (int(key[:4]) if _KEY.fullmatch(key) else None)
        guess = self.guess(key)
        paper = VenuePaper(
            f"{self.name}:{key}",
            year=year,
            venue=f"{self._title} {year}" if year else self._title,
            abstract=page.part(".paper-abstract", "abstract"),
            url=page.url,
            pdf_urls=tuple(
                dict.fromkeys(
                    filter(None, (page.pdf_url, *files_linked(page, "-paper"), *(guess.pdf_urls if guess else ())))
                )
            ),
            supplementary=files_linked(page, "supplement"),
        )
        return described(page, paper)

    async def _moved(self, key: str, web: Web) -> Page:
        """The page to which a former address leads, on the host that still knows it."""
        for host in self._hosts[:-1]:
            with suppress(NotFound):
                return await web.page(f"https://{host}/paper/{quote(key)}")
        return await web.page(f"https://{self._hosts[-1]}/paper/{quote(key)}")

    def guess(self, key: str) -> VenuePaper | None:
        """In today's layout the PDF's address follows from the key."""
        match = _KEY.fullmatch(key)
        if match is None:
            return None
        track = f"-{match['track']}" if match["track"] else ""
        year = int(match["year"])
        pdf = f"{self._site}/paper_files/paper/{year}/file/{match['hash']}-Paper{track}.pdf"
        return VenuePaper(
            f"{self.name}:{key}", year=year, venue=f"{self._title} {year}", url=self._page(key), pdf_urls=(pdf,)
        )

    @property
    def _site(self) -> str:
        return f"https://{self._hosts[0]}"

    def _page(self, key: str) -> str:
        match = _KEY.fullmatch(key)
        assert match is not None, "only of keys in today's layout"
        track = f"-{match['track']}" if match["track"] else ""
        return f"{self._site}/paper_files/paper/{match['year']}/hash/{match['hash']}-Abstract{track}.html"

    def _key(self, year: str, digest: str, track: str | None) -> str:
        if track is None and int(year) >= self._track_since:
            track = "Conference"
        return f"{year}-{digest}-{track}" if track else f"{year}-{digest}"


NEURIPS = Proceedings("neurips", "NeurIPS", ("proceedings.neurips.cc", "papers.nips.cc", "papers.neurips.cc"), 2022)
DATASETS = Proceedings(
    "neurips-datasets", "NeurIPS Datasets and Benchmarks", ("datasets-benchmarks-proceedings.neurips.cc",), 9999
)
ICLR = Proceedings("iclr", "ICLR", ("proceedings.iclr.cc",), 2024)
MLSYS = Proceedings("mlsys", "MLSys", ("proceedings.mlsys.org",), 2022)
