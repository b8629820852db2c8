"""The library: papers that have been read, in SQLite, and their files, stored by content.

Several processes use one library at once. A paper is written in one transaction after its files are in place, so a kill at
any moment leaves the old state or the new; what a killed process left in `tmp/` is swept when somebody opens the library.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from paper_implementer.tools.errors import Busy, NotFound, Unreadable

from . import search_index
from .paper import Block, Paper, SourceFormat

SCHEMA_VERSION = 2
BUSY_TIMEOUT_S = 30.0
STALE_AFTER_S = 6 * 3600.0
"""Age from which a scratch folder belongs to nobody: no fetch may take that long."""

_ANOTHER_HOME = "PAPER_IMPLEMENTER_HOME can name another folder."

_SCHEMA = """
CREATE TABLE papers(
    id TEXT PRIMARY KEY, card TEXT NOT NULL, source_format TEXT NOT NULL, main TEXT,
    content_hash TEXT NOT NULL, parser_version TEXT NOT NULL, fetched_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX papers_by_time ON papers(fetched_at DESC, id);
CREATE INDEX papers_by_content ON papers(content_hash);
CREATE TABLE blocks(
    paper TEXT NOT NULL REFERENCES papers(id) ON DELETE CASCADE, position INTEGER NOT NULL,
    id TEXT NOT NULL, kind TEXT NOT NULL, page INTEGER, body TEXT NOT NULL, PRIMARY KEY (paper, position)
) WITHOUT ROWID;
CREATE TABLE files(
    paper TEXT NOT NULL REFERENCES papers(id) ON DELETE CASCADE, name TEXT NOT NULL,
    sha256 TEXT NOT NULL, PRIMARY KEY (paper, name)
) WITHOUT ROWID;
CREATE INDEX files_by_content ON files(sha256);
CREATE TABLE aliases(reference TEXT PRIMARY KEY, paper TEXT NOT NULL REFERENCES papers(id) ON DELETE CASCADE) WITHOUT ROWID;
CREATE TABLE pace(host TEXT PRIMARY KEY, next REAL NOT NULL) WITHOUT ROWID;
"""


class LibraryCard(BaseModel):
    """What a list of the library shows of a paper."""

    id: str
    title: str
    authors: list[str]
    year: int | None = None
    venue: str | None = None
    abstract: str
    source_format: SourceFormat
    pages: int | None = None


@dataclass(frozen=True)
class Origin:
    """What a paper was read from.

    **Arguments:**

    - `content_hash`: over names and contents of its files; `parser_version`: of the code that read them.
    - `main`: the file to begin with, among several.
    """

    content_hash: str
    parser_version: str
    source_format: SourceFormat
    main: str | None = None


class Library:
    """The papers that have been fetched.

    **Arguments:**

    - `home`: the folder of the product's data; made when it is not there.
    """

    def __init__(self, home: Path) -> None:
        self.home = Path(home)
        self.database = self.home / "library.sqlite"
        self._files = self.home / "files"
        self._scratch = self.home / "tmp"
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreadable(
                f"The library's folder {self.home} cannot be made: {error.strerror}.", _ANOTHER_HOME
            ) from error
        self._prepare()
        self._sweep()

    def get(self, paper_id: str) -> Paper | None:
        """The paper of this id, or None."""
        with self.reading() as db:
            return _paper(db, paper_id)

    def all(self) -> list[LibraryCard]:
        """Every paper, without its blocks, the last fetched first."""
        with self.reading() as db:
            rows = db.execute("SELECT card FROM papers ORDER BY fetched_at DESC, id").fetchall()
        return [LibraryCard.model_validate_json(card) for (card,) in rows]

    def ids(self) -> list[str]:
        """The id of every paper, the last fetched first."""
        with self.reading() as db:
            return [paper_id for (paper_id,) in db.execute("SELECT id FROM papers ORDER BY fetched_at DESC, id")]

    def origin(self, paper_id: str) -> Origin:
        """What a paper was read from. Raises `NotFound`."""
        with self.reading() as db:
            row = db.execute(
                "SELECT content_hash, parser_version, source_format, main FROM papers WHERE id = ?", (paper_id,)
            ).fetchone()
        if row is None:
            raise NotFound(f"The library has no paper {paper_id!r}.", "Fetch it first.")
        return Origin(*row)

    def resolve(self, reference: str) -> str | None:
        """The id of the paper that a reference led to before, or None."""
        with self.reading() as db:
            row = db.execute("SELECT paper FROM aliases WHERE reference = ?", (reference,)).fetchone()
        return cast(str, row[0]) if row else None

    def by_content(self, content_hash: str) -> str | None:
        """The id of the paper that was read from this content, or None."""
        with self.reading() as db:
            row = db.execute(
                "SELECT id FROM papers WHERE content_hash = ? ORDER BY fetched_at", (content_hash,)
            ).fetchone()
        return cast(str, row[0]) if row else None

    def save(self, paper: Paper, files: Mapping[str, Path], origin: Origin, aliases: tuple[str, ...] = ()) -> None:
        """Put a paper and copies of its files into the library, in place of what was there under its id.

        **Arguments:**

        - `files`: names within the paper -> where they are now.
        - `aliases`: references that lead to this paper from now on.
        """
        card = paper.model_copy(update={"blocks": []}).model_dump_json(exclude_none=True)
        with self.scratch() as staging:
            staged = {name: _stage(path, staging) for name, path in files.items()}
            with self._writing() as db:
                before = {digest for (digest,) in db.execute("SELECT sha256 FROM files WHERE paper = ?", (paper.id,))}
                for digest, copy in staged.values():
                    self._keep(digest, copy)
                for folder in {self._place(digest).parent for digest, _ in staged.values()}:
                    _sync(folder)
                db.execute("DELETE FROM blocks WHERE paper = ?", (paper.id,))
                db.execute("DELETE FROM files WHERE paper = ?", (paper.id,))
                db.execute(
                    "INSERT INTO papers VALUES (?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET card=excluded.card,"
                    " source_format=excluded.source_format, main=excluded.main, parser_version=excluded.parser_version,"
                    " fetched_at=iif(content_hash=excluded.content_hash, fetched_at, excluded.fetched_at),"
                    " content_hash=excluded.content_hash",
                    (
                        *(paper.id, card, origin.source_format, origin.main),
                        *(origin.content_hash, origin.parser_version, time.time()),
                    ),
                )
                db.executemany(
                    "INSERT INTO blocks VALUES (?,?,?,?,?,?)",
                    [
                        (paper.id, i, b.id, b.kind, b.page, b.model_dump_json(exclude_none=True))
                        for i, b in enumerate(paper.blocks)
                    ],
                )
                db.executemany("INSERT INTO files VALUES (?,?,?)", [(paper.id, n, d) for n, (d, _) in staged.items()])
                search_index.add(db, paper)
                self._alias(db, paper.id, aliases)
        if gone := before - {digest for digest, _ in staged.values()}:
            self._drop(gone)

    def index(self, within_s: float) -> int:
        """Index papers that were written by a program that knows no index, or another one; return how many still wait.

        One transaction a paper, until the seconds are over.
        """
        with self.reading() as db:
            waiting = search_index.waiting(db)
        end = time.monotonic() + within_s
        for done, paper_id in enumerate(waiting):
            if time.monotonic() > end:
                return len(waiting) - done
            with self._writing() as db:
                if paper := _paper(db, paper_id):
                    search_index.add(db, paper)
        return 0

    def alias(self, paper_id: str, references: tuple[str, ...]) -> None:
        """Let references lead to a paper that is in the library."""
        with self._writing() as db:
            self._alias(db, paper_id, references)

    def files(self, paper_id: str) -> dict[str, Path]:
        """The files of a paper: names within the paper -> where they are stored. Not to be written to."""
        with self.reading() as db:
            rows = db.execute("SELECT name, sha256 FROM files WHERE paper = ? ORDER BY name", (paper_id,)).fetchall()
        return {name: self._place(digest) for name, digest in rows}

    def reserve(self, host: str, interval_s: float, within_s: float) -> float:
        """Take the next turn at a host that wants to be asked slowly; all processes of the library share the queue.

        Returns the seconds to wait for the turn. **Raises:** `Busy` if it would come later than `within_s` seconds from now.
        """
        now = time.time()
        with self._writing() as db:
            row = db.execute("SELECT next FROM pace WHERE host = ?", (host,)).fetchone()
            turn = max(now, row[0]) if row and row[0] < now + 3600 else now  # later than that: the clock was set back
            if turn - now > within_s:
                raise Busy(
                    f"{host} asked to be left alone for {turn - now:.0f} more seconds.", "Try again after that time."
                )
            db.execute("INSERT OR REPLACE INTO pace VALUES (?,?)", (host, turn + interval_s))
        return turn - now

    def hold_off(self, host: str, seconds: float) -> None:
        """Let nobody ask a host for some seconds, as it has requested."""
        with self._writing() as db:
            row = db.execute("SELECT next FROM pace WHERE host = ?", (host,)).fetchone()
            db.execute(
                "INSERT OR REPLACE INTO pace VALUES (?,?)", (host, max(time.time() + seconds, row[0] if row else 0))
            )

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder for work in progress, on the same file system as the library; gone at the end."""
        folder = Path(tempfile.mkdtemp(prefix=f"{_owner()}_", dir=self._scratch))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _keep(self, digest: str, copy: Path) -> None:
        """Move a staged file to its place by content. Only within a writing transaction: see `_drop`."""
        place = self._place(digest)
        if not place.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            copy.replace(place)

    def _drop(self, candidates: Iterable[str]) -> None:
        """Remove those stored files that no paper has. The writer's lock keeps others from counting on them meanwhile."""
        with self._writing() as db:
            for digest in candidates:
                if db.execute("SELECT 1 FROM files WHERE sha256 = ? LIMIT 1", (digest,)).fetchone() is None:
                    self._place(digest).unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        return self._files / digest[:2] / digest[2:]

    @staticmethod
    def _alias(db: sqlite3.Connection, paper_id: str, references: tuple[str, ...]) -> None:
        db.executemany("INSERT OR REPLACE INTO aliases VALUES (?,?)", [(r, paper_id) for r in references])

    def _prepare(self) -> None:
        with self._writing() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise Unreadable(
                    f"The library {self.database} was written by a newer version of this program.",
                    f"Update paper-implementer. {_ANOTHER_HOME}",
                )
            if version < 1:
                for statement in _SCHEMA.split(";\n"):
                    db.execute(statement)
            if version < 2:
                for statement in search_index.SCHEMA:
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _sweep(self) -> None:
        """Remove what killed processes have left: their scratch folders, and files that they stored for no paper."""
        left = [entry for entry in self._scratch.iterdir() if _abandoned(entry)]
        for entry in left:
            shutil.rmtree(entry, ignore_errors=True)
        if left and self._files.is_dir():
            self._drop(folder.name + file.name for folder in self._files.iterdir() for file in folder.iterdir())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One connection, one consistent view."""
        with self._connection("BEGIN") as db:
            yield db

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One connection, one transaction that no other writer can interleave with."""
        with self._connection("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def _connection(self, begin: str) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self.database, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = NORMAL")
                db.execute("PRAGMA foreign_keys = ON")
                db.execute(begin)
                try:
                    yield db
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
            finally:
                db.close()
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Busy("The library is being written by another process.", "Try again in a moment.") from error
            raise Unreadable(
                f"The library {self.database} cannot be used: {error}.", "Check the folder's rights and space."
            ) from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise
            raise Unreadable(
                f"The library {self.database} is damaged: {error}.", "Move it away; papers can be fetched again."
            ) from error


def _paper(db: sqlite3.Connection, paper_id: str) -> Paper | None:
    row = db.execute("SELECT card FROM papers WHERE id = ?", (paper_id,)).fetchone()
    if row is None:
        return None
    paper = Paper.model_validate_json(row[0])
    bodies = db.execute("SELECT body FROM blocks WHERE paper = ? ORDER BY position", (paper_id,))
    paper.blocks = [Block.model_validate_json(body) for (body,) in bodies]
    return paper


def _stage(path: Path, staging: Path) -> tuple[str, Path]:
    """Copy a file into a scratch folder and onto the disk; return its SHA-256 and the copy."""
    handle, name = tempfile.mkstemp(dir=staging)
    digest = hashlib.sha256()
    with path.open("rb") as source, os.fdopen(handle, "wb") as out:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), Path(name)


def _sync(folder: Path) -> None:
    """Make a rename in a folder survive a power cut."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _owner() -> str:
    """This process among all that may share the library, also from other machines and containers."""
    return f"{re.sub('[^A-Za-z0-9]', '', platform.node())}-{os.getpid()}"


def _abandoned(entry: Path) -> bool:
    """Whether the process that made a scratch folder is gone, as far as can be told from here."""
    host, _, pid = entry.name.partition("_")[0].partition("-")
    try:
        if time.time() - entry.stat().st_mtime > STALE_AFTER_S:
            return True
        # Signal 0 would end a process on Windows; age alone decides there.
        if os.name == "posix" and host == _owner().partition("-")[0] and pid.isdigit():
            os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
