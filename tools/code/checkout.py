"""Open code, wherever it lies, as plain files at a pin: fetched once, kept, and never run."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import anyio.to_thread

from ..errors import NotFound, TimedOut, Unreachable, Unreadable
from ..worker import Progress, no_progress
from .codebase import Codebase
from .git import GitServer, fetch_commit, resolve_ref
from .licence import licence_of
from .package import download_package, version_of
from .reference import CodeReference, parse_reference

_KNOWN_HOSTS = {"github.com", "gitlab.com", "huggingface.co", "bitbucket.org", "codeberg.org"}
_STALE_S = 24 * 3600.0
"""Age of an unfinished folder that nobody works on any more."""
_FRESH_S = 3600.0
"""How long the newest version of a package is not looked up again."""


async def open_codebase(
    code: str, home: Path, progress: Progress = no_progress, *, trusted_hosts: frozenset[str] = frozenset()
) -> Codebase:
    """Open a local folder, a git repository or a package.

    What was fetched once is reused; a branch is looked up again each time, and where its server does not answer the last
    commit known is opened, with a warning.

    **Arguments:**

    - `code`: `./path`, `github:owner/name[@ref][//sub]`, `https://host/x.git[@ref][//sub]`, `pypi:name[==version][//sub]`.
    - `home`: the folder of the library; checkouts lie in its `code` folder.
    - `trusted_hosts`: `host` or `host:port` that may be private and speak plain http.

    **Raises:** `BadReference`, `NotFound`, `Unreachable`, `RefusedForSafety`, `TooLarge`, `TimedOut`, `NotInstalled`, `Unreadable`.
    """
    reference = parse_reference(code, trusted_hosts)
    if reference.kind == "local":
        return _local(reference)
    if reference.kind == "pypi":
        return await _package(reference, home / "code" / "pypi", progress)
    return await _repository(reference, home / "code" / "git", trusted_hosts, progress)


def _local(reference: CodeReference) -> Codebase:
    path = Path(reference.location)
    try:
        there = path.exists()
    except OSError as error:
        raise Unreadable(
            f"{reference.shown} cannot be opened: {error.strerror}.", "Check the path and its rights."
        ) from error
    if not there:
        like_github = re.fullmatch(r"[\w.-]+/[\w.-]+", reference.shown)
        hint = f"For a repository on GitHub write github:{reference.shown}." if like_github else "Check the path."
        raise NotFound(f"There is no folder or file {reference.shown}.", hint)
    root = path.resolve()
    base = root if root.is_dir() else root.parent
    return Codebase(id=str(root), root=root, ref=str(root), licence=licence_of(base))


async def _repository(
    reference: CodeReference, store: Path, trusted_hosts: frozenset[str], progress: Progress
) -> Codebase:
    url = reference.location
    folder = store / f"{_slug(url)}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
    known = folder / "refs.json"
    commit = reference.ref if reference.ref and re.fullmatch(r"[0-9a-f]{40}", reference.ref) else None
    warnings: list[str] = []
    server: GitServer | None = None
    if commit is None:
        label = reference.ref or "HEAD"
        try:
            progress(0, None, f"looking up {label} of {reference.shown}")
            server = await _server(url, trusted_hosts)
            commit = await resolve_ref(server, reference.ref)
        except (Unreachable, TimedOut) as error:
            commit = _known_refs(known).get(label)
            if commit is None or not (folder / commit).is_dir():
                raise
            warnings.append(f"{error.message} This is the commit that {label} was when it was last looked up.")
        else:
            if commit is not None:
                _remember(known, label, commit)
    if commit is None or not (folder / commit).is_dir():
        server = server or await _server(url, trusted_hosts)
        progress(0, None, f"fetching {reference.shown}")
        with _workplace(folder) as work:
            commit = await fetch_commit(server, commit or reference.ref or "HEAD", work)
            await anyio.to_thread.run_sync(_install, work, folder / commit)
    pinned = f"{reference.shown}@{commit}"
    return _opened(folder / commit, pinned, reference.sub, commit=commit, warnings=warnings)


async def _package(reference: CodeReference, store: Path, progress: Progress) -> Codebase:
    name = re.sub(r"[-_.]+", "-", reference.location).lower()
    newest = store / f"{name}.newest"
    version, warnings = reference.ref, list[str]()
    if version is None and _age_s(newest) < _FRESH_S:
        version = newest.read_text(encoding="utf-8")
    if version is None or not (store / f"{name}-{version}").is_dir():
        progress(0, None, f"downloading {reference.shown}")
        try:
            version = await _download(name, reference.ref, store, progress)
        except (Unreachable, TimedOut) as error:
            version = newest.read_text(encoding="utf-8") if newest.exists() else ""
            if reference.ref is not None or not (store / f"{name}-{version}").is_dir():
                raise
            warnings.append(f"{error.message} This is the version that was newest when it was last looked up.")
        else:
            if reference.ref is None:
                _write(newest, version)
    return _opened(
        store / f"{name}-{version}", f"pypi:{name}=={version}", reference.sub, version=version, warnings=warnings
    )


async def _download(name: str, version: str | None, store: Path, progress: Progress) -> str:
    """Put a version of a package in the store; returns it."""
    with _workplace(store) as work, _workplace(store) as unpacked:
        archive = await download_package(name, version, work)
        found = version_of(archive, name)
        if not (store / f"{name}-{found}").is_dir():
            progress(0, None, f"unpacking {archive.name}")
            await anyio.to_thread.run_sync(_unpack, archive, unpacked)
            await anyio.to_thread.run_sync(_install, unpacked, store / f"{name}-{found}")
        return found


def _age_s(path: Path) -> float:
    """Seconds since a file was written; infinite where there is none."""
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _unpack(archive: Path, into: Path) -> None:
    from paper_implementer.tools.papers.archive import Limits, unpack

    unpack(archive, into, Limits(files=100_000, total_bytes=2 * 2**30))
    inside = list(into.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and archive.suffix != ".whl":
        for path in inside[0].iterdir():
            path.rename(into / path.name)
        inside[0].rmdir()


def _opened(
    checkout: Path,
    pinned: str,
    sub: str | None,
    *,
    commit: str | None = None,
    version: str | None = None,
    warnings: list[str] | None = None,
) -> Codebase:
    root = checkout / sub if sub else checkout
    if not root.exists() or not root.resolve().is_relative_to(checkout.resolve()):
        raise NotFound(
            f"{pinned} has no {sub}.", f"It has: {', '.join(sorted(p.name for p in checkout.iterdir())[:20])}."
        )
    whole = f"{pinned}//{sub}" if sub else pinned
    return Codebase(
        id=whole,
        root=root,
        ref=whole,
        commit=commit,
        version=version,
        licence=licence_of(checkout),
        sub=sub,
        warnings=warnings or [],
    )


async def _server(url: str, trusted_hosts: frozenset[str]) -> GitServer:
    """Check where a URL leads, and pin git to the addresses that were checked."""
    import httpx

    from paper_implementer.tools.papers.addresses import public_addresses

    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)
    if {host, f"{host}:{parts.port}"} & trusted_hosts:
        return GitServer(url)
    try:
        addresses = await public_addresses(host, port)
    except httpx.ConnectError as error:
        if os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy"):
            return GitServer(url, redirects=host in _KNOWN_HOSTS)
        raise Unreachable(
            f"{url} could not be reached: {error}.", "Check the address and the network, and try again."
        ) from error
    listed = ",".join(f"[{a}]" if ":" in a else a for a in addresses)
    return GitServer(url, resolve=f"{host}:{port}:{listed}", redirects=host in _KNOWN_HOSTS)


def _slug(url: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "_", url.removesuffix(".git").rstrip("/").rpartition("/")[2])[:60]


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A new folder beside the final one, gone at the end unless it was installed; those of killed processes go too."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(".new-*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_S:
                shutil.rmtree(old, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _install(work: Path, target: Path) -> None:
    """Put a finished folder in its place in one step; where another process was first, its work stands."""
    try:
        work.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _known_refs(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}


def _remember(path: Path, ref: str, commit: str) -> None:
    _write(path, json.dumps({**_known_refs(path), ref: commit}))


def _write(path: Path, text: str) -> None:
    """Write a small file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)
