"""Fetching one commit with git, from a server that may be hostile, into plain files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE

import anyio
import anyio.abc

from ..errors import (
    BadReference,
    NotFound,
    NotInstalled,
    PaperImplementerError,
    RefusedForSafety,
    TimedOut,
    TooLarge,
    Unreachable,
)

MAX_TRANSFER = 2 * 2**30
"""Bytes that a server may send, as they lie packed on disk."""
MAX_CHECKOUT = 2 * 2**30
MAX_FILES = 100_000
MAX_OUTPUT = 64 * 2**20

_SAFE = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "safe.bareRepository=explicit", "core.symlinks=false",
    "transfer.fsckObjects=true", "protocol.ext.allow=never", "protocol.file.allow=never", "credential.helper=",
    "core.protectNTFS=true", "core.protectHFS=true", "core.autocrlf=false", "core.askPass=true", "gc.auto=0",
    "submodule.recurse=false", "core.attributesFile=/dev/null", "fetch.fsck.zeroPaddedFilemode=ignore",
    "fetch.fsck.badTimezone=ignore", "fetch.fsck.missingSpaceBeforeDate=ignore",
)  # fmt: skip
_PASSED_ON = (
    "PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "all_proxy",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
)


@dataclass(frozen=True)
class GitServer:
    """A checked address.

    **Arguments:**

    - `url`: https, or http of a trusted host.
    - `resolve`: `host:port:address` that was found to be public; git connects there and nowhere else.
    - `redirects`: whether the server may send on to another address; for hosts known to be good.
    """

    url: str
    resolve: str | None = None
    redirects: bool = False

    def options(self) -> list[str]:
        """Options of git for this server."""
        safe = [*_SAFE, f"http.followRedirects={'initial' if self.redirects else 'false'}"]
        if self.resolve:
            safe.append(f"http.curloptResolve={self.resolve}")
        return [part for option in safe for part in ("-c", option)]


async def resolve_ref(server: GitServer, ref: str | None, *, timeout_s: float = 60.0) -> str | None:
    """The full commit of a branch or tag (of HEAD for None); None where the server has no such name.

    **Raises:** `NotFound` for no such repository, `Unreachable`, `TimedOut`, `NotInstalled`.
    """
    names = ["HEAD"] if ref is None else [f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}", f"refs/heads/{ref}", ref]
    output = await _git(server, ["ls-remote", "--", server.url, *names], cwd=Path.cwd(), timeout_s=timeout_s)
    lines = (line.partition("\t") for line in output.split("\n"))
    commits = {name: commit for commit, _, name in lines if _is_commit(commit)}
    if ref is None and "HEAD" not in commits:
        raise NotFound(f"The repository {server.url} is empty or has no default branch.", "Name a branch: …@branch.")
    return next((commits[n] for n in names if n in commits), None)


async def fetch_commit(server: GitServer, commit: str, into: Path, *, timeout_s: float = 600.0) -> str:
    """Fetch a commit (its full name, or an abbreviated one) and write its files into an empty folder; no history stays.

    Links become plain files with their target as text; submodules and LFS content are left out.

    **Returns:** the full commit.

    **Raises:** `BadReference` for no such commit, `TooLarge`, `TimedOut`, `Unreachable`, `NotFound`, `NotInstalled`.
    """
    store = into.with_name(into.name + ".git")
    git_dir = [f"--git-dir={store}"]
    try:
        await _git(server, ["init", "--quiet", "--bare", "--template=", "--", str(store)], cwd=into, timeout_s=30)
        fetch = [*git_dir, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        whole = False
        if len(commit) == 40:
            try:
                await _git(
                    server,
                    [*fetch, "--depth=1", "--", server.url, f"{commit}:refs/wanted"],
                    cwd=into,
                    timeout_s=timeout_s,
                    watch=store,
                )
            except (Unreachable, NotFound):
                whole = True  # Older servers give no single commit, dumb ones no shallow history.
        if whole or len(commit) < 40:
            everything = ["+refs/heads/*:refs/all/heads/*", "+refs/tags/*:refs/all/tags/*"]
            await _git(server, [*fetch, "--", server.url, *everything], cwd=into, timeout_s=timeout_s, watch=store)
        try:
            parsed = await _git(
                server,
                [*git_dir, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}"],
                cwd=into,
                timeout_s=30,
            )
        except Unreachable:
            raise BadReference(
                f"{server.url} has no branch, tag or commit {commit!r}.",
                "Check the name; a commit is best given in full.",
            ) from None
        full = parsed.strip()
        await _check_size(server, git_dir, full, into)
        checkout = [
            *git_dir,
            f"--work-tree={into}",
            "checkout",
            "--quiet",
            "--force",
            "--no-recurse-submodules",
            full,
            "--",
            ".",
        ]
        await _git(server, checkout, cwd=into, timeout_s=timeout_s)
        return full
    finally:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(lambda: shutil.rmtree(store, ignore_errors=True))


async def _check_size(server: GitServer, git_dir: list[str], commit: str, cwd: Path) -> None:
    listing = await _git(server, [*git_dir, "ls-tree", "-r", "-l", "-z", "--full-tree", commit], cwd=cwd, timeout_s=60)
    count = total = 0
    for entry in listing.split("\0"):
        fields = entry.partition("\t")[0].split()
        if len(fields) == 4 and fields[3].isdigit():
            count += 1
            total += int(fields[3])
    if not count:
        raise NotFound(f"{server.url} holds no files at {commit}.", "Name a branch that has some: …@branch.")
    if count > MAX_FILES or total > MAX_CHECKOUT:
        raise TooLarge(
            f"{server.url} holds {count} files of {total >> 20} MiB together; at most {MAX_FILES} files of {MAX_CHECKOUT >> 20} MiB are opened.",
            "Clone it, and pass the folder that matters.",
        )


def _is_commit(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{40}", text))


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment in which git runs: nothing of the user's configuration, no prompt, no helper program."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **kept,
        "LC_ALL": "C",
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "https",
        **(extra or {}),
    }


async def _git(
    server: GitServer, arguments: list[str], *, cwd: Path, timeout_s: float, watch: Path | None = None
) -> str:
    """Run git and return its output; its complaint, in our words, where it fails."""
    command = ["git", *server.options(), *arguments]
    protocols = "http:https" if server.url.startswith("http://") else "https"
    try:
        process = await anyio.open_process(
            command,
            cwd=cwd,
            env=environment({"GIT_ALLOW_PROTOCOL": protocols}),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise NotInstalled("git is needed to open a repository, and is not on this machine.", "Install git.") from None
    output, complaint = bytearray(), bytearray()
    try:
        with anyio.fail_after(timeout_s):
            async with anyio.create_task_group() as group:
                if watch is not None:
                    group.start_soon(_watch_size, watch, server.url)
                async with anyio.create_task_group() as readers:
                    readers.start_soon(_read, process.stdout, output, MAX_OUTPUT)
                    readers.start_soon(_read, process.stderr, complaint, 100_000)
                await process.wait()
                group.cancel_scope.cancel()
    except TimeoutError:
        raise TimedOut(
            f"{server.url} did not deliver within {timeout_s:g} seconds.", "Try again, or clone it and pass the folder."
        ) from None
    except ExceptionGroup as failures:
        for failure in failures.exceptions:
            if isinstance(failure, TooLarge):
                raise failure from None
        raise
    finally:
        with anyio.CancelScope(shield=True):
            await _end(process)
    if process.returncode:
        raise _failure(server.url, complaint.decode("utf-8", "replace"))
    return output.decode("utf-8", "surrogateescape")


async def _read(stream: anyio.abc.ByteReceiveStream | None, into: bytearray, limit: int) -> None:
    assert stream is not None
    async for chunk in stream:
        if len(into) < limit:
            into += chunk


async def _watch_size(folder: Path, url: str) -> None:
    while True:
        await anyio.sleep(0.5)
        size = 0
        for path in folder.rglob("*"):
            with suppress(OSError):
                size += path.stat().st_size
        if size > MAX_TRANSFER:
            raise TooLarge(
                f"{url} sends more than {MAX_TRANSFER >> 20} MiB.", "Clone it, and pass the folder that matters."
            )


async def _end(process: anyio.abc.Process) -> None:
    """Kill git and its helpers."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.aclose()


def _failure(url: str, complaint: str) -> PaperImplementerError:
    lines = [line.strip() for line in complaint.split("\n") if line.strip()]
    said = next(
        (line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "no reason given"
    )
    unsafe = re.search(r"object [0-9a-f]{40}: (\w+: .{1,200})", complaint)
    if unsafe:
        return RefusedForSafety(
            f"git refuses what {url} sends: {unsafe[1]}.",
            "Do not trust it. If you know it, clone it yourself and pass the folder.",
        )
    if re.search(
        r"not found|does not exist|Authentication failed|could not read Username|terminal prompts disabled|returned error: 40[134]",
        complaint,
    ):
        return NotFound(
            f"There is no public repository at {url}.", "Check the address; clone a private one and pass its folder."
        )
    return Unreachable(f"{url} could not be read: {said[:300]}.", "Check the address and the network, and try again.")
