"""Download from hosts that may be slow, broken or hostile.

Only http and https. A host that the operator configured is trusted; of any other, every address is checked to be public and
the connection goes to the address that was checked. Redirects are followed by hand, under the same rules. Sizes and times
are bounded; a transfer that was cut is taken up where it stopped.
"""

from __future__ import annotations

import gzip
import re
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import urljoin

import anyio
import httpx
import tenacity

from paper_implementer.tools.errors import (
    BadReference,
    Busy,
    NotFound,
    PaperImplementerError,
    RefusedForSafety,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.worker import Progress, no_progress

from .addresses import PinnedTransport
from .library import Library
from .refusals import Words, retry_after, words_of

USER_AGENT = "paper-implementer/0.1"
ATTEMPTS = 5
MAX_REDIRECTS = 8
TRY_LATER = "Try again later, or download the file by other means and pass it."
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Download:
    """A file that has arrived.

    **Arguments:**

    - `url`: where it came from after redirects; `filename`: the name that the server gave it, if any.
    - `etag`: what tells this version of the file from others, if the server said.
    - `unchanged`: the server says that the version asked about with If-None-Match is still the one; nothing was written.
    """

    path: Path
    url: str
    content_type: str
    filename: str | None
    etag: str | None = None
    unchanged: bool = False


class _Again(Exception):
    """This attempt failed; another may succeed, after `wait_s` seconds if the host said so.

    `error`: the kind of error that it is where no other attempt is made.
    """

    def __init__(self, why: str, wait_s: float | None = None, error: type[PaperImplementerError] = Unreachable) -> None:
        super().__init__(why)
        self.wait_s = wait_s
        self.error = error


@dataclass
class _Partial:
    """What has arrived of a file, and what is needed to ask for the rest; `trouble` is how the attempt before ended."""

    path: Path
    size: int = 0
    validator: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""

    def restart(self) -> None:
        self.path.unlink(missing_ok=True)
        self.size, self.validator = 0, None


@dataclass
class HttpClient:
    """A client for downloads; use it as an async context manager.

    **Arguments:**

    - `trusted`: origins that the operator configured ("https://arxiv.org"); they may be on any address.
    - `paced`: names the queue in which a URL has to wait, or None; in a queue one request starts every `interval_s` seconds,
      over all processes that share the `library`.
    - `intervals`: seconds between the requests of a queue, where they are others than `interval_s`.
    - `mirrors`: origins to ask in the place of public ones; may have a path. Trust them by `trusted`.
    - `silence_s`: longest silence of a host; `backoff_s`: first wait between `attempts`.
    """

    library: Library
    trusted: frozenset[str]
    paced: Callable[[httpx.URL], str | None] = lambda url: None
    interval_s: float = 3.0
    silence_s: float = 30.0
    backoff_s: float = 1.0
    attempts: int = ATTEMPTS
    intervals: Mapping[str, float] = field(default_factory=dict)
    mirrors: Mapping[str, str] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> Self:
        timeout = httpx.Timeout(self.silence_s)
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
        enter = self._stack.enter_async_context
        # Proxies of the environment serve the operator's hosts only: a proxy would resolve names out of our sight.
        self._open = await enter(httpx.AsyncClient(timeout=timeout, headers=headers))
        self._pinned = await enter(httpx.AsyncClient(timeout=timeout, headers=headers, transport=PinnedTransport()))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def download(
        self,
        url: str,
        to: Path,
        *,
        max_bytes: int,
        deadline_s: float = 300.0,
        headers: Mapping[str, str] | None = None,
        progress: Progress = no_progress,
    ) -> Download:
        """Bring a file here.

        **Arguments:**

        - `to`: the file to write. Content-Encoding gzip is undone, within `max_bytes`.
        - `deadline_s`: for everything, waiting and retries included.
        - `headers`: to send as well: a key, or If-None-Match. A redirect to another origin does not get them.

        **Raises:** `NotFound` (404, 410), `Unreachable`, `Busy` (the host asked us to wait too long), `TimedOut`, `TooLarge`,
        `RefusedForSafety`.
        """
        end = time.monotonic() + deadline_s
        partial = _Partial(to, extra=dict(headers or {}))
        partial.restart()
        attempts = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(_Again),
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=self._wait,
            sleep=anyio.sleep,
            reraise=True,
        )
        try:
            with anyio.fail_after(deadline_s):
                async for attempt in attempts:
                    with attempt:
                        try:
                            return await self._attempt(url, partial, max_bytes, end, progress)
                        except _Again as error:
                            partial.trouble = f" (last: {error})"
                            raise
        except _Again as error:
            raise error.error(
                f"{url} could not be fetched after {self.attempts} attempts: {error}.", TRY_LATER
            ) from error
        except TimeoutError:
            raise TimedOut(f"{url} did not arrive within {deadline_s:g} seconds{partial.trouble}.", TRY_LATER) from None
        raise AssertionError("tenacity returns or raises")

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, _Again) and error.wait_s is not None:
            return error.wait_s
        return float(tenacity.wait_random_exponential(multiplier=self.backoff_s, max=30)(state))

    async def _attempt(self, url: str, partial: _Partial, max_bytes: int, end: float, progress: Progress) -> Download:
        """Ask once, following redirects, and write what comes."""
        first = current = _parsed(url)
        for _ in range(MAX_REDIRECTS):
            headers = dict(partial.extra) if _origin(current) == _origin(first) else {}
            if partial.size and partial.validator:
                headers |= {"Range": f"bytes={partial.size}-", "If-Range": partial.validator}
            asked = self._mirrored(current)
            client = self._client_for(asked)
            await self._take_turn(current, end)
            try:
                async with client.stream("GET", asked, headers=headers) as response:
                    if response.has_redirect_location:
                        current = _redirected(current, response)
                        continue
                    if response.status_code == 416:
                        partial.restart()
                    if response.status_code == 304 and "If-None-Match" in headers:
                        return Download(partial.path, str(current), "", None, headers["If-None-Match"], unchanged=True)
                    if response.status_code not in (200, 206):
                        self._refuse(response, current, await words_of(response), end)
                    await _receive(response, partial, max_bytes, progress)
            except httpx.TransportError as error:
                raise _Again(_reason(error)) from error
            except httpx.InvalidURL as error:
                raise Unreachable(f"{url} leads to a malformed address: {error}.", TRY_LATER) from error
            await anyio.to_thread.run_sync(_decode, response, partial.path, max_bytes)
            got = response.headers
            return Download(partial.path, str(current), got.get("content-type", ""), _filename(got), got.get("etag"))
        raise Unreachable(f"{url} redirects more than {MAX_REDIRECTS} times.", TRY_LATER)

    def _client_for(self, url: httpx.URL) -> httpx.AsyncClient:
        if url.scheme not in ("http", "https") or not url.host:
            raise RefusedForSafety(f"{url} is neither http nor https.", "Only web addresses are fetched.")
        return self._open if _origin(url) in self.trusted else self._pinned

    def _mirrored(self, url: httpx.URL) -> httpx.URL:
        """The address that is asked for a public one."""
        mirror = self.mirrors.get(_origin(url))
        return _parsed(f"{mirror}{url.raw_path.decode('ascii')}") if mirror else url

    async def _take_turn(self, url: httpx.URL, end: float) -> None:
        if queue := self.paced(url):
            within_s = end - time.monotonic()
            interval_s = self.intervals.get(queue, self.interval_s)
            await anyio.sleep(await anyio.to_thread.run_sync(self.library.reserve, queue, interval_s, within_s))

    def _refuse(self, response: httpx.Response, url: httpx.URL, words: Words, end: float) -> NoReturn:
        """Raise what an answer means that is not the file."""
        status = response.status_code
        if status in (404, 410):
            raise NotFound(f"{url} does not exist (status {status}{words.said}).", "Check the id and the version.")
        if status == 416:
            raise _Again("the host refused to send the rest (status 416)", 0)
        if status not in _TRANSIENT:
            raise Unreachable(f"{url} answered with status {status}{words.said}.", TRY_LATER)
        wait_s = retry_after(response.headers.get("retry-after") or words.reset)
        if wait_s is not None:
            if queue := self.paced(url):
                self.library.hold_off(queue, wait_s)
            if wait_s > end - time.monotonic():
                raise Busy(
                    f"{url.host} asks to be left alone for {wait_s:.0f} seconds (status {status}{words.said}).",
                    "Try again after that time.",
                )
        raise _Again(
            f"the host answered with status {status}{words.said}", wait_s, Busy if status == 429 else Unreachable
        )


