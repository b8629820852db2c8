"""The Journal of Machine Learning Research: https://jmlr.org. A paper is `papers/v21/20-074.html`, its PDF `papers/volume21/20-074/20-074.pdf`."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from .venue import VenuePaper, Web, described, host_in

SITE = "https://jmlr.org"
_NAME = r"[A-Za-z0-9_-]{1,60}?"
_PATH = re.compile(rf"(?:/beta)?/papers/v(?:olume)?(?P<volume>\d{{1,3}})/(?P<name>{_NAME})(?:\.html|\.pdf|\.bib|/.*)?")
_KEY = re.compile(rf"v(?P<volume>\d{{1,3}})[-/](?P<name>{_NAME})")


class Jmlr:
    """Papers by volume and name: `v21-20-074`, `v3-blei03a`."""

    name = "jmlr"

    def from_url(self, url: SplitResult) -> str | None:
        """Pages and PDFs."""
        if not host_in(url, "jmlr.org", "jmlr.csail.mit.edu"):
            return None
        match = _PATH.fullmatch(url.path)
        return self.from_key(f"v{match['volume']}-{match['name']}") if match else None

    def from_key(self, text: str) -> str | None:
        """As ids have it, or with a slash for the first dash."""
        match = _KEY.fullmatch(text)
        return f"v{int(match['volume'])}-{match['name']}" if match else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page."""
        guess = self.guess(key)
        page = await web.page(guess.url)
        pdfs = [link.url for link in page.links if link.text.lower() == "pdf" and link.url.lower().endswith(".pdf")]
        paper = VenuePaper(
            guess.id,
            venue=guess.venue,
            abstract=page.part(".abstract", "abstract"),
            url=guess.url,
            pdf_urls=tuple(dict.fromkeys(filter(None, (_secure(page.pdf_url), *pdfs, *guess.pdf_urls)))),
            code_links=tuple(link.url for link in page.links if link.text.lower() == "code"),
        )
        return described(page, paper)

    def guess(self, key: str) -> VenuePaper:
        """Page and PDF follow from the key."""
        volume, _, name = key.removeprefix("v").partition("-")
        return VenuePaper(
            f"{self.name}:{key}",
            venue="Journal of Machine Learning Research",
            url=f"{SITE}/papers/v{volume}/{name}.html",
            pdf_urls=(f"{SITE}/papers/volume{volume}/{name}/{name}.pdf",),
        )


def _secure(url: str | None) -> str | None:
    """The journal's pages name its PDFs with http, and with and without `www`."""
    if url is None or not host_in(urlsplit(url), "jmlr.org"):
        return url
    return f"{SITE}{urlsplit(url).path}"
