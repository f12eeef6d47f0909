"""The file: whose it is, who may hold it, what happens when it is not as it should be."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.core.changes import Change, Count, Put
from sandbox.core.records import Customer
from sandbox.journal import sqlite
from sandbox.journal.base import JournalError
from sandbox.journal.sqlite import SqliteJournal

HOLD = """
import asyncio, sys
from sandbox.core.changes import Count
from sandbox.journal.sqlite import SqliteJournal
journal = SqliteJournal(sys.argv[1])
asyncio.run(journal.append("alpha", [Count(7)]))
print("held", flush=True)
sys.stdin.read()
"""


def write(journal: SqliteJournal, *entries: tuple[str, Sequence[Change]]) -> None:
    async def all_of_them() -> None:
        for key, changes in entries:
            await journal.append(key, changes)

    asyncio.run(all_of_them())


def read(journal: SqliteJournal) -> list[tuple[str, Change]]:
    async def everything() -> list[tuple[str, Change]]:
        return [entry async for entry in journal.load()]

    return asyncio.run(everything())


def close(journal: SqliteJournal) -> None:
    asyncio.run(journal.close())


def why_not(path: Path) -> str:
    with pytest.raises(JournalError) as refused:
        SqliteJournal(path)
    line = str(refused.value)
    assert "\n" not in line
    assert line.startswith(f"{path} cannot be used: ")
    return line.partition("cannot be used: ")[2]


def edit(path: Path, statement: str, *values: object) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute(statement, values)
    db.close()


def test_what_was_kept_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    write(journal, ("alpha", [Count(1), Count(2)]), ("beta", [Count(1)]), ("alpha", [Count(3)]))
    close(journal)
    journal = SqliteJournal(file)
    assert read(journal) == [("alpha", Count(1)), ("alpha", Count(2)), ("beta", Count(1)), ("alpha", Count(3))]
    close(journal)


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    """As `mktemp` and `touch` make them."""
    (tmp_path / "data.db").touch()
    journal = SqliteJournal(tmp_path / "data.db")
    assert read(journal) == []
    close(journal)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Buy milk. " * 500)
    assert why_not(file) == "it is no database."
    assert file.read_text() == "Buy milk. " * 500
    assert list(tmp_path.iterdir()) == [file]


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "shop.db"
    edit(file, "CREATE TABLE orders (id INTEGER)")
    before = file.read_bytes()
    assert why_not(file) == "it is a database of another program."
    assert file.read_bytes() == before
    edit(file, "PRAGMA application_id = 77")
    assert why_not(file) == "it is a database of another program."


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    close(SqliteJournal(file))
    edit(file, f"PRAGMA user_version = {sqlite.FORMAT + 1}")
    assert why_not(file) == f"a newer payment-sandbox wrote it (format {sqlite.FORMAT + 1}, this one reads {sqlite.FORMAT})."


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the user gave it, with what to do."""
    assert why_not(tmp_path / "missing" / "data.db") == f"there is no directory {tmp_path / 'missing'}; make it first."
    assert why_not(tmp_path) == "it is a directory; name a file in it."
    monkeypatch.chdir(tmp_path)
    with pytest.raises(JournalError) as caught:
        SqliteJournal("missing/data.db")
    assert str(caught.value) == "missing/data.db cannot be used: there is no directory missing; make it first."


def locks() -> list[str]:
    """What this system tells of locks; nothing where it tells nobody."""
    known = Path("/proc/locks")
    return known.read_text().splitlines() if known.exists() else []


def test_another_server_s_file_is_refused_until_that_server_is_gone_however_it_ends(tmp_path: Path) -> None:
    """`kill -9` leaves neither a lock nor a lost write."""
    file = tmp_path / "data.db"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        told = why_not(file)
        assert told in ("another server holds it.", f"another server (pid {other.pid}) holds it.")
        if any(f":{file.stat().st_ino} " in line for line in locks()):
            assert str(other.pid) in told
        other.send_signal(signal.SIGKILL)
        other.wait()
    journal = SqliteJournal(file)
    assert read(journal) == [("alpha", Count(7))]
    assert why_not(file) == "another server holds it."  # nor may one process open it twice
    close(journal)


