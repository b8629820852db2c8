"""Streamable HTTP: loopback is open, other addresses need a token, Host and Origin are checked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from paper_implementer.server.factory import create_server
from paper_implementer.server.http_transport import http_app
from paper_implementer.tools.errors import BadReference, RefusedForSafety

TOKEN = "a-token-that-is-long-enough"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
HEADERS = {"Accept": "application/json, text/event-stream"}


def serve(token: str | None) -> Iterator[str]:
    """A real server on a free port; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    app = http_app(create_server(), "127.0.0.1", port, token, [])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/mcp"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture(scope="module")
def open_server() -> Iterator[str]:
    yield from serve(None)


@pytest.fixture(scope="module")
def guarded_server() -> Iterator[str]:
    yield from serve(TOKEN)


def initialize(url: str, **headers: str) -> httpx.Response:
    return httpx.post(url, json=INITIALIZE, headers=HEADERS | headers, timeout=30)


def test_a_client_on_this_machine_is_answered(open_server: str) -> None:
    assert initialize(open_server).status_code == 200


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_web_page_that_rebinds_its_name_is_refused(open_server: str, header: dict[str, str]) -> None:
    assert initialize(open_server, **header).status_code in (403, 421)


def test_without_the_token_nothing_is_answered(guarded_server: str) -> None:
    assert initialize(guarded_server).status_code == 401
    assert initialize(guarded_server, Authorization="Bearer wrong").status_code == 401


def test_with_the_token_the_server_answers(guarded_server: str) -> None:
    assert initialize(guarded_server, Authorization=f"Bearer {TOKEN}").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_serving_others_without_a_token_is_refused(host: str) -> None:
    with pytest.raises(RefusedForSafety, match="PAPER_IMPLEMENTER_TOKEN"):
        http_app(create_server(), host, 8765, None, [])


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(BadReference, match="at least 16"):
        http_app(create_server(), "0.0.0.0", 8765, "short", [])
