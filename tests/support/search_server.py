"""A real HTTP server on the loopback that answers as the four sources of the search do, and fails as they do."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from paper_implementer.tools.config import config

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Campus network</form></body></html>"
PATHS = {
    "arxiv": "/api/query",
    "semantic_scholar": "/graph/v1/paper",
    "openreview": "/notes",
    "acl": "/anthology.bib.gz",
}


@dataclass
class Answer:
    """An answer in the place of the real one; nothing comes for `silence_s` seconds before it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silence_s: float = 0.0


@dataclass
class Asked:
    """A request that the server has seen."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


def atom_entry(paper_id: str, title: str, **says: Any) -> str:
    """An entry as arXiv's API sends it."""
    authors = "".join(f"<author><name>{escape(a)}</name></author>" for a in says.get("authors", ("Ada Example",)))
    extra = "".join(
        f"<arxiv:{name} xmlns:arxiv='http://arxiv.org/schemas/atom'>{escape(says[name])}</arxiv:{name}>"
        for name in ("comment", "journal_ref", "doi")
        if name in says
    )
    return (
        f"<entry><id>http://arxiv.org/abs/{paper_id}</id><updated>2019-01-02T00:00:00Z</updated>"
        f"<published>{says.get('year', 2017)}-06-12T17:57:34Z</published><title>{escape(title)}</title>"
        f"<summary>\n  {escape(says.get('abstract', ''))}\n</summary>{authors}{extra}"
        f"<link href='http://arxiv.org/abs/{paper_id}' rel='alternate' type='text/html'/>"
        f"<link title='pdf' href='http://arxiv.org/pdf/{paper_id}' rel='related' type='application/pdf'/>"
        "<category term='cs.LG' scheme='http://arxiv.org/schemas/atom'/></entry>"
    )


