"""Names, numbers and health details: encrypted, bound to their place, found all the same."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from console.store import sqlite
from console.store.audit import checking
from console.store.bookings import bookings_for
from console.store.callbacks import callbacks, owe_callback
from console.store.drafts import drafts, save_draft
from console.store.errors import NotAdmitted, Tampered, UnknownDesk
from console.store.finishing import finish_call
from console.store.history import history
from console.store.installation import Installation, installation_of
from console.store.models import Answer, Booking, Call, DataKey, Escalation, Message
from console.store.place import FilePlace
from console.store.postgres import PostgreSQL
from console.store.secrecy import keyring
from console.store.secrecy.blind import blind_name, blind_phone, plain_name
from console.store.secrecy.rotating import rotate
from console.store.secrecy.sealed import vault_of
from console.store.secrets import RECORDS
from console.store.session import BUSY_MS, Records
from console.store.values import CallbackReason
from console.store.work import OwedCallback, SavedDraft
from tests.postgres import Server
from tests.records_file import SECRETS
from tests.store.builders import (
    CAME,
    NUMBER,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)
from tests.store.conftest import Bare, Base, FileBase, ServerBase

HOUR = timedelta(hours=1)
MARKS = ("Quill Marksdottir", "+15155550177", "zebra fever", "1980-02-29")
TABLES = ("answers", "bookings", "messages", "escalations", "calls", "callbacks", "drafts")
ROW = {"drafts": "uid"}


def write_all(records: Records, uid: str = "c1", *, slot: int = 0) -> None:
    """Write a row of every table that has secrets, marked."""
    name, number, symptom, _ = MARKS
    start = SLOT + slot * HOUR
    call = finished_call(
        uid,
        caller_number=number,
        booking=new_booking(start, patient_name=name, callback_number=number),
        message=new_message(reason=symptom, patient_name=name, callback_number=number),
        escalation=new_escalation(reason=symptom, callback_number=number),
    )
    owed = OwedCallback(uid=f"b-{uid}", since=CAME, why=CallbackReason.LOST, number=number)
    draft = SavedDraft(
        uid=f"d-{uid}",
        call_uid=f"d-{uid}",
        updated_at=CAME,
        record={"name": name, "symptom": symptom},
        caller_number=number,
    )
    records.write(lambda s: finish_call(s, finished=call))
    records.write(lambda s: owe_callback(s, owed=owed))
    records.write(lambda s: save_draft(s, draft=draft))


def read_all(records: Records) -> dict[str, Any]:
    """Read every secret there is."""
    with records.session() as session:
        return {
            "calls": [call.caller_number for call in session.scalars(select(Call))],
            "answers": [(a.text, a.value) for a in session.scalars(select(Answer))],
            "bookings": [
                (b.patient_name, b.callback_number, b.birth_date)
                for b in session.scalars(select(Booking))
            ],
            "messages": [
                (m.reason, m.patient_name, m.callback_number)
                for m in session.scalars(select(Message))
            ],
            "escalations": [
                (e.reason, e.callback_number) for e in session.scalars(select(Escalation))
            ],
            "callbacks": [row.number for row in callbacks(session)],
            "drafts": [(row.record, row.caller_number) for row in drafts(session)],
        }


@pytest.fixture
def desk(base: Base) -> Installation:
    """The installation the test's records are opened with."""
    return installation_of(base.secrets)


class Raw:
    """Whoever owns the database and may write anything into it."""

    def __init__(self, other: Bare) -> None:
        self._other = other

    def ask(self, statement: str, *values: Any) -> list[Any]:
        marked = statement.replace("?", self._other.mark)
        done = self._other.connection.execute(marked, values)
        return done.fetchall() if done.description else []

    def sealed(self, table: str) -> list[tuple[Any, bytes]]:
        """Return the rows' names and ciphertexts, oldest first."""
        name = ROW.get(table, "id")
        return self.ask(f"SELECT {name}, sealed FROM {table} ORDER BY {name}")

    def put(self, table: str, row: Any, sealed: bytes) -> None:
        name = ROW.get(table, "id")
        self.ask(f"UPDATE {table} SET sealed = ? WHERE {name} = ?", sealed, row)


@pytest.fixture
def raw(records: Records, other: Bare) -> Raw:
    return Raw(other)


def open_as(base: Base, installation: Installation) -> Records:
    return Records.open(base.place, secrets=base.secrets, installation=installation)


