"""Supplementary files of a paper: fetched, unpacked, and those that are PDFs read as further blocks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import anyio

from paper_implementer.tools.errors import PaperImplementerError, Unreadable

from ..archive import Limits, unpack
from ..paper import Block, Paper, PaperWarning
from ..sniff import file_kind
from .material import walk
from .venue import Web

FOLDER = "supplementary"
MAX_FILES = 4
MAX_BYTES = 128 * 2**20
MAX_READ = 3
MAX_KEPT = 500
MAX_KEPT_BYTES = 64 * 2**20
SHOWN = 30
_LIMITS = Limits(files=20_000, total_bytes=1024 * 2**20)


@dataclass
class Supplement:
    """What came with a paper.

    **Arguments:**

    - `files`: by name within the paper, all below `supplementary/`.
    - `warnings`: what there is, and what could not be had.
    """

    files: dict[str, Path] = field(default_factory=dict)
    warnings: list[PaperWarning] = field(default_factory=list)

    def pdfs(self) -> list[str]:
        """The files to read, the outermost first."""
        names = [name for name in self.files if name.lower().endswith(".pdf") and file_kind(self.files[name]) == "pdf"]
        return sorted(names, key=lambda name: (name.count("/"), name))[:MAX_READ]


async def fetch_supplement(urls: tuple[str, ...], web: Web, folder: Path) -> Supplement:
    """Fetch supplementary files and unpack archives; what cannot be had is a warning, never an error.

    **Arguments:**

    - `folder`: where they are put; made here.
    """
    found = Supplement()
    for number, url in enumerate(urls[:MAX_FILES], 1):
        into = folder / str(number)
        into.mkdir(parents=True)
        try:
            got = await web.get(url, MAX_BYTES)
            name = _name(got.filename or unquote(PurePosixPath(urlsplit(got.url).path).name), number)
            kind = file_kind(got.path)
            if kind in ("html", "empty"):
                raise Unreadable(f"what came is {'a web page' if kind == 'html' else 'empty'}.")
            if kind in ("zip", "tar", "gzip"):
                await anyio.to_thread.run_sync(unpack, got.path, into, _LIMITS)
                _keep(found, into, PurePosixPath(FOLDER, name).with_suffix(""))
            else:
                found.files[f"{FOLDER}/{name}"] = got.path
        except PaperImplementerError as error:
            message = f"The supplementary file {url} could not be had: {error.message}"
            found.warnings.append(PaperWarning(kind="supplementary_missing", message=message[:600]))
    if found.files:
        names = sorted(found.files)
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        listed = ", ".join(name.removeprefix(f"{FOLDER}/") for name in names[:SHOWN])
        found.warnings.append(PaperWarning(kind="supplementary", message=f"Supplementary files: {listed}{more}."))
    return found


def kept_supplement(files: dict[str, Path]) -> Supplement:
    """The supplement among the files of a paper that is in the library."""
    return Supplement({name: path for name, path in files.items() if name.startswith(f"{FOLDER}/")})


def attach(paper: Paper, supplement: Paper, name: str, number: int) -> None:
    """Put the blocks of a supplement behind those of its paper, as an appendix whose ids begin with `supp-`.

    Its pages are counted on from the paper's last, so that a page number means one page.

    **Arguments:**

    - `number`: from 1; ids of the second begin with `supp2-`.
    """
    prefix = "supp-" if number == 1 else f"supp{number}-"
    shift = paper.pages or 0
    title = f"Supplementary material: {name.removeprefix(f'{FOLDER}/')}"
    head = Block(id=f"{prefix}sec:0", kind="section", title=title, text=title, level=1, role="appendix", page=shift + 1)
    paper.blocks.append(head)
    for block in supplement.blocks:
        changes = {
            "id": prefix + block.id,
            "section": prefix + block.section if block.section else head.id,
            "page": block.page + shift if block.page else None,
            "level": block.level + 1 if block.level else None,
            "role": "appendix" if block.kind == "section" and block.role != "references" else block.role,
            "image": None,
        }
        paper.blocks.append(block.model_copy(update=changes))
    paper.pages = shift + (supplement.pages or 0)
    paper.warnings += [w.model_copy(update={"page": w.page + shift if w.page else None}) for w in supplement.warnings]
    paper.warnings.append(
        PaperWarning(
            kind="supplementary_pages",
            message=f"Pages {shift + 1} to {paper.pages} are those of {name}; its ids begin with {prefix}.",
        )
    )
    paper.code_links += [link for link in supplement.code_links if link not in paper.code_links]


def _keep(found: Supplement, folder: Path, under: PurePosixPath) -> None:
    """Take unpacked files in, up to what a library should hold; of the rest the names are told."""
    left_out = size = 0
    for path in walk(folder):
        size += path.stat().st_size
        if len(found.files) < MAX_KEPT and size <= MAX_KEPT_BYTES:
            found.files[str(under / path.relative_to(folder).as_posix())] = path
        else:
            left_out += 1
            size -= path.stat().st_size
    if left_out:
        message = f"{left_out} files of {under.name} are not kept: the supplement is large."
        found.warnings.append(PaperWarning(kind="supplementary_missing", message=message))


def _name(given: str, number: int) -> str:
    """A plain file name for what a server called its file."""
    safe = "".join(c if c.isalnum() or c in "._- " else "_" for c in given)[-100:].strip(". ")
    return safe or f"supplement-{number}"
