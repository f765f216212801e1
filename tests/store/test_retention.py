"""What is over age goes for good; what is held, unfinished or younger stays."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from console.store import retention
from console.store.audit import checking, reading
from console.store.audit.reading import Question
from console.store.board.acts import act
from console.store.board.rows import Wanted, page
from console.store.board_tables import BoardDeed, BoardMark
from console.store.board_values import BoardAct
from console.store.callbacks import callback_done, owe_callback
from console.store.drafts import save_draft
from console.store.finishing import finish_call
from console.store.models import Base, Booking, Call, Callback, Escalation, Message
from console.store.retention import YEAR, Kind, Terms
from console.store.session import Records
from console.store.values import CallbackReason
from console.store.work import DidOnBoard, DoneCallback, OwedCallback, Reschedule, SavedDraft
from tests.store.builders import (
    CAME,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)
from tests.store.conftest import Base as Kept
from tests.store.conftest import FileBase

LATER = CAME + 6 * YEAR + timedelta(days=2)
SETTLED = (
    "UPDATE messages SET status = 'delivered'",
    "UPDATE escalations SET status = 'closed'",
)


def settle(records: Records) -> None:
    for statement in SETTLED:
        records.write(lambda s, statement=statement: s.execute(text(statement)))  # type: ignore[misc]


def a_call(
    records: Records, uid: str, *, age: timedelta = timedelta(0), practice: str = "riverside"
) -> int:
    at = CAME + age
    call = finished_call(
        uid,
        offered_at=at,
        answered_at=at,
        finished_at=at,
        booking=new_booking(SLOT + age),
        message=new_message(),
        escalation=new_escalation(opened_at=at),
    )
    return records.write(lambda s: finish_call(s, finished=call)).call_id


def rows(records: Records) -> dict[str, int]:
    with records.session() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def apply(
    records: Records, terms: Terms | None = None, *, now: datetime = LATER
) -> retention.Deleted:
    with records.session() as session:
        over_age = retention.due(session, terms or Terms(), now=now)
    return retention.delete_due(records, over_age, person="dana")


def test_a_call_over_age_goes_with_everything_that_came_of_it(records: Records) -> None:
    old = a_call(records, "old")
    young = a_call(records, "young", age=timedelta(days=30))
    settle(records)
    assert apply(records).rows[Kind.CALLS] == 1
    with records.session() as session:
        assert list(session.scalars(select(Call.id))) == [young]
    left = rows(records)
    assert [left[t] for t in ("answers", "bookings", "messages", "escalations")] == [2, 1, 1, 1]
    with records.session() as session:
        told = reading.find(session, Question(events=("deleted",)))
        (entry,) = reading.read(session, told)
        assert (entry.kind, entry.row, entry.person) == ("call", str(old), "dana")
        assert checking.check(session).findings == ()


def test_what_was_done_on_the_board_goes_with_its_item_and_no_other(records: Records) -> None:
    old = a_call(records, "old")
    a_call(records, "young", age=timedelta(days=30))
    owed = OwedCallback(uid="b1", since=CAME, why=CallbackReason.ABANDONED, practice_id="riverside")
    records.write(lambda s: owe_callback(s, owed=owed))
    with records.session() as session:
        items = page(session, now=CAME, wanted=Wanted())
        escalation, message = (
            set(session.scalars(select(table.id).where(table.call_id == old)))
            for table in (Escalation, Message)
        )
        callback = set(session.scalars(select(Callback.id)))
    gone = {("escalation", *escalation), ("message", *message), ("callback", *callback)}
    for number, item in enumerate(items):
        deed = DidOnBoard(
            uid=f"d{number}",
            item=item.place.kind,
            row=item.place.row,
            act=BoardAct.TAKE,
            at=CAME,
            person="Dana",
            seen=item.seen,
        )
        assert records.write(lambda s, deed=deed: act(s, deed=deed)).sentence == ""  # type: ignore[misc]
    assert {(item.place.kind.value, item.place.row) for item in items} > gone
    settle(records)
    done = "UPDATE callbacks SET status = 'done', done_at = since"
    records.write(lambda s: s.execute(text(done)))
    apply(records)
    with records.session() as session:
        for table in (BoardMark, BoardDeed):
            left = {
                (kind.value, row) for kind, row in session.execute(select(table.kind, table.row))
            }
            assert left == {(item.place.kind.value, item.place.row) for item in items} - gone
            assert left


def test_a_dry_run_changes_nothing(records: Records) -> None:
    a_call(records, "old")
    settle(records)
    before = rows(records)
    with records.session() as session:
        (over_age,) = retention.due(session, Terms(), now=LATER)
    assert len(over_age.rows[Kind.CALLS]) == 1
    assert rows(records) == before


@pytest.mark.parametrize("years", [1.0, 10.0])
def test_a_practice_has_its_own_terms(records: Records, years: float) -> None:
    a_call(records, "c")
    settle(records)
    own = Terms(of_practices={"riverside": {Kind.CALLS: years * YEAR}})
    gone = apply(records, own, now=CAME + 5 * YEAR).rows[Kind.CALLS]
    assert gone == (1 if years == 1 else 0)


def test_work_nobody_has_done_yet_stays_however_old(records: Records) -> None:
    a_call(records, "c")
    with records.session() as session:
        (over_age,) = retention.due(session, Terms(), now=LATER)
    assert (over_age.unfinished, over_age.rows) == (1, {})
    assert sum(apply(records).rows.values()) == 0


@pytest.mark.parametrize("one_call", [True, False])
def test_what_is_held_stays_until_it_is_released(records: Records, one_call: bool) -> None:
    held = a_call(records, "held")
    other = a_call(records, "other", age=timedelta(hours=1))
    settle(records)
    hold = records.write(
        lambda s: retention.hold(
            s,
            practice_id="riverside",
            call_id=held if one_call else None,
            person="dana",
            at=datetime.now(UTC),
        )
    )
    apply(records)
    with records.session() as session:
        assert set(session.scalars(select(Call.id))) == ({held} if one_call else {held, other})
    release = records.write(
        lambda s: retention.release(s, hold_id=hold, person="dana", at=datetime.now(UTC))
    )
    assert release
    apply(records)
    assert rows(records)["calls"] == 0


def test_a_hold_placed_between_the_look_and_the_deed_counts(records: Records) -> None:
    call = a_call(records, "c")
    settle(records)
    with records.session() as session:
        over_age = retention.due(session, Terms(), now=LATER)
    records.write(
        lambda s: retention.hold(
            s, practice_id="riverside", call_id=call, person="dana", at=datetime.now(UTC)
        )
    )
    assert sum(retention.delete_due(records, over_age, person="dana").rows.values()) == 0


def test_a_booking_that_was_moved_long_ago_lets_the_old_one_go(records: Records) -> None:
    first = finished_call("first", booking=new_booking())
    made = records.write(lambda s: finish_call(s, finished=first))
    assert made.booking_id is not None
    move = Reschedule(
        booking_id=made.booking_id,
        starts_at=SLOT + timedelta(days=40),
        ends_at=SLOT + timedelta(days=40, minutes=20),
    )
    moved = CAME + timedelta(days=30)
    second = finished_call(
        "second", booking=move, offered_at=moved, answered_at=moved, finished_at=moved
    )
    records.write(lambda s: finish_call(s, finished=second))
    assert apply(records).rows[Kind.CALLS] == 1
    with records.session() as session:
        (left,) = session.scalars(select(Booking))
        assert left.replaces_id is None
        assert left.patient_name == "Ann Example"


def test_forms_nobody_finished_and_calls_back_that_were_made_go_too(records: Records) -> None:
    draft = SavedDraft(
        uid="d", call_uid="d", updated_at=CAME, record={"n": 1}, practice_id="riverside"
    )
    owed = OwedCallback(uid="b", since=CAME, why=CallbackReason.LOST, practice_id="riverside")
    still = OwedCallback(uid="s", since=CAME, why=CallbackReason.LOST, practice_id="riverside")
    done = DoneCallback(uid="b", at=CAME, agent="dana")
    records.write(lambda s: save_draft(s, draft=draft))
    records.write(lambda s: [owe_callback(s, owed=each) for each in (owed, still)])
    records.write(lambda s: callback_done(s, done=done))
    gone = apply(records).rows
    assert (gone[Kind.DRAFTS], gone[Kind.CALLBACKS]) == (1, 1)
    assert rows(records)["callbacks"] == 1


def test_what_was_deleted_is_in_no_page_of_the_file(
    file_base: FileBase, file_records: Records
) -> None:
    for number in range(40):
        a_call(file_records, f"c{number}", age=timedelta(hours=number))
    settle(file_records)
    with file_records.session() as session:
        sealed = [bytes(row[0]) for row in session.execute(text("SELECT sealed FROM messages"))]
    apply(file_records)
    file_records.overwrite_deleted()
    path = file_base.place.path
    assert not [each for each in path.parent.glob(path.name + "-wal") if each.stat().st_size]
    connection = file_base.bare()
    assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.execute("ATTACH ':memory:' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')")
    whole = connection.serialize(name="plain") if hasattr(connection, "serialize") else b""
    connection.close()
    assert not [each for each in sealed if each in whole]


def test_a_server_takes_the_room_back(base: Kept, records: Records) -> None:
    a_call(records, "c")
    settle(records)
    apply(records)
    records.overwrite_deleted()
    assert rows(records)["calls"] == 0
