"""One SQLite file keeps everything. The only SQL of the project is here.

A unit of work is one row, so it is kept whole or not at all. Appending blocks the event loop for some microseconds:
cheaper than handing it to a thread, and nothing can come between a unit of work and its row. One process at a time: the
file is locked by the operating system, which lets go of it however the process ends.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import islice
from pathlib import Path

import orjson

from sandbox.core.changes import Change
from sandbox.journal.base import JournalError
from sandbox.journal.codec import Codec

APPLICATION_ID = 0x70617942  # "payB": tells our files from other programs'
FORMAT = 1  # of tables and text; a file of a higher one is left alone
# The operating system has every answered write, so killing the process loses none. When the machine itself loses power
# the last writes may be lost (never half of one, and the file stays sound); FULL would prevent it at a disk flush a write.
SYNCHRONOUS = "NORMAL"
CHECKPOINT_PAGES = 4_000  # of write-ahead log between two moves into the file: 16 MB
CHANGES_A_ROW = 256  # when a log is rewritten; keeps rows and memory small

TABLES = """
CREATE TABLE layouts (number INTEGER PRIMARY KEY, fields TEXT NOT NULL);
CREATE TABLE entries (number INTEGER PRIMARY KEY, key TEXT NOT NULL, layout INTEGER NOT NULL, changes TEXT NOT NULL);
"""
# There is no index by key: it would cost every append to speed up what is rare. Where a key begins is remembered instead.
APPEND = "INSERT INTO entries (key, layout, changes) VALUES (?, ?, ?)"


class SqliteJournal:
    """Raises JournalError when the file is no journal of ours, is damaged, or another process holds it."""

    def __init__(self, path: str | Path, records: Iterable[type] = ()) -> None:
        self.path = str(path)
        self._codec = Codec(records)
        self._first: dict[str, int] = {}  # key -> number of its first entry
        self._loaded = False  # whether every key is in there
        self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise self._error(error) from error
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._claim(db)
            self._layout = self._layout_number(db)
        except (sqlite3.Error, JournalError) as error:
            db.close()
            raise self._error(error) from error
        return db

    def _claim(self, db: sqlite3.Connection) -> None:
        """The file is ours: an empty one is made so, a foreign one is not touched."""
        application, format = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if application != APPLICATION_ID:
            if application or format or db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                raise JournalError("it is a database of another program")
        elif format > FORMAT:
            raise JournalError(f"a newer payment-sandbox wrote it (format {format}, this one reads {FORMAT})")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        with db:
            db.execute("BEGIN IMMEDIATE")  # also takes the lock
            if application != APPLICATION_ID:
                for statement in TABLES.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {FORMAT}")

    def _layout_number(self, db: sqlite3.Connection) -> int:
        """The number under which the fields of today's classes are kept."""
        fields = orjson.dumps(self._codec.layout).decode()
        found = db.execute("SELECT number FROM layouts WHERE fields = ?", (fields,)).fetchone()
        if found is None:
            found = [db.execute("INSERT INTO layouts (fields) VALUES (?)", (fields,)).lastrowid]
        return int(found[0])

    def _error(self, error: Exception) -> JournalError:
        why = str(error)
        if isinstance(error, sqlite3.Error):
            why = {
                "database is locked": f"another server{_pid_of_holder(self.path)} holds it",
                "unable to open database file": _why_not_opened(self.path),
                "file is not a database": "it is no database",
                "database disk image is malformed": "it is damaged",
            }.get(why, why)
        return JournalError(f"{self.path} cannot be used: {why}.")

    async def load(self) -> AsyncIterator[tuple[str, Change]]:
        try:
            layouts = self._db.execute("SELECT number, fields FROM layouts")
            readers = {number: self._codec.reader(orjson.loads(fields)) for number, fields in layouts}
            for number, key, layout, text in self._db.execute("SELECT number, key, layout, changes FROM entries ORDER BY number"):
                self._first.setdefault(key, number)
                for change in readers[layout](text):
                    yield key, change
            self._loaded = True
        except (sqlite3.Error, JournalError) as error:
            raise self._error(error) from error
        except (ValueError, KeyError) as error:
            raise self._error(JournalError("it is damaged: its list of fields cannot be read")) from error

    async def append(self, key: str, changes: Sequence[Change]) -> None:
        text = self._codec.encode(changes)
        try:
            number = self._db.execute(APPEND, (key, self._layout, text)).lastrowid
        except sqlite3.Error as error:
            raise JournalError(str(error)) from error
        if key not in self._first and number is not None and self._loaded:
            self._first[key] = number

    async def rewrite(self, key: str, changes: Iterable[Change]) -> None:
        def rows() -> Iterable[tuple[str, int, str]]:
            rest = iter(changes)
            while part := list(islice(rest, CHANGES_A_ROW)):
                yield key, self._layout, self._codec.encode(part)

        with self._db:  # commits, or rolls back
            self._db.execute("BEGIN IMMEDIATE")
            self._delete(key)
            first = self._db.execute("SELECT coalesce(max(number), 0) + 1 FROM entries").fetchone()[0]
            self._db.executemany(APPEND, rows())
        self._first[key] = first

    async def forget(self, key: str) -> None:
        self._delete(key)
        self._first.pop(key, None)

    def _delete(self, key: str) -> None:
        if key in self._first or not self._loaded:
            self._db.execute("DELETE FROM entries WHERE number >= ? AND key = ?", (self._first.get(key, 0), key))

    async def close(self) -> None:
        self._db.close()


def _why_not_opened(path: str) -> str:
    """What keeps a file from being opened or made, seen from outside."""
    if Path(path).is_dir():
        return "it is a directory; name a file in it"
    folder = Path(path).parent
    if not folder.is_dir():
        return f"there is no directory {folder}; make it first"
    return "it cannot be opened; look at its permissions and its directory's"


def _pid_of_holder(path: str) -> str:
    """" (pid 4711)" of the process that has locked the file, where the system tells; empty elsewhere, and for our own."""
    try:
        held = [line.split() for line in Path("/proc/locks").read_text().splitlines()]  # Linux; elsewhere there is no such file
        found = os.stat(path)
        wanted = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        pids = {words[4] for words in held if len(words) > 5 and words[5] == wanted}
    except OSError:
        return ""
    others = pids - {str(os.getpid()), "0", "-1"}
    return f" (pid {others.pop()})" if len(others) == 1 else ""
