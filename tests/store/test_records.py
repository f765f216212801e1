"""Opening the records, and what the world can do to them while they are open."""

import os
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store.errors import (
    Away,
    KeyMissing,
    NotOurRecords,
    RecordsAway,
    RecordsDamaged,
    RecordsError,
    RecordsMissing,
    RecordsTooNew,
    WrongKey,
)
from console.store.migrating import head
from console.store.models import StaffMember
from console.store.secrets import Handed
from console.store.session import ReadingOnly, Records
from console.store.staff import lock_hash, set_lock_hash
from tests.records_file import SECRETS, bare
from tests.store.conftest import without_privileges


def opened(where: Path | str, busy_ms: int = 5_000) -> Records:
    return Records.open(where, secrets=SECRETS, busy_ms=busy_ms)


def refused(where: Path | str, kind: type[RecordsError]) -> RecordsError:
    with pytest.raises(kind) as error:
        opened(where, busy_ms=50)
    assert str(error.value) == f"{error.value.title}. {error.value.message} {error.value.mend}"
    return error.value


def touched(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_new_records_are_this_account_s_only_and_survive_closing(path: Path) -> None:
    records = opened(path)
    records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
    with records.session() as session:
        settings = [
            session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 5000]
    records.close()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    again = opened(f"sqlite:///{path}")
    with again.session() as session:
        assert lock_hash(session, name="Dana") == "h"
    again.close()


def test_desks_that_begin_the_same_records_at_once_all_open_them(tmp_path: Path) -> None:
    ready = threading.Barrier(3)

    def begin(path: Path) -> str:
        ready.wait(timeout=20)
        records = opened(path)
        records.probe()
        records.close()
        return records.revision

    with ThreadPoolExecutor(3) as desks:
        for number in range(5):
            path = tmp_path / f"records-{number}.db"
            begun = [desks.submit(begin, path) for _ in range(3)]
            assert {future.result(timeout=60) for future in begun} == {head()}


def test_an_empty_file_becomes_records(path: Path) -> None:
    path.touch()
    opened(path).close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere" / "records.db", RecordsMissing)
    assert error.message == f"There is no folder {tmp_path / 'nowhere'}."
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_is_left_alone(path: Path) -> None:
    path.write_text("Dear diary, " * 50, "utf-8")
    before = touched(path.parent)
    error = refused(path, NotOurRecords)
    assert error.message == f"{path} is not a database of ours. It has not been changed."
    assert touched(path.parent) == before


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_another_program_s_database_is_left_alone(path: Path, journal: str) -> None:
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA journal_mode = {journal}")
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.execute("CREATE TABLE alembic_version (version_num TEXT)")
    other.commit()
    other.close()
    before = touched(path.parent)
    error = refused(path, NotOurRecords)
    assert "is the database of another program. It has not been changed." in error.message
    assert touched(path.parent) == before


def test_records_of_a_newer_version_are_left_alone(file_records: Records, path: Path) -> None:
    file_records.close()
    newer = bare(path)
    newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()
    before = touched(path.parent)
    error = refused(path, RecordsTooNew)
    assert "has the layout 9999, which this version does not know" in error.message
    assert error.mend == "Install the newer version on this machine."
    assert touched(path.parent) == before


def test_a_damaged_file_is_called_damaged(file_records: Records, path: Path) -> None:
    file_records.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    assert refused(path, RecordsDamaged).title == "The records are damaged"


def test_a_folder_in_the_records_place_is_named(tmp_path: Path) -> None:
    assert "is a folder, not a file" in refused(tmp_path, NotOurRecords).message


def test_records_another_program_holds_are_locked(file_records: Records, path: Path) -> None:
    file_records.close()
    other = bare(path)
    other.execute("BEGIN IMMEDIATE")
    error = refused(path, RecordsAway)
    assert error.title == "The records are locked"
    other.execute("ROLLBACK")
    other.close()
    opened(path, busy_ms=50).close()


def test_records_locked_while_open_come_back(path: Path) -> None:
    records = opened(path, busy_ms=50)
    other = bare(path)
    other.execute("BEGIN IMMEDIATE")
    for attempt in (records.probe, lambda: records.write(id)):
        with pytest.raises(RecordsAway) as away:
            attempt()
        assert away.value.reason is Away.LOCKED
    with records.session() as session:  # reading goes on
        assert lock_hash(session, name="Dana") is None
    other.execute("ROLLBACK")
    other.close()
    records.probe()
    records.close()


def test_a_read_only_file_is_away(folder_of_anyone: Path) -> None:
    path = folder_of_anyone / "records.db"
    opened(path).close()
    path.chmod(0o444)
    folder_of_anyone.chmod(0o555)
    before = path.read_bytes()
    with without_privileges():
        error = refused(path, RecordsAway)
    folder_of_anyone.chmod(0o755)
    assert isinstance(error, RecordsAway)
    assert error.reason in (Away.READ_ONLY, Away.UNREADABLE)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_away(folder_of_anyone: Path) -> None:
    folder_of_anyone.chmod(0o555)
    with without_privileges():
        error = refused(folder_of_anyone / "records.db", RecordsAway)
    folder_of_anyone.chmod(0o755)
    assert error.message == "The file, or its folder, is read-only."


def test_a_file_that_may_not_be_read_is_away(folder_of_anyone: Path) -> None:
    path = folder_of_anyone / "records.db"
    opened(path).close()
    path.chmod(0)
    with without_privileges():
        error = refused(path, RecordsAway)
    assert error.title == "The records cannot be read"


def test_a_full_disk_loses_only_what_was_not_written(file_records: Records) -> None:
    file_records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
    file_records.write(lambda s: s.execute(text("PRAGMA max_page_count = 1")))
    with pytest.raises(RecordsAway) as away:
        file_records.write(lambda s: set_lock_hash(s, name="Lee", lock_hash="h" * 100_000))
    assert away.value.title == "The disk is full"
    with file_records.session() as session:
        assert lock_hash(session, name="Dana") == "h"
        assert lock_hash(session, name="Lee") is None


def test_what_fails_half_way_leaves_nothing(records: Records) -> None:
    def half(session: Session) -> None:
        set_lock_hash(session, name="Dana", lock_hash="h")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        records.write(half)
    with records.session() as session:
        assert lock_hash(session, name="Dana") is None


def test_a_reading_session_cannot_write(records: Records) -> None:
    with records.session() as session:
        session.add(StaffMember(name="Dana"))
        with pytest.raises(ReadingOnly):
            session.flush()
    with pytest.raises(ReadingOnly), records.session() as session:
        session.execute(insert(StaffMember).values(name="Dana"))


def test_a_reader_keeps_its_view_and_holds_up_no_writer(records: Records) -> None:
    with records.session() as session:
        assert lock_hash(session, name="Dana") is None
        writer = threading.Thread(
            target=lambda: records.write(lambda s: set_lock_hash(s, name="Dana", lock_hash="h"))
        )
        writer.start()
        writer.join(timeout=20)
        assert not writer.is_alive()
        session.expire_all()
        assert lock_hash(session, name="Dana") is None
    with records.session() as session:
        assert lock_hash(session, name="Dana") == "h"


def test_a_mistake_of_ours_is_not_dressed_up_and_shows_no_values(records: Records) -> None:
    def twice(session: Session) -> None:
        for _ in range(2):
            session.execute(insert(StaffMember).values(name="Dana Secret"))

    with pytest.raises(IntegrityError) as error:
        records.write(twice)
    assert "Dana Secret" not in str(error.value)


def test_nothing_can_be_read_without_the_key(path: Path) -> None:
    records = opened(path)
    records.write(lambda s: set_lock_hash(s, name="Dana Whitfield", lock_hash="h"))
    records.close()
    assert b"Dana" not in path.read_bytes()
    assert b"SQLite" not in path.read_bytes()
    before = touched(path.parent)
    with pytest.raises(WrongKey) as refused_:
        Records.open(path, secrets=Handed(b"somebody else's"))
    assert "cannot be opened with this account's key" in refused_.value.message
    assert touched(path.parent) == before


def test_a_key_that_is_gone_is_not_made_anew_for_records_that_exist(path: Path) -> None:
    class Forgetful(Handed):
        def key(self, name: str, *, make: bool = True) -> bytes:
            if not make:
                raise KeyMissing(name)
            return super().key(name)

    forgetful = Forgetful(b"tests")
    Records.open(path, secrets=forgetful).close()
    with pytest.raises(KeyMissing, match="They have not been changed"):
        Records.open(path, secrets=forgetful)


def test_a_page_that_was_changed_is_noticed(path: Path) -> None:
    records = opened(path)
    records.close()
    whole = bytearray(path.read_bytes())
    whole[4096 * 3 + 100] ^= 1
    path.write_bytes(whole)
    changed = bare(path)
    assert changed.execute("PRAGMA cipher_integrity_check").fetchall()
    changed.close()
