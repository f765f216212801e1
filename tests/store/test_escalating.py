"""An escalation opened while its call goes on, on both databases: once, told of, taken."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from console.escalation.kept import ladder_record
from console.escalation.ladder import Act, Ladder, Step
from console.escalation.ladder import Stage as LadderStage
from console.store import pursuing
from console.store.errors import AgreementMissing
from console.store.finishing import finish_call
from console.store.models import Escalation
from console.store.outbox_tables import DispatchRow, Pursuit, TimelineEntry
from console.store.outbox_values import DispatchStatus
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import EscalationStatus
from console.store.work import (
    AnyWork,
    NotedReach,
    OpenedCall,
    OpenedEscalation,
    PutThrough,
    TakenEscalation,
    decode,
    encode,
)
from scripts.calltypes import CallType, Outcome
from tests.store.builders import CAME, NUMBER, finished_call, new_escalation
from tests.store.test_pursuing import perform

LADDER = Ladder(
    (Step(Act.PAGE, "okafor", timedelta(0)), Step(Act.PAGE, "ortega", timedelta(minutes=10))),
    timedelta(minutes=15),
    1,
    "supervisor",
)
SECOND = timedelta(seconds=1)


def opened(uid: str = "a", **changes: object) -> OpenedEscalation:
    work = OpenedEscalation(
        uid=uid,
        practice_id="riverside",
        offered_at=CAME,
        escalation=new_escalation(),
        reference=f"REF{uid}",
        ladder=ladder_record(LADDER),
        call_type=CallType.URGENT,
    )
    return msgspec.structs.replace(work, **changes)


TAKEN = TakenEscalation(uid="a", provider="okafor", whom="Dr. Okafor", at=CAME + SECOND, by="phone")
RANG = NotedReach(
    uid="a", key="reach.1.dial", what="dial", whom="Dr. Okafor", at=CAME + SECOND, by="Dana"
)


def write(records: Records, *works: AnyWork) -> None:
    for work in works:
        assert decode(encode(work)) == work
        records.write(lambda s, work=work: write_work(s, work=work))


def one(records: Records) -> Escalation:
    with records.session() as session:
        (row,) = session.scalars(select(Escalation)).all()
        assert row.reason
        return row


def lines(records: Records) -> list[str]:
    with records.session() as session:
        found = session.scalars(select(TimelineEntry).order_by(TimelineEntry.at)).all()
        return [f"{line.what} {line.whom}" for line in found]


def test_it_is_on_record_and_pursued_before_the_form_is_finished(records: Records) -> None:
    write(
        records, OpenedCall(uid="a", offered_at=CAME, practice_id="riverside"), opened(), opened()
    )
    row = one(records)
    assert (row.status, row.owner) == (EscalationStatus.OPEN, "Dana Whitfield")
    with records.session() as session:
        assert session.get_one(Pursuit, row.id).reference == "REFa"
        assert session.get_one(Escalation, row.id).callback_number == NUMBER
        assert pursuing.not_pursued(session) == ()
    due = records.write(lambda s: pursuing.climb(s, now=CAME, perform=perform))
    assert due == 1


def test_finishing_the_form_makes_no_second_one_and_brings_what_it_knows(records: Records) -> None:
    write(records, opened())
    better = new_escalation(reason="Chest pain since noon", callback_number=None)
    call = finished_call("a", outcome=Outcome.ESCALATED, escalation=better)
    rows = records.write(lambda s: finish_call(s, finished=call))
    assert rows.escalation_id == one(records).id
    write(records, opened())  # replayed late
    with records.session() as session:
        row = session.get_one(Escalation, rows.escalation_id)
        assert (row.reason, row.callback_number) == ("Chest pain since noon", NUMBER)


def test_a_form_that_was_finished_first_is_pursued_as_one(records: Records) -> None:
    call = finished_call("a", outcome=Outcome.ESCALATED, escalation=new_escalation())
    records.write(lambda s: finish_call(s, finished=call))
    write(records, opened())
    assert one(records).id


def test_whoever_presses_1_takes_it_and_every_page_stops(records: Records) -> None:
    write(records, opened())
    records.write(lambda s: pursuing.climb(s, now=CAME, perform=perform))
    write(records, RANG, RANG, TAKEN, TAKEN)
    row = one(records)
    assert row.status is EscalationStatus.ACKNOWLEDGED
    with records.session() as session:
        pursuit = session.get_one(Pursuit, row.id)
        assert (pursuit.stage, pursuit.provider) == (LadderStage.ACKNOWLEDGED, "okafor")
        (page,) = session.scalars(select(DispatchRow)).all()
        assert page.status is DispatchStatus.CANCELLED
    assert lines(records) == ["page okafor", "dial Dr. Okafor", "acknowledge Dr. Okafor"]
    write(records, PutThrough(uid="a", at=CAME + 2 * SECOND))
    assert one(records).status is EscalationStatus.ACKNOWLEDGED


def test_what_is_told_of_a_call_without_an_escalation_is_no_error(records: Records) -> None:
    write(records, RANG, TAKEN)
    assert lines(records) == []


def test_health_details_need_the_practices_agreement(records: Records) -> None:
    with pytest.raises(AgreementMissing):
        write(records, opened(practice_id="lakeshore"))
    plain = new_escalation(phi=False)
    write(records, opened(practice_id="lakeshore", escalation=plain))
    assert one(records).id
