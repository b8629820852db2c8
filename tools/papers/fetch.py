"""Fetch a paper into the library and read it: from arXiv, from another venue or address, or from this machine."""

from __future__ import annotations

import difflib
import re
import shutil
import unicodedata
from dataclasses import replace
from functools import partial
from pathlib import Path

import anyio

from paper_implementer.tools.config import config
from paper_implementer.tools.errors import (
    Busy,
    NotFound,
    PaperImplementerError,
    RefusedForSafety,
    TimedOut,
    TooLarge,
    Unreachable,
    Unreadable,
)
from paper_implementer.tools.worker import Progress, no_progress, run_in_worker

from .hosts import open_client
from .library import Library, Origin
from .paper import Paper, PaperWarning
from .parsing import clean_text, parser_version
from .reference import (
    ArxivReference,
    LibraryReference,
    LocalReference,
    VenueReference,
    arxiv_id,
    parse_reference,
)
from .sources import arxiv, local, supplement
from .sources.material import COMPANION, Material
from .sources.obtain import describe, material_at, none_of_them
from .sources.venue import VenuePaper, Web
from .stages import Stages

PARSE_TIMEOUT_S = 300.0
_FALL_BACK = (NotFound, Unreadable, TooLarge, RefusedForSafety, TimedOut)
"""Errors after which another form of the same paper may still do."""
_OUTLIVES = ("withdrawn", "supplementary", "supplementary_missing", "open_copy")
"""Warnings that a new reading of the same files would not find again."""


async def fetch_paper(
    reference: str, library: Library, *, refresh: bool = False, progress: Progress = no_progress
) -> Paper:
    """Fetch and read a paper, or return it from the library if it is there.

    A local file is looked at each time: when it has changed it is another paper. Papers that an older parser has read are
    read again from the library's files.

    **Arguments:**

    - `reference`: as in `parse_reference`.
    - `refresh`: fetch and read again; for an arXiv id without a version, the newest version.

    **Raises:** `BadReference`, `NotFound`, `Unreachable`, `Busy`, `TimedOut`, `TooLarge`, `RefusedForSafety`, `Unreadable`.
    """
    found = parse_reference(reference)
    try:
        match found:
            case LocalReference(path):
                return await _local(path, library, refresh, progress)
            case LibraryReference(paper_id):
                return await _kept(paper_id, library, refresh, progress)
            case ArxivReference():
                return await _arxiv(found, library, refresh, progress)
            case VenueReference():
                return await _venue(found, library, refresh, progress)
    except OSError as error:
        place = f" at {error.filename}" if error.filename else ""
        raise Unreadable(
            f"Fetching {reference} failed{place}: {error.strerror or error}.", "Check rights and free space."
        ) from error


async def _local(path: Path, library: Library, refresh: bool, progress: Progress) -> Paper:
    problems: list[PaperImplementerError] = []
    with library.scratch() as scratch:
        materials = local.materials(path, scratch)
        while (material := await anyio.to_thread.run_sync(partial(next, materials, None))) is not None:
            try:
                content_hash = await anyio.to_thread.run_sync(material.content_hash)
                before = _get(library.by_content(content_hash), library)
                has_pages = before and (material.companion is None or COMPANION in library.files(before.id))
                if before and has_pages and not refresh:
                    return await _up_to_date(before, library, False, progress)
                paper = await _parse(material, path.name, progress)
            except _FALL_BACK as error:
                problems.append(error)
                continue
            if before:
                paper = _named_as(before, paper)
            else:
                paper.id = f"{_slug(local.readable_name(path))}-{content_hash[:8]}"
            return await _save(library, paper, material, content_hash, problems)
        raise problems[0]


async def _arxiv(reference: ArxivReference, library: Library, refresh: bool, progress: Progress) -> Paper:
    if refresh:
        return await _from_arxiv(reference, library, progress)
    paper_id = _library_id(reference) if reference.version else library.resolve(_alias(reference))
    if paper := _get(paper_id, library):
        return await _up_to_date(paper, library, False, progress)
    try:
        return await _from_arxiv(reference, library, progress)
    except (Unreachable, TimedOut, Busy) as error:
        newest = None if reference.version else _get(_newest_version(reference, library), library)
        if newest is None:
            raise
        paper = await _up_to_date(newest, library, False, progress)
        message = (
            f"This is the newest version in the library; whether arXiv has a newer one is not known: {error.message}"
        )
        paper.warnings.append(PaperWarning(kind="maybe_outdated", message=message))
        return paper


