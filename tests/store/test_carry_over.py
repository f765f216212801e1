"""Records of 0.1, in the clear, become an encrypted file and lose nothing on the way."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlcipher3 import dbapi2

from console.store import carry_over, migrating, sqlite
from console.store.errors import Away, NotOurRecords, RecordsAway
from console.store.models import Answer
from console.store.secrets import Handed
from console.store.session import Records
from tests.records_file import SECRETS, asked, bare, told


@pytest.fixture
def old(path: Path) -> Path:
    """A file as 0.1 left it, with a message in it."""
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA application_id = {sqlite.APPLICATION_ID}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as made:
        migrating.upgrade(made, "0001", secrets=SECRETS)
    engine.dispose()
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO practices (id, name, timezone, version, baa_signed_on)"
        " VALUES ('riverside', 'Riverside', 'UTC', '1', '2026-01-01')"
    )
    connection.execute(
        "INSERT INTO calls (id, uid, practice_id, local_date)"
        " VALUES (7, 'c7', 'riverside', '2026-06-01')"
    )
    connection.execute(
        "INSERT INTO answers (call_id, link_id, text, status, phi, position)"
        " VALUES (7, 'symptom', 'a very private cough', 'asked', 1, 0)"
    )
    connection.commit()
    connection.close()
    return path


def opened(path: Path, secrets: Handed = SECRETS) -> Records:
    return Records.open(path, secrets=secrets, busy_ms=50)


def test_all_of_it_is_there_and_none_of_it_in_the_clear(old: Path) -> None:
    opened(old).close()
    assert b"private cough" not in old.read_bytes()
    assert told(old, Answer, "text") == [("a very private cough",)]
    assert asked(old, "PRAGMA integrity_check") == [("ok",)]
    assert asked(old, "PRAGMA cipher_integrity_check") == []
    with (
        closing(bare(old)) as connection,
        pytest.raises(dbapi2.IntegrityError, match="agreement missing"),  # the triggers came too
    ):
        connection.execute("UPDATE calls SET local_date = '2020-01-01'")


def test_the_old_file_is_kept_until_its_removal_is_asked_for(old: Path) -> None:
    before = old.read_bytes()
    opened(old).close()
    kept = carry_over.plain_path(old)
    assert b"private cough" in kept.read_bytes()
    assert len(kept.read_bytes()) == len(before)
    assert carry_over.remove_plain(old)
    assert not kept.exists()
    assert not carry_over.remove_plain(old)
    opened(old).close()
    assert asked(old, "SELECT count(*) FROM calls") == [(1,)]


def test_a_file_an_old_desk_has_open_is_left_alone(old: Path) -> None:
    # By the same library: locks are the process's, and two libraries do not see each other's.
    desk = dbapi2.connect(str(old))
    desk.execute("SELECT count(*) FROM calls").fetchall()
    with pytest.raises(RecordsAway) as away:
        opened(old)
    assert away.value.reason is Away.LOCKED
    assert desk.execute("SELECT count(*) FROM calls").fetchone() == (1,)
    desk.close()
    opened(old).close()


def test_a_kill_half_way_costs_nothing(old: Path) -> None:
    old.with_name(old.name + ".encrypting").write_bytes(b"half a file")
    opened(old).close()
    assert asked(old, "SELECT count(*) FROM calls") == [(1,)]


def test_an_older_kept_file_is_not_written_over(old: Path) -> None:
    carry_over.plain_path(old).write_bytes(b"of an earlier life")
    with pytest.raises(NotOurRecords):
        opened(old)
    assert carry_over.plain_path(old).read_bytes() == b"of an earlier life"
    assert sqlite.look(old) is sqlite.Found.PLAIN
