"""Connections to the public internet alone: what a name resolves to is checked, and that very address is connected to."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

import anyio
import httpx

from paper_implementer.tools.errors import RefusedForSafety, Unreachable


class PinnedTransport(httpx.AsyncHTTPTransport):
    """Connects only to public addresses, and to the very addresses that were checked: a second look-up could differ."""

    def __init__(self) -> None:
        # Connections are pooled by address: one that was opened for a host must not serve another host of that address.
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, scheme = request.url.host, request.url.scheme
        addresses = await public_addresses(host, request.url.port or (443 if scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": host}
        for address in addresses[:-1]:
            request.url = request.url.copy_with(host=address)
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await super().handle_async_request(request)
        request.url = request.url.copy_with(host=addresses[-1])
        return await super().handle_async_request(request)


async def public_addresses(host: str, port: int) -> list[str]:
    """Resolve a host to addresses on the public internet.

    **Raises:** `RefusedForSafety` if any of its addresses is not public: a name with a private one beside is a trap.
    """
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        if getattr(error, "errno", socket.EAI_NONAME) == socket.EAI_NONAME:
            raise Unreachable(
                f"There is no host {host[:100]!r}.", "Check the address, and this machine's network."
            ) from error
        raise httpx.ConnectError(f"the name {host} cannot be resolved: {error}") from error
    addresses = [str(sockaddr[0]).partition("%")[0] for *_, sockaddr in found]
    for address in addresses:
        if not _is_public(ipaddress.ip_address(address)):
            raise RefusedForSafety(
                f"{host} leads to {address}, which is not a public address.",
                "Only hosts on the public internet are fetched from. Download the file and pass it.",
            )
    return list(dict.fromkeys(addresses))


_EMBEDDING = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""IPv6 networks whose addresses end in one of IPv4: NAT64, and the former IPv4-compatible ones."""


def _is_public(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if embedded is None and any(ip in network for network in _EMBEDDING):
            embedded = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if embedded is not None:
            return _is_public(embedded)
    return ip.is_global and not ip.is_multicast