async def _from_arxiv(reference: ArxivReference, library: Library, progress: Progress) -> Paper:
    settings = config()
    with library.scratch() as scratch:
        async with open_client(library) as client:
            source = arxiv.Arxiv(client, settings.arxiv_api, settings.arxiv_site, scratch)
            stages = Stages(progress)
            stages.between(1, 5)(0, None, f"asking arXiv about {reference.versioned}")
            metadata, unknown = await _metadata(source, reference)
            wanted = metadata.reference if metadata else reference
            problems: list[PaperImplementerError] = []
            for form in (source.source, source.html, source.pdf):
                try:
                    material = await _with_pdf(await form(wanted, stages.between(5, 35)), source, wanted, stages)
                    paper = await _parse(material, f"arXiv:{wanted.versioned}", stages.between(50, 100))
                except _FALL_BACK as error:
                    problems.append(error)
                    continue
                wanted = ArxivReference(wanted.id, wanted.version or material.version)
                _describe(paper, wanted, metadata)
                paper.warnings += unknown
                content_hash = await anyio.to_thread.run_sync(material.content_hash)
                aliases = () if reference.version else (_alias(reference),)
                return await _save(library, paper, material, content_hash, problems, aliases)
    if metadata and metadata.withdrawn:
        raise arxiv.withdrawn(metadata)
    raise next((p for p in problems if not isinstance(p, NotFound)), problems[0])


async def _with_pdf(material: Material, source: arxiv.Arxiv, paper: ArxivReference, stages: Stages) -> Material:
    """Put the PDF beside a source, for its pages; where it cannot be had, a warning says so."""
    if material.source_format == "pdf":
        return material
    try:
        beside = await source.pdf(paper, stages.between(35, 50))
    except (*_FALL_BACK, Unreachable, Busy) as error:
        message = f"There are no page numbers, since the PDF could not be had: {error.message}"
        unpaged = PaperWarning(kind="pdf_unavailable", message=clean_text(message)[:600])
        return replace(material, warnings=(*material.warnings, unpaged))
    return replace(material, companion=beside.path)


async def _metadata(source: arxiv.Arxiv, reference: ArxivReference) -> tuple[arxiv.Metadata | None, list[PaperWarning]]:
    """Metadata, or None and a warning where the API is down: the paper itself may still be had."""
    try:
        return await source.metadata(reference), []
    except (Unreachable, TimedOut) as error:
        message = f"Title, authors and abstract are as the paper has them: {error.message}"
        return None, [PaperWarning(kind="metadata_unavailable", message=message)]


def _describe(paper: Paper, reference: ArxivReference, metadata: arxiv.Metadata | None) -> None:
    """Give a paper its id and what arXiv says about it."""
    paper.id = _library_id(reference)
    if metadata is None:
        paper.venue = paper.venue or "arXiv"
        return
    paper.title, paper.authors = metadata.title, metadata.authors or paper.authors
    paper.year, paper.venue = metadata.year, metadata.venue
    paper.abstract = metadata.abstract or paper.abstract
    if metadata.withdrawn:
        paper.warnings.append(PaperWarning(kind="withdrawn", message=metadata.withdrawn))


async def _venue(reference: VenueReference, library: Library, refresh: bool, progress: Progress) -> Paper:
    before = _get(library.resolve(reference.id) or reference.id, library)
    if before and not refresh:
        return await _up_to_date(before, library, False, progress)
    with library.scratch() as scratch:
        async with open_client(library) as client:
            web, stages = Web(client, scratch), Stages(progress)
            stages.between(1, 5)(0, None, f"asking about {reference.id}")
            found = await describe(reference, web)
            problems: list[PaperImplementerError] = []
            for url in (*found.pdf_urls, *found.copies):
                try:
                    material = await material_at(url, found, web, scratch, stages.between(5, 45))
                    paper = await _parse(material, found.id or reference.key, stages.between(50, 90))
                    break
                except (*_FALL_BACK, Unreachable, Busy) as error:
                    problems.append(error)
            else:
                raise none_of_them(found, problems)
            extra = await supplement.fetch_supplement(found.supplementary, web, scratch / "more")
        content_hash = await anyio.to_thread.run_sync(material.content_hash)
        same = None if found.id else _get(library.by_content(content_hash), library)
        if same and not refresh:
            await anyio.to_thread.run_sync(library.alias, same.id, (reference.id,))
            return await _up_to_date(same, library, False, progress)
        await _read_supplement(paper, extra, stages.between(90, 100))
        _describe_at_venue(paper, found, extra)
        name = paper.title or local.readable_name(Path(reference.key.partition("?")[0]))
        paper.id = found.id or (same.id if same else f"{_slug(name)}-{content_hash[:8]}")
        return await _save(library, paper, material, content_hash, problems, (reference.id,), extra)


def _describe_at_venue(paper: Paper, found: VenuePaper, extra: supplement.Supplement) -> None:
    """Give a paper what its venue says about it."""
    paper.title, paper.authors = found.title or paper.title, found.authors or paper.authors
    paper.year, paper.venue = found.year or paper.year, found.venue or paper.venue
    paper.abstract = found.abstract or paper.abstract
    paper.code_links += [link for link in found.code_links if link not in paper.code_links]
    paper.warnings = [*found.warnings, *extra.warnings, *paper.warnings]


