"""Any other address: a PDF, an archive of LaTeX source, or a page that names its PDF in a meta tag."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from paper_implementer.tools.errors import Unreadable

from ..sniff import file_kind
from .page import Page
from .venue import PASS_THE_PDF, VenuePaper, Web, described, files_linked, host_in, page_of

_CHALLENGES = (
    "just a moment",
    "attention required",
    "verify you are human",
    "captcha",
    "access denied",
    "checking your browser",
)
_BESIDES = re.compile(r"supp|poster|slides|presentation", re.IGNORECASE)
_SHOWN_ON_GITHUB = re.compile(r"(/[^/]+/[^/]+)/blob/(.+)")


class AnyUrl:
    """Papers by their address. Comes last: it recognises every address."""

    name = "url"

    def from_url(self, url: SplitResult) -> str | None:
        """The address without its fragment; of a file shown on GitHub, that of the file itself."""
        if url.scheme not in ("http", "https") or not url.hostname:
            return None
        if host_in(url, "github.com") and (match := _SHOWN_ON_GITHUB.fullmatch(url.path)):
            url = url._replace(path=f"{match[1]}/raw/{match[2]}", query="")
        return url._replace(fragment="").geturl().strip()

    def from_key(self, text: str) -> str | None:
        """Addresses are recognised as such, not by a prefix."""
        return None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Fetch what is there; of a page, what it says of its paper. Raises `Unreadable` for a page that names no PDF."""
        got = await web.get(key)
        if file_kind(got.path) != "html":
            return VenuePaper(None, url=key, pdf_urls=(key,))
        page = page_of(got)
        if ".ltx_document" in page.parts:
            return VenuePaper(None, url=key, pdf_urls=(key,))
        pdf_url = page.pdf_url or _only_pdf(page)
        if pdf_url is None or pdf_url == key:
            raise no_paper(key, page)
        return described(page, VenuePaper(None, url=key, pdf_urls=(pdf_url,), supplementary=files_linked(page, "supp")))

    def guess(self, key: str) -> None:
        """Nothing is known of an address but the address."""
        return


def _only_pdf(page: Page) -> str | None:
    """The PDF that a page without meta tags links, if it links just one besides supplements, posters and slides."""
    found = {
        link.url.partition("#")[0]
        for link in page.links
        if urlsplit(link.url).path.lower().endswith(".pdf") and not _BESIDES.search(f"{link.url} {link.text}")
    }
    return found.pop() if len(found) == 1 else None


def no_paper(url: str, page: Page) -> Unreadable:
    """The error for a page in place of a paper, which says what kind of page it seems to be."""
    title = page.part("title", "h1")[:120]
    text = f"{title} {page.part('h1', 'h2')}".lower()
    login = any(word in text for word in ("log in", "login", "sign in", "subscribe", "purchase"))
    host = urlsplit(page.url).hostname or url
    if any(word in text for word in _CHALLENGES):
        why = f"{host} asks first whether a human is there"
    elif login:
        why = f"{host} asks for a login"
    else:
        why = "it names no PDF, or more than one"
    return Unreadable(f"{url} is a web page, not a PDF ({title!r}): {why}.", PASS_THE_PDF)
