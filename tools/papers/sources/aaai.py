"""AAAI and its sister conferences, on Open Journal Systems at https://ojs.aaai.org.

A paper is `index.php/AAAI/article/view/ID`, its PDF `article/download/ID/GALLEY`; `article/view/ID/GALLEY` is a page around it.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult

from .venue import VenuePaper, Web, described, files_linked, host_in

SITE = "https://ojs.aaai.org"
_JOURNAL = r"[A-Za-z][A-Za-z0-9_]{0,30}"
_PATH = re.compile(
    rf"(?:/ojs|/ocs)?(?:/index\.php)?/(?P<journal>{_JOURNAL})/article/(?:view|download|viewFile)/(?P<id>\d{{1,7}})(?:/.*)?"
)
_KEY = re.compile(rf"(?:(?P<journal>{_JOURNAL})-)?(?P<id>\d{{1,7}})")
# Since 2021 the DOI ends in the article's id; before, in eight digits of another count.
_DOI = re.compile(r"10\.1609/(?P<journal>[a-z]+)\.v\d+i\d+\.(?P<id>[1-9]\d{3,5})", re.I)
_JOURNALS = {
    "aaai": "AAAI",
    "icwsm": "ICWSM",
    "hcomp": "HCOMP",
    "aiide": "AIIDE",
    "icaps": "ICAPS",
    "socs": "SOCS",
    "aies": "AIES",
}


class Aaai:
    """Papers by article id: `17325`, of another conference than AAAI `ICWSM-7347`."""

    name = "aaai"

    def from_url(self, url: SplitResult) -> str | None:
        """Pages and PDFs of the journal system."""
        if not host_in(url, "ojs.aaai.org", "aaai.org"):
            return None
        match = _PATH.fullmatch(url.path)
        return self.from_key(f"{match['journal']}-{match['id']}") if match else None

    def from_key(self, text: str) -> str | None:
        """As ids have it."""
        match = _KEY.fullmatch(text)
        if match is None:
            return None
        journal = match["journal"] or "AAAI"
        journal = _JOURNALS.get(journal.lower(), journal)
        return match["id"] if journal == "AAAI" else f"{journal}-{match['id']}"

    def from_doi(self, doi: str) -> str | None:
        """The article that a DOI of 2021 or later names."""
        match = _DOI.fullmatch(doi)
        return (
            self.from_key(f"{match['journal']}-{match['id']}")
            if match and match["journal"].lower() in _JOURNALS
            else None
        )

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page."""
        journal, _, number = key.rpartition("-")
        address = f"{SITE}/index.php/{journal or 'AAAI'}/article/view/{number}"
        page = await web.page(address)
        abstract = re.sub(r"^Abstract:?\s*", "", page.part(".abstract"))
        galleys = tuple(
            link.url.replace("/article/view/", "/article/download/")
            for link in page.links
            if re.search(rf"/article/(?:view|download)/{number}/\d+$", link.url) and "pdf" in link.text.lower()
        )
        paper = VenuePaper(
            f"{self.name}:{key}",
            abstract=page.abstract or abstract,
            url=address,
            pdf_urls=tuple(dict.fromkeys(filter(None, (page.pdf_url, *galleys)))),
            supplementary=files_linked(page, "supplement"),
        )
        return described(page, paper)

    def guess(self, key: str) -> None:
        """The number of the galley is on the page alone."""
        return
