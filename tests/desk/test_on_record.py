"""What a receptionist does at the desk is on record, and nothing of what callers say is."""

import pytest

from console.store.audit import checking, reading
from console.store.audit.reading import AuditRow, Question
from console.store.errors import Away
from console.store.session import Records
from scripts.calltypes import CallType
from tests.desk.conftest import MakeRoom
from tests.desk.room import CALLER, RIVERSIDE, Room
from tests.desk.test_records import out_of_reach
from tests.records_file import SECRETS

NAME = "Ruth Olsen"


def on_record(room: Room, **question: object) -> list[AuditRow]:
    """Return what is on record, oldest first, without the chain's own entries."""
    room.rest()
    records = room.book._ledger()._open_records()
    with records.session() as session:
        ids = reading.find(session, Question(**question))  # type: ignore[arg-type]
        return [row for row in reading.read(session, sorted(ids)) if row.kind != "chain"]


def deeds(room: Room, **question: object) -> list[tuple[str, str]]:
    return [(row.event, row.kind) for row in on_record(room, **question)]


def a_refill(room: Room, call: str = "c1") -> None:
    room.take(call)
    room.fill(CallType.REFILL, {"patient_name": NAME})
    room.finish(call)
    room.over(call)


def test_a_call_is_seen_searched_in_and_finished(room: Room) -> None:
    room.take()
    for typed in ("h", "ho", "hours"):
        room.desk.search_facts(typed)
    room.fill(CallType.REFILL, {"patient_name": NAME})
    room.finish()
    assert deeds(room) == [
        ("saw", "call"),
        ("searched", "facts"),
        ("finished", "call"),
        ("added", "message"),
    ]
    for row in on_record(room):
        assert (row.person, row.practice_id) == ("Dana Whitfield", RIVERSIDE)


def test_what_came_of_earlier_calls_is_on_record_row_by_row(room: Room) -> None:
    a_refill(room)
    message = next(row.row for row in on_record(room, kinds=("message",)))
    room.take("c2")
    seen = on_record(room, events=("saw",), kinds=("message",))
    assert [(row.row, row.practice_id) for row in seen] == [(message, RIVERSIDE)]


def test_another_practice_s_history_is_neither_shown_nor_on_record(room: Room) -> None:
    a_refill(room)
    room.take("c2", to="lakeshore_cardiology")
    assert room.pop is not None
    assert room.pop.earlier == ()
    assert on_record(room, events=("saw",), kinds=("message",)) == []


def test_a_form_taken_up_or_thrown_away_is_on_record(make_room: MakeRoom) -> None:
    first = make_room().open()
    for call in ("c1", "c2"):
        first.take(call)
        first.fill(CallType.REFILL, {"patient_name": NAME})
        first.rest()
    first.desk.people.stop()
    first.book.close()
    first.closed = True
    room = make_room(first.folder).open()
    kept, gone = (form.draft for form in room.unfinished)
    room.desk.resume_form(kept)
    room.desk.discard_form(gone)
    assert [(row.event, row.row) for row in on_record(room, kinds=("draft",))] == [
        ("saw", kept),
        ("saw", gone),
        ("resumed", kept),
        ("discarded", gone),
    ]


def test_lock_unlock_and_a_wrong_pin_are_on_record(room: Room) -> None:
    room.desk.choose_pin("2468")
    room.rest()
    room.desk.lock()
    room.desk.lock()
    room.desk.unlock("1357")
    room.rest()
    room.desk.unlock("2468")
    room.rest()
    assert deeds(room, kinds=("desk",)) == [
        ("locked", "desk"),
        ("unlock_failed", "desk"),
        ("unlocked", "desk"),
    ]


def test_what_is_done_while_the_records_are_away_is_on_record_when_they_are_back(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with out_of_reach(monkeypatch, Away.LOCKED):
        room.ring()
        room.up()
        room.rest()
        room.desk.lock()
        room.rest()
        assert room.status is not None
        assert "1 piece" not in room.status.saved  # what was only seen is nobody's lost work
    room.retry()
    assert {("saw", "call"), ("locked", "desk")} <= set(deeds(room))
    with room.book._ledger()._open_records().session() as session:
        assert checking.check(session).findings == ()


def test_no_entry_holds_a_name_a_number_or_a_word_of_the_caller_s(room: Room) -> None:
    a_refill(room)
    room.take("c2")
    room.desk.search_facts(NAME)
    for row in on_record(room):
        said = " ".join(str(getattr(row, name)) for name in AuditRow.__slots__)
        assert NAME not in said
        assert CALLER not in said


def test_the_day_s_end_closes_the_chain(make_room: MakeRoom) -> None:
    room = make_room().open()
    a_refill(room)
    room.close()
    records = Records.open(room.records, secrets=SECRETS)
    with records.session() as session:
        checked = checking.check(session)
    records.close()
    assert checked.findings == ()
    assert checked.chains == 1
