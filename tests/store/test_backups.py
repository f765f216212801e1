"""Taken out and brought back: every row, between every pair of kinds."""

import shutil
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from console.store import backups, migrating
from console.store.audit.events import Event
from console.store.backups import back_up, move, read_back, restore, written_down
from console.store.callbacks import owe_callback
from console.store.checks import verify
from console.store.drafts import save_draft
from console.store.errors import (
    Away,
    BadRecoveryKey,
    CopyDiffers,
    NotOurRecords,
    RecordsAway,
    RecordsMoved,
    RecordsNotEmpty,
    WrongKey,
)
from console.store.finishing import finish_call
from console.store.migrating import head
from console.store.models import Message
from console.store.place import FilePlace
from console.store.practices import upsert_practices
from console.store.secrets import Handed
from console.store.session import Records
from console.store.spool import Spool
from console.store.sqlite import SQLite
from console.store.values import CallbackReason
from console.store.work import OwedCallback, Reschedule, SavedDraft
from tests.postgres import Server
from tests.records_file import SECRETS, bare
from tests.store.builders import (
    CAME,
    RIVERSIDE,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)
from tests.store.conftest import Bare, Base, FileBase, ServerBase


def fill(records: Records) -> None:
    """Leave something in every table, and an agreement that has ended since."""
    booked = finished_call(booking=new_booking(), message=new_message(reason="Zoë’s café 🏥"))
    first = records.write(lambda s: finish_call(s, finished=booked)).booking_id
    assert first is not None
    later = SLOT + timedelta(days=1)
    moved = Reschedule(booking_id=first, starts_at=later, ends_at=later + timedelta(minutes=7))
    records.write(lambda s: finish_call(s, finished=finished_call(booking=moved)))
    records.write(lambda s: finish_call(s, finished=finished_call(escalation=new_escalation())))
    owed = OwedCallback(uid="o", since=CAME, why=CallbackReason.LOST)
    records.write(lambda s: owe_callback(s, owed=owed))
    draft = SavedDraft(uid="d", call_uid="c", updated_at=CAME, record={"step": [1, None, "é"]})
    records.write(lambda s: save_draft(s, draft=draft))
    ended = type(RIVERSIDE)(
        RIVERSIDE.id,
        RIVERSIDE.name,
        RIVERSIDE.timezone,
        RIVERSIDE.version,
        date(2026, 1, 1),
        date(2026, 2, 1),
    )
    records.write(lambda s: upsert_practices(s, practices=[ended]))


@pytest.fixture
def filled(base: Base) -> Base:
    records = base.open()
    fill(records)
    records.close()
    return base


def all_good(records: Records) -> bool:
    return [(c.name, c.wrong) for c in verify(records) if not c.good] == []


def test_a_backup_holds_everything_and_nothing_in_the_clear(filled: Base, tmp_path: Path) -> None:
    path = tmp_path / "night.backup"
    done = back_up(filled.place, path, filled.secrets)
    assert done.tables["messages"].rows == 1
    assert done.tables["audit"].rows > 5
    assert done.revision == head()
    assert b"caf" not in path.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir() if "night" in p.name) == ["night.backup"]


def test_a_backup_comes_back_on_another_machine_with_the_recovery_key(
    filled: Base, tmp_path: Path
) -> None:
    path, place = tmp_path / "night.backup", FilePlace(tmp_path / "new.sqlite")
    back_up(filled.place, path, filled.secrets)
    other = Handed(b"another machine")
    with pytest.raises(WrongKey):
        restore(path, place, other)
    assert not place.path.exists()
    other.adopt("backups", read_back(written_down(filled.secrets.key("backups")).lower()))
    done, aside = restore(path, place, other)
    assert aside is None
    records = Records.open(place, secrets=other)
    assert all_good(records)
    with records.session() as session:
        assert session.scalars(select(Message)).one().reason == "Zoë’s café 🏥"
    assert finish(records) > done.tables["calls"].rows
    records.close()


def finish(records: Records) -> int:
    """The records go on: a call is finished, the rules hold; return its id."""
    rows = records.write(
        lambda s: finish_call(s, finished=finished_call(answers=(), booking=new_booking()))
    )
    return rows.call_id


def test_a_backup_goes_into_an_empty_database_only(
    filled: Base, server: Server, tmp_path: Path
) -> None:
    path, empty = tmp_path / "night.backup", server.database()
    back_up(filled.place, path, filled.secrets)
    secrets = Handed(b"tests", empty.secrets.passwords)
    restore(path, empty.place, secrets)
    records = Records.open(empty.place, secrets=secrets)
    assert all_good(records)
    assert finish(records) > 3
    with pytest.raises(RecordsNotEmpty):
        restore(path, empty.place, secrets)
    records.close()
    server.drop(empty)