def atom_feed(entries: list[str], total: int) -> bytes:
    """The feed around entries."""
    return (
        "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom'>"
        "<title type='html'>ArXiv Query</title><id>http://arxiv.org/api/x</id>"
        f"<opensearch:totalResults xmlns:opensearch='http://a9.com/-/spec/opensearch/1.1/'>{total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    ).encode()


def graph_paper(title: str, **says: Any) -> dict[str, Any]:
    """A paper as Semantic Scholar's API sends it, null where it knows nothing."""
    return {
        "paperId": f"{abs(hash(title)):040x}"[:40],
        "externalIds": {"CorpusId": 1} | says.get("ids", {}),
        "url": f"https://www.semanticscholar.org/paper/{len(title)}",
        "title": title,
        "abstract": says.get("abstract"),
        "venue": says.get("venue", ""),
        "year": says.get("year"),
        "openAccessPdf": {"url": says.get("pdf", ""), "status": "GREEN", "license": None, "disclaimer": "Notice"},
        "journal": says.get("journal"),
        "authors": [{"authorId": "1", "name": name} for name in says.get("authors", ("A. Example",))],
    }


def note(forum: str, title: str, **says: Any) -> dict[str, Any]:
    """A submission as version 2 of OpenReview's API sends it."""
    content: dict[str, Any] = {
        "title": title,
        "authors": list(says.get("authors", ("Ada Example",))),
        "abstract": says.get("abstract", ""),
        "venue": says.get("venue", "ICLR 2018 Conference"),
        "venueid": says.get("venueid", "ICLR.cc/2018/Conference"),
        "pdf": says.get("pdf", "/pdf/0123abcd.pdf"),
        "html": says.get("html"),
    }
    return {
        "id": forum,
        "forum": forum,
        "cdate": says.get("cdate", 1514764800000),
        "domain": "ICLR.cc/2018/Conference",
        "invitations": ["ICLR.cc/2018/Conference/-/Submission"],
        "content": {key: {"value": value} for key, value in content.items() if value is not None},
        "version": 2,
    }


def bib_entry(paper_id: str, title: str, **says: Any) -> str:
    """An entry as the Anthology's bibliography has it; title and authors in LaTeX."""
    authors = "  and\n      ".join(says.get("authors", ("Example, Ada",)))
    doi = f'    doi = "{says["doi"]}",\n' if "doi" in says else ""
    return (
        f"@{says.get('kind', 'inproceedings')}{{example-etal-{paper_id.lower().replace('.', '-')},\n"
        f'    title = "{title}",\n    author = "{authors}",\n    editor = "Editor, Eve",\n'
        f'    booktitle = "{says.get("venue", "Proceedings of the {A}nnual Meeting")}",\n    month = jun,\n'
        f'    year = "{says.get("year", 2019)}",\n    address = "Somewhere",\n'
        f'    publisher = "Association for Computational Linguistics",\n    url = "https://aclanthology.org/{paper_id}/",\n'
        f'{doi}    pages = "1--9"\n}}\n'
    )


class SearchServer:
    """The server. Change what the sources know, and `answers` (by path), at any time; `asked` is what was asked of it."""

    def __init__(self) -> None:
        self.arxiv: list[str] = []
        self.semantic_scholar: list[dict[str, Any]] = []
        self.openreview: list[dict[str, Any]] = []
        self.acl: list[str] = [bib_entry("W99-0001", "Nothing That Anybody Asks For")]
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[Asked] = []
        handler = type("Handler", (_Handler,), {"there": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def answer(self, source: str, *answers: Answer) -> None:
        """Let a source answer so, the last of the answers from then on."""
        self.answers[PATHS[source]] = list(answers)

    def asked(self, source: str) -> list[Asked]:
        """The requests to a source."""
        return [request for request in self.requests if request.path.startswith(PATHS[source])]

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    there: SearchServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer as the source of this path."""
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        request = Asked(unquote(url.path), query, {k.lower(): v for k, v in self.headers.items()})
        self.there.requests.append(request)
        answer = self._instead(url.path) or self._answer(request)
        time.sleep(answer.silence_s)
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    def _instead(self, path: str) -> Answer | None:
        for begin, answers in self.there.answers.items():
            if path.startswith(begin) and answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        return None

    def _answer(self, asked: Asked) -> Answer:
        match asked.path.split("/")[1:]:
            case ["api", "query"]:
                return self._arxiv(asked.query)
            case ["graph", "v1", "paper", "search"]:
                return self._graph(int(asked.query["offset"]), int(asked.query["limit"]))
            case ["graph", "v1", "paper", *name]:
                return self._graph_paper("/".join(name))
            case ["notes", "search"]:
                start, count = int(asked.query["offset"]), int(asked.query["limit"])
                return _json({"notes": self.there.openreview[start : start + count], "count": 10000})
            case ["notes"]:
                return _json({"notes": [n for n in self.there.openreview if n["id"] == asked.query["id"]], "count": 1})
            case ["anthology.bib.gz"]:
                return self._anthology(asked.headers)
        return Answer(404, b"not found")

    def _arxiv(self, query: dict[str, str]) -> Answer:
        found = self.there.arxiv
        if wanted := query.get("id_list"):
            found = [entry for entry in found if f"/abs/{wanted}" in entry]
        start, count = int(query["start"]), int(query["max_results"])
        headers = {"Content-Type": "application/atom+xml; charset=UTF-8"}
        return Answer(200, atom_feed(found[start : start + count], len(found)), headers)

    def _graph(self, start: int, count: int) -> Answer:
        found = self.there.semantic_scholar
        if not found:
            return _json({"total": 0, "offset": 0})
        following = {"next": start + count} if start + count < len(found) else {}
        return _json({"total": len(found), "offset": start, **following, "data": found[start : start + count]})

    def _graph_paper(self, name: str) -> Answer:
        kind, _, value = name.partition(":")
        for paper in self.there.semantic_scholar:
            if value.lower() in {str(v).lower() for k, v in paper["externalIds"].items() if k.upper() == kind}:
                return _json(paper)
        return _json({"error": f"Paper with id {name} not found"}, 404)

    def _anthology(self, headers: dict[str, str]) -> Answer:
        text = "% https://aclanthology.org/anthology.bib.gz generated on 2026-01-01\n\n" + "\n".join(self.there.acl)
        tag = f'"{hash(text):x}"'
        if headers.get("if-none-match") == tag:
            return Answer(304)
        return Answer(200, gzip.compress(text.encode()), {"Content-Type": "application/x-gzip", "ETag": tag})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[SearchServer]:
    """A server that stands in for all that is searched; requests are not spaced."""
    server = SearchServer()
    for name in ("ARXIV_API", "SEMANTIC_SCHOLAR_API", "OPENREVIEW_API", "ACL_SITE"):
        monkeypatch.setenv(f"PAPER_IMPLEMENTER_{name}", server.url)
    for name in ("ARXIV_INTERVAL_S", "VENUE_INTERVAL_S"):
        monkeypatch.setenv(f"PAPER_IMPLEMENTER_{name}", "0")
    config.cache_clear()
    yield server
    config.cache_clear()
    server.close()
