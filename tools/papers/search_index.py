"""The full-text index of the library: one row of an FTS5 table for each block, in the same database.

A row is found by `number of its paper << 20 | position of the block`. Its columns hold tokens that are ready made by `words`
and `symbols`, so that SQLite only splits at blanks and ranking sees what the index sees. Triggers mark a paper as not
indexed whenever its row changes, also when a program that knows no index writes it; marked papers are indexed when somebody
searches. So is every paper when `INDEX_VERSION` has changed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import chain

from . import symbols, words
from .paper import Block, Paper

INDEX_VERSION = 1
"""Of the tokens in the index; to be raised when they change."""
POSITIONS = 1 << 20
"""Blocks that a paper can have, in the numbering of rows."""
MAX_TEXT = 100_000
"""Characters of a block that are indexed."""

SCHEMA = (
    "CREATE TABLE shelf(number INTEGER PRIMARY KEY, paper TEXT NOT NULL UNIQUE REFERENCES papers(id) ON DELETE CASCADE,"
    " version INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX shelf_by_version ON shelf(version)",
    "INSERT INTO shelf(paper) SELECT id FROM papers ORDER BY fetched_at",
    "CREATE VIRTUAL TABLE passages USING fts5(heading, body, symbols, columnsize=0, prefix='3',"
    " tokenize=\"ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'\")",
    "CREATE TRIGGER paper_comes AFTER INSERT ON papers BEGIN INSERT INTO shelf(paper) VALUES (new.id); END",
    "CREATE TRIGGER paper_changes AFTER UPDATE ON papers BEGIN UPDATE shelf SET version = 0 WHERE paper = new.id; END",
    "CREATE TRIGGER paper_goes AFTER DELETE ON shelf BEGIN DELETE FROM passages WHERE"
    f" rowid >= old.number * {POSITIONS} AND rowid < (old.number + 1) * {POSITIONS}; END",
)

_DOLLARS = re.compile(r"(?<!\\)(\$\$?).+?(?<!\\)\1|\\\(.+?\\\)|\\\[.+?\\\]", re.S)
_COMMAND = re.compile(r"\\[A-Za-z]+")


def add(db: sqlite3.Connection, paper: Paper) -> None:
    """Index the blocks of a paper, in place of what was indexed of it. Within the transaction that wrote the blocks."""
    (number,) = db.execute("SELECT number FROM shelf WHERE paper = ?", (paper.id,)).fetchone()
    first = number * POSITIONS
    db.execute("DELETE FROM passages WHERE rowid >= ? AND rowid < ?", (first, first + POSITIONS))
    about = f"{paper.title}\n{' '.join(paper.authors)}"
    db.executemany(
        "INSERT INTO passages(rowid, heading, body, symbols) VALUES (?,?,?,?)",
        (
            (first + position, *_columns(block, "" if position else about))
            for position, block in enumerate(paper.blocks[:POSITIONS])
        ),
    )
    db.execute("UPDATE shelf SET version = ? WHERE number = ?", (INDEX_VERSION, number))


def waiting(db: sqlite3.Connection) -> list[str]:
    """The papers that are in the library and not, or not any more, in the index."""
    rows = db.execute("SELECT paper FROM shelf WHERE version < ? OR version > ?", (INDEX_VERSION, INDEX_VERSION))
    return [paper for (paper,) in rows]


def rows_of(db: sqlite3.Connection, paper_id: str) -> tuple[int, int] | None:
    """First and last row number that the blocks of a paper can have; None for a paper that is not in the library."""
    row = db.execute("SELECT number FROM shelf WHERE paper = ?", (paper_id,)).fetchone()
    return (row[0] * POSITIONS, row[0] * POSITIONS + POSITIONS - 1) if row else None


def matching(db: sqlite3.Connection, expression: str, rows: tuple[int, int] | None, limit: int) -> list[int]:
    """Row numbers that match an FTS5 expression, the papers that came last first."""
    first, last = rows or (0, 1 << 62)
    found = db.execute(
        "SELECT rowid FROM passages WHERE passages MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?",
        (expression, first, last, limit),
    )
    return [row for (row,) in found]


def columns(db: sqlite3.Connection, rows: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """Row number and tokens of heading, body and symbols, for each of some rows."""
    marks = ",".join("?" * len(rows))
    found = db.execute(f"SELECT rowid, heading, body, symbols FROM passages WHERE rowid IN ({marks})", rows)
    return found.fetchall()


def kind_token(kind: str) -> str:
    """The token that marks the blocks of a kind, unlike any word or symbol."""
    return f"={kind}="


def heading_token(token: str) -> str:
    """A word of a heading or caption, beside the same word of the text: FTS5 lists all columns of a token together."""
    return f"#{token}"


def readable(block: Block) -> str:
    """What a block says, as Markdown: its own text, with its caption, its cells or its formula."""
    parts = [block.caption or block.title or "", block.text]
    if block.rows:
        parts.append("\n".join(" | ".join(dict.fromkeys(row)) for row in block.rows))
    if block.latex and block.latex not in block.text:
        parts.append(f"$$ {block.latex} $$")
    kept = list(dict.fromkeys(part for part in parts if part))
    return "\n".join(part for part in kept if not any(part != other and part in other for other in kept))[:MAX_TEXT]


def _columns(block: Block, about: str) -> tuple[str, str, str]:
    text = readable(block)
    formulas = list(symbols.formulas(text))
    # A formula's words ("softmax", "if") are in the text, too, for those who search by words.
    prose = _DOLLARS.sub(lambda formula: _COMMAND.sub(" ", formula[0]), text)
    # "Table 3" finds the table, not only those who speak of it.
    name = f"{block.kind} {block.number}" if block.number else ""
    unsaid = "\n".join(filter(None, (name, about)))
    heading = "\n".join(filter(None, (unsaid, block.title, block.caption)))
    signs = chain([kind_token(block.kind)], *map(symbols.tokens, formulas))
    return (
        _spaced(map(heading_token, words.tokens(heading))),
        _spaced(words.tokens(f"{prose}\n{unsaid}" if unsaid else prose)),
        _spaced(dict.fromkeys(signs)),
    )


def _spaced(tokens: Iterable[str]) -> str:
    return " ".join(tokens)
