"""An index of the ACL Anthology: what is in it, and how it is searched. `bibliography` makes it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import combinations
from pathlib import Path

SCHEMA = """
CREATE TABLE papers(number INTEGER PRIMARY KEY, id TEXT UNIQUE, doi TEXT, title TEXT, authors TEXT, year INTEGER, venue TEXT);
CREATE INDEX papers_by_doi ON papers(doi) WHERE doi <> '';
CREATE VIRTUAL TABLE words USING fts5(
    title, authors, venue, content='papers', content_rowid='number', tokenize='porter unicode61 remove_diacritics 2'
);
"""
SEPARATOR = "\x1f"
"""Stands between authors."""
_WEIGHTS = "10.0, 4.0, 1.0"
"""How much a word counts in the title, the authors and the venue."""

Row = tuple[str, str, str, tuple[str, ...], int | None, str]
"""id, doi, title, authors, year, venue."""


def look_up(
    index: Path, words: tuple[str, ...], years: tuple[int | None, int | None], offset: int, count: int
) -> list[Row]:
    """The papers that have most of the words, the best first.

    **Arguments:**

    - `words`: words and phrases; of four or more, a paper may lack one, of seven or more, two.
    - `years`: first and last, each may be open.

    **Raises:** `sqlite3.DatabaseError` for an index that is damaged.
    """
    quoted = [f'"{word}"' for word in words[:12]]
    most = len(quoted) - (len(quoted) >= 4) - (len(quoted) >= 7)
    match = " OR ".join(f"({' AND '.join(chosen)})" for chosen in combinations(quoted, most))
    return _select(
        index,
        f"JOIN words ON words.rowid = papers.number WHERE words MATCH ? AND coalesce(year, 0) >= ? AND coalesce(year, 0) <= ?"
        f" ORDER BY bm25(words, {_WEIGHTS}), papers.id LIMIT ? OFFSET ?",
        (match, years[0] or 0, years[1] or 9999, count, offset),
    )


def look_up_named(index: Path, paper_id: str, doi: str) -> list[Row]:
    """The paper of an id or a DOI. Raises `sqlite3.DatabaseError` for an index that is damaged."""
    return _select(index, "WHERE id = ? OR (doi = ? AND doi <> '') ORDER BY id LIMIT 5", (paper_id, doi))


def _select(index: Path, condition: str, values: tuple[object, ...]) -> list[Row]:
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro", uri=True)) as db:
        query = f"SELECT papers.id, doi, papers.title, papers.authors, year, papers.venue FROM papers {condition}"
        found = db.execute(query, values).fetchall()
    return [
        (i, doi, title, tuple(filter(None, names.split(SEPARATOR))), year, venue)
        for i, doi, title, names, year, venue in found
    ]
