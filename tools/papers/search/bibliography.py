"""The bibliography of the ACL Anthology -> an index.

The Anthology has no search that programs could use; it publishes all its entries as one BibTeX file, which a machine has
written. It is read as a stream.
"""

from __future__ import annotations

import gzip
import io
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from paper_implementer.tools.errors import TooLarge, Unreadable
from paper_implementer.tools.worker import Progress, no_progress

from ..formats.latex.bibtex import parse_bibtex
from ..formats.latex.characters import ACCENTS, SYMBOLS
from .anthology import SCHEMA, SEPARATOR, Row
from .query import acl_id, by_doi
from .text import MAX_TITLE, MAX_VENUE, plain, plain_names, year_of

MAX_PLAIN_BYTES = 1 << 30
MAX_ENTRY_CHARS = 1 << 16
MAX_ENTRIES = 1_000_000

_ACCENTED = re.compile(r"\\(?:([`'^\"~=.])|([cvuHrkdbt])(?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\s*|[^A-Za-z])")


def build(source: str, target: str, progress: Progress = no_progress) -> int:
    """Make the index of a BibTeX file, which may be compressed. Runs in the worker process.

    **Arguments:**

    - `target`: the index, a file that is not there yet.

    **Returns:** the number of papers.

    **Raises:** `Unreadable` where there are none, `TooLarge`.
    """
    with closing(sqlite3.connect(target)) as db, _opened(Path(source)) as lines:
        db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {SCHEMA}")
        try:
            for number, (paper_id, doi, title, authors, year, venue) in enumerate(_rows(lines), 1):
                row = (number, paper_id, doi, title, SEPARATOR.join(authors), year, venue)
                db.execute("INSERT OR IGNORE INTO papers VALUES (?,?,?,?,?,?,?)", row)
                if number % 5000 == 0:
                    progress(number, None, f"indexing the ACL Anthology: {number} papers")
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable(
                f"The bibliography of the ACL Anthology arrived damaged: {error}.", "Search again."
            ) from error
        found = int(db.execute("SELECT count(*) FROM papers").fetchone()[0])
        if not found:
            raise Unreadable(
                "What came as the bibliography of the ACL Anthology holds no papers.", "Search again later."
            )
        db.execute("INSERT INTO words(words) VALUES ('rebuild')")
        db.execute("INSERT INTO words(words) VALUES ('optimize')")
        db.commit()
    return found


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    with gzip.open(path) if compressed else path.open("rb") as raw:
        yield io.TextIOWrapper(raw, "utf-8", "replace")


def _rows(lines: IO[str]) -> Iterator[Row]:
    for number, entry in enumerate(_entries(lines)):
        if number >= MAX_ENTRIES:
            raise TooLarge(f"The bibliography of the ACL Anthology has more than {MAX_ENTRIES} entries.")
        for fields in parse_bibtex(entry).values():
            if row := _row(fields):
                yield row


def _entries(lines: IO[str]) -> Iterator[str]:
    """The text of each entry: from a line that begins with @ to the next; endless ones are left out."""
    entry: list[str] = []
    size = read = 0
    while line := lines.readline(MAX_ENTRY_CHARS):
        read += len(line)
        if read > MAX_PLAIN_BYTES:
            raise TooLarge(f"The bibliography of the ACL Anthology is larger than {MAX_PLAIN_BYTES >> 20} MiB.")
        if line.startswith("@"):
            if entry and size <= MAX_ENTRY_CHARS:
                yield "".join(entry)
            entry, size = [], 0
        size += len(line)
        if size <= MAX_ENTRY_CHARS:
            entry.append(line)
    if entry and size <= MAX_ENTRY_CHARS:
        yield "".join(entry)


def _row(fields: dict[str, str]) -> Row | None:
    paper_id = acl_id(fields.get("url", "").rstrip("/").rpartition("/")[2])
    title = plain(unlatexed(fields.get("title", "")), MAX_TITLE)
    if fields["ENTRYTYPE"] == "proceedings" or not paper_id or not title:
        return None
    doi = by_doi(fields.get("doi", "")).doi
    venue = plain(unlatexed(fields.get("booktitle") or fields.get("journal") or ""), MAX_VENUE)
    names = re.split(r"\s+and\s+", unlatexed(fields.get("author", "")))
    return paper_id, doi, title, plain_names(_given_first(name) for name in names), year_of(fields.get("year")), venue


def unlatexed(text: str) -> str:
    """What a BibTeX value prints: accents composed, braces and commands gone."""
    if "\\" in text:
        text = _ACCENTED.sub(_accented, text)
        text = _COMMAND.sub(lambda match: SYMBOLS.get(match[0].strip(), "").replace("\\", ""), text)
    text = text.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    return re.sub(r"[{}$]", "", text.replace("~", " "))


def _accented(match: re.Match[str]) -> str:
    mark = ACCENTS["\\" + (match[1] or match[2])]
    return unicodedata.normalize("NFC", (match[3] or match[4]) + mark)


def _given_first(name: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name