async def _read_supplement(paper: Paper, extra: supplement.Supplement, progress: Progress) -> None:
    """Read the PDFs of a supplement into its paper; one that cannot be read is a warning."""
    for number, name in enumerate(extra.pdfs(), 1):
        path = extra.files[name]
        try:
            read = await _parse(Material("pdf", path.parent, path.name), name, progress)
        except _FALL_BACK as error:
            message = f"{name} is kept but could not be read: {error.message}"
            paper.warnings.append(PaperWarning(kind="supplementary_unread", message=clean_text(message)[:600]))
        else:
            supplement.attach(paper, read, name, number)


async def _kept(paper_id: str, library: Library, refresh: bool, progress: Progress) -> Paper:
    if paper := _get(paper_id, library):
        return await _up_to_date(paper, library, refresh, progress)
    near = difflib.get_close_matches(paper_id, library.ids(), n=3)
    hint = f"Nearest: {', '.join(near)}." if near else "Pass the file or the arXiv id."
    raise NotFound(f"The library has no paper {paper_id!r}.", hint)


async def _up_to_date(paper: Paper, library: Library, again: bool, progress: Progress) -> Paper:
    """A paper of the library, read again from its files when its parser has changed or when asked to."""
    origin = library.origin(paper.id)
    if not again and origin.parser_version == parser_version(origin.source_format):
        return paper
    with library.scratch() as scratch:
        for name, stored in library.files(paper.id).items():
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(stored, target)
        beside = scratch / COMPANION
        companion = beside if beside.is_file() else None
        material = Material(origin.source_format, scratch, origin.main, companion=companion)
        try:
            fresh = await _parse(material, paper.id, progress)
        except _FALL_BACK as error:
            paper.warnings.append(PaperWarning(kind="not_read_again", message=clean_text(str(error))[:600]))
            return paper
        extra = supplement.kept_supplement({name: scratch / name for name in library.files(paper.id)})
        await _read_supplement(fresh, extra, no_progress)
        return await _save(library, _named_as(paper, fresh), material, origin.content_hash, [], extra=extra)


def _named_as(before: Paper, fresh: Paper) -> Paper:
    """A new reading under the id of the old one; what a venue said of a paper outlives a new reading."""
    kept = {"id": before.id, "warnings": [*(w for w in before.warnings if w.kind in _OUTLIVES), *fresh.warnings]}
    if arxiv_id(before.id) or ":" in before.id:
        kept |= {k: value for k in ("title", "authors", "year", "venue", "abstract") if (value := getattr(before, k))}
    return fresh.model_copy(update=kept)


def _get(paper_id: str | None, library: Library) -> Paper | None:
    return library.get(paper_id) if paper_id else None


async def _parse(material: Material, what: str, progress: Progress) -> Paper:
    arguments = {"format": material.source_format, "path": str(material.path)}
    if material.source_format == "latex" and material.main:
        arguments["main"] = material.main
    if material.companion:
        arguments["companion"] = str(material.companion)
    answer = await run_in_worker(
        "paper_implementer.tools.papers.parsing:parse",
        arguments,
        what=f"Reading {what}",
        timeout_s=PARSE_TIMEOUT_S,
        progress=progress,
    )
    paper = Paper.model_validate(answer)
    paper.warnings = [*material.warnings, *paper.warnings]
    return paper


async def _save(
    library: Library,
    paper: Paper,
    material: Material,
    content_hash: str,
    problems: list[PaperImplementerError],
    aliases: tuple[str, ...] = (),
    extra: supplement.Supplement | None = None,
) -> Paper:
    """Put a paper into the library, with a warning for each better form of it that could not be had."""
    paper.warnings += [
        PaperWarning(kind="fallback", message=f"A better form of the paper was there: {clean_text(str(problem))[:600]}")
        for problem in problems
        if not isinstance(problem, NotFound)
    ]
    origin = Origin(content_hash, parser_version(material.source_format), material.source_format, material.main)
    # Shielded from cancellation by being a thread: the transaction ends one way or the other.
    files = {**material.files(paper), **(extra.files if extra else {})}
    await anyio.to_thread.run_sync(library.save, paper, files, origin, aliases)
    return paper


def _library_id(reference: ArxivReference) -> str:
    """Old-style ids lose their slash, as in the names of arXiv's own files, so that an id is one path segment."""
    return reference.versioned.replace("/", "")


def _newest_version(reference: ArxivReference, library: Library) -> str | None:
    """The id of the newest version of a paper that the library has, or None."""
    stem = _library_id(ArxivReference(reference.id)) + "v"
    versions = [i for i in library.ids() if i.startswith(stem) and i.removeprefix(stem).isdigit()]
    return max(versions, key=lambda i: int(i.removeprefix(stem)), default=None)


def _alias(reference: ArxivReference) -> str:
    return f"arXiv:{reference.id}"


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "paper"
