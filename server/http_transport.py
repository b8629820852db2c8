"""Streamable HTTP: on loopback as it is, on any other address only with a bearer token; Host and Origin are checked."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from paper_implementer.tools.errors import BadReference, RefusedForSafety

MIN_TOKEN = 16


class RequireToken:
    """ASGI middleware: answers 401 to requests without the right bearer token."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = Headers(scope=scope).get("authorization", "")
            if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self.expected):
                refusal = JSONResponse(
                    {"error": "This server asks for 'Authorization: Bearer TOKEN'."},
                    status_code=401,
                    headers={"WWW-Authenticate": "Bearer"},
                )
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Is this an address that only this machine reaches?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def http_app(server: MCPServer[Any], host: str, port: int, token: str | None, allowed_hosts: list[str]) -> ASGIApp:
    """Return the ASGI application that serves MCP at `/mcp`.

    **Arguments:**

    - `token`: bearer token that every request must bring; required unless `host` is loopback.
    - `allowed_hosts`: further values of the Host header to accept, `name:port`; needed when bound to all addresses.

    **Raises:** `RefusedForSafety` without a token on an address that others reach; `BadReference` for a short token.
    """
    if token is None and not is_loopback(host):
        raise RefusedForSafety(
            f"Serving on {host} lets other machines call tools that read files and run code, and no token is set.",
            "Set PAPER_IMPLEMENTER_TOKEN, or serve on 127.0.0.1.",
        )
    if token is not None and len(token) < MIN_TOKEN:
        raise BadReference(
            f"The token has {len(token)} characters; at least {MIN_TOKEN} are needed.",
            "Make one with: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    named = f"[{host}]" if ":" in host else host
    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*"] if is_loopback(host) else [f"{named}:{port}", named]
    hosts += allowed_hosts
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=hosts,
        allowed_origins=[f"{scheme}://{h}" for h in hosts for scheme in ("http", "https")],
    )
    app: ASGIApp = server.streamable_http_app(host=host, transport_security=security)
    return RequireToken(app, token) if token is not None else app


def serve_http(server: MCPServer[Any], host: str, port: int, token: str | None, allowed_hosts: list[str]) -> None:
    """Serve until interrupted. See `http_app` for the arguments."""
    import uvicorn

    uvicorn.run(http_app(server, host, port, token, allowed_hosts), host=host, port=port, log_level="warning")