def _parsed(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise BadReference(f"{url[:200]!r} is not a well-formed URL: {error}.", "Check the address.") from error


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}".lower()


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as `HttpClient.trusted` wants them."""
    return _origin(httpx.URL(url))


def _redirected(current: httpx.URL, response: httpx.Response) -> httpx.URL:
    try:
        target = httpx.URL(urljoin(str(current), response.headers["location"]))
    except (httpx.InvalidURL, ValueError) as error:
        raise Unreachable(f"{current} redirects to a malformed address.", TRY_LATER) from error
    if current.scheme == "https" and target.scheme == "http":
        # Resolvers of DOIs lead to addresses of long ago; their hosts speak TLS today. In the clear nothing is fetched.
        if target.port not in (None, 80):
            raise RefusedForSafety(
                f"{current} redirects from https to http.", "Somebody between may be tampering; try another network."
            )
        return target.copy_with(scheme="https", port=None)
    return target


async def _receive(response: httpx.Response, partial: _Partial, max_bytes: int, progress: Progress) -> None:
    """Write a body, after what is there already if the host sends just the rest."""
    headers = response.headers
    start, total = 0, _number(headers.get("content-length"))
    if response.status_code == 206:
        match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("content-range", ""))
        if match is None or int(match[1]) != partial.size:
            partial.restart()
            raise _Again("the host sent another part than was asked for", 0)
        start, total = partial.size, _number(match[2])
    else:
        partial.restart()
        partial.validator = _validator(headers)
    if total is not None and total > max_bytes:
        raise _too_large(response.url, max_bytes)
    partial.size = start
    with partial.path.open("ab" if start else "wb") as file:
        async for chunk in response.aiter_raw():
            if partial.size + len(chunk) > max_bytes:
                raise _too_large(response.url, max_bytes)
            file.write(chunk)
            file.flush()
            before = partial.size
            partial.size += len(chunk)
            if before >> 20 != partial.size >> 20:
                progress(partial.size, total, f"fetching {response.url.path}")
    if total is not None and partial.size < total:
        raise _Again(f"the transfer was cut after {partial.size} of {total} bytes")


def _validator(headers: httpx.Headers) -> str | None:
    """What tells that a file is still the same (RFC 9110, 13.1.5: a weak tag does not do)."""
    tag: str | None = headers.get("etag")
    modified: str | None = headers.get("last-modified")
    return tag if tag and not tag.startswith("W/") else modified


def _decode(response: httpx.Response, path: Path, max_bytes: int) -> None:
    """Undo the transfer's compression, which some servers apply though they were asked not to."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return
    if encoding not in ("gzip", "x-gzip"):
        raise Unreadable(f"{response.url} came compressed as {encoding!r}, unasked.", TRY_LATER)
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return
    plain = path.with_name(path.name + ".plain")
    size = 0
    try:
        with gzip.open(path, "rb") as source, plain.open("wb") as out:
            while chunk := source.read(1 << 20):
                size += len(chunk)
                if size > max_bytes:
                    raise _too_large(response.url, max_bytes)
                out.write(chunk)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable(f"{response.url} arrived damaged: {error}.", TRY_LATER) from error
    plain.replace(path)


def _too_large(url: httpx.URL, max_bytes: int) -> PaperImplementerError:
    return TooLarge(f"{url} is larger than {max_bytes >> 20} MiB.", "Download it by other means and pass the file.")


def _filename(headers: httpx.Headers) -> str | None:
    match = re.search(r'filename="?([^";/\\]+)"?', headers.get("content-disposition", ""))
    return match[1] if match else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _reason(error: httpx.TransportError) -> str:
    return f"{type(error).__name__} ({error})" if str(error) else type(error).__name__
