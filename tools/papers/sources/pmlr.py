"""Proceedings of Machine Learning Research (ICML, AISTATS, COLT, ...): https://proceedings.mlr.press.

A paper is `v97/tan19a.html`; its PDF is `v97/tan19a/tan19a.pdf`, since volume 235 in the volume's GitHub repository.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote

from .venue import VenuePaper, Web, described, files_linked, host_in

SITE = "https://proceedings.mlr.press"
_NAME = r"[A-Za-z0-9_'.-]{1,80}?"
_PATH = re.compile(rf"(?:/proceedings/papers)?/(?P<volume>[vr]\d{{1,4}})/(?P<name>{_NAME})(?:\.html|\.pdf|/.*)?")
_RAW = re.compile(rf"/mlresearch/(?P<volume>v\d{{1,4}})/.+?/assets/(?P<name>{_NAME})/.+")
_KEY = re.compile(rf"(?P<volume>[vr]\d{{1,4}})[-/](?P<name>{_NAME})")
_NO_PAPERS = ("index", "assets", "bib")


class Pmlr:
    """Papers by volume and name: `v97-tan19a`."""

    name = "pmlr"

    def from_url(self, url: SplitResult) -> str | None:
        """Pages, PDFs and supplements, here or in the repositories of the volumes."""
        path = unquote(url.path)
        if host_in(url, "proceedings.mlr.press", "jmlr.org", "jmlr.csail.mit.edu"):
            if not host_in(url, "proceedings.mlr.press") and not path.startswith("/proceedings/"):
                return None
            match = _PATH.fullmatch(path)
        elif host_in(url, "raw.githubusercontent.com", "github.com"):
            match = _RAW.fullmatch(path)
        else:
            return None
        return self.from_key(f"{match['volume']}-{match['name']}") if match else None

    def from_key(self, text: str) -> str | None:
        """As ids have it, or with a slash for the dash."""
        match = _KEY.fullmatch(text)
        return f"{match['volume']}-{match['name']}" if match and match["name"] not in _NO_PAPERS else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page."""
        guess = self.guess(key)
        page = await web.page(guess.url)
        paper = VenuePaper(
            guess.id,
            abstract=re.sub(r"^Abstract:?\s*", "", page.part("#abstract", ".abstract")),
            url=guess.url,
            pdf_urls=tuple(
                dict.fromkeys(filter(None, (page.pdf_url, *files_linked(page, "download pdf"), *guess.pdf_urls)))
            ),
            supplementary=files_linked(page, "supp"),
            code_links=tuple(link.url for link in page.links if link.text.lower() in ("code", "software")),
        )
        return described(page, paper)

    def guess(self, key: str) -> VenuePaper:
        """Until volume 234 page and PDF follow from the key."""
        volume, _, name = key.partition("-")
        return VenuePaper(
            f"{self.name}:{key}", url=f"{SITE}/{volume}/{name}.html", pdf_urls=(f"{SITE}/{volume}/{name}/{name}.pdf",)
        )
