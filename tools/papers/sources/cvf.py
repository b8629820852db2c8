"""CVF Open Access: CVPR, ICCV, WACV and their workshops, at https://openaccess.thecvf.com.

Since 2021 a paper is `content/CVPR2021/html/NAME.html` (workshops: `content/CVPR2021W/NTIRE/html/NAME.html`), before
`content_cvpr_2018/html/NAME.html` (workshops: `content_cvpr_2018_workshops/w4/html/NAME.html`, whose PDF is in
`content_cvpr_2018_workshops/papers/w4/`).
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote

from .venue import VenuePaper, Web, described, files_linked, host_in

SITE = "https://openaccess.thecvf.com"
_PART = r"[A-Za-z0-9_.+-]{1,60}"
_NAME = r"[^/:\s]{1,250}?"
_KINDS = r"(?:html|papers|supplemental|Supplemental)"
_PATH = re.compile(
    rf"/(?:openaccess/)?(?P<event>content/{_PART}(?:/(?!{_KINDS}/){_PART})?|content_{_PART}(?:/(?!{_KINDS}/){_PART})?)/{_KINDS}/"
    rf"(?:(?P<workshop>{_PART})/)?(?P<name>{_NAME})(?:_paper)?(?:\.(?:html|pdf))?"
)
_KEY = re.compile(rf"(?P<event>{_PART}(?::{_PART})?):(?P<name>{_NAME})")


class Cvf:
    """Papers by event and file name: `CVPR2023:Ye_Affordance_Diffusion_CVPR_2023`."""

    name = "cvf"

    def from_url(self, url: SplitResult) -> str | None:
        """Pages and PDFs, in the layouts of all years."""
        if not host_in(url, "openaccess.thecvf.com", "cv-foundation.org"):
            return None
        match = _PATH.fullmatch(unquote(url.path))
        if match is None or match["name"].endswith("_supplemental"):
            return None
        event = match["event"].removeprefix("content/").replace("/", ":")
        if match["workshop"]:
            event += f":{match['workshop']}"
        return self.from_key(f"{event}:{match['name']}")

    def from_key(self, text: str) -> str | None:
        """As ids have it; the name may still end in `_paper`."""
        match = _KEY.fullmatch(text)
        if match is None or ".." in text:
            return None
        return f"{match['event']}:{match['name'].removesuffix('_paper')}"

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page."""
        guess = self.guess(key)
        page = await web.page(guess.url)
        supplementary = tuple(u for u in files_linked(page, "supp") if "/papers/" not in u)
        paper = VenuePaper(
            guess.id,
            venue=page.venue,
            abstract=page.part("#abstract"),
            url=guess.url,
            pdf_urls=tuple(dict.fromkeys(filter(None, (page.pdf_url, *guess.pdf_urls)))),
            supplementary=supplementary,
        )
        return described(page, paper)

    def guess(self, key: str) -> VenuePaper:
        """Page and PDF have the same name in neighbouring folders."""
        event, _, name = key.rpartition(":")
        folder = event.replace(":", "/")
        name = quote(name)
        root = folder if folder.startswith("content_") else f"content/{folder}"
        papers = f"{root}/papers"
        if root.startswith("content_") and "/" in root:
            conference, _, workshop = root.partition("/")
            papers = f"{conference}/papers/{workshop}"
        return VenuePaper(
            f"{self.name}:{key}",
            url=f"{SITE}/{root}/html/{name}_paper.html",
            pdf_urls=(f"{SITE}/{papers}/{name}_paper.pdf",),
        )