def test_what_stood_in_the_place_is_put_aside(
    filled: Base, file_base: FileBase, path: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "night.backup"
    back_up(filled.place, backup, filled.secrets)
    before = path.read_bytes()
    for number in (1, 2):
        _, aside = restore(backup, FilePlace(path), SECRETS)
        assert aside == path.with_name(f"records.db.before-restore-{number}")
    assert path.with_name("records.db.before-restore-1").read_bytes() == before


def test_a_backup_never_replaces_something_else(file_base: FileBase, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear diary")
    with pytest.raises(NotOurRecords):
        back_up(file_base.place, path, SECRETS)
    with pytest.raises(NotOurRecords):
        restore(path, file_base.place, SECRETS)
    assert path.read_text() == "Dear diary"


def test_a_backup_of_an_older_layout_is_brought_up_to_date_as_it_comes_back(
    tmp_path: Path,
) -> None:
    old, backup = FilePlace(tmp_path / "old.sqlite"), tmp_path / "night.backup"
    made = SQLite(old, SECRETS)
    made.begin()
    made.migrate(busy_ms=50, to="0001")
    with closing(bare(old.path)) as database:
        Bare(database).add("staff", {"name": "Dana Whitfield", "lock_hash": "h"})
    assert back_up(old, backup, SECRETS).revision == "0001"
    restore(backup, FilePlace(tmp_path / "new.sqlite"), SECRETS)
    records = Records.open(tmp_path / "new.sqlite", secrets=SECRETS)
    assert records.revision == migrating.head()
    with records.session() as session:
        assert session.execute(text("SELECT name FROM staff")).scalar_one() == "Dana Whitfield"
    records.close()
    assert [p.name for p in tmp_path.iterdir() if ".part" in p.name or "restoring" in p.name] == []


def test_a_copy_that_differs_is_noticed(
    file_base: FileBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = backups.sums
    monkeypatch.setattr(
        backups, "sums", lambda c: {**plain(c), "staff": plain(c)["staff"].plus(b"another")}
    )
    with pytest.raises(CopyDiffers, match="staff"):
        back_up(file_base.place, tmp_path / "night.backup", SECRETS)
    assert not (tmp_path / "night.backup").exists()


def test_records_move_to_a_server_and_the_file_takes_nothing_more(
    file_base: FileBase, server: Server, tmp_path: Path
) -> None:
    records = file_base.open()  # a desk that is at work meanwhile
    fill(records)
    empty = server.database()
    secrets = Handed(b"tests", empty.secrets.passwords)
    done = move(FilePlace(file_base.place.path), empty.place, secrets)
    assert done.tables["messages"].rows == 1
    spool = Spool(tmp_path / "spool.jsonl", SECRETS)
    late = finished_call(answers=())
    with pytest.raises(RecordsAway) as away:
        records.write(lambda s: finish_call(s, finished=late))
    assert away.value.reason is Away.MOVED
    spool.keep(late)
    records.close()
    with pytest.raises(RecordsMoved) as moved:
        file_base.open()
    assert moved.value.mend == f'Put that in the settings: records = "{empty.place}"'
    there = Records.open(empty.place, secrets=secrets)
    assert spool.replay(there).written == 1
    backups.put_on_record(there, Event.MOVED, "dana", done.rows)
    assert all_good(there)
    there.close()
    server.drop(empty)


def test_records_move_to_an_empty_database_only(
    file_base: FileBase, server_base: ServerBase
) -> None:
    secrets = Handed(b"tests", server_base.secrets.passwords)
    with pytest.raises(RecordsNotEmpty):
        move(file_base.place, server_base.place, secrets)
    records = file_base.open()
    finish(records)
    records.close()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1],
        lambda key: key.replace(key[0], "B" if key[0] == "A" else "A", 1),
        lambda _: "",
        lambda _: "not a key at all!",
    ],
)
def test_a_recovery_key_with_a_letter_wrong_is_told(spoil: object) -> None:
    key = written_down(bytes(range(32)))
    assert read_back(f"  {key.lower().replace('-', ' ')} ") == bytes(range(32))
    with pytest.raises(BadRecoveryKey):
        read_back(spoil(key))  # type: ignore[operator]


def test_what_was_tampered_with_is_found_and_named(filled: Base) -> None:
    records = filled.open()
    assert all_good(records)
    with closing(filled.bare()) as other:
        database = Bare(other)
        if filled.kind == "sqlite":
            database.run("DROP TRIGGER bookings_overlap_insert")
            database.run("DROP TRIGGER bookings_hold_insert")
            database.run("DROP TRIGGER audit_no_update")
            database.run("PRAGMA foreign_keys = OFF")
        else:
            database.run("ALTER TABLE bookings DROP CONSTRAINT ex_bookings_time_taken")
            database.run("ALTER TABLE bookings DISABLE TRIGGER bookings_hold")
            database.run("ALTER TABLE audit DISABLE TRIGGER USER")
        database.run(
            "INSERT INTO bookings (practice_id, provider, appointment_type, starts_at, ends_at,"
            " sealed, status, call_id) SELECT practice_id, provider, appointment_type,"
            " starts_at, ends_at, sealed, status, call_id FROM bookings"
        )
        database.run("UPDATE audit SET person = 'nobody' WHERE event = 'finished'")
    found = {check.name: check.wrong for check in verify(records) if not check.good}
    assert found.keys() == {"bookings", "audit", "secrets"}
    assert all("hold the same time" in sentence for sentence in found["bookings"])
    records.close()


def test_a_page_that_was_changed_is_found(file_base: FileBase, path: Path) -> None:
    spoilt = path.with_name("spoilt.db")
    working = file_base.open()
    for _ in range(30):  # so that the last page holds rows, not the layout
        working.write(lambda s: finish_call(s, finished=finished_call()))
    working.close()
    shutil.copy(path, spoilt)
    whole = bytearray(spoilt.read_bytes())
    whole[-100] ^= 1  # of the last page
    spoilt.write_bytes(whole)
    records = Records.open(spoilt, secrets=SECRETS)
    found = {check.name for check in verify(records) if not check.good}
    assert "storage" in found
    records.close()
