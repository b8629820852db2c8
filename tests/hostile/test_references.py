"""References from strangers: none leads to a file that was not meant, into the private network, or into work without end.

What one download, redirect or archive may do is in `tests/tools/papers/test_http.py` and `test_archives.py`.
"""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from paper_implementer.tools.errors import (
    BadReference,
    NotFound,
    PaperImplementerError,
    RefusedForSafety,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.papers import fetch
from paper_implementer.tools.papers.fetch import fetch_paper
from paper_implementer.tools.papers.library import Library
from paper_implementer.tools.papers.sources import venue
from tests.support import packing
from tests.support.arxiv_server import Fault
from tests.support.venue_server import VenueServer, highwire, note

pytestmark = pytest.mark.anyio
URL = "https://lab.example/p.pdf"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home")


@pytest.fixture
def private() -> Iterator[tuple[int, list[str]]]:
    """A server of this machine that nobody outside may reach: its port, and the requests that did."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(packing.pdf("a secret"))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server.server_address[1], seen
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "typed",
    [
        "arXiv:../../etc/passwd",
        "arXiv:1706.03762/../../etc/passwd",
        "https://arxiv.org/abs/../../etc/passwd",
        "https://arxiv.org/abs/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "acl:../../etc/passwd",
        "acl:P16-1162/../..",
        "openreview:../../etc/passwd",
        "cvf:..:..:etc",
        "cvf:CVPR2023:..",
        "pmlr:v97/../../etc/passwd",
        "neurips:2017-../../etc",
        "jmlr:v21-../x",
        "aaai:1/../../x",
        "doi:10.1000/../../etc/passwd",
        "../library.sqlite-01234567",
        "small-steps-01234567/../other",
        "1706.03762\x00.pdf",
        "acl:P16-1162\x00",
        "https://lab.example/p\x00.pdf",
        "https://lab.example/p.pdf\r\nHost: evil.example",
        "https://doi.org/10.1000/182%00.pdf",
        "https://lab.example/p.pdf%0d%0aHost:%20evil.example",
        "1706.03762" + "9" * 5000,
        "acl:" + "P" * 5000,
        "https://lab.example/" + "a" * 5000,
        "doi:10.1000/" + "a" * 900,
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "file:/etc/passwd",
        "file://localhost/etc/passwd",
        "file:paper.pdf",
        "gopher://127.0.0.1:70/x",
        "data:application/pdf;base64,JVBERi0=",
        "jar:https://lab.example/a.zip!/b",
    ],
)
async def test_an_id_or_scheme_that_is_none(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((BadReference, NotFound)) as caught:
        await fetch_paper(typed, library)
    assert caught.value.hint
    assert len(str(caught.value)) < 800
    assert "\x00" not in str(caught.value)
    assert library.all() == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "0.0.0.0",
        "[::]",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
    ],
)
async def test_this_machine_by_any_of_its_names(library: Library, private: tuple[int, list[str]], host: str) -> None:
    port, seen = private
    with pytest.raises((RefusedForSafety, Unreachable, BadReference)) as caught:
        await fetch_paper(f"http://{host}:{port}/secret.pdf", library)
    assert caught.value.hint
    assert seen == []


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
async def test_addresses_of_private_networks(library: Library, host: str) -> None:
    with pytest.raises(RefusedForSafety, match="not a public address"):
        await fetch_paper(f"http://{host}/latest/meta-data/", library)


async def test_a_name_that_leads_to_this_machine(
    library: Library, private: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are looked up once: the answer that is checked is the answer that is used."""
    port, seen = private
    answers = iter(["127.0.0.1", "93.184.216.34"])

    def rebinding(host: str, service: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), service))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with pytest.raises(RefusedForSafety, match=r"rebound\.example leads to 127\.0\.0\.1"):
        await fetch_paper(f"http://rebound.example:{port}/secret.pdf", library)
    assert seen == []


@pytest.mark.parametrize(
    "typed",
    [
        "https://arxiv.org@127.0.0.1:{port}/abs/1706.03762",
        "https://arxiv.org:x@127.0.0.1:{port}/p.pdf",
        "http://lab.example%40127.0.0.1:{port}@127.0.0.1:{port}/p.pdf",
        "http://127.0.0.1:{port}\\@arxiv.org/abs/1706.03762",
        "http://arxiv.org\\@127.0.0.1:{port}/p.pdf",
        "http://127.0.0.1:{port}#@arxiv.org/abs/1706.03762",
        "http://127.0.0.1:{port}?@arxiv.org/abs/1706.03762",
    ],
)
async def test_a_host_that_hides_behind_another(library: Library, private: tuple[int, list[str]], typed: str) -> None:
    port, seen = private
    with pytest.raises(RefusedForSafety):
        await fetch_paper(typed.format(port=port), library)
    assert seen == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/", "https://[::ffff:127.0.0.1]:{port}/", "file:///etc/passwd"]
)
async def test_venues_cannot_send_a_reader_into_the_private_network(
    venues: VenueServer, library: Library, private: tuple[int, list[str]], target: str
) -> None:
    """By a redirect, by the address of a PDF in a page or note, or by that of a supplement."""
    port, seen = private
    inward = target.format(port=port)
    venues.redirect("https://lab.example/redirected.pdf", inward)
    venues.serve("https://lab.example/page", highwire(pdf_url=inward))
    venues.serve("https://api2.openreview.net/notes?id=abcde", note("abcde", pdf=inward))
    for typed in ("https://lab.example/redirected.pdf", "https://lab.example/page", "openreview:abcde"):
        with pytest.raises(PaperImplementerError):
            await fetch_paper(typed, library)
    page = highwire(f'<a href="{inward}x-supp.pdf">Supplementary</a>', title="Steps")
    venues.serve("https://proceedings.mlr.press/v1/a.html", page)
    venues.serve("https://proceedings.mlr.press/v1/a/a.pdf", packing.pdf())
    paper = await fetch_paper("pmlr:v1-a", library)
    assert "a secret" not in "".join(b.text for b in paper.blocks)
    assert seen == []


