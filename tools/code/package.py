"""Fetching a package from the index that pip is set up for; nothing of it is built or run."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import anyio

from ..errors import NotFound, NotInstalled, PaperImplementerError, TimedOut, TooLarge, Unreachable, Unreadable

MAX_DOWNLOAD = 512 * 2**20
_ABSENT = re.compile(r"No matching distribution|Could not find a version")
_OFFLINE = re.compile(
    r"connection broken by|Failed to establish a new connection|name resolution|NameResolutionError|ConnectTimeout|ProxyError|SSLError"
)
"""pip calls a package absent when no index answers."""

_SOURCE_ONLY = """
import hashlib, sys
from pip._internal.commands.download import DownloadCommand
from pip._internal.network.utils import HEADERS, response_chunks
from pip._vendor.packaging.specifiers import SpecifierSet
name, version, folder, limit = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
command = DownloadCommand("download", "")
options, _ = command.parse_args(["--no-deps", "--no-input", name])
with command.main_context():
    session = command.get_default_session(options)
    finder = command._build_package_finder(options, session)
    found = finder.find_best_candidate(name, SpecifierSet("==" + version if version else ""))
    if found.best_candidate is None:
        versions = sorted({c.version for c in finder.find_all_candidates(name)})
        sys.exit("No matching distribution (from versions: %s)" % (", ".join(map(str, versions)) or "none"))
    link = found.best_candidate.link
    if link.is_file:
        data = open(link.file_path, "rb").read(limit + 1)
    else:
        answer = session.get(link.url.partition("#")[0], headers=HEADERS, stream=True)
        answer.raise_for_status()
        data = b""
        for chunk in response_chunks(answer):
            data += chunk
            if len(data) > limit:
                break
    if len(data) > limit:
        sys.exit("TOO LARGE")
    if link.hash and hashlib.new(link.hash_name, data).hexdigest() != link.hash:
        sys.exit("the hash does not match")
    with open(folder + "/" + link.filename.replace("/", "_"), "wb") as out:
        out.write(data)
"""
"""Asks pip's own finder for the best file and saves it. `pip download` would build a source package to learn its name."""


async def download_package(name: str, version: str | None, folder: Path, *, timeout_s: float = 600.0) -> Path:
    """Download the wheel of a package, or, where there is none, its source archive, into an empty folder.

    **Raises:** `NotFound`, `Unreachable`, `TooLarge`, `TimedOut`, `NotInstalled` for an interpreter without pip.
    """
    wanted = f"{name}=={version}" if version else name
    wheel = [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--dest",
        str(folder),
        "--",
        wanted,
    ]
    status, said = await _pip(wheel, folder, wanted, timeout_s)
    if status and _ABSENT.search(said) and not _OFFLINE.search(said):
        status, said = await _pip(
            ["-c", _SOURCE_ONLY, name, version or "", str(folder), str(MAX_DOWNLOAD)], folder, wanted, timeout_s
        )
    files = [f for f in folder.iterdir() if f.is_file()]
    if status or len(files) != 1:
        raise _failure(wanted, said)
    return files[0]


def version_of(archive: Path, name: str) -> str:
    """The version in the file name of a wheel or a source archive.

    **Raises:** `Unreadable`.
    """
    from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

    try:
        if archive.suffix == ".whl":
            return str(parse_wheel_filename(archive.name)[1])
        return str(parse_sdist_filename(archive.name)[1])
    except (InvalidSdistFilename, InvalidWheelFilename) as error:
        raise Unreadable(
            f"The index gave {archive.name!r} for {name}, which is no package file.",
            "Download it by hand and pass the folder.",
        ) from error


async def _pip(arguments: list[str], folder: Path, wanted: str, timeout_s: float) -> tuple[int, str]:
    said = bytearray()
    async with await anyio.open_process(
        [sys.executable, "-P", *arguments], cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
    ) as process:
        try:
            with anyio.fail_after(timeout_s):
                assert process.stdout is not None
                async for chunk in process.stdout:
                    said = (said + chunk)[-20_000:]
                await process.wait()
        except TimeoutError:
            process.kill()
            raise TimedOut(f"{wanted} was not downloaded within {timeout_s:g} seconds.", "Try again.") from None
        except BaseException:
            process.kill()
            raise
    return process.returncode or 0, said.decode("utf-8", "replace")


def _failure(wanted: str, said: str) -> PaperImplementerError:
    if "No module named pip" in said:
        return NotInstalled(
            "pip is needed to open a package, and is not in this interpreter.",
            "Run python -m ensurepip, or unpack the package and pass the folder.",
        )
    if "TOO LARGE" in said:
        return TooLarge(
            f"{wanted} is larger than {MAX_DOWNLOAD >> 20} MiB.", "Unpack it by hand and pass the folder that matters."
        )
    if _ABSENT.search(said) and not _OFFLINE.search(said):
        newer = re.search(r"from versions: ([^)]{1,400})", said)
        known = f" It has: {newer[1][-200:]}." if newer and newer[1] != "none" else ""
        return NotFound(f"The package index has no {wanted}.{known}", "Check name and version.")
    last = next((line.strip() for line in reversed(said.split("\n")) if line.strip()), "no reason given")
    return Unreachable(
        f"{wanted} could not be downloaded: {last[:300]}", "Check the network and pip's configuration, and try again."
    )