def test_nothing_of_a_caller_stands_in_the_tables_and_all_of_it_is_read(
    records: Records, raw: Raw
) -> None:
    write_all(records)
    read = read_all(records)
    assert read["messages"] == [("zebra fever", "Quill Marksdottir", "+15155550177")]
    assert read["bookings"][0][2] is not None
    assert all(read.values())
    said = "".join(str(row) for table in TABLES for row in raw.ask(f"SELECT * FROM {table}"))
    for mark in MARKS:
        assert mark not in said
        assert mark.encode().hex() not in said.lower()


@pytest.mark.parametrize("table", TABLES)
def test_a_row_s_secrets_do_not_open_in_another_row(records: Records, raw: Raw, table: str) -> None:
    write_all(records, "c1")
    write_all(records, "c2", slot=1)
    (_, one), (two, _), *_ = raw.sealed(table)
    raw.put(table, two, one)
    with pytest.raises(Tampered) as told:
        read_all(records)
    assert told.value.table == table


def test_a_row_s_secrets_do_not_open_in_another_table(records: Records, raw: Raw) -> None:
    write_all(records)
    raw.ask("UPDATE messages SET sealed_as = (SELECT sealed_as FROM escalations)")
    raw.ask("UPDATE messages SET sealed = (SELECT sealed FROM escalations)")
    with pytest.raises(Tampered):
        read_all(records)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(bit=st.integers(0, 8 * 200), table=st.sampled_from(TABLES))
def test_no_bit_of_it_can_be_changed(records: Records, raw: Raw, bit: int, table: str) -> None:
    if not raw.sealed("calls"):
        write_all(records)
    row, was = raw.sealed(table)[0]
    at = bit // 8 % len(was)
    raw.put(table, row, was[:at] + bytes([was[at] ^ 1 << bit % 8]) + was[at + 1 :])
    with pytest.raises(Tampered):
        read_all(records)
    raw.put(table, row, was)
    read_all(records)


def test_the_same_words_are_never_the_same_bytes(records: Records, raw: Raw) -> None:
    for slot in range(3):
        write_all(records, f"c{slot}", slot=slot)
    for table in TABLES:
        sealed = {bytes(data) for _, data in raw.sealed(table)}
        assert len(sealed) == len(raw.sealed(table)) >= 3


def test_a_caller_is_found_by_number_and_by_nothing_else(records: Records) -> None:
    write_all(records)
    with records.session() as session:
        for same in ("+15155550177", "515-555-0177", " (515) 555 0177"):
            found = history(session, practice="riverside", number=same)
            assert len(found) == 3
            coming = bookings_for(session, practice="riverside", number=same, after=CAME)
            assert [row.patient_name for row in coming] == ["Quill Marksdottir"]
        for other in (NUMBER, "", "+1515555017"):
            assert history(session, practice="riverside", number=other) == ()
        assert history(session, practice="lakeshore", number="+15155550177") == ()


def test_a_secret_cannot_be_asked_for_in_sql(records: Records) -> None:
    with pytest.raises(TypeError, match="blind index"):
        select(Call).where(Call.caller_number == NUMBER)


_KEY = bytes(range(32))
_practices = st.sampled_from([None, "riverside", "lakeshore"])
_numbers = st.integers(2_000_000_000, 9_999_999_999).map(lambda n: f"+1{n}")


@given(_practices, _practices, _numbers, _numbers)
def test_a_blind_index_is_one_practice_s_and_one_number_s(
    one: str | None, two: str | None, this: str, that: str
) -> None:
    same = blind_phone(_KEY, one, this) == blind_phone(_KEY, two, that)
    assert same == ((one, this) == (two, that))
    assert blind_phone(bytes(32), one, this) != blind_phone(_KEY, one, this)
    national = f"({this[2:5]}) {this[5:8]}-{this[8:]}"
    assert blind_phone(_KEY, one, national) == blind_phone(_KEY, one, this)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("Zoë O'Brien", "zoe obrien", True),
        ("O’Brien, Zoë", "Zoe O'Brien", True),
        ("  Ann   Example ", "ann example", True),
        ("J.R. Smith", "JR Smith", True),
        ("Ann Example", "Anne Example", False),
    ],
)
def test_a_name_is_found_however_it_was_written(one: str, two: str, same: bool) -> None:
    assert (plain_name(one) == plain_name(two)) is same
    assert (blind_name(_KEY, "p", one) == blind_name(_KEY, "p", two)) is same
    assert blind_name(_KEY, "p", one) != blind_phone(_KEY, "p", one)


