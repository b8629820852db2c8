"""Unpack what strangers packed: tar, tar.gz, gz of a single file, zip, within limits and never outside the target folder."""

from __future__ import annotations

import errno
import gzip
import io
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from paper_implementer.tools.errors import RefusedForSafety, TooLarge, Unreadable

from .paper import PaperWarning
from .sniff import file_kind

CHUNK = 1 << 20
_HINT_SAFETY = "Do not trust this archive. If you know it, unpack it by hand and pass the folder."
_HINT_SIZE = "If you know the archive, unpack it by hand and pass the folder."
_HINT_DAMAGED = "Fetch or pack it again."
_CLUTTER = ("__MACOSX/", ".git/", ".DS_Store", "._")


@dataclass(frozen=True)
class Limits:
    """What an archive may hold.

    **Arguments:**

    - `files`, `depth`: number of members; folders in one name.
    - `total_bytes`: size of everything unpacked.
    - `ratio`: unpacked size over packed size, looked at from `ratio_from_bytes` on.
    """

    files: int = 5000
    depth: int = 24
    total_bytes: int = 512 * 2**20
    ratio: float = 200.0
    ratio_from_bytes: int = 64 * 2**20


LIMITS = Limits()


class Readable(Protocol):
    """What members are read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; empty at the end."""
        ...


