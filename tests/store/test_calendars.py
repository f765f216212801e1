"""What is taken in the practices' own calendars, on either database."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from console.store import calendar_events as events
from console.store import calendars, retention
from console.store.bookings import busy_times
from console.store.calendars import Claimed, Known, Read, Taken
from console.store.errors import TimeTaken
from console.store.finishing import finish_call
from console.store.holds import hold_time
from console.store.session import Records
from console.store.work import Reschedule
from tests.store.builders import SLOT, finished_call, new_booking, new_uid
from tests.store.conftest import Base

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
VISIT = timedelta(minutes=20)
OWN = Known("riverside", "", "a")
TAKEN = Taken("place", "okafor", SLOT, SLOT + VISIT)


def name(records: Records, *known: Known, now: datetime = NOW) -> None:
    records.write(
        lambda s: calendars.name_anew(s, known=known, practices={"riverside", "lakeshore"}, now=now)
    )


def claim(records: Records, worker: str, *known: Known, now: datetime = NOW) -> list[Claimed]:
    return list(
        records.write(
            lambda s: calendars.claim(s, known=known or (OWN,), worker=worker, now=now, most=8)
        )
    )


def read(records: Records, *taken: Taken, whole: bool = True, seen: str = "place") -> None:
    (claimed,) = claim(records, "w")
    found = Read(taken, frozenset({seen}), "t", whole=whole)
    assert records.write(
        lambda s: calendars.was_read(s, claimed=claimed, read=found, worker="w", now=NOW)
    )
    again = Known("riverside", "", "a")
    records.write(lambda s: _due(s, again))


def _due(session: object, known: Known) -> None:
    from sqlalchemy import update

    from console.store.calendar_tables import CalendarRow

    session.execute(update(CalendarRow).values(next_at=NOW))  # type: ignore[attr-defined]


def taken(records: Records, own: Sequence[int] = ()) -> list[tuple[str, datetime]]:
    day = timedelta(days=1)
    with records.session() as session:
        found = busy_times(
            session, practice="riverside", after=SLOT - day, until=SLOT + day, now=NOW, own=own
        )
    return [(each.provider, each.starts_at) for each in found]


def test_a_time_that_is_taken_is_neither_held_nor_booked(records: Records) -> None:
    name(records, OWN)
    read(records, TAKEN)
    assert taken(records) == [("okafor", SLOT)]
    with pytest.raises(TimeTaken):
        records.write(
            lambda s: hold_time(
                s, call="c", practice="riverside", provider="okafor",
                starts_at=SLOT + VISIT / 2, ends_at=SLOT + 2 * VISIT, now=datetime.now(UTC),
            )
        )  # fmt: skip
    call = finished_call(booking=new_booking())
    with pytest.raises(TimeTaken):
        records.write(lambda s: finish_call(s, finished=call))
    for free in (new_booking(SLOT + VISIT), new_booking(provider="ortega")):
        done = finished_call(new_uid(), booking=free)
        assert records.write(lambda s, done=done: finish_call(s, finished=done)).booking_id


def test_a_booking_that_stands_already_is_let_stand(records: Records) -> None:
    call = finished_call(booking=new_booking())
    records.write(lambda s: finish_call(s, finished=call))
    name(records, OWN)
    read(records, TAKEN)
    assert taken(records) == [("okafor", SLOT)] * 2


def test_only_what_was_seen_is_replaced(records: Records) -> None:
    name(records, OWN)
    read(records, TAKEN, Taken("other", "okafor", SLOT + 2 * VISIT, SLOT + 3 * VISIT))
    read(records, Taken("place", "okafor", SLOT + VISIT, SLOT + 2 * VISIT), whole=False)
    assert taken(records) == [("okafor", SLOT + VISIT), ("okafor", SLOT + 2 * VISIT)]
    read(records, whole=False, seen="other")
    assert taken(records) == [("okafor", SLOT + VISIT)]
    read(records)
    assert taken(records) == []


def test_where_their_calendar_has_our_event_elsewhere_only_its_booking_may_follow(
    records: Records,
) -> None:
    call = finished_call(booking=new_booking())
    rows = records.write(lambda s: finish_call(s, finished=call))
    assert rows.booking_id is not None
    name(records, OWN)
    later = SLOT + 3 * VISIT
    read(records, Taken("ours", "okafor", later, later + VISIT, rows.booking_id), seen="ours")
    assert ("okafor", later) in taken(records)
    assert ("okafor", later) not in taken(records, own=[rows.booking_id])
    another = finished_call(new_uid(), booking=new_booking(later))
    with pytest.raises(TimeTaken):
        records.write(lambda s: finish_call(s, finished=another))
    move = Reschedule(booking_id=rows.booking_id, starts_at=later, ends_at=later + VISIT)
    follows = finished_call(new_uid(), booking=move)
    assert records.write(lambda s: finish_call(s, finished=follows)).booking_id


def test_many_workers_claim_each_calendar_once(base: Base) -> None:
    known = [Known("riverside", f"p{n}", "a") for n in range(12)]
    first = base.open()
    name(first, *known)
    opened = [base.open() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        got = pool.map(
            lambda n: [each.known for each in claim(opened[n], f"w{n}", *known)], range(4)
        )
        claimed = [each for some in got for each in some]
    assert len(claimed) == len(set(claimed))
    rest = claim(first, "last", *known)
    assert sorted([*claimed, *(each.known for each in rest)], key=str) == sorted(known, key=str)
    for each in (first, *opened):
        each.close()


def test_a_worker_with_another_edition_of_the_file_leaves_it_alone(records: Records) -> None:
    name(records, OWN)
    assert claim(records, "old", Known("riverside", "", "b")) == []
    (claimed,) = claim(records, "w")
    name(records, Known("riverside", "", "c"))  # the file changes while it is being asked
    wrote = records.write(
        lambda s: calendars.was_read(
            s, claimed=claimed, read=Read((TAKEN,), frozenset(), "t", whole=True), worker="w",
            now=NOW,
        )
    )  # fmt: skip
    assert not wrote
    assert taken(records) == []
    with records.session() as session:
        assert calendars.times_read(session, practice="riverside") == {"": None}


def test_other_desks_hear_of_it(records: Records) -> None:
    import threading

    name(records, OWN)
    heard = threading.Event()
    watch = records.watch(heard.set)
    try:
        heard.wait(2)
        heard.clear()
        read(records, TAKEN)
        assert heard.wait(5)
    finally:
        watch.close()


def test_many_workers_make_and_claim_each_bookings_event_once(base: Base) -> None:
    first = base.open()
    name(first, OWN)
    (calendar,) = claim(first, "w")
    for hour in range(8):
        call = finished_call(new_uid(), booking=new_booking(SLOT + timedelta(hours=hour)))
        first.write(lambda s, call=call: finish_call(s, finished=call))
    opened = [base.open() for _ in range(4)]
    ids = {("riverside", "okafor"): calendar.id}

    def work(number: int) -> list[str]:
        def take(session: Session) -> list[str]:
            events.take_up(session, calendars=ids, place=lambda _, uid: f"at {uid}", now=NOW)
            claimed = events.claim(
                session, calendars=[calendar.id], worker=f"w{number}", now=NOW, most=3
            )
            return [each.uid for each in claimed]

        return opened[number].write(take)

    with ThreadPoolExecutor(4) as pool:
        claimed = [uid for some in pool.map(work, range(4)) for uid in some]
    with first.session() as session:
        made = events.mine(session, calendar_id=calendar.id)
    assert len(made) == 8
    assert len({each.booking_id for each in made}) == 8
    assert len(claimed) == len(set(claimed)) == 8
    for each in (first, *opened):
        each.close()


def test_what_came_of_a_call_goes_with_its_event(records: Records) -> None:
    """An old call is deleted with its booking, and the event's row with that."""
    name(records, OWN)
    call = finished_call(booking=new_booking())
    rows = records.write(lambda s: finish_call(s, finished=call))
    (calendar,) = claim(records, "w")
    ids = {("riverside", "okafor"): calendar.id}
    records.write(lambda s: events.take_up(s, calendars=ids, place=lambda *_: "at", now=NOW))
    later = SLOT + timedelta(days=7 * 366)
    with records.session() as session:
        over_age = retention.due(session, retention.Terms(), now=later)
    assert any(rows.call_id in each.rows.get(retention.Kind.CALLS, ()) for each in over_age)
    retention.delete_due(records, over_age, person="Ada")
    with records.session() as session:
        assert events.mine(session, calendar_id=calendar.id) == ()