def test_a_damaged_entry_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    write(journal, ("alpha", [Count(1)]))
    close(journal)
    edit(file, "UPDATE entries SET changes = 'os.system(1)'")
    journal = SqliteJournal(file)
    with pytest.raises(JournalError, match=r"data\.db cannot be used: an entry is damaged"):
        read(journal)
    close(journal)


@pytest.mark.parametrize("fields", ["", "[]", '{"Count": 5}', "nonsense"])
def test_a_damaged_list_of_fields_is_one_clear_line(tmp_path: Path, fields: str) -> None:
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    write(journal, ("alpha", [Count(1)]))
    close(journal)
    edit(file, "UPDATE layouts SET fields = ?", fields)
    journal = SqliteJournal(file)
    with pytest.raises(JournalError, match=r"data\.db cannot be used: "):
        read(journal)
    close(journal)


def test_damaged_pages_are_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    write(journal, *[("alpha", [Put(Customer(f"cus_{n}", "stripe", "active", n))]) for n in range(500)])
    close(journal)
    pages = bytearray(file.read_bytes())
    pages[4096 * 3 : 4096 * 12] = b"\xee" * 4096 * 9
    file.write_bytes(pages)
    journal = SqliteJournal(file)
    with pytest.raises(JournalError, match=r"data\.db cannot be used: "):
        read(journal)
    close(journal)


def test_entries_of_an_earlier_version_are_read_beside_new_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry says with which fields it was written: a customer once had fewer."""
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    write(journal, ("alpha", [Put(Customer("cus_1", "stripe", "active", 5, "a@b.c"))]))
    close(journal)
    fields = '["id","provider","status","created","email"]'
    edit(file, "UPDATE layouts SET fields = json_set(fields, '$.Customer', json(?))", fields)
    edit(file, """UPDATE entries SET changes = '[["+","Customer",["cus_1","stripe","active",5,"a@b.c"]]]'""")
    journal = SqliteJournal(file)
    new = Customer("cus_2", "stripe", "active", 6, name="N")
    write(journal, ("alpha", [Put(new)]))
    assert read(journal) == [("alpha", Put(Customer("cus_1", "stripe", "active", 5, "a@b.c"))), ("alpha", Put(new))]
    close(journal)


def test_a_rewritten_key_keeps_only_what_it_was_rewritten_with(tmp_path: Path) -> None:
    """Others keep theirs, and the room of what is gone is used again."""
    file = tmp_path / "data.db"
    journal = SqliteJournal(file)
    state = [Put(Customer(f"cus_{n}", "stripe", "active", n)) for n in range(3 * sqlite.CHANGES_A_ROW)]
    write(journal, ("beta", [Count(1)]), *[("alpha", [change]) for change in state])

    async def often() -> None:
        for _ in range(20):
            await journal.rewrite("alpha", iter(state))

    asyncio.run(often())
    assert [change for key, change in read(journal) if key == "alpha"] == state
    assert [change for key, change in read(journal) if key == "beta"] == [Count(1)]
    once = len(journal._codec.encode(state))
    close(journal)
    assert file.stat().st_size < 5 * once


def test_a_rewrite_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "data.db")
    write(journal, ("alpha", [Count(1)]))

    def broken() -> object:
        yield from [Count(2)] * 1_000
        raise OSError("half-way")

    with pytest.raises(OSError, match="half-way"):
        asyncio.run(journal.rewrite("alpha", broken()))  # type: ignore[arg-type]
    write(journal, ("alpha", [Count(3)]))
    assert read(journal) == [("alpha", Count(1)), ("alpha", Count(3))]
    close(journal)


def test_a_full_disk_is_an_error_of_one_line(tmp_path: Path) -> None:
    """And what was kept before is still there."""
    journal = SqliteJournal(tmp_path / "data.db")
    write(journal, ("alpha", [Count(1)]))
    journal._db.execute("PRAGMA max_page_count = 8")
    with pytest.raises(JournalError, match="database or disk is full"):
        write(journal, *[("alpha", [Count(n)] * 1_000) for n in range(20)])
    assert read(journal)[0] == ("alpha", Count(1))
    close(journal)
