"""Escalations under way on both databases: each deed once, whoever does it."""

import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.escalation import ladder as rungs
from console.escalation.ladder import Act, Deed, Ladder, Stage, Step
from console.store import outbox, pursuing
from console.store.finishing import finish_call
from console.store.models import Escalation
from console.store.outbox import NewDispatch
from console.store.outbox_tables import DispatchRow, Pursuit
from console.store.outbox_values import DispatchStatus
from console.store.replies import escalation_meant, slot_for
from console.store.session import Records
from console.store.values import EscalationStatus
from scripts.calltypes import CallType, Outcome
from tests.store.builders import finished_call, new_escalation

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
LADDER = Ladder(
    steps=(
        Step(Act.PAGE, "okafor", timedelta(0), ("sms",)),
        Step(Act.PAGE, "ortega", timedelta(minutes=10)),
    ),
    round_length=timedelta(minutes=15),
    rounds=1,
    human="supervisor",
)


def begin(records: Records, reference: str = "R7K4A") -> int:
    call = finished_call(
        call_type=CallType.URGENT,
        outcome=Outcome.ESCALATED,
        escalation=new_escalation(opened_at=NOW),
    )
    records.write(lambda s: finish_call(s, finished=call))
    with records.session() as session:
        opened = pursuing.not_pursued(session)[-1]
    assert records.write(
        lambda s: pursuing.pursue(s, opened=opened, ladder=LADDER, reference=reference)
    )
    return opened.escalation_id


def perform(session: Session, pursuit: Pursuit, deed: Deed) -> None:
    slot = slot_for(session, address=deed.whom, escalation_id=pursuit.escalation_id, now=deed.at)
    new = NewDispatch(
        key=deed.key,
        channel="sms",
        address=deed.whom,
        subject="s",
        text="t",
        escalation_id=pursuit.escalation_id,
        slot=slot,
    )
    outbox.put(session, dispatches=[new], now=deed.at)
    pursuing.add_line(
        session, pursuit, key=deed.key, what=deed.act.value, whom=deed.whom, at=deed.at
    )


def climb(records: Records, minutes: int) -> int:
    now = NOW + timedelta(minutes=minutes)
    return records.write(lambda s: pursuing.climb(s, now=now, perform=perform))


def told(records: Records, escalation: int) -> list[str]:
    with records.session() as session:
        lines = pursuing.timeline(session, escalation_id=escalation)
        return [f"{(line.at - NOW).seconds // 60} {line.what} {line.whom}" for line in lines]


def status(records: Records, escalation: int) -> EscalationStatus:
    with records.session() as session:
        return session.get_one(Escalation, escalation).status


def test_it_goes_on_as_signed_whoever_climbs(records: Records) -> None:
    escalation = begin(records)
    assert status(records, escalation) is EscalationStatus.OPEN
    assert climb(records, 0) == 1
    assert status(records, escalation) is EscalationStatus.PAGED
    assert climb(records, 0) == 0
    assert climb(records, 16) == 2
    assert told(records, escalation) == [
        "0 page okafor",
        "10 page ortega",
        "15 tell supervisor",
    ]


def test_it_is_pursued_once(records: Records) -> None:
    begin(records)
    with records.session() as session:
        assert pursuing.not_pursued(session) == ()


def test_an_acknowledgement_stops_every_page_that_has_not_left(records: Records) -> None:
    escalation = begin(records)
    climb(records, 0)
    after = records.write(
        lambda s: pursuing.move(
            s,
            escalation_id=escalation,
            change=lambda item, _: rungs.acknowledge(item, "okafor", NOW),
            what="acknowledged",
            whom="okafor",
            by="sms",
            now=NOW,
        )
    )
    assert after.stage is Stage.ACKNOWLEDGED
    assert status(records, escalation) is EscalationStatus.ACKNOWLEDGED
    with records.session() as session:
        assert session.scalars(select(DispatchRow.status)).all() == [DispatchStatus.CANCELLED]
    assert climb(records, 14) == 0
    assert climb(records, 15) == 1


def test_an_answer_means_the_item_its_number_had(records: Records) -> None:
    first, second = begin(records, "AAAAA"), begin(records, "CCCCC")
    climb(records, 0)
    with records.session() as session:
        numbers = {
            slot_for(session, address="okafor", escalation_id=each, now=NOW): each
            for each in (first, second)
        }
        assert set(numbers) == {1, 2}
        for number, escalation in numbers.items():
            assert escalation_meant(session, address="okafor", number=number) == escalation
        assert escalation_meant(session, address="ortega", number=1) is None
        assert escalation_meant(session, address="okafor", number=3) is None


def test_two_workers_at_once_do_each_deed_once(records: Records) -> None:
    escalations = [begin(records, f"REF{number}") for number in range(6)]
    done: list[int] = []
    ready = threading.Barrier(3)

    def work() -> None:
        ready.wait()
        done.append(sum(climb(records, 12) for _ in range(4)))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done) == 12
    for escalation in escalations:
        assert told(records, escalation) == ["0 page okafor", "10 page ortega"]