def unpack(archive: Path, into: Path, limits: Limits = LIMITS) -> list[PaperWarning]:
    """Unpack an archive into an existing empty folder.

    Links inside the archive and clutter are left out, links with a warning. Nothing but plain files and folders is written.

    **Raises:** `RefusedForSafety` for members that point out of the folder and for devices; `TooLarge` over a limit;
    `Unreadable` for a damaged or encrypted archive.
    """
    budget = _Budget(archive, limits)
    kind = file_kind(archive)
    try:
        if kind == "zip":
            return _unzip(archive, into, budget)
        if kind == "tar":
            return _untar(archive, into, budget)
        if kind == "gzip":
            return _gunzip(archive, into, budget)
    except (tarfile.TarError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise Unreadable(f"The archive {archive.name} is damaged: {error}.", _HINT_DAMAGED) from error
    except (ValueError, OverflowError, struct.error, NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"The archive {archive.name} is malformed: {error}.", _HINT_DAMAGED) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # what zipfile lets through where an offset points before the file
            raise
        raise Unreadable(f"The archive {archive.name} is malformed: {error}.", _HINT_DAMAGED) from error
    raise Unreadable(
        f"{archive.name} is no archive that can be read here (it looks like: {kind}).",
        "Pass a .tar.gz, .tgz, .tar or .zip.",
    )


class _Budget:
    """Counts what has been unpacked and stops at the limits."""

    def __init__(self, archive: Path, limits: Limits) -> None:
        self.name = archive.name
        self.packed = max(1, archive.stat().st_size)
        self.limits = limits
        self.files = 0
        self.bytes = 0

    def member(self) -> None:
        self.files += 1
        if self.files > self.limits.files:
            raise TooLarge(f"The archive {self.name} holds more than {self.limits.files} members.", _HINT_SIZE)

    def copy(self, source: Readable, target: Path) -> None:
        """Write one member, counting."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            while chunk := source.read(CHUNK):
                self.bytes += len(chunk)
                self.check(self.bytes)
                out.write(chunk)

    def check(self, size: int) -> None:
        """Stop where `size` unpacked bytes are too many."""
        if size > self.limits.total_bytes:
            raise TooLarge(
                f"The archive {self.name} unpacks to more than {self.limits.total_bytes >> 20} MiB.", _HINT_SIZE
            )
        if size > self.limits.ratio_from_bytes and size > self.limits.ratio * self.packed:
            raise TooLarge(
                f"The archive {self.name} looks like a bomb: {self.packed} bytes unpack to more than {size >> 20} MiB.",
                _HINT_SAFETY,
            )

    def path(self, name: str) -> str | None:
        """The name of a member, normalised; None for clutter. Raises where it leads out of the folder."""
        unified = name.replace("\\", "/")
        parts = [p for p in unified.split("/") if p not in ("", ".")]
        if unified.startswith("/") or ".." in parts or ":" in unified[:3] or "\x00" in name:
            raise RefusedForSafety(
                f"The archive {self.name} has a member that leads out of it: {name[:120]!r}.", _HINT_SAFETY
            )
        if len(parts) > self.limits.depth or any(len(p.encode("utf-8", "replace")) > 255 for p in parts):
            raise TooLarge(f"The archive {self.name} has a name too deep or too long: {name[:80]!r}…", _HINT_SIZE)
        clean = "/".join(parts)
        if not clean or any(("/" + clean).find("/" + c) >= 0 for c in _CLUTTER) or not clean.isprintable():
            return None
        return clean

    def link(self, name: str, target: str) -> PaperWarning:
        """The warning for a link that stays inside. Raises where it leads out of the folder."""
        self.path(target)
        return PaperWarning(
            kind="link_skipped", message=f"The archive's link {name[:120]!r} to {target[:120]!r} was left out."
        )


class _CarefulFile(io.FileIO):
    """A file that refuses to be read in huge pieces: a hostile header may announce one of gigabytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > 16 * CHUNK:
            raise TooLarge("The archive has a header of more than 16 MiB.", _HINT_SAFETY)
        return super().read(size) or b""


def _untar(archive: Path, into: Path, budget: _Budget) -> list[PaperWarning]:
    warnings: list[PaperWarning] = []
    with _CarefulFile(archive) as raw, tarfile.open(fileobj=raw, mode="r:") as tar:
        for member in _members(tar):
            budget.member()
            name = budget.path(member.name)
            if member.issym() or member.islnk():
                base = member.name.rpartition("/")[0] if member.issym() and "/" in member.name else ""
                warnings.append(budget.link(member.name, _joined(base, member.linkname)))
            elif member.isdir():
                continue
            elif not member.isreg():
                raise RefusedForSafety(
                    f"The archive {budget.name} has a device or pipe: {member.name[:120]!r}.", _HINT_SAFETY
                )
            elif name is not None:
                content = tar.extractfile(member)
                assert content is not None, "regular members have content"
                _write(content, into / name, budget, warnings)
    return warnings


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """The members one by one."""
    while (member := tar.next()) is not None:
        yield member
        # tarfile keeps every header that it has read; hostile ones would fill the memory.
        tar.members.clear()  # type: ignore[attr-defined]


def _unzip(archive: Path, into: Path, budget: _Budget) -> list[PaperWarning]:
    warnings: list[PaperWarning] = []
    with zipfile.ZipFile(archive) as packed:
        for member in packed.infolist():
            budget.member()
            name = budget.path(member.filename)
            mode = member.external_attr >> 16
            if member.flag_bits & 1:
                raise Unreadable(f"The archive {budget.name} is encrypted.", "Unpack it by hand and pass the folder.")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unreadable(
                    f"The archive {budget.name} uses a compression that is not read here.",
                    "Pack it again, or pass a folder.",
                )
            if stat.S_ISLNK(mode):
                with packed.open(member) as content:
                    target = content.read(4096).decode("utf-8", "replace")
                base = member.filename.rpartition("/")[0]
                warnings.append(budget.link(member.filename, _joined(base, target)))
            elif stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise RefusedForSafety(
                    f"The archive {budget.name} has a device or pipe: {member.filename[:120]!r}.", _HINT_SAFETY
                )
            elif name is not None and not member.is_dir():
                with packed.open(member) as content:
                    _write(content, into / name, budget, warnings)
    return warnings


def _gunzip(archive: Path, into: Path, budget: _Budget) -> list[PaperWarning]:
    """Unpack a gzip, and what it holds if that is a tar; else it is a single file, named after what it is."""
    with tempfile.TemporaryDirectory(dir=into.parent, prefix="gunzip-") as scratch:
        inner = Path(scratch) / archive.name.removesuffix(".gz").removesuffix(".tgz")
        with gzip.open(archive, "rb") as content:
            budget.copy(content, inner)
        kind = file_kind(inner)
        if kind == "tar":
            budget.bytes = 0
            return _untar(inner, into, budget)
        suffix = {"pdf": ".pdf", "tex": ".tex", "html": ".html", "postscript": ".ps"}.get(kind, ".txt")
        inner.rename(into / f"paper{suffix}")
    return []


def _write(content: IO[bytes], target: Path, budget: _Budget, warnings: list[PaperWarning]) -> None:
    try:
        budget.copy(content, target)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        with suppress(OSError):
            target.unlink(missing_ok=True)
        warnings.append(
            PaperWarning(
                kind="member_skipped", message=f"A member of the archive clashes with another: {target.name!r}."
            )
        )


def _joined(base: str, target: str) -> str:
    """Where a link leads, seen from the archive's root; still with a leading `..` where it leads out."""
    if target.startswith(("/", "\\")):
        return target
    parts: list[str] = []
    for part in f"{base}/{target}".replace("\\", "/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
