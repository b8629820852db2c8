"""CVF Open Access: CVPR, ICCV, WACV and their workshops, at https://openaccess.thecvf.com.

Since 2021 a paper is `content/CVPR2021/html/NAME.html`, before `content_cvpr_2018/html/NAME.html`. Papers of workshops have been
at `content/CVPR2021W/NTIRE/html/`, at `content_CVPRW_2019/html/NTIRE/`, and at `content_cvpr_2018_workshops/w4/html/` with the PDF
in `content_cvpr_2018_workshops/papers/w4/`.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote

from .venue import VenuePaper, Web, described, files_linked, host_in

SITE = "https://openaccess.thecvf.com"
_PART = r"[A-Za-z0-9_.+-]{1,60}"
_NAME = r"[^\x00-\x20\x7f-\xa0/:]{1,250}?"
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
        conference, _, workshop = event.partition(":")
        root = conference if conference.startswith("content_") else f"content/{conference}"
        if not workshop:
            html, papers = f"{root}/html", f"{root}/papers"
        elif conference.endswith("_workshops"):
            html, papers = f"{root}/{workshop}/html", f"{root}/papers/{workshop}"
        elif conference.startswith("content_"):
            html, papers = f"{root}/html/{workshop}", f"{root}/papers/{workshop}"
        else:
            html, papers = f"{root}/{workshop}/html", f"{root}/{workshop}/papers"
        name = quote(name)
        return VenuePaper(
            f"{self.name}:{key}",
            url=f"{SITE}/{html}/{name}_paper.html",
            pdf_urls=(f"{SITE}/{papers}/{name}_paper.pdf",),
        )
