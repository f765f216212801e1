"""The board on both databases: every open item once, in its place; deeds once, the second told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from console.escalation.ladder import Stage
from console.store import outbox
from console.store.board import rows
from console.store.board.acts import Told, act
from console.store.board.record import ItemRecord, record_of
from console.store.board.rows import BoardItem, Place, Rank, Wanted
from console.store.board_tables import BoardDeed
from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.callbacks import owe_callback
from console.store.finishing import finish_call
from console.store.models import Call, Escalation, Message
from console.store.outbox import NewDispatch, Settled
from console.store.outbox_tables import Pursuit, Task
from console.store.outbox_values import AttemptOutcome, TaskKind
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import (
    CallbackReason,
    EscalationStatus,
    MessageKind,
    MessageStatus,
    Priority,
)
from console.store.work import DidOnBoard, OwedCallback
from tests.store.builders import finished_call, new_message, new_uid
from tests.store.conftest import Base
from tests.store.test_live import Ear, listening
from tests.store.test_pursuing import NOW, begin, climb

DANA, SAM = "Dana Whitfield", "Sam Osei"
T, E, M, C = ItemKind.TASK, ItemKind.ESCALATION, ItemKind.MESSAGE, ItemKind.CALLBACK


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def add_task(records: Records, key: str, minutes: float = 0, **changes: Any) -> None:
    about: dict[str, Any] = {"kind": TaskKind.CLASH, "sentence": "Look.", "now": later(minutes)}
    records.write(lambda s: outbox.add_task(s, key=key, **(about | changes)))


def add_message(records: Records, **changes: Any) -> None:
    call = finished_call(message=new_message(**changes), finished_at=NOW)
    records.write(lambda s: finish_call(s, finished=call))


def add_callback(records: Records, why: CallbackReason, minutes: float = 0, **more: Any) -> None:
    owed = OwedCallback(uid=new_uid(), since=later(minutes), why=why, practice_id="riverside")
    owed = msgspec.structs.replace(owed, **more)
    records.write(lambda s: owe_callback(s, owed=owed))


def board(records: Records, now: datetime = NOW, **wanted: Any) -> list[BoardItem]:
    with records.session() as session:
        return list(rows.page(session, now=now, wanted=Wanted(**wanted)))


def one(records: Records, kind: ItemKind, now: datetime = NOW) -> BoardItem:
    (found,) = board(records, now, kind=kind)
    return found


def do(records: Records, on: BoardItem, what: BoardAct, *, person: str = DANA, **more: Any) -> Told:
    late = more.pop("late", False)
    about: dict[str, Any] = {"uid": new_uid(), "at": NOW, "seen": on.seen}
    deed = DidOnBoard(
        item=on.place.kind, row=on.place.row, act=what, person=person, **(about | more)
    )
    return records.write(lambda s: act(s, deed=deed, late=late))


def record(records: Records, on: BoardItem) -> ItemRecord:
    with records.session() as session:
        found = record_of(session, kind=on.place.kind, row=on.place.row)
    assert found is not None
    return found


def test_urgent_and_undelivered_come_first_then_the_oldest(records: Records) -> None:
    add_callback(records, CallbackReason.ABANDONED, -50)
    add_task(records, "gap", -40, kind=TaskKind.ROTA_GAP)
    add_message(records, priority=Priority.URGENT)
    add_message(records)
    add_task(records, "undelivered", -30, kind=TaskKind.UNDELIVERED)
    add_callback(records, CallbackReason.LOST, -5)
    add_task(records, "call", -10, kind=TaskKind.CALL_PROVIDER, urgent=True)
    begin(records)
    found = board(records)
    assert [(item.place.kind, Rank(item.place.rank)) for item in found] == [
        (T, Rank.URGENT),
        (C, Rank.URGENT),
        (E, Rank.URGENT),
        (M, Rank.URGENT),
        (T, Rank.UNDELIVERED),
        (C, Rank.OTHER),
        (T, Rank.OTHER),
        (M, Rank.OTHER),
    ]
    with records.session() as session:
        found_counts = rows.counts(session, now=NOW, me=DANA)
    assert (found_counts.to_do, found_counts.urgent) == (8, 4)
    assert (found_counts.unowned, found_counts.mine) == (3, 1)


def test_filters(records: Records) -> None:
    begin(records)
    add_task(records, "mine", owner=SAM, practice_id="lakeshore")
    add_task(records, "nobody's")
    assert [item.place.kind for item in board(records, owner=SAM)] == [T]
    assert [item.owner for item in board(records, practice="lakeshore")] == [SAM]
    assert len(board(records, kind=T)) == 2
    assert board(records, kind=C) == []


def test_an_escalation_tells_its_stage_and_what_comes_next(records: Records) -> None:
    begin(records)
    climb(records, 1)
    item = one(records, E)
    assert (item.what, item.state, item.owner) == ("R7K4A", "paging", DANA)
    assert item.due_at == later(10)


def test_put_off_comes_last_and_comes_back_when_due(records: Records) -> None:
    add_task(records, "first", -10)
    add_task(records, "second", -5)
    first, second = board(records)
    assert do(records, first, BoardAct.HOLD, until=later(30)).outcome is DeedOutcome.DONE
    assert [i.place.row for i in board(records)] == [second.place.row, first.place.row]
    with records.session() as session:
        assert rows.counts(session, now=NOW, me=DANA).to_do == 1
    assert [i.place.row for i in board(records, later(31))] == [first.place.row, second.place.row]


def test_acknowledged_for_the_provider_by_phone_stops_the_pages(records: Records) -> None:
    escalation = begin(records)
    climb(records, 1)
    add_task(records, "call", kind=TaskKind.CALL_PROVIDER, escalation_id=escalation, urgent=True)
    told = do(records, one(records, E), BoardAct.ACKNOWLEDGE, provider="okafor", to="Dr Okafor")
    assert told.outcome is DeedOutcome.DONE
    with records.session() as session:
        pursuit = session.get_one(Pursuit, escalation)
        assert (pursuit.stage, pursuit.provider) == (Stage.ACKNOWLEDGED, "okafor")
    assert records.write(lambda s: outbox.claim(s, worker="w", now=later(2))) == ()
    assert board(records, kind=T) == []
    lines = record(records, one(records, E)).lines
    assert ("acknowledge", "Dr Okafor", "Dana Whitfield, by phone") in [
        (line.what, line.whom, line.by) for line in lines
    ]


def test_close_is_refused_in_the_ladders_words_until_the_patient_is_reached(
    records: Records,
) -> None:
    begin(records)
    refused = do(records, one(records, E), BoardAct.CLOSE)
    assert refused.outcome is DeedOutcome.REFUSED
    assert "Was the patient reached?" in refused.sentence
    assert do(records, one(records, E), BoardAct.REACH).outcome is DeedOutcome.DONE
    assert do(records, one(records, E), BoardAct.CLOSE).outcome is DeedOutcome.DONE
    assert board(records) == []


def test_the_next_person_is_paged_at_once(records: Records) -> None:
    begin(records)
    climb(records, 1)
    assert do(records, one(records, E), BoardAct.ESCALATE, at=later(2)).outcome is DeedOutcome.DONE
    assert one(records, E).due_at == later(2)


def test_the_second_of_two_is_told_and_nothing_is_written_over(records: Records) -> None:
    add_task(records, "t")
    both_saw = one(records, T)
    assert do(records, both_saw, BoardAct.TAKE, person=SAM).outcome is DeedOutcome.DONE
    told = do(records, both_saw, BoardAct.TAKE)
    assert told.outcome is DeedOutcome.OVERTAKEN
    assert f"changed meanwhile by {SAM}. It is {SAM}’s now." in told.sentence
    assert one(records, T).owner == SAM
    assert do(records, one(records, T), BoardAct.DONE, person=SAM).outcome is DeedOutcome.DONE
    told = do(records, both_saw, BoardAct.DONE)
    assert told.sentence == f"It is finished already by {SAM}."


def test_a_deed_written_twice_is_done_once(records: Records) -> None:
    add_task(records, "t")
    item = one(records, T)
    deed = DidOnBoard(
        uid="d1", item=T, row=item.place.row, act=BoardAct.TAKE, at=NOW, person=DANA,
        seen=item.seen,
    )  # fmt: skip
    for _ in range(2):
        assert records.write(lambda s: act(s, deed=deed)).outcome is DeedOutcome.DONE
    assert one(records, T).version == 1


def test_an_acknowledgement_that_waited_is_written_whatever_the_ladder_did(
    records: Records,
) -> None:
    begin(records)
    item = one(records, E)
    climb(records, 20)  # by now a person has it
    told = do(
        records, item, BoardAct.ACKNOWLEDGE, provider="okafor", to="Dr Okafor", late=True,
        at=later(3),
    )  # fmt: skip
    assert told.outcome is DeedOutcome.DONE
    assert one(records, E).state == "acknowledged"


def test_what_came_too_late_stays_before_somebodys_eyes(records: Records) -> None:
    escalation = begin(records)
    item = one(records, E)
    do(records, item, BoardAct.REACH, person=SAM)
    late = DidOnBoard(
        uid="late", item=E, row=escalation, act=BoardAct.ACKNOWLEDGE, at=NOW, person=DANA,
        seen=item.seen, provider="ortega", to="Dr Ortega",
    )  # fmt: skip
    for _ in range(2):
        records.write(lambda s: write_work(s, work=late))
    task = one(records, T)
    assert "Dana Whitfield was told by phone" in task.sentence
    assert task.sentence.startswith("Ref R7K4A")
    assert [line.whom for line in record(records, item).lines if line.what == "acknowledge"] == [
        "Dr Ortega"
    ] * 2  # in the ladder's time-line, and as the deed that was refused


def test_a_message_is_confirmed_and_a_callback_done(records: Records) -> None:
    add_message(records)
    add_callback(records, CallbackReason.LOST)
    assert do(records, one(records, M), BoardAct.CONFIRM).outcome is DeedOutcome.DONE
    assert do(records, one(records, C), BoardAct.DONE).outcome is DeedOutcome.DONE
    assert board(records) == []


def test_what_does_not_go_with_an_item_is_refused(records: Records) -> None:
    begin(records)
    told = do(records, one(records, E), BoardAct.HOLD, until=later(60))
    assert told.outcome is DeedOutcome.REFUSED  # its ladder goes on whoever looks


def test_a_record_tells_also_that_nobody_was_notified(records: Records) -> None:
    begin(records)
    climb(records, 1)
    item = one(records, E)
    assert record(records, item).notified is False
    claimed = records.write(lambda s: outbox.claim(s, worker="w", now=later(1)))[0]
    refused = Settled(AttemptOutcome.REFUSED, "No such number.")
    records.write(
        lambda s: outbox.settle(s, claimed=claimed, settled=refused, worker="w", now=later(1.1))
    )
    found = record(records, item)
    tried = next(line for line in found.lines if line.what == "try")
    assert (tried.whom, tried.by, tried.answer) == ("okafor", "sms", "refused: No such number.")
    assert tried.took == timedelta(seconds=6)
    assert found.notified is False
    records.write(lambda s: outbox.put(s, dispatches=[NewDispatch(
        key="k", channel="sms", address="a", subject="s", text="t",
        escalation_id=item.place.row)], now=later(2)))  # fmt: skip
    again = records.write(lambda s: outbox.claim(s, worker="w", now=later(2)))[0]
    sent = Settled(AttemptOutcome.SENT)
    records.write(lambda s: outbox.settle(s, claimed=again, settled=sent, worker="w", now=later(2)))
    assert record(records, item).notified is True


# --- every open item once -------------------------------------------------------------------


ITEMS = st.lists(
    st.tuples(
        st.sampled_from(["task", "urgent", "message", "urgent message", "confirmed", "done task",
                         "callback", "lost", "escalation", "put through", "closed"]),
        st.integers(0, 3),
    ),
    max_size=25,
)  # fmt: skip


def fill(session: Session, made: list[tuple[str, int]]) -> set[tuple[ItemKind, int]]:
    """Make items, at few moments so that there are equals; return the open ones."""
    call = Call(uid=new_uid(), practice_id="riverside", offered_at=NOW)
    session.add(call)
    session.flush()
    is_open = set()
    for number, (what, minute) in enumerate(made):
        at = later(-minute)
        kind, row, alive = _made(session, call.id, what, at, number)
        if alive:
            is_open.add((kind, row))
    return is_open


def _made(
    session: Session, call: int, what: str, at: datetime, number: int
) -> tuple[ItemKind, int, bool]:
    if what in ("task", "urgent", "done task"):
        done = what == "done task"
        task = Task(
            key=f"{what}{number}", kind=TaskKind.CLASH, sentence="s", urgent=what == "urgent",
            created_at=at, done_at=at if done else None, done_by=SAM if done else None,
        )  # fmt: skip
        session.add(task)
        session.flush()
        return T, task.id, not done
    if what in ("message", "urgent message", "confirmed"):
        message = Message(
            practice_id="riverside", call_id=call, kind=MessageKind.GENERAL, recipient="r",
            priority=Priority.URGENT if what == "urgent message" else Priority.ROUTINE,
            taken_at=at, reason="r", phi=False,
            status=MessageStatus.CONFIRMED if what == "confirmed" else MessageStatus.PENDING,
        )  # fmt: skip
        session.add(message)
        session.flush()
        return M, message.id, what != "confirmed"
    if what in ("callback", "lost"):
        why = CallbackReason.LOST if what == "lost" else CallbackReason.ABANDONED
        owed = OwedCallback(uid=new_uid(), since=at, why=why)
        return C, owe_callback(session, owed=owed), True
    status = {
        "put through": EscalationStatus.TRANSFERRED,
        "closed": EscalationStatus.CLOSED,
    }.get(what, EscalationStatus.OPEN)
    escalation = Escalation(
        practice_id="riverside", call_id=call, provider="okafor", reason="r", owner=DANA,
        opened_at=at, status=status, phi=False,
    )  # fmt: skip
    session.add(escalation)
    session.flush()
    return E, escalation.id, what == "escalation"


def paged(session: Session, most: int) -> list[BoardItem]:
    found: list[BoardItem] = []
    after: Place | None = None
    while True:
        more = rows.page(session, now=NOW, after=after, most=most)
        found += more
        if len(more) < most:
            return found
        after = more[-1].place


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(made=ITEMS, held=st.sets(st.integers(0, 24)), most=st.integers(1, 7))
def test_every_open_item_is_on_the_board_exactly_once(
    records: Records, made: list[tuple[str, int]], held: set[int], most: int
) -> None:
    def example(session: Session) -> None:
        is_open = fill(session, made)
        hold_some(session, is_open, held)
        found = paged(session, most)
        places = [(item.place.kind, item.place.row) for item in found]
        assert len(places) == len(set(places))
        assert set(places) == is_open
        orders = [item.place.order() for item in found]
        assert orders == sorted(orders)
        raise Undone

    with pytest.raises(Undone):
        records.write(example)


class Undone(Exception):
    """Leaves the records as they were, for the next example."""


def hold_some(session: Session, is_open: set[tuple[ItemKind, int]], held: set[int]) -> None:
    for number, (kind, row) in enumerate(sorted(is_open)):
        if number in held and kind is not E:
            deed = DidOnBoard(
                uid=new_uid(), item=kind, row=row, act=BoardAct.HOLD, at=NOW, person=DANA,
                until=later(5), seen=stands(session, kind, row).seen,
            )  # fmt: skip
            assert act(session, deed=deed).outcome is DeedOutcome.DONE


def stands(session: Session, kind: ItemKind, row: int) -> BoardItem:
    found = rows.item(session, now=NOW, kind=kind, row=row)
    assert found is not None
    return found


def test_a_page_of_a_hundred_thousand_reads_a_page_of_rows(file_records: Records) -> None:
    many = [
        {"key": f"k{n}", "kind": TaskKind.CLASH, "sentence": "s", "urgent": False,
         "created_at": later(n / 60)}
        for n in range(100_000)
    ]  # fmt: skip
    file_records.write(lambda s: s.execute(insert(Task), many))
    begin(file_records)
    with file_records.session() as session:
        fetched = rows_fetched(session, lambda: rows.page(session, now=NOW))
        assert fetched <= rows.PAGE + 1  # the escalation, and a page of tasks
        place = rows.page(session, now=NOW)[-1].place
        deep = Place(int(Rank.OTHER), later(99_000 / 60), T, 0)
        for after in (place, deep):
            assert rows_fetched(session, lambda a=after: rows.page(session, now=NOW, after=a)) <= (
                2 * rows.PAGE
            )
        assert rows_fetched(session, lambda: rows.counts(session, now=NOW, me=DANA)) == len(
            ItemKind
        )


def rows_fetched(session: Session, work: Callable[[], object]) -> int:
    """Return how many rows the database gave while `work` ran."""
    total = 0
    execute = session.execute

    def counting(*args: Any, **named: Any) -> Any:
        nonlocal total
        frozen = execute(*args, **named).freeze()
        total += len(frozen.data)
        return frozen()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(session, "execute", counting)
        work()
    return total


def test_deeds_are_kept_for_good(records: Records) -> None:
    add_task(records, "t")
    do(records, one(records, T), BoardAct.HAND, to=SAM)
    do(records, one(records, T), BoardAct.DONE, person=SAM)
    with records.session() as session:
        deeds = session.scalars(select(BoardDeed).order_by(BoardDeed.act)).all()
        assert [(d.act, d.person, d.to) for d in deeds] == [
            (BoardAct.DONE, SAM, ""),
            (BoardAct.HAND, DANA, SAM),
        ]


def test_an_escalation_no_worker_has_taken_up_says_so(records: Records) -> None:
    records.write(lambda s: fill(s, [("escalation", 0)]))
    item = one(records, E)
    assert item.state == rows.WAITING
    told = do(records, item, BoardAct.REACH)
    assert "has not been begun" in told.sentence


def test_other_desks_hear_of_a_new_task_and_of_what_is_done_to_it(base: Base) -> None:
    here, there, ear = base.open(), base.open(), Ear()
    watch = listening(here, ear)
    add_task(there, "t", urgent=True)
    ear.within(10)
    do(there, one(there, T), BoardAct.HOLD, until=later(5))
    ear.within(10)
    watch.close()  # type: ignore[attr-defined]
    here.close()
    there.close()
