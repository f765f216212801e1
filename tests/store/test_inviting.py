"""Which invitations are due, on both databases: each once, whoever looks, gone with its call."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from console.store import retention
from console.store.finishing import finish_call
from console.store.inviting import invite, invited_to
from console.store.outbox_tables import DispatchRow
from console.store.session import Records
from console.store.work import Cancellation, Reschedule
from tests.store.builders import SLOT, finished_call, new_booking
from tests.store.conftest import Base

NOW = SLOT - timedelta(hours=6)
FRONT = "front@riverside.example"


def finish(records: Records, booking: Any) -> int:
    call = finished_call(booking=booking, answers=())
    made = records.write(lambda s: finish_call(s, finished=call)).booking_id
    assert made is not None
    return made


def look(records: Records, now: datetime = NOW) -> int:
    return records.write(
        lambda s: invite(s, practices={"riverside": None}, mailbox=lambda *_: FRONT, now=now)
    )


def keys(records: Records) -> list[str]:
    with records.session() as session:
        return list(session.scalars(select(DispatchRow.key).order_by(DispatchRow.id)))


def test_each_change_is_put_into_the_outbox_once(records: Records) -> None:
    first = finish(records, new_booking())
    assert [look(records), look(records)] == [1, 0]
    later = SLOT + timedelta(hours=2)
    moved = finish(
        records,
        Reschedule(booking_id=first, starts_at=later, ends_at=later + timedelta(minutes=20)),
    )
    assert [look(records), look(records)] == [1, 0]
    finish(records, Cancellation(booking_id=moved))
    # What was asked for has not left: nobody has to be told that it is off.
    assert [look(records), look(records)] == [0, 0]
    assert keys(records) == [f"invitation.{first}.request", f"invitation.{moved}.request"]
    with records.session() as session:
        booked = invited_to(session, key=f"invitation.{moved}.request")
        assert booked is not None
        assert (booked.cancelled, booked.changes) == (True, 2)
        assert invited_to(session, key=f"invitation.{first}.request") is None


def test_two_who_look_at_once_put_it_once(base: Base, records: Records) -> None:
    finish(records, new_booking())
    other = base.open()
    try:
        with ThreadPoolExecutor(2) as threads:
            put = [each.result(60) for each in [threads.submit(look, r) for r in (records, other)]]
    finally:
        other.close()
    assert len(keys(records)) == 1
    assert sum(put) >= 1


def test_an_invitation_is_deleted_with_its_call(records: Records) -> None:
    finish(records, new_booking())
    look(records)
    terms = retention.Terms({retention.Kind.CALLS: timedelta(days=1)})
    years_on = datetime.now(UTC) + timedelta(days=4000)
    with records.session() as session:
        due = retention.due(session, terms, now=years_on)
    retention.delete_due(records, due, person="test")
    assert keys(records) == []