async def test_a_redirect_from_https_to_http_is_taken_with_https(venues: VenueServer, library: Library) -> None:
    venues.redirect(URL, "http://publisher.example/p.pdf")
    venues.serve("https://publisher.example/p.pdf", packing.pdf())
    assert (await fetch_paper(URL, library)).pages == 1
    venues.redirect("https://lab.example/other.pdf", "http://publisher.example:8080/p.pdf")
    with pytest.raises(RefusedForSafety, match="https to http"):
        await fetch_paper("https://lab.example/other.pdf", library)


async def test_a_body_that_never_ends(venues: VenueServer, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venue, "MAX_FILE_BYTES", 1 << 20)
    venues.fail_at(URL, Fault(endless=bytes(65536)))
    with pytest.raises(TooLarge, match="1 MiB"):
        await fetch_paper(URL, library)
    assert list((library.home / "tmp").iterdir()) == []


async def test_a_body_that_never_ends_and_comes_slowly(
    venues: VenueServer, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(venue, "DEADLINE_S", 0.5)
    venues.fail_at(URL, Fault(endless=b"%"))
    with pytest.raises(TimedOut, match=r"within 0\.5 seconds"):
        await fetch_paper(URL, library)
    assert list((library.home / "tmp").iterdir()) == []


@pytest.mark.parametrize("how", ["encoding", "file", "page"])
async def test_a_gzip_bomb(venues: VenueServer, library: Library, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    monkeypatch.setattr(venue, "MAX_FILE_BYTES", 8 << 20)
    monkeypatch.setattr(venue, "MAX_ANSWER_BYTES", 8 << 20)
    bomb = gzip.compress(bytes((8 << 20) + 1 if how != "file" else 80 << 20))
    if how == "file":
        venues.serve(URL, bomb, "application/gzip")
    else:
        venues.serve(URL, bomb, Content_Encoding="gzip")
        venues.serve("https://ojs.aaai.org/index.php/AAAI/article/view/7", bomb, "text/html", Content_Encoding="gzip")
    with pytest.raises(TooLarge):
        await fetch_paper("aaai:7" if how == "page" else URL, library)


@pytest.mark.parametrize(
    "answer", ["[" * 200_000, '{"notes": "x"}', '{"notes": [7]}', "null", '{"notes": [{"content": []}]}', "7" * 10_000]
)
async def test_an_api_that_answers_nonsense(venues: VenueServer, library: Library, answer: str) -> None:
    for host in ("api2", "api"):
        venues.serve(f"https://{host}.openreview.net/notes?id=abcde", answer, "application/json")
    with pytest.raises((NotFound, Unreachable)):
        await fetch_paper("openreview:abcde", library)


async def test_a_pdf_that_is_a_bomb_of_markup(venues: VenueServer, library: Library) -> None:
    """A page of unclosed tags is read in no time, and is no paper."""
    venues.serve(URL, "<html>" + "<a " * 600_000)
    with pytest.raises(Unreadable, match="web page"):
        await fetch_paper(URL, library)


async def test_a_venue_that_says_too_much(venues: VenueServer, library: Library) -> None:
    links = "".join(f'<a href="/{i}.pdf">pdf</a>' for i in range(500))
    page = highwire(links, title="t" * 15_000, author=["Ada Example"] * 9_000, pdf_url="/v1/a/a.pdf")
    venues.serve("https://proceedings.mlr.press/v1/a.html", page)
    venues.serve("https://proceedings.mlr.press/v1/a/a.pdf", packing.pdf())
    paper = await fetch_paper("pmlr:v1-a", library)
    assert len(paper.title) <= 600
    assert len(paper.authors) <= 4000


async def test_names_in_a_supplement_stay_inside_it(venues: VenueServer, library: Library) -> None:
    venues.serve(
        "https://api2.openreview.net/notes?id=abcde", note("abcde", supplementary_material="/attachment/x.zip")
    )
    venues.serve("https://openreview.net/pdf?id=abcde", packing.pdf())
    named = 'attachment; filename="../../../../etc/cron.d/x"'
    address = "https://openreview.net/attachment?id=abcde&name=supplementary_material"
    venues.serve(address, b"* * * * * root x", "text/plain", Content_Disposition=named)
    paper = await fetch_paper("openreview:abcde", library)
    assert all(not Path(name).is_absolute() and ".." not in Path(name).parts for name in library.files(paper.id))


def test_limits_are_what_the_tests_above_lower() -> None:
    assert venue.DEADLINE_S <= 600
    assert venue.MAX_FILE_BYTES <= 512 << 20
    assert fetch.PARSE_TIMEOUT_S <= 600
