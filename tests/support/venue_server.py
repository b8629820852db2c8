"""A real HTTP server on the loopback that stands for the hosts of all venues; and what these answer, in their real shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pytest

from paper_implementer.tools.config import config
from paper_implementer.tools.papers.http import HttpClient, origin_of
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.reference import VenueReference, parse_reference
from paper_implementer.tools.papers.sources.venue import VenuePaper, Web
from paper_implementer.tools.papers.sources.venues import VENUES

from .arxiv_server import ArxivServer, Fault, Request, _Handler

HOSTS = (
    "openreview.net",
    "api2.openreview.net",
    "api.openreview.net",
    "aclanthology.org",
    "openaccess.thecvf.com",
    "proceedings.mlr.press",
    "raw.githubusercontent.com",
    "proceedings.neurips.cc",
    "papers.nips.cc",
    "papers.neurips.cc",
    "proceedings.iclr.cc",
    "ojs.aaai.org",
    "jmlr.org",
    "api.crossref.org",
    "doi.org",
    "api.semanticscholar.org",
    "publisher.example",
    "lab.example",
)


class VenueServer(ArxivServer):
    """The server. `answers` is what it has, by public address; what it has not is answered with 404."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        super().__init__()

    def serve(
        self, url: str, body: bytes | str | dict[str, Any], kind: str = "", status: int = 200, **headers: str
    ) -> None:
        """Put something at a public address: a page, an answer in JSON, or a file."""
        if isinstance(body, dict):
            kind, body = kind or "application/json; charset=utf-8", json.dumps(body)
        if isinstance(body, str):
            kind, body = kind or "text/html; charset=utf-8", body.encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[_path(url)] = status, {"Content-Type": kind or "application/pdf"} | named, body

    def redirect(self, url: str, to: str) -> None:
        """Let one public address lead to another."""
        self.answers[_path(url)] = 302, {"Location": to}, b""

    def fail_at(self, url: str, *faults: Fault) -> None:
        """Let the next requests for public addresses that begin so go wrong, one after the other."""
        self.fail(_path(url), *faults)

    def asked_at(self, url: str) -> list[Request]:
        """The requests for public addresses that begin so."""
        return self.asked(_path(url))

    def answer(self, request: _Handler) -> tuple[int, dict[str, str], bytes]:
        """What was put at an address."""
        return self.answers.get(
            request.path, (404, {"Content-Type": "text/html"}, b"<html><body>Not here</body></html>")
        )


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"/{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def note(note_id: str, api: int = 2, **fields: Any) -> dict[str, Any]:
    """What OpenReview answers about one note: in API 2 every field of the content is an object with a `value`.

    **Arguments:**

    - `fields`: of the content; those in capitals (`DDATE`, `FORUM`) of the note itself.
    """
    content = {
        "title": "Small Steps in Attention",
        "authors": ["Ada Example", "Ben Sample"],
        "authorids": ["~Ada_Example1", "ben@sample.example"],
        "abstract": "We take\nsmall steps.",
        "pdf": f"/pdf/{'0' * 40}.pdf",
    }
    content |= {name: value for name, value in fields.items() if name.islower()}
    own = {name.lower(): value for name, value in fields.items() if name.isupper()}
    answered: dict[str, Any] = {
        "id": note_id,
        "forum": note_id,
        "number": 7,
        "cdate": 1695300000000,
        "readers": ["everyone"],
        "content": {name: {"value": value} for name, value in content.items()} if api == 2 else content,
    }
    invitation = {"invitations": ["ICLR.cc/2024/Conference/-/Submission"]}
    if api == 1:
        invitation = {"invitation": "ICLR.cc/2019/Conference/-/Blind_Submission"}  # type: ignore[dict-item]
    return {"notes": [answered | invitation | own], "count": 1}


def highwire(body: str = "", **tags: str | list[str]) -> str:
    """A page with meta tags as publishers write them for search engines.

    **Arguments:**

    - `tags`: without `citation_`; a list for a tag that stands several times.
    """
    listed = [
        (name, value) for name, values in tags.items() for value in ([values] if isinstance(values, str) else values)
    ]
    meta = "\n".join(f'<meta name="citation_{name}" content="{escape(value)}">' for name, value in listed)
    return f"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>A page</title>\n{meta}\n</head><body>\n{body}\n</body></html>"


async def described(typed: str, library: Library) -> VenuePaper:
    """What the venue of a reference says of its paper, which is not fetched."""
    reference = parse_reference(typed)
    assert isinstance(reference, VenueReference)
    mirrors = config().asked_at()
    with library.scratch() as scratch:
        async with HttpClient(library, frozenset(map(origin_of, mirrors.values())), mirrors=mirrors) as client:
            return await VENUES[reference.venue].open(reference.key, Web(client, scratch))


@pytest.fixture
def venues(monkeypatch: pytest.MonkeyPatch) -> Iterator[VenueServer]:
    """A server asked in the place of every venue's hosts, by this process and its children; requests are not spaced."""
    server = VenueServer()
    mirrors = {f"https://{host}": f"{server.url}/{host}" for host in HOSTS}
    monkeypatch.setenv("PAPER_IMPLEMENTER_MIRRORS", json.dumps(mirrors))
    monkeypatch.setenv("PAPER_IMPLEMENTER_VENUE_INTERVAL_S", "0")
    config.cache_clear()
    yield server
    config.cache_clear()
    server.close()
