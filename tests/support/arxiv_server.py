"""A real HTTP server on the loopback that answers as arXiv does, and, when told to, as a bad day of it."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from paper_implementer.tools.config import config

from .packing import HTML, LATEX, pdf, tar_gz


@dataclass
class Version:
    """What arXiv holds of one version; None is answered with 404.

    **Arguments:**

    - `source`: bytes of the e-print; `source_headers`: as arXiv sends them for its kind.
    """

    source: bytes | None = None
    html: str | None = None
    pdf: bytes | None = None
    source_headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/gzip"})


@dataclass
class PaperThere:
    """A paper on the server."""

    title: str = "Small Steps in Attention"
    authors: tuple[str, ...] = ("Ada Example", "Ben Sample")
    abstract: str = "We take small steps."
    published: str = "2017-06-12T17:57:34Z"
    comment: str = ""
    versions: dict[int, Version] = field(default_factory=dict)


@dataclass
class Fault:
    """How one request goes wrong.

    **Arguments:**

    - `status`, `headers`, `body`: the answer, instead of the real one, if `status` is given.
    - `cut_after`: close the connection after so many bytes of the body.
    - `silence_s`: say nothing for so long first.
    - `endless`: say this, without end and without saying how much it is, until the other side has had enough.
    - `then`: what happens on the server after it.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    silence_s: float = 0.0
    endless: bytes = b""
    then: Callable[[], None] = lambda: None


@dataclass
class Request:
    """A request that the server has seen."""

    path: str
    headers: dict[str, str]
    at: float


class ArxivServer:
    """The server. Change `papers` and `faults` at any time; `requests` is what was asked. It speaks TLS if given a context."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.papers: dict[str, PaperThere] = {}
        self.faults: dict[str, list[Fault]] = {}
        self.requests: list[Request] = []
        self.resumable = True
        handler = type("Handler", (_Handler,), {"arxiv": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._http.server_address[1]}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def add(self, paper_id: str = "1706.03762", **paper: object) -> PaperThere:
        """Add a paper; by default with two versions in LaTeX."""
        there = PaperThere(**paper)  # type: ignore[arg-type]
        if not there.versions:
            first = Version(source=gzip.compress(LATEX.encode()), pdf=pdf())
            second = Version(source=tar_gz({"main.tex": LATEX.encode(), "plot.png": b"\x89PNG"}), html=HTML, pdf=pdf())
            there.versions = {1: first, 2: second}
        self.papers[paper_id] = there
        return there

    def fail(self, path: str, *faults: Fault) -> None:
        """Let the next requests for paths that begin so go wrong, one after the other."""
        self.faults.setdefault(path, []).extend(faults)

    def asked(self, path: str) -> list[Request]:
        """The requests for paths that begin so."""
        return [r for r in self.requests if r.path.startswith(path)]

    def answer(self, request: _Handler) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request."""
        return request.arxiv_answer()

    def close(self) -> None:
        """Stop."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    arxiv: ArxivServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.arxiv.requests.append(Request(self.path, dict(self.headers.items()), time.monotonic()))
        fault = self._fault()
        if fault.silence_s:
            time.sleep(fault.silence_s)
        if fault.endless:
            self._go_on(fault.endless)
            return
        if fault.status is not None:
            self._send(fault.status, fault.headers, fault.body, None)
            return
        status, headers, body = self.arxiv.answer(self)
        if status == 200 and self.arxiv.resumable:
            headers = {"ETag": f'"{zlib.crc32(body)}"', "Accept-Ranges": "bytes", **headers}
            asked = self.headers.get("Range", "")
            if asked and self.headers.get("If-Range") == headers["ETag"]:
                start = int(asked.removeprefix("bytes=").rstrip("-"))
                headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                status, body = 206, body[start:]
        self._send(status, headers, body, fault.cut_after)
        fault.then()

    def _fault(self) -> Fault:
        for path, faults in self.arxiv.faults.items():
            if self.path.startswith(path) and faults:
                return faults.pop(0)
        return Fault()

    def _send(self, status: int, headers: dict[str, str], body: bytes, cut_after: int | None) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:cut_after])
            if cut_after is not None:
                self.wfile.flush()
                self.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _go_on(self, piece: bytes) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            while True:
                self.wfile.write(piece)
                time.sleep(0 if len(piece) > 1000 else 0.01)

    def arxiv_answer(self) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(self.path)
        if url.path == "/api/query":
            return self._feed(parse_qs(url.query)["id_list"][0])
        form, _, name = url.path.lstrip("/").partition("/")
        paper_id, number, version = self._version(name)
        if version is None:
            return _missing(form)
        if form == "e-print" and version.source is not None:
            named = {
                "Content-Disposition": f'attachment; filename="arXiv-{paper_id.replace("/", "-")}v{number}.tar.gz"'
            }
            return 200, {**version.source_headers, **named}, version.source
        if form == "html" and version.html is not None:
            return 200, {"Content-Type": "text/html; charset=utf-8"}, version.html.encode()
        if form == "pdf" and version.pdf is not None:
            return 200, {"Content-Type": "application/pdf"}, version.pdf
        return _missing(form)

    def _version(self, name: str) -> tuple[str, int, Version | None]:
        paper_id, _, asked = name.rpartition("v") if "v" in name.rpartition("/")[2] else (name, "", "")
        paper = self.arxiv.papers.get(paper_id)
        if paper is None:
            return paper_id, 0, None
        number = int(asked) if asked else max(paper.versions)
        return paper_id, number, paper.versions.get(number)

    def _feed(self, name: str) -> tuple[int, dict[str, str], bytes]:
        paper_id, number, version = self._version(name)
        entry = ""
        if version is not None:
            paper = self.arxiv.papers[paper_id]
            authors = "".join(f"<author><name>{escape(a)}</name></author>" for a in paper.authors)
            comment = f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>" if paper.comment else ""
            entry = (
                f"<entry><id>http://arxiv.org/abs/{paper_id}v{number}</id><published>{paper.published}</published>"
                f"<title>{escape(paper.title)}</title><summary>\n  {escape(paper.abstract)}\n</summary>{authors}{comment}</entry>"
            )
        feed = (
            "<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' "
            "xmlns:arxiv='http://arxiv.org/schemas/atom'><title>arXiv Query</title><id>https://arxiv.org/api/x</id>"
            f"{entry}</feed>"
        )
        return 200, {"Content-Type": "application/atom+xml; charset=utf-8"}, feed.encode()

    def handle(self) -> None:
        """Serve, and take no notice of clients that break the TLS handshake off."""
        with suppress(ssl.SSLError, ConnectionResetError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _missing(form: str) -> tuple[int, dict[str, str], bytes]:
    return 404, {"Content-Type": "text/html"}, f"<html><body><h1>No {form}</h1></body></html>".encode()


@pytest.fixture
def arxiv(monkeypatch: pytest.MonkeyPatch) -> Iterator[ArxivServer]:
    """A server that answers as arXiv does, set as the arXiv of this process and its children; requests are not spaced."""
    server = ArxivServer()
    for name, value in (("API", server.url), ("SITE", server.url), ("INTERVAL_S", "0")):
        monkeypatch.setenv(f"PAPER_IMPLEMENTER_ARXIV_{name}", value)
    config.cache_clear()
    yield server
    config.cache_clear()
    server.close()
