"""What code in the sandbox may see of the machine: its own repository, its interpreter, the system's libraries, and little else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin", "/nix/store")
_ETC = (
    "alternatives",
    "group",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "locale.alias",
    "localtime",
    "nsswitch.conf",
    "OpenCL",
    "passwd",
    "vulkan",
)
_MAX_LINKS = 40
_SCRATCH = ("/tmp", "/var/tmp", "/scratch")


@dataclass(frozen=True)
class View:
    """The files that a run sees.

    **Arguments:**

    - `readable`: folders and files that it may read, at their own places; nothing outside of them and of the system is there.
    - `scratch_mb`: size of the folder that it may write, which is empty and lives as long as the run.
    - `home`: the user's home, of which hidden files are never shown, whatever is readable.
    """

    readable: tuple[Path, ...]
    scratch_mb: int = 2048
    home: Path = field(default_factory=Path.home)

    @property
    def scratch(self) -> str:
        """Where the scratch folder lies inside: at the first usual place that shows no readable folder."""
        roots = [str(path) for path in self.readable]
        return next(place for place in _SCRATCH if not any(_is_in(place, root) for root in roots))

    def shown(self) -> list[Path]:
        """Readable folders and files, where they really lie, without those that lie in others; outer ones first."""
        wanted = dict.fromkeys(_walk(path)[0] for path in self.readable)
        found: list[Path] = []
        for path in sorted(wanted, key=lambda path: len(path.parts)):
            in_system = any(path.is_relative_to(place) for place in _SYSTEM)
            if not in_system and not any(path.is_relative_to(other) for other in found):
                found.append(path)
        return found

    def links(self) -> list[tuple[Path, str]]:
        """Links on the way to readable folders, outside of them, and where each points."""
        shown = self.shown()
        links = dict(link for path in self.readable for link in _walk(path)[1])
        outside = [
            path for path in links if not any(path.is_relative_to(each) for each in (*shown, *map(Path, _SYSTEM)))
        ]
        return [(path, links[path]) for path in sorted(outside, key=lambda path: len(path.parts))]

    def masked(self) -> list[Path]:
        """Hidden files of the home that a readable folder would show: keys, tokens, histories."""
        if not any(self.home.is_relative_to(path) for path in self.shown()):
            return []
        needed = [path for path in self.readable if path != self.home and path.is_relative_to(self.home)]
        hidden = sorted(path for path in _entries(self.home) if path.name.startswith("."))
        return [path for path in hidden if not any(each == path or each.is_relative_to(path) for each in needed)]


def system() -> Iterator[tuple[str, str | None]]:
    """The system's folders: path, and where it points if it is a link."""
    for place in _SYSTEM:
        path = Path(place)
        if path.is_symlink():
            yield place, os.readlink(path)  # noqa: PTH115 - as it is written.
        elif path.is_dir():
            yield place, None
    for name in _ETC:
        if Path("/etc", name).exists():
            yield f"/etc/{name}", None


def _walk(path: Path) -> tuple[Path, list[tuple[Path, str]]]:
    """Where a path really leads, and the links on the way; a link that ends it is followed as well."""
    links: list[tuple[Path, str]] = []
    todo, at = list(Path(os.path.abspath(path)).parts[1:]), Path("/")  # noqa: PTH100 - links are kept.
    while todo and len(links) < _MAX_LINKS:
        step = at / todo.pop(0)
        if step.is_symlink():
            target = os.readlink(step)  # noqa: PTH115 - as it is written.
            links.append((step, target))
            todo = [*Path(os.path.abspath(at / target)).parts[1:], *todo]  # noqa: PTH100
            at = Path("/")
        else:
            at = step
    return at, links


def _entries(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_in(place: str, root: str) -> bool:
    return Path(place).is_relative_to(root)
