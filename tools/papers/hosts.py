"""The client that asks the public hosts, or those that the operator has put in their place, each as often as it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from paper_implementer.tools.config import config

from .http import ATTEMPTS, HttpClient, origin_of
from .library import Library


@asynccontextmanager
async def open_client(library: Library, *, attempts: int = ATTEMPTS) -> AsyncIterator[HttpClient]:
    """A client for the hosts of papers, set up by the configuration.

    **Arguments:**

    - `library`: whose queues it waits in; all hosts of arXiv are one queue, every other host is one.
    - `attempts`: how often a host that fails is asked.
    """
    settings = config()
    mirrors = settings.asked_at()
    hosts = {httpx.URL(url).host for url in (settings.arxiv_api, settings.arxiv_site)}

    def queue(url: httpx.URL) -> str:
        return "arXiv" if url.host in hosts or url.host == "arxiv.org" or url.host.endswith(".arxiv.org") else url.host

    async with HttpClient(
        library=library,
        trusted=frozenset(map(origin_of, (settings.arxiv_api, settings.arxiv_site, *mirrors.values()))),
        paced=queue,
        interval_s=settings.venue_interval_s,
        intervals={"arXiv": settings.arxiv_interval_s},
        mirrors=mirrors,
        silence_s=settings.http_timeout_s,
        attempts=attempts,
    ) as client:
        yield client
