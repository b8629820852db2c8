"""OpenReview: notes from API v2, or v1 for venues before 2023; PDFs and supplementary files from either.

https://docs.openreview.net/reference/api-v2/entities/note. In v2 a field of `content` is `{"value": ...}`, in v1 the value.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, parse_qs, urljoin

from paper_implementer.tools.errors import NotFound, Unreachable

from ..paper import PaperWarning
from .page import one_line
from .venue import PASS_THE_PDF, VenuePaper, Web, host_in

SITE = "https://openreview.net"
APIS = ("https://api2.openreview.net", "https://api.openreview.net")
_ID = re.compile(r"[A-Za-z0-9_-]{5,40}")
_PAGES = ("/forum", "/pdf", "/attachment", "/notes", "/references/pdf", "/revisions")
_TAKEN_BACK = re.compile(r"withdrawn|desk[\s_-]*reject|retract", re.I)


class OpenReview:
    """Papers by the id of their forum. A review or comment stands for the paper that it is about."""

    name = "openreview"

    def from_url(self, url: SplitResult) -> str | None:
        """Forums, PDFs and attachments, of the site or the APIs; a PDF by its hash alone names no paper."""
        if not host_in(url, "openreview.net", "api2.openreview.net", "api.openreview.net") or url.path not in _PAGES:
            return None
        asked = parse_qs(url.query, max_num_fields=20)
        # A note's address may name its forum besides: the paper is the forum.
        ids = asked.get("forum") or asked.get("id") or [""]
        return self.from_key(ids[0])

    def from_key(self, text: str) -> str | None:
        """Ids as OpenReview makes them; case matters."""
        return text if _ID.fullmatch(text) else None

    async def open(self, key: str, web: Web) -> VenuePaper:
        """Ask API v2, then v1. Raises `NotFound` for notes that are not there, not public, or deleted."""
        note, api = await self._note(key, web)
        forum = note.get("forum") or key
        if isinstance(forum, str) and forum != key and self.from_key(forum):
            note, api = await self._note(forum, web)
            key = forum
        if note.get("ddate"):
            raise NotFound(
                f"The OpenReview note {key} has been deleted.", "Look for the paper elsewhere: on arXiv, say."
            )
        content = _values(note.get("content"))
        title = _text(content.get("title"))
        if not title:
            raise NotFound(f"The OpenReview note {key} is no paper: it has no title.", "Pass the id of its forum.")
        venue = _text(content.get("venue")) or _venue_of(note)
        pdf, supplement = _text(content.get("pdf")), _text(content.get("supplementary_material"))
        warnings = tuple(
            PaperWarning(kind="withdrawn", message=f"OpenReview lists this paper as {said!r}.")
            for said in [next(filter(_TAKEN_BACK.search, _standing(note, content)), "")]
            if said
        )
        if not pdf:
            why = f"; OpenReview lists it as {warnings[0].message.split(' as ')[1]}" if warnings else ""
            raise NotFound(f"The OpenReview note {key} ({title!r}) has no public PDF{why}", PASS_THE_PDF)
        code = [_text(content.get(field)) for field in ("code", "code_link", "software", "github")]
        return VenuePaper(
            f"{self.name}:{key}",
            title=title,
            authors=_names(content.get("authors")),
            year=_year(note, venue),
            venue=venue or "OpenReview",
            abstract=_text(content.get("abstract")),
            url=f"{SITE}/forum?id={key}",
            pdf_urls=self._pdfs(key, pdf, api),
            supplementary=(f"{SITE}/attachment?id={key}&name=supplementary_material",) if supplement else (),
            code_links=tuple(link for link in code if link.startswith(("https://", "http://"))),
            warnings=warnings,
        )

    def guess(self, key: str) -> VenuePaper:
        """The PDF's address follows from the id."""
        return VenuePaper(
            f"{self.name}:{key}", venue="OpenReview", url=f"{SITE}/forum?id={key}", pdf_urls=(f"{SITE}/pdf?id={key}",)
        )

    def _pdfs(self, key: str, pdf: str, api: str) -> tuple[str, ...]:
        named = urljoin(SITE, pdf)
        first = (f"{SITE}/pdf?id={key}", f"{api}/pdf?id={key}")
        return first if named.startswith(f"{SITE}/") else (named, *first)

    async def _note(self, key: str, web: Web) -> tuple[dict[str, Any], str]:
        """The note, and the API that has it. Raises `NotFound`, or what hindered the first API if not all were asked."""
        trouble: Unreachable | None = None
        for api in APIS:
            try:
                answer = await web.json(f"{api}/notes?id={key}")
            except NotFound:
                continue
            except Unreachable as error:
                # Which is also the answer for notes that are not public: status 403.
                trouble = trouble or error
                continue
            notes = answer.get("notes") if isinstance(answer, dict) else None
            if isinstance(notes, list) and notes and isinstance(notes[0], dict):
                return notes[0], api
        if trouble is not None:
            raise trouble
        raise NotFound(f"OpenReview has no note {key} that the public may see.", "Check the id; case matters.")


def _values(content: object) -> dict[str, Any]:
    """The fields of a note's content, of either API."""
    if not isinstance(content, dict):
        return {}
    return {k: v["value"] if isinstance(v, dict) and "value" in v else v for k, v in content.items()}


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""


def _names(value: object) -> list[str]:
    """Names of authors: texts, or objects with a `fullname`."""
    listed = value if isinstance(value, list) else []
    names = [_text(name.get("fullname")) if isinstance(name, dict) else _text(name) for name in listed]
    return [name for name in names if name]


def _invitations(note: dict[str, Any]) -> list[str]:
    listed = note.get("invitations") or [note.get("invitation")]
    return [text for text in listed if isinstance(text, str)]


def _venue_of(note: dict[str, Any]) -> str:
    """`ICLR.cc/2018/Conference/-/Blind_Submission` -> `ICLR 2018 Conference`, for notes that do not say."""
    for invitation in _invitations(note):
        if match := re.match(r"([A-Za-z]+)\.[a-z]+/(\d{4})/(\w+)", invitation):
            return f"{match[1]} {match[2]} {match[3].replace('_', ' ')}"
    return ""


def _standing(note: dict[str, Any], content: dict[str, Any]) -> list[str]:
    """What says whether the paper stands: its venue, and the invitations that it answers."""
    return [_text(content.get("venue")), _text(content.get("venueid")), *_invitations(note)]


def _year(note: dict[str, Any], venue: str) -> int | None:
    """The year in the venue's name, else that of publication, else of creation."""
    if match := re.search(r"(?:19|20)\d\d", venue):
        return int(match[0])
    for field in ("pdate", "odate", "cdate", "tcdate"):
        moment = note.get(field)
        if isinstance(moment, int) and 0 < moment < 10**13:
            return datetime.fromtimestamp(moment / 1000, UTC).year
    return None
