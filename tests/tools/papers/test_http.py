"""Downloads from a host that is slow, broken or hostile, against a real server on the loopback."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import anyio
import httpx
import pytest

from paper_implementer.tools.errors import (
    Busy,
    NotFound,
    RefusedForSafety,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.papers.addresses import public_addresses
from paper_implementer.tools.papers.http import ATTEMPTS, HttpClient
from paper_implementer.tools.papers.library import Library
from tests.support.arxiv_server import ArxivServer, Fault, Version
from tests.support.certificates import self_signed

pytestmark = pytest.mark.anyio
BODY = bytes(range(256)) * 4096  # 1 MiB
MAX = 4 << 20


@pytest.fixture
async def client(arxiv: ArxivServer, tmp_path: Path) -> AsyncIterator[HttpClient]:
    """A client that trusts the server, and the server with one file at /e-print/1706.03762."""
    arxiv.add(versions={1: Version(source=BODY)})
    library = Library(tmp_path / "home")
    async with HttpClient(library, frozenset({arxiv.url}), backoff_s=0.01) as client:
        yield client


@pytest.fixture
def url(arxiv: ArxivServer) -> str:
    return f"{arxiv.url}/e-print/1706.03762"


async def test_a_file_arrives_with_its_name(client: HttpClient, url: str, tmp_path: Path) -> None:
    got = await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert got.path.read_bytes() == BODY
    assert got.filename == "arXiv-1706.03762v1.tar.gz"
    assert got.content_type == "application/gzip"


async def test_a_cut_transfer_goes_on_where_it_stopped(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", Fault(cut_after=300_000), Fault(cut_after=200_000))
    got = await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert got.path.read_bytes() == BODY
    assert [r.headers.get("Range") for r in arxiv.asked("/e-print")] == [None, "bytes=300000-", "bytes=500000-"]


async def test_a_file_that_changed_meanwhile_is_fetched_anew(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    there = arxiv.papers["1706.03762"].versions[1]

    def change() -> None:
        there.source = BODY[::-1]

    arxiv.fail("/e-print", Fault(cut_after=300_000, then=change))
    got = await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert got.path.read_bytes() == BODY[::-1]
    assert arxiv.requests[1].headers["Range"] == "bytes=300000-"


async def test_a_host_that_cannot_resume_is_asked_for_all(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.resumable = False
    arxiv.fail("/e-print", Fault(cut_after=300_000))
    got = await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert got.path.read_bytes() == BODY
    assert len(arxiv.asked("/e-print")) == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_failure_is_tried_again(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path, status: int
) -> None:
    arxiv.fail("/e-print", Fault(status=status), Fault(status=status))
    assert (await client.download(url, tmp_path / "f", max_bytes=MAX)).path.read_bytes() == BODY


async def test_a_lasting_failure_ends_after_some_attempts(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", *[Fault(status=503)] * 20)
    with pytest.raises(Unreachable, match="503"):
        await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert len(arxiv.requests) == ATTEMPTS


async def test_a_host_that_is_asked_too_often_is_busy(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", *[Fault(status=429)] * 20)
    with pytest.raises(Busy, match="429"):
        await client.download(url, tmp_path / "f", max_bytes=MAX)


async def test_a_file_that_has_not_changed_is_not_sent_again(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    first = await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert first.etag
    assert not first.unchanged
    arxiv.fail("/e-print", Fault(status=304))
    second = await client.download(url, tmp_path / "g", max_bytes=MAX, headers={"If-None-Match": first.etag})
    assert (second.unchanged, second.etag, second.path.exists()) == (True, first.etag, False)
    assert arxiv.requests[1].headers["If-None-Match"] == first.etag


async def test_unasked_not_modified_is_a_failure(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", Fault(status=304))
    with pytest.raises(Unreachable, match="304"):
        await client.download(url, tmp_path / "f", max_bytes=MAX)


async def test_headers_do_not_follow_a_redirect_to_another_origin(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    other = ArxivServer()
    other.add(versions={1: Version(source=BODY)})
    client.trusted |= {other.url}
    arxiv.fail("/e-print", Fault(status=302, headers={"Location": f"{other.url}/e-print/1706.03762"}))
    await client.download(url, tmp_path / "f", max_bytes=MAX, headers={"X-Key": "secret"})
    assert arxiv.requests[0].headers["X-Key"] == "secret"
    assert "X-Key" not in other.requests[0].headers
    other.close()


@pytest.mark.parametrize("status", [400, 401, 403, 451])
async def test_a_refusal_is_not_tried_again(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path, status: int
) -> None:
    arxiv.fail("/e-print", Fault(status=status))
    with pytest.raises(Unreachable, match=str(status)):
        await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert len(arxiv.requests) == 1


async def test_what_is_not_there(client: HttpClient, arxiv: ArxivServer, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await client.download(f"{arxiv.url}/e-print/1706.99999", tmp_path / "f", max_bytes=MAX)
    assert len(arxiv.requests) == 1


@pytest.mark.parametrize("as_date", [False, True])
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_honoured(
    client: HttpClient,
    arxiv: ArxivServer,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    as_date: bool,
) -> None:
    waits: list[float] = []

    async def note(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(anyio, "sleep", note)
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True) if as_date else "120"
    arxiv.fail("/e-print", Fault(status=status, headers={"Retry-After": when}))
    await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert len(waits) == 1
    assert 100 < waits[0] <= 120
    assert len(arxiv.requests) == 2


async def test_a_host_that_wants_a_long_pause_is_left_alone(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", Fault(status=429, headers={"Retry-After": "3000"}))
    with pytest.raises(Busy, match="3000 seconds"):
        await client.download(url, tmp_path / "f", max_bytes=MAX, deadline_s=60)


async def test_silence_is_a_failure(client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path) -> None:
    arxiv.fail("/e-print", Fault(silence_s=30))
    async with HttpClient(client.library, client.trusted, silence_s=1, backoff_s=0.01) as hasty:
        assert (await hasty.download(url, tmp_path / "f", max_bytes=MAX)).path.read_bytes() == BODY
    assert len(arxiv.requests) == 2


async def test_the_deadline_covers_all_attempts(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print", *[Fault(silence_s=0.4, status=503)] * 20)
    with pytest.raises(TimedOut):
        await client.download(url, tmp_path / "f", max_bytes=MAX, deadline_s=0.6)


async def test_a_dead_host(client: HttpClient, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}"
        client.trusted = frozenset({dead})
        with pytest.raises(Unreachable, match="attempts"):
            await client.download(f"{dead}/x", tmp_path / "f", max_bytes=MAX)


async def test_a_file_over_the_limit_is_not_read(client: HttpClient, url: str, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await client.download(url, tmp_path / "f", max_bytes=1000)
    assert not (tmp_path / "f").exists() or (tmp_path / "f").stat().st_size <= 1000


async def test_compression_by_the_server_is_undone(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    headers = {"Content-Encoding": "x-gzip", "Content-Type": "application/x-eprint"}
    arxiv.papers["1706.03762"].versions[1] = Version(source=gzip.compress(b"\\section{A}"), source_headers=headers)
    assert (await client.download(url, tmp_path / "f", max_bytes=MAX)).path.read_bytes() == b"\\section{A}"


async def test_a_compressed_answer_that_explodes(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    bomb = gzip.compress(bytes(MAX + 1))
    arxiv.papers["1706.03762"].versions[1] = Version(source=bomb, source_headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooLarge):
        await client.download(url, tmp_path / "f", max_bytes=MAX)


async def test_an_unknown_compression(client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path) -> None:
    arxiv.papers["1706.03762"].versions[1] = Version(source=BODY, source_headers={"Content-Encoding": "br"})
    with pytest.raises(Unreadable):
        await client.download(url, tmp_path / "f", max_bytes=MAX)


async def test_redirects_within_the_host_are_followed(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path
) -> None:
    arxiv.fail("/e-print/old", Fault(status=301, headers={"Location": "/e-print/1706.03762"}))
    got = await client.download(f"{arxiv.url}/e-print/old", tmp_path / "f", max_bytes=MAX)
    assert got.path.read_bytes() == BODY
    assert got.url == url


async def test_endless_redirects(client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path) -> None:
    arxiv.fail("/e-print", *[Fault(status=302, headers={"Location": url})] * 20)
    with pytest.raises(Unreachable, match="redirects more than"):
        await client.download(url, tmp_path / "f", max_bytes=MAX)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/x",
        "http://localhost/x",
        "http://[::1]/x",
        "http://[::ffff:127.0.0.1]/x",
        "http://[::ffff:10.0.0.1]/x",
        "http://[64:ff9b::a00:1]/x",
        "http://10.0.0.1/x",
        "http://172.16.0.1/x",
        "http://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "http://224.0.0.1/x",
        "file:///etc/passwd",
        "gopher://127.0.0.1/x",
    ],
)
async def test_a_redirect_into_the_private_network_is_refused(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path, target: str
) -> None:
    arxiv.fail("/e-print", Fault(status=302, headers={"Location": target}))
    with pytest.raises(RefusedForSafety):
        await client.download(url, tmp_path / "f", max_bytes=MAX)
    assert len(arxiv.requests) == 1


async def test_another_port_of_a_trusted_host_is_not_trusted(
    client: HttpClient, arxiv: ArxivServer, tmp_path: Path
) -> None:
    port = int(arxiv.url.rpartition(":")[2])
    with pytest.raises(RefusedForSafety):
        await client.download(f"http://127.0.0.1:{port + 1 if port < 65535 else 1024}/x", tmp_path / "f", max_bytes=MAX)
    with pytest.raises(RefusedForSafety):
        await client.download(f"http://localhost:{port}/x", tmp_path / "f", max_bytes=MAX)
    assert not arxiv.requests


async def test_a_name_with_one_private_address_among_public_ones_is_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(RefusedForSafety, match=r"10\.0\.0\.1"):
        await public_addresses("trap.example", 80)


async def test_the_connection_goes_to_the_address_that_was_checked(
    client: HttpClient, arxiv: ArxivServer, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look-up of a name would give another answer (DNS rebinding): there must be none."""
    looked_up: list[str] = []

    async def checked(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.2", "127.0.0.1"]

    monkeypatch.setattr("paper_implementer.tools.papers.addresses.public_addresses", checked)
    port = arxiv.url.rpartition(":")[2]
    await client.download(f"http://rebound.example:{port}/e-print/1706.03762", tmp_path / "f", max_bytes=MAX)
    assert looked_up == ["rebound.example"]
    assert arxiv.requests[0].headers["Host"] == f"rebound.example:{port}"


@pytest.mark.parametrize("host", ["right.example", "wrong.example"])
async def test_a_pinned_address_still_has_to_show_the_certificate_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    async def checked(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    context, certificate = self_signed("right.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr("paper_implementer.tools.papers.addresses.public_addresses", checked)
    server = ArxivServer(context)
    server.add(versions={1: Version(source=BODY)})
    url = server.url.replace("127.0.0.1", host) + "/e-print/1706.03762"
    async with HttpClient(Library(tmp_path / "home"), frozenset(), backoff_s=0.01) as client:
        if host == "right.example":
            assert (await client.download(url, tmp_path / "f", max_bytes=MAX)).path.read_bytes() == BODY
        else:
            with pytest.raises(Unreachable, match="certificate"):
                await client.download(url, tmp_path / "f", max_bytes=MAX)
            assert not server.requests
    server.close()


async def test_requests_of_one_queue_are_spaced_over_clients(arxiv: ArxivServer, url: str, tmp_path: Path) -> None:
    arxiv.add(versions={1: Version(source=b"x")})

    async def one(number: int) -> None:
        def queue(url: httpx.URL) -> str:
            return "arXiv"

        library = Library(tmp_path / "home")
        async with HttpClient(library, frozenset({arxiv.url}), paced=queue, interval_s=0.3) as client:
            await client.download(url, tmp_path / str(number), max_bytes=MAX)

    begun = time.monotonic()
    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(one, number)
    times = sorted(r.at for r in arxiv.requests)
    assert len(times) == 4
    assert times[-1] - begun >= 0.85
