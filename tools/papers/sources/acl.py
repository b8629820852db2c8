"""The ACL Anthology: https://aclanthology.org/info/ids/ and https://aclanthology.org/info/development/."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, unquote

from ..paper import PaperWarning
from .venue import VenuePaper, Web, described, files_linked, host_in

SITE = "https://aclanthology.org"
_ID = re.compile(
    r"(?P<id>[A-Z]\d{2}-\d{4}|(?:19|20)\d{2}\.[a-z0-9_]{1,40}-[a-z0-9]{1,30}\.\d{1,4})(?P<version>v[1-9]\d?)?", re.I
)
_PATH = re.compile(rf"(?:^|/)(?P<key>{_ID.pattern})(?:\.pdf|\.bib|\.xml|/)?$", re.I)
_DOI = re.compile(r"10\.(?:18653/v1|3115/v1)/(?P<key>.+)", re.I)
_TAKEN_BACK = re.compile(r"[^.]{0,100}\b(?:retracted|withdrawn|removed)\b[^.]{0,200}", re.IGNORECASE)
_MARKED = re.compile(r"\[?(?:retracted|withdrawn)\]?[:\s]", re.IGNORECASE)


class Acl:
    """Papers by Anthology id: `P16-1162`, `2020.acl-main.1`, with a revision `P18-1001v2`."""

    name = "acl"

    def from_url(self, url: SplitResult) -> str | None:
        """Pages and PDFs of today's site and of its predecessors."""
        if not host_in(url, "aclanthology.org", "aclweb.org", "aclanthology.info", "aclanthology.coli.uni-saarland.de"):
            return None
        match = _PATH.search(unquote(url.path))
        return self.from_key(match["key"]) if match else None

    def from_key(self, text: str) -> str | None:
        """Ids are written with a capital where they begin with a letter, else small."""
        match = _ID.fullmatch(text)
        if match is None:
            return None
        key = match["id"].upper() if match["id"][0].isalpha() else match["id"].lower()
        return key + (match["version"] or "").lower()

    def from_doi(self, doi: str) -> str | None:
        """The DOIs of the ACL end in the Anthology id."""
        match = _DOI.fullmatch(doi)
        return self.from_key(match["key"]) if match else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Read the paper's page."""
        guess = self.guess(key)
        page = await web.page(guess.url)
        abstract = re.sub(r"^Abstract:?\s*", "", page.part(".acl-abstract"))
        title = page.title
        warnings: tuple[PaperWarning, ...] = ()
        if match := _TAKEN_BACK.search(page.part(".alert-danger", ".alert")) or _MARKED.match(title):
            warnings = (PaperWarning(kind="withdrawn", message=f"The Anthology says: {match[0].strip()}."),)
        attachments = tuple(
            url
            for url in files_linked(page, f"/attachments/{_bare(key).lower()}")
            if not re.search(r"poster|presentation|slides", url, re.I)
        )
        code = tuple(link.url for link in page.links if "code" in link.text.lower() and "github.com/" in link.url)
        paper = VenuePaper(
            guess.id,
            abstract=abstract,
            url=guess.url,
            pdf_urls=guess.pdf_urls,
            supplementary=attachments,
            code_links=code,
            warnings=warnings,
        )
        return described(page, paper)

    def guess(self, key: str) -> VenuePaper:
        """Every address of the Anthology follows from the id."""
        return VenuePaper(f"{self.name}:{key}", url=f"{SITE}/{_bare(key)}/", pdf_urls=(f"{SITE}/{key}.pdf",))


def _bare(key: str) -> str:
    """An id without its revision."""
    match = _ID.fullmatch(key)
    assert match is not None, "keys are ids"
    return match["id"]