@given(st.text(max_size=20))
def test_any_name_has_one_plain_form(name: str) -> None:
    assert plain_name(plain_name(name)) == plain_name(name)


def keys(records: Records) -> list[int]:
    with records.session() as session:
        return list(session.scalars(select(DataKey.id).where(DataKey.purpose == "data")))


def rotated(records: Records, desk: Installation, **more: Any) -> int:
    """Rotate; return how many rows were sealed anew."""
    return rotate(records, desk, person="dana", grace=timedelta(0), **more).rows


def ciphertexts(raw: Raw) -> set[bytes]:
    return {bytes(data) for table in TABLES for _, data in raw.sealed(table)}


def test_a_rotation_seals_every_row_anew_and_destroys_the_old_key(
    records: Records, raw: Raw, desk: Installation
) -> None:
    write_all(records)
    before, was, sealed = keys(records), read_all(records), ciphertexts(raw)
    assert rotated(records, desk, batch=2) == 8
    assert keys(records) != before
    assert len(keys(records)) == 1
    assert read_all(records) == was
    assert not sealed & ciphertexts(raw)
    with records.session() as session:
        assert len(history(session, practice="riverside", number="+15155550177")) == 3


def indexes(raw: Raw) -> set[bytes]:
    """Return the blind indexes that stand in the tables."""
    asked = [
        f"SELECT callback_key FROM {table}" for table in ("bookings", "messages", "escalations")
    ]
    asked += [f"SELECT patient_key FROM {table}" for table in ("bookings", "messages")]
    asked.append("SELECT caller_key FROM calls")
    return {bytes(key) for ask in asked for (key,) in raw.ask(ask)}


def test_a_rotation_indexes_every_row_anew_and_destroys_the_old_index_key(
    records: Records, raw: Raw, desk: Installation
) -> None:
    write_all(records)
    before, was = set(raw.ask("SELECT id, purpose FROM data_keys")), indexes(raw)
    for _ in range(2):  # the second begins from keys that a rotation made
        rotated(records, desk)
        after, now = set(raw.ask("SELECT id, purpose FROM data_keys")), indexes(raw)
        assert sorted(purpose for _, purpose in after) == ["data", "index"]
        assert not before & after
        assert len(now) == len(was)
        assert not now & was
        before, was = after, now


def found(records: Records, number: str = MARKS[1]) -> tuple[int, int]:
    """Return how much is found of a number: what came of earlier calls, and bookings to come."""
    with records.session() as session:
        earlier = history(session, practice="riverside", number=number)
        coming = bookings_for(session, practice="riverside", number=number, after=CAME)
        return len(earlier), len(coming)


def test_a_caller_is_found_at_every_moment_of_a_rotation(
    base: Base, records: Records, desk: Installation
) -> None:
    for slot in range(3):
        write_all(records, f"c{slot}", slot=slot)
    whole = found(records)
    at_work = base.open()
    seen = []

    def wait(_seconds: float) -> None:
        """The desks have looked for new keys, but for one that looked a moment before."""
        at_work.write(lambda session: vault_of(session).look_again(session))

    def look(rows: int) -> None:
        seen.append((found(at_work), found(records)))
        if rows == 7:  # a desk changes what has been sealed anew, and what has not
            for each in (at_work, records):
                each.write(amend_all)

    rotate(records, desk, person="dana", batch=1, grace=timedelta(hours=1), pause=wait, told=look)
    assert set(seen) == {(whole, whole)}
    assert len(seen) == 8 * 3 - 3  # the messages a desk sealed itself
    assert found(at_work) == found(records) == whole
    later = base.open()
    assert found(later) == whole
    later.close()
    at_work.close()


def amend_all(session: Session) -> None:
    for message in session.scalars(select(Message)):
        message.reason = message.reason + "."
    for call in session.scalars(select(Call)):
        call.held_s = (call.held_s or 0.0) + 1.0


class PowerCut(Exception):
    pass


def cut_after(number: int) -> Callable[[int], None]:
    def stop(rows: int) -> None:
        if rows >= number:
            raise PowerCut

    return stop


