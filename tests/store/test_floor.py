"""What the records tell of the floor, on both databases."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from console.escalation.ladder import Deed, Stage
from console.floor.day import Counted
from console.store import calls, pursuing
from console.store.finishing import finish_call
from console.store.floor import FloorRows, Messages, OpenCall, floor_rows
from console.store.models import Escalation
from console.store.outbox_tables import Pursuit
from console.store.session import Records
from console.store.values import EscalationStatus
from console.store.work import AnsweredCall, ClosedCall, OpenedCall
from scripts.calltypes import CallType, Outcome
from softphone.wire import EndCause
from tests.store.builders import finished_call, new_escalation, new_message
from tests.store.test_pursuing import LADDER

MIDNIGHT = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(hours=12, minutes=30)
RIVERSIDE = "riverside"


def look(records: Records, now: datetime = NOW) -> FloorRows:
    with records.session() as session:
        return floor_rows(session, midnight=MIDNIGHT, now=now)


def ring(records: Records, uid: str, at: datetime, pbx: str | None = None) -> None:
    opened = OpenedCall(uid=uid, practice_id=RIVERSIDE, offered_at=at, pbx_call_id=pbx)
    records.write(lambda session: calls.open_call(session, opened=opened))


def answer(records: Records, uid: str, at: datetime) -> None:
    answered = AnsweredCall(uid=uid, at=at, agent="Dana Whitfield")
    records.write(lambda session: calls.answer_call(session, answered=answered))


def end(records: Records, uid: str, at: datetime, cause: EndCause) -> None:
    closed = ClosedCall(uid=uid, at=at, cause=cause)
    records.write(lambda session: calls.close_call(session, closed=closed))


def test_nothing_yet(records: Records) -> None:
    rows = look(records)
    assert rows == FloorRows(hours=(0,) * 13)


def test_calls_that_ring_and_talk_and_those_of_the_day(records: Records) -> None:
    nine = MIDNIGHT + timedelta(hours=9)
    for number, waited in enumerate((8, 31)):
        ring(records, f"had-{number}", nine)
        answer(records, f"had-{number}", nine + timedelta(seconds=waited))
        end(records, f"had-{number}", nine + timedelta(minutes=3), EndCause.CALLER)
    ring(records, "gone", nine)
    end(records, "gone", nine + timedelta(seconds=40), EndCause.ABANDONED)
    ring(records, "first-desk", NOW, pbx="1.7")
    end(records, "first-desk", NOW, EndCause.DECLINED)
    ring(records, "next-desk", NOW, pbx="1.7")
    ring(records, "talk", NOW - timedelta(minutes=2))
    answer(records, "talk", NOW - timedelta(minutes=1))
    ring(records, "yesterday", MIDNIGHT - timedelta(hours=1))
    rows = look(records)
    assert rows.calls == (
        OpenCall(RIVERSIDE, "Dana Whitfield", NOW - timedelta(minutes=1)),
        OpenCall(RIVERSIDE, "", NOW),
    )
    assert rows.day[RIVERSIDE] == Counted(answered=3, within=1, abandoned=1, waited_s=99)
    assert (rows.hours[9], rows.hours[12], sum(rows.hours)) == (3, 2, 5)


def test_escalations_under_way_and_the_pages_nobody_answered(records: Records) -> None:
    for _ in range(2):
        call = finished_call(
            call_type=CallType.URGENT,
            outcome=Outcome.ESCALATED,
            escalation=new_escalation(opened_at=NOW),
        )
        records.write(lambda session, call=call: finish_call(session, finished=call))
    with records.session() as session:
        first, second = pursuing.not_pursued(session)
    records.write(lambda s: pursuing.pursue(s, opened=first, ladder=LADDER, reference="R7K4A"))

    def page(session: Session, pursuit: Pursuit, deed: Deed) -> None:
        pursuing.add_line(
            session, pursuit, key=deed.key, what=deed.act.value, whom="ortega", at=deed.at
        )

    records.write(lambda s: pursuing.climb(s, now=NOW, perform=page))
    rows = look(records)
    assert [(e.provider, e.stage, e.pages) for e in rows.escalations] == [
        ("ortega", Stage.PAGING, 1),
        ("okafor", None, 0),
    ]
    assert rows.unanswered == 2
    with records.session() as session:
        assert session.get_one(Escalation, second.escalation_id) is not None
    records.write(
        lambda s: setattr(
            s.get_one(Escalation, second.escalation_id), "status", EscalationStatus.CLOSED
        )
    )
    assert len(look(records).escalations) == look(records).unanswered == 1


def test_messages_on_their_way(records: Records) -> None:
    for _ in range(2):
        call = finished_call(message=new_message())
        records.write(lambda session, call=call: finish_call(session, finished=call))
    assert look(records).messages == Messages(waiting=2)
