"""The audit: what is put on record, that it cannot be changed, and that what was is found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from console.store.audit import checking, heads, reading
from console.store.audit.chain import ANCHOR_EVERY
from console.store.audit.checking import Checked, Fault
from console.store.audit.events import Event
from console.store.audit.noting import note
from console.store.audit.reading import Question
from console.store.callbacks import callback_done, owe_callback
from console.store.errors import AgreementMissing
from console.store.finishing import finish_call
from console.store.installation import Installation
from console.store.session import Records
from console.store.spool import Spool
from console.store.values import CallbackReason
from console.store.work import DoneCallback, Inconsistent, Noted, NotedDeed, OwedCallback
from tests.records_file import SECRETS, bare
from tests.store.builders import CAME, finished_call, new_booking, new_message

AT = datetime(2026, 11, 24, 16, tzinfo=UTC)
BOUND = (
    *("seq", "uid", "at", "written_at", "desk", "person", "event", "kind", "row", "detail"),
    *("previous", "hash", "signature"),
)


def saw(session: Session, row: int = 1, **more: object) -> None:
    note(session, event=Event.SAW, person="dana", kind="call", row=row, **more)  # type: ignore[arg-type]


def look(records: Records, known: tuple[checking.KnownHead, ...] = ()) -> Checked:
    with records.session() as session:
        return checking.check(session, known=known)


def entries(records: Records, **question: object) -> list[tuple[str, str, str]]:
    """Return event, kind and row, oldest first, without what the audit says of itself."""
    with records.session() as session:
        ids = reading.find(session, Question(**question))  # type: ignore[arg-type]
        rows = reading.read(session, ids[::-1])
    return [(row.event, row.kind, row.row) for row in rows if row.kind != "chain"]


class Tamperer:
    """Whoever owns the database file: no trigger holds them."""

    def __init__(self, path: Path) -> None:
        self.connection = bare(path)
        for (name,) in self.connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            self.connection.execute(f"DROP TRIGGER {name}")
        self.chain = self.chains()[0]

    def chains(self) -> list[str]:
        rows = self.connection.execute("SELECT id FROM audit_chains ORDER BY begun_at, id")
        return [row[0] for row in rows]

    def run(self, statement: str, *values: object) -> None:
        self.connection.execute(statement, values)


@pytest.fixture
def written(file_records: Records, path: Path) -> Iterator[tuple[Records, Tamperer]]:
    """Ten entries of a run that goes on, the first of them that it began."""
    for row in range(9):
        file_records.write(lambda session, row=row: saw(session, row))  # type: ignore[misc]
    tamperer = Tamperer(path)
    yield file_records, tamperer
    tamperer.connection.close()


def test_a_finished_call_is_on_record_with_each_row_that_came_of_it(records: Records) -> None:
    call = finished_call(booking=new_booking(), message=new_message())
    rows = records.write(lambda s: finish_call(s, finished=call))
    assert entries(records) == [
        ("finished", "call", str(rows.call_id)),
        ("added", "booking", str(rows.booking_id)),
        ("added", "message", str(rows.message_id)),
    ]
    with records.session() as session:
        (newest, *_) = reading.read(session, reading.find(session, Question(kinds=("call",))))
    assert (newest.person, newest.practice_id, newest.at) == (
        "Dana Whitfield",
        "riverside",
        call.finished_at,
    )
    assert look(records).findings == ()


def test_what_is_written_twice_is_on_record_once(records: Records, tmp_path: Path) -> None:
    call = finished_call()
    owed = OwedCallback(uid="b", since=CAME, why=CallbackReason.ABANDONED)
    done = DoneCallback(uid="b", at=CAME, agent="dana")
    deed = NotedDeed(event=Event.SAW, kind="call", row="c1", practice_id="riverside")
    noted = Noted(uid="n", at=CAME, person="dana", deeds=(deed, deed))
    spool = Spool(tmp_path / "spool", SECRETS)
    for _ in range(2):
        records.write(lambda s: finish_call(s, finished=call))
        records.write(lambda s: owe_callback(s, owed=owed))
        records.write(lambda s: callback_done(s, done=done))
        spool.keep(noted)
        spool.replay(records)
    assert sorted(event for event, _, _ in entries(records)) == [
        "changed",
        "finished",
        "saw",
        "saw",
    ]
    assert look(records).findings == ()


def test_work_that_waited_keeps_when_it_was_done(records: Records, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", SECRETS)
    deed = NotedDeed(event=Event.SEARCHED, kind="facts")
    spool.keep(Noted(uid="n", at=AT, person="dana", deeds=(deed,)))
    spool.replay(records)
    assert entries(records, after=AT, until=AT + timedelta(seconds=1)) == [
        ("searched", "facts", "")
    ]


def test_what_is_not_written_is_not_on_record(records: Records) -> None:
    refused = finished_call(practice_id="lakeshore")
    with pytest.raises(AgreementMissing):
        records.write(lambda s: finish_call(s, finished=refused))

    def fail(session: Session) -> None:
        saw(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        records.write(fail)
    assert entries(records) == []
    records.write(saw)  # and the chain goes on
    assert look(records).findings == ()


def test_a_commit_that_fails_leaves_the_chain_whole(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.write(saw)
    commit = Session.commit

    def fail(self: Session) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", fail)
        with pytest.raises(ZeroDivisionError):
            records.write(saw)

    def made_but_not_told(self: Session) -> None:
        commit(self)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Session, "commit", made_but_not_told)
        with pytest.raises(ZeroDivisionError):
            records.write(saw)
    records.write(saw)
    assert len(entries(records)) == 3
    assert look(records).findings == ()


@pytest.mark.parametrize("part", ["kind", "row", "detail"])
def test_a_caller_s_words_have_no_way_in(records: Records, part: str) -> None:
    with pytest.raises(Inconsistent):
        records.write(
            lambda s: note(s, event=Event.SAW, person="dana", **{part: "Ann Example, fever"})  # type: ignore[arg-type]
        )
    with pytest.raises(Inconsistent):
        NotedDeed(event=Event.SAW, **{part: "Ann Example, fever"})
    deed = msgspec.json.encode({"event": "saw", part: "Ann Example"})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(deed, type=NotedDeed)


@pytest.mark.parametrize("table", ["audit", "audit_chains", "desk_keys"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET id = id",
        "DELETE FROM {table}",
    ],
)
def test_the_database_itself_refuses_a_change(records: Records, table: str, statement: str) -> None:
    refuses_a_change(records, statement.format(table=table))


@pytest.mark.parametrize("table", ["audit", "audit_chains", "desk_keys"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_the_database_itself_refuses_a_change_by_a_verb_of_sqlites(
    file_records: Records, table: str, verb: str
) -> None:
    refuses_a_change(file_records, f"{verb} INTO {table} SELECT * FROM {table}")


def refuses_a_change(records: Records, statement: str) -> None:
    records.write(saw)
    with pytest.raises(Exception, match="the audit is never changed"):
        records.write(lambda session: session.execute(text(statement)))
    assert look(records).findings == ()


@pytest.mark.parametrize(
    "change",
    [
        "person = 'somebody'",
        "at = '2020-01-01 00:00:00.000000'",
        "written_at = '2020-01-01 00:00:00.000000'",
        "event = 'searched'",
        "practice_id = 'lakeshore'",
        "kind = 'message'",
        "row = '77'",
        "detail = '1'",
        "desk = 'elsewhere'",
        "uid = 'other'",
        "previous = zeroblob(32)",
        "hash = zeroblob(32)",
    ],
)
def test_a_changed_entry_is_found(written: tuple[Records, Tamperer], change: str) -> None:
    records, tamperer = written
    tamperer.run(f"UPDATE audit SET {change} WHERE seq = 5")
    found = {(each.fault, each.seq) for each in look(records).findings}
    assert (Fault.CHANGED, 5) in found


def test_an_entry_signed_anew_by_another_is_found(written: tuple[Records, Tamperer]) -> None:
    records, tamperer = written
    tamperer.run("UPDATE audit SET signature = zeroblob(64) WHERE seq = 5")
    assert [(f.fault, f.seq) for f in look(records).findings] == [(Fault.FORGED, 5)]


@pytest.mark.parametrize("gone", [1, 5, 9])
def test_a_missing_entry_is_found(written: tuple[Records, Tamperer], gone: int) -> None:
    records, tamperer = written
    tamperer.run("DELETE FROM audit WHERE seq = ?", gone)
    assert [(f.fault, f.seq) for f in look(records).findings] == [(Fault.MISSING, gone)]


def test_a_gap_that_was_closed_is_found(written: tuple[Records, Tamperer]) -> None:
    records, tamperer = written
    tamperer.run("DELETE FROM audit WHERE seq = 5")
    for seq in range(6, 11):
        tamperer.run("UPDATE audit SET seq = ? WHERE seq = ?", seq - 1, seq)
    found = {(each.fault, each.seq) for each in look(records).findings}
    assert found == {(Fault.MISSING, 5), *((Fault.REORDERED, seq) for seq in range(5, 10))}


def test_entries_in_each_other_s_place_are_found(written: tuple[Records, Tamperer]) -> None:
    records, tamperer = written
    for was, now in ((4, 99), (7, 4), (99, 7)):
        tamperer.run("UPDATE audit SET seq = ? WHERE seq = ?", now, was)
    found = {(each.fault, each.seq) for each in look(records).findings}
    assert found == {(Fault.REORDERED, 4), (Fault.REORDERED, 7)}


def test_an_end_cut_off_is_found_by_the_desk_s_next_run(
    file_records: Records, path: Path, seeded: Path
) -> None:
    for _ in range(2):
        run = Records.open(path, secrets=SECRETS)
        for _ in range(3):
            run.write(saw)
        run.close()
    tamperer = Tamperer(path)
    first = tamperer.chains()[0]
    tamperer.run("DELETE FROM audit WHERE chain = ? AND seq > 2", first)
    assert [(f.fault, f.chain, f.seq) for f in look(file_records).findings] == [
        (Fault.MISSING, first, 3)
    ]
    tamperer.connection.close()


def test_a_whole_run_taken_away_is_found(file_records: Records, path: Path) -> None:
    one, two = Records.open(path, secrets=SECRETS), Records.open(path, secrets=SECRETS)
    one.write(saw)
    for row in range(ANCHOR_EVERY + 1):
        two.write(lambda s, row=row: saw(s, row))  # type: ignore[misc]
    tamperer = Tamperer(path)
    first = tamperer.chains()[0]
    tamperer.run("DELETE FROM audit WHERE chain = ?", first)
    tamperer.run("DELETE FROM audit_chains WHERE id = ?", first)
    found = {(f.fault, f.chain) for f in look(file_records).findings}
    assert found == {(Fault.MISSING, first)}
    tamperer.connection.close()
    one.close()
    two.close()


def test_an_audit_rewritten_under_new_keys_is_found_by_the_heads_exported_before(
    written: tuple[Records, Tamperer], tmp_path: Path
) -> None:
    records, tamperer = written
    file = tmp_path / "heads.json"
    with records.session() as session:
        heads.write_heads(file, heads.heads(session), at=AT)
    assert look(records, heads.read_heads(file)).findings == ()
    for table in ("audit", "audit_chains", "key_wraps", "data_keys", "desk_keys"):
        tamperer.run(f"DELETE FROM {table}")
    other = Records.open(records.place, secrets=SECRETS, installation=Installation.generate())
    other.write(saw)
    assert look(records).findings == ()
    faults = {f.fault for f in look(records, heads.read_heads(file)).findings}
    assert faults == {Fault.MISSING, Fault.UNKNOWN}
    other.close()


def test_a_run_nobody_vouched_for_is_found(written: tuple[Records, Tamperer]) -> None:
    records, tamperer = written
    tamperer.run("UPDATE audit_chains SET certificate = zeroblob(64)")
    assert [f.fault for f in look(records).findings] == [Fault.UNKNOWN]
    tamperer.run("DELETE FROM audit_chains")
    assert {f.fault for f in look(records).findings} == {Fault.UNKNOWN}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=st.integers(1, 10), column=st.integers(0, 12), flip=st.integers(0, 511))
def test_any_bit_of_any_entry(
    written: tuple[Records, Tamperer], place: int, column: int, flip: int
) -> None:
    records, tamperer = written
    name = BOUND[column]
    select = f"SELECT {name} FROM audit WHERE seq = ?"
    (was,) = tamperer.connection.execute(select, (place,)).fetchone()
    tamperer.run(f"UPDATE audit SET {name} = ? WHERE seq = ?", _spoilt(was, name, flip), place)
    found = look(records).findings
    now = 1000 + flip if name == "seq" else place
    tamperer.run(f"UPDATE audit SET {name} = ? WHERE seq = ?", was, now)
    assert found
    assert look(records).findings == ()


def _spoilt(was: object, name: str, flip: int) -> object:
    if isinstance(was, bytes):
        at, bit = flip // 8 % len(was), flip % 8
        return was[:at] + bytes([was[at] ^ 1 << bit]) + was[at + 1 :]
    if name == "seq":
        return 1000 + flip
    if name in {"at", "written_at"}:
        return f"2020-01-01 00:00:00.{flip:06}"
    return f"{was}{flip}"


def test_two_desks_at_once_each_have_a_chain_of_their_own(
    file_records: Records, path: Path
) -> None:
    others = [Records.open(path, secrets=SECRETS) for _ in range(3)]
    for turn in range(5):
        for each in others:
            each.write(lambda s, turn=turn: saw(s, turn))  # type: ignore[misc]
    for each in others:
        each.close()
    checked = look(file_records)
    assert checked.findings == ()
    assert checked.chains == 3
    assert checked.entries >= 3 * 7


def test_the_questions_a_supervisor_asks(records: Records) -> None:
    def deeds(session: Session) -> None:
        note(session, event=Event.SAW, person="dana", kind="call", row=1, at=AT, practice_id="a")
        note(session, event=Event.SAW, person="lee", kind="message", row=2, at=AT, practice_id="b")
        later = AT + timedelta(days=1)
        note(session, event=Event.SEARCHED, person="lee", kind="call", row=3, at=later)

    records.write(deeds)
    assert len(entries(records)) == 3
    assert [row for _, _, row in entries(records, person="lee")] == ["2", "3"]
    assert [row for _, _, row in entries(records, practice_id="b")] == ["2"]
    assert [row for _, _, row in entries(records, kinds=("call",))] == ["1", "3"]
    assert [row for _, _, row in entries(records, events=("searched",))] == ["3"]
    assert [row for _, _, row in entries(records, after=AT, until=AT + timedelta(hours=1))] == [
        "1",
        "2",
    ]
    with records.session() as session:
        assert reading.people(session) == ("dana", "lee")


def test_an_installation_is_known_by_its_keys() -> None:
    one = Installation.of(signing=bytes(32), opening=bytes(32))
    assert one.id == Installation.of(signing=bytes(32), opening=bytes(32)).id
    assert len({one.id, Installation.generate().id, Installation.generate().id}) == 3


def test_a_file_that_holds_no_heads_is_told(tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    for wrong in ("", "[]", '{"form":"frontdesk-heads-1","at":"2026-01-01T00:00:00Z"}'):
        file.write_text(wrong, "utf-8")
        with pytest.raises(heads.HeadsUnreadable):
            heads.read_heads(file)