def test_a_rotation_that_was_cut_short_goes_on_where_it_was(
    base: Base, records: Records, desk: Installation
) -> None:
    for slot in range(3):
        write_all(records, f"c{slot}", slot=slot)
    was = read_all(records)
    with pytest.raises(PowerCut):
        rotated(records, desk, batch=1, told=cut_after(5))
    later = base.open()  # a desk that starts in between
    assert read_all(later) == was
    assert len(keys(later)) == 2
    assert rotated(later, desk, batch=4) == 8 * 3 - 5
    assert read_all(records) == was
    assert len(keys(records)) == 1
    later.close()


def test_desks_at_work_read_and_write_through_a_rotation(
    base: Base, records: Records, desk: Installation
) -> None:
    at_work = base.open()
    write_all(at_work, "c0")

    def work(rows: int) -> None:
        write_all(at_work, f"during-{rows}", slot=rows)
        assert len(read_all(at_work)["calls"]) == rows + 1
        cut_after(3)(rows)

    with pytest.raises(PowerCut):
        rotated(records, desk, batch=1, told=work)
    rotated(records, desk)
    assert len(read_all(at_work)["calls"]) == len(read_all(records)["calls"]) == 4
    at_work.close()


def test_a_key_that_a_row_needs_cannot_be_destroyed(records: Records) -> None:
    write_all(records)
    (key,) = keys(records)
    with pytest.raises(IntegrityError, match="a row needs this key"):
        records.write(lambda s: keyring.destroy(s, key_id=key))


@pytest.fixture
def newcomer(base: Base, records: Records) -> Installation:
    """A desk that opened the records and was refused."""
    made = Installation.generate()
    with pytest.raises(NotAdmitted) as refused:
        open_as(base, made)
    assert refused.value.desk == made.id
    return made


def test_a_desk_that_was_not_admitted_opens_nothing_until_it_is(
    base: Base, records: Records, desk: Installation, newcomer: Installation
) -> None:
    write_all(records)
    with records.session() as session:
        known = {each.id: each.admitted for each in keyring.desks(session)}
    assert known == {desk.id: True, newcomer.id: False}
    with pytest.raises(UnknownDesk):
        records.write(lambda s: keyring.admit(s, desk="nobody", by=desk, person="dana"))
    records.write(lambda s: keyring.admit(s, desk=newcomer.id, by=desk, person="dana"))
    admitted = open_as(base, newcomer)
    assert read_all(admitted) == read_all(records)
    admitted.close()


def test_a_desk_shut_out_opens_nothing_that_is_written_after_the_next_rotation(
    base: Base, records: Records, desk: Installation, newcomer: Installation
) -> None:
    records.write(lambda s: keyring.admit(s, desk=newcomer.id, by=desk, person="dana"))
    there = open_as(base, newcomer)
    write_all(there)
    records.write(lambda s: keyring.shut_out(s, desk=newcomer.id, person="dana"))
    rotated(records, desk)
    with pytest.raises(NotAdmitted):
        read_all(there)
    with pytest.raises(NotAdmitted):
        open_as(base, newcomer)
    assert read_all(records)["calls"] == ["+15155550177"]
    there.close()


def test_a_key_wrapped_for_one_desk_does_not_open_for_another(
    base: Base, raw: Raw, desk: Installation, newcomer: Installation
) -> None:
    raw.ask(
        "INSERT INTO key_wraps SELECT key_id, ?, wrapped, made_by, made_at FROM key_wraps"
        " WHERE desk = ?",
        newcomer.id,
        desk.id,
    )
    with pytest.raises(NotAdmitted):
        open_as(base, newcomer)


@pytest.fixture(params=["sqlite", "postgresql"])
def before_sealing(request: pytest.FixtureRequest, path: Path) -> Iterator[Base]:
    """Records of the last layout that was in the clear, empty."""
    if request.param == "sqlite":
        place = FilePlace(path)
        sqlite.begin_file(path, SECRETS.key(RECORDS))
        sqlite.SQLite(place, SECRETS).migrate(busy_ms=BUSY_MS, to="0007")
        yield FileBase(path)
        return
    server: Server = request.getfixturevalue("server")
    database = server.database()
    PostgreSQL(database.place, database.secrets).upgrade(busy_ms=BUSY_MS, to="0007")
    yield ServerBase(database)
    server.drop(database)


