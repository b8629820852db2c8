"""Readings of library papers, kept on disk: reading takes a second, and a paper is asked about again and again."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from paper_implementer.tools.errors import NotFound

from ..library import Library
from .followed import Opened
from .result import Reading, Taken

_MOST = 500
"""Readings that are kept; the one unused for longest makes room."""


def kept_reading(library: Library, paper_id: str) -> Reading:
    """The reading of a library paper: as it was kept, if neither the paper nor the rules have changed since.

    **Raises:** `NotFound` for a paper that the library does not have.
    """
    origin = library.origin(paper_id)
    said = "\0".join((paper_id, origin.content_hash, origin.parser_version, _rules_version()))
    place = library.home / "settings" / f"{hashlib.sha256(said.encode()).hexdigest()[:32]}.json"
    try:
        reading = Reading.model_validate_json(place.read_bytes())
        os.utime(place)
        return reading
    except (OSError, ValidationError):
        from .find import read_settings

        paper = library.get(paper_id)
        if paper is None:
            raise NotFound(f"The library has no paper {paper_id!r}.", "Fetch it first.") from None
        reading = read_settings(paper)
    _keep(place, reading)
    return reading


def opened_in(library: Library) -> Opened:
    """How to open what a paper follows: by arXiv number or title among the papers of the library."""

    @cache
    def known() -> dict[str, str]:
        places: dict[str, str] = {}
        for card in library.all():
            number = re.search(r"\d{4}\.\d{4,5}", card.id)
            for name in (number[0] if number else "", _folded(card.title)):
                if name:
                    places.setdefault(name, card.id)
        return places

    def opened(taken: Taken) -> Reading | None:
        number = (taken.arxiv_id or "").partition("v")[0]
        paper_id = known().get(number) or known().get(_folded(taken.title))
        return kept_reading(library, paper_id) if paper_id else None

    return opened


def _folded(title: str) -> str:
    folded = re.sub(r"[^a-z0-9]+", "", title.lower())
    return folded if len(folded) > 8 else ""


def _keep(place: Path, reading: Reading) -> None:
    """Write a reading in one step; a disk that is full or read-only only costs the time of the next reading."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(reading.model_dump_json())
        Path(name).replace(place)
        there = sorted(place.parent.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in there[:-_MOST]:
            path.unlink(missing_ok=True)
    except OSError:
        return


@cache
def _rules_version() -> str:
    """Identify the rules that read settings: the hash of their sources, of the vocabulary and of what methods there are."""
    here, knowledge = files(__package__), files("paper_implementer.knowledge")
    sources = [
        *_children(here),
        *_children(knowledge / "vocabulary"),
        knowledge / "values.py",
        knowledge / "catalogue.py",
    ]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    digest.update(" ".join(child.name for child in _children(knowledge / "methods")).encode())
    return digest.hexdigest()[:12]


def _children(folder: Traversable) -> list[Traversable]:
    return sorted((f for f in folder.iterdir() if f.name.endswith((".py", ".yaml"))), key=lambda f: f.name)
