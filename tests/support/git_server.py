"""A real git server on loopback: repositories under a folder, served by `git http-backend` or as plain files."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as nobody in particular."""
    run = subprocess.run(
        ["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, check=True, capture_output=True, timeout=60
    )
    return run.stdout.decode().strip()


def commit_all(folder: Path, message: str = "change") -> str:
    """Commit everything in a work tree; returns the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def publish(work_tree: Path, served: Path, name: str) -> None:
    """Put a bare copy of a repository where the server serves it."""
    target = served / name
    if target.exists():
        git(work_tree, "push", "-q", "--force", "--mirror", str(target))
    else:
        served.mkdir(parents=True, exist_ok=True)
        git(served, "clone", "-q", "--mirror", str(work_tree), str(target))
    git(target, "update-server-info")


class _Backend(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`, as a CGI."""

    root: Path
    log: list[str]

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        self.log.append(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self._chunked() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(length)
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type") or "",
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            "REMOTE_ADDR": "127.0.0.1",
        }
        run = subprocess.run(
            ["git", "http-backend"], input=body, env=environment, capture_output=True, timeout=60, check=False
        )
        head, _, content = run.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _chunked(self) -> bytes:
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def do_GET(self) -> None:
        """References and packs."""
        self._serve()

    def do_POST(self) -> None:
        """Negotiation."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


class _Files(SimpleHTTPRequestHandler):
    """Serves repositories as plain files, as a static host does."""

    log: list[str]

    def do_GET(self) -> None:
        """Log, then serve."""
        self.log.append(self.path)
        super().do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


class GitServer:
    """A running server: `url` without a slash at its end, `host` as `127.0.0.1:port`, and the paths that it was asked for."""

    def __init__(self, port: int, log: list[str]) -> None:
        self.host = f"127.0.0.1:{port}"
        self.url = f"http://{self.host}"
        self.log = log


@contextmanager
def serve(root: Path, *, dumb: bool = False) -> Iterator[GitServer]:
    """Serve the bare repositories under a folder until the block ends."""
    log: list[str] = []
    base = _Files if dumb else _Backend
    handler = type("Handler", (base,), {"log": log, "root": root})
    make = partial(handler, directory=str(root)) if dumb else handler
    server = ThreadingHTTPServer(("127.0.0.1", 0), make)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield GitServer(server.server_port, log)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