IN_THE_CLEAR = (
    "INSERT INTO practices (id, name, timezone, version, baa_signed_on) VALUES"
    " ('riverside', 'Riverside', 'America/Chicago', 'a1', '2026-01-01')",
    "INSERT INTO calls (id, uid, practice_id, caller_number, local_date, outcome, finished_at,"
    " offered_at) VALUES (1, 'c1', 'riverside', '+15155550177', '2026-11-23', 'message',"
    " '2026-11-24 01:45:00', '2026-11-24 01:42:00'), (2, 'c2', NULL, NULL, NULL, NULL, NULL,"
    " '2026-11-24 01:42:00')",
    "INSERT INTO answers (id, call_id, link_id, text, value, status, phi, position) VALUES"
    " (1, 1, 'q', 'zebra fever', NULL, 'asked', {true}, 0)",
    "INSERT INTO bookings (id, practice_id, provider, appointment_type, starts_at, ends_at,"
    " patient_name, callback_number, birth_date, status, call_id) VALUES (1, 'riverside', 'okafor',"
    " 'physical', '2026-11-25 15:20:00', '2026-11-25 15:40:00', 'Quill Marksdottir',"
    " '+15155550177', '1980-02-29', 'booked', 1)",
    "INSERT INTO messages (id, practice_id, call_id, kind, recipient, priority, taken_at, reason,"
    " patient_name, callback_number, status, phi) VALUES (1, 'riverside', 1, 'refill', 'staff',"
    " 'routine', '2026-11-24 01:45:00', 'zebra fever', 'Quill Marksdottir', '+15155550177',"
    " 'pending', {true})",
    "INSERT INTO escalations (id, practice_id, call_id, provider, reason, callback_number, status,"
    " owner, opened_at, phi) VALUES (1, 'riverside', 1, 'okafor', 'zebra fever', '+15155550177',"
    " 'open', 'Dana', '2026-11-24 01:45:00', {true})",
    "INSERT INTO callbacks (id, uid, number, since, why, status) VALUES"
    " (1, 'b1', '+15155550177', '2026-11-24 01:42:00', 'lost', 'owed')",
    "INSERT INTO drafts (uid, call_uid, caller_number, record, updated_at) VALUES"
    " ('d1', 'd1', '+15155550177', '{{\"name\": \"Quill Marksdottir\"}}', '2026-11-24 01:42:00')",
)


def test_records_in_the_clear_are_sealed_as_they_stand(before_sealing: Base) -> None:
    true = "1" if before_sealing.kind == "sqlite" else "true"
    with closing(before_sealing.bare()) as connection:
        for statement in IN_THE_CLEAR:
            connection.execute(statement.format(true=true))
    if isinstance(before_sealing, ServerBase):
        PostgreSQL(before_sealing.place, before_sealing.secrets).upgrade(busy_ms=BUSY_MS)
    records = before_sealing.open()
    name, number, symptom, born = MARKS
    assert read_all(records) == {
        "calls": [number, None],
        "answers": [(symptom, None)],
        "bookings": [(name, number, date.fromisoformat(born))],
        "messages": [(symptom, name, number)],
        "escalations": [(symptom, number)],
        "callbacks": [number],
        "drafts": [({"name": name}, number)],
    }
    with records.session() as session:
        assert len(history(session, practice="riverside", number=number)) == 3
    with closing(before_sealing.bare()) as connection:
        said = "".join(
            str(row) for table in TABLES for row in connection.execute(f"SELECT * FROM {table}")
        )
    assert not [mark for mark in MARKS if mark in said]
    records.close()


def test_a_rotation_killed_at_any_moment_costs_nothing(
    file_base: FileBase, file_records: Records, path: Path
) -> None:
    for slot in range(6):
        write_all(file_records, f"c{slot}", slot=slot)
    was = read_all(file_records)
    for until in (2, 9, 17):
        command = [sys.executable, "-m", "tests.store.rotating_killed", str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as rotating:
            assert rotating.stdout is not None
            for _ in range(until):
                assert rotating.stdout.readline()
            rotating.kill()
        assert read_all(file_records) == was
        assert len(keys(file_records)) == 2
    rotated(file_records, installation_of(SECRETS))
    assert read_all(file_records) == was
    assert len(keys(file_records)) == 1
    with file_records.session() as session:
        assert checking.check(session).findings == ()


@pytest.mark.parametrize("alone", [False, True])
def test_every_way_to_write_can_seal(records: Records, alone: bool) -> None:
    write_all(records, "c1", slot=0)

    def amend(session: Session) -> None:
        session.scalars(select(Escalation)).one().reason = "changed"

    records.write(amend, alone=alone)
    with records.session() as session:
        assert session.scalars(select(Escalation)).one().reason == "changed"
