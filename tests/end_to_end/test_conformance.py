"""The official conformance suite of the protocol, against the real server over HTTP, in both eras.

Left out are the scenarios that want tools and prompts with names of the suite's own.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SUITE = ROOT / "vscode-extension" / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
BOTH = ["tools-list", "prompts-list", "resources-list", "completion-complete", "dns-rebinding-protection"]
SCENARIOS = {
    "2025-11-25": ["server-initialize", "ping", "server-session-lifecycle", *BOTH],
    "2026-07-28": ["caching", "http-header-validation", "sep-2164-resource-not-found", *BOTH],
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server as `paper-implementer serve --http` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {**os.environ, "PAPER_IMPLEMENTER_HOME": str(tmp_path_factory.mktemp("home"))}
    command = [sys.executable, "-m", "paper_implementer.server", "serve", "--http", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert server.poll() is None
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.terminate()


@pytest.mark.skipif(not SUITE.exists(), reason="the conformance suite is not installed: make extension installs it")
@pytest.mark.parametrize(("version", "scenario"), [(v, s) for v, names in SCENARIOS.items() for s in names])
def test_the_server_conforms(url: str, version: str, scenario: str) -> None:
    node = str(Path(sys.executable).parent / "node")
    done = subprocess.run(
        [node, str(SUITE), "server", "--url", url, "--scenario", scenario, "--spec-version", version],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=ROOT,
    )
    verdict = re.search(r"Passed: (\d+)/(\d+), (\d+) failed", done.stdout)
    assert verdict, done.stdout + done.stderr
    assert int(verdict[1]) > 0
    assert verdict[3] == "0", done.stdout
