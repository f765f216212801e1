import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from console.store.bookings import Busy, bookings_for, bookings_of, busy_times
from console.store.errors import BookingGone, TimeTaken
from console.store.finishing import FinishedRows, finish_call
from console.store.session import Records
from console.store.work import Cancellation, FinishedCall, Inconsistent, Reschedule
from tests.store.builders import NUMBER, SLOT, finished_call, new_booking
from tests.store.conftest import Base, Count

DAY = timedelta(days=1)


def finish(records: Records, call: FinishedCall) -> FinishedRows:
    return records.write(lambda s: finish_call(s, finished=call))


def busy(records: Records) -> tuple[Busy, ...]:
    with records.session() as session:
        return busy_times(session, practice="riverside", after=SLOT - DAY, until=SLOT + DAY)


def booked(records: Records, start: datetime = SLOT, minutes: int = 20) -> int:
    rows = finish(records, finished_call(booking=new_booking(start, minutes)))
    assert rows.booking_id is not None
    return rows.booking_id


def test_of_two_desks_that_book_the_same_time_at_once_exactly_one_gets_it(base: Base) -> None:
    first = base.open()
    second = base.open()
    ready = threading.Barrier(2)

    def take(records: Records, start: datetime) -> str:
        call = finished_call(booking=new_booking(start))
        ready.wait(timeout=20)
        try:
            finish(records, call)
        except TimeTaken as taken:
            return f"{taken.provider} taken" if taken.start == start else "wrong time"
        return "booked"

    try:
        with ThreadPoolExecutor(2) as desks:
            for day in range(20):
                start = SLOT + day * DAY
                tries = [
                    desks.submit(take, first, start),
                    desks.submit(take, second, start + timedelta(minutes=day % 20)),
                ]
                assert sorted(t.result(timeout=60) for t in tries) == ["booked", "okafor taken"]
    finally:
        first.close()
        second.close()


def test_a_taken_time_leaves_nothing_of_the_call(records: Records, count: Count) -> None:
    booked(records)
    tables = ("calls", "answers", "bookings", "red_flags", "facts_read")
    before = [count(table) for table in tables]
    with pytest.raises(TimeTaken) as taken:
        finish(records, finished_call(booking=new_booking()))
    assert taken.value.title == "That time has just been taken"
    assert taken.value.mend == "Offer the caller another time."
    assert [count(table) for table in tables] == before


def test_times_that_touch_do_not_clash(records: Records) -> None:
    booked(records)
    booked(records, SLOT + timedelta(minutes=20))
    booked(records, SLOT - timedelta(minutes=20))
    assert [b.starts_at.minute for b in busy(records)] == [0, 20, 40]


def test_a_booking_moves_onto_its_own_time_and_frees_the_rest(records: Records) -> None:
    old = booked(records)
    later = SLOT + timedelta(minutes=10)
    move = Reschedule(booking_id=old, starts_at=later, ends_at=later + timedelta(minutes=20))
    rows = finish(records, finished_call(booking=move))
    assert rows.booking_id not in (None, old)
    assert busy(records) == (Busy("okafor", later, later + timedelta(minutes=20)),)
    with records.session() as session:
        (now,) = bookings_for(session, practice="riverside", number=NUMBER, after=SLOT)
    assert (now.id, now.patient_name, now.starts_at) == (rows.booking_id, "Ann Example", later)
    assert now.starts_at.tzinfo is UTC


def test_a_move_onto_a_held_time_leaves_the_old_booking_standing(records: Records) -> None:
    old = booked(records)
    booked(records, SLOT + timedelta(minutes=20))
    move = Reschedule(
        booking_id=old,
        starts_at=SLOT + timedelta(minutes=10),
        ends_at=SLOT + timedelta(minutes=30),
    )
    with pytest.raises(TimeTaken):
        finish(records, finished_call(booking=move))
    assert [b.starts_at for b in busy(records)] == [SLOT, SLOT + timedelta(minutes=20)]


def test_a_cancelled_time_can_be_given_to_somebody_else(records: Records) -> None:
    old = booked(records)
    call = finished_call(booking=Cancellation(booking_id=old))
    assert finish(records, call).booking_id == old
    assert finish(records, call).booking_id == old
    assert busy(records) == ()
    assert booked(records) != old


@pytest.mark.parametrize("again", ["cancel", "move"])
def test_a_booking_somebody_else_changed_meanwhile_is_not_changed_again(
    records: Records, again: str
) -> None:
    old = booked(records)
    finish(records, finished_call(booking=Cancellation(booking_id=old)))
    change = (
        Cancellation(booking_id=old)
        if again == "cancel"
        else Reschedule(booking_id=old, starts_at=SLOT, ends_at=SLOT + timedelta(minutes=20))
    )
    with pytest.raises(BookingGone) as gone:
        finish(records, finished_call(booking=change))
    assert gone.value.booking_id == old


def test_another_practice_s_booking_cannot_be_changed(records: Records) -> None:
    old = booked(records)
    change = finished_call(
        practice_id="lakeshore", answers=(), booking=Cancellation(booking_id=old)
    )
    with pytest.raises(BookingGone):
        finish(records, change)


def test_bookings_are_found_by_the_callers_number_within_the_practice(records: Records) -> None:
    other = "+15155550199"
    finish(records, finished_call(booking=new_booking(callback_number=other)))
    with records.session() as session:
        by_caller = bookings_for(session, practice="riverside", number=NUMBER, after=SLOT)
        by_callback = bookings_for(session, practice="riverside", number=other, after=SLOT)
        past = bookings_for(session, practice="riverside", number=NUMBER, after=SLOT + DAY)
        elsewhere = bookings_for(session, practice="lakeshore", number=NUMBER, after=SLOT)
    assert len(by_caller) == 1
    assert by_caller[0].id == by_callback[0].id
    assert past == elsewhere == ()


def test_bookings_are_found_by_name_with_the_birth_date_or_number(records: Records) -> None:
    finish(records, finished_call(booking=new_booking(patient_name="Zoë O'Brien")))
    found = partial(bookings_of, practice="riverside", name="obrien zoe", after=SLOT)
    born = date(1980, 2, 29)
    with records.session() as session:
        by_birth_date = found(session, birth_date=born, number="")
        by_number = found(session, birth_date=None, number=NUMBER)
        both_wrong = found(session, birth_date=born + DAY, number="+15155550199")
        by_name_alone = found(session, birth_date=None, number="")
        another = found(session, name="Zoe Ryan", birth_date=born, number=NUMBER)
        elsewhere = found(session, practice="lakeshore", birth_date=born, number=NUMBER)
        past = found(session, after=SLOT + DAY, birth_date=born, number="")
    assert len(by_birth_date) == 1
    assert by_birth_date == by_number
    assert both_wrong == by_name_alone == another == elsewhere == past == ()


def test_a_booking_that_ends_before_it_starts_cannot_be_made() -> None:
    with pytest.raises(Inconsistent):
        new_booking(minutes=0)


class Diary(RuleBasedStateMachine):
    """One provider's diary, against a list that is obviously right."""

    records: Records
    diaries = 0

    @initialize()
    def begin(self) -> None:
        Diary.diaries += 1
        self.provider = f"provider-{Diary.diaries}"
        self.held: dict[int, tuple[datetime, datetime]] = {}

    def free(self, start: datetime, end: datetime, besides: int | None = None) -> bool:
        return all(end <= a or b <= start for key, (a, b) in self.held.items() if key != besides)

    times = st.integers(0, 24).map(lambda n: SLOT + n * timedelta(minutes=10))
    lengths = st.integers(1, 6).map(lambda n: n * timedelta(minutes=10))

    @rule(start=times, length=lengths)
    def book(self, start: datetime, length: timedelta) -> None:
        end = start + length
        new = new_booking(provider=self.provider, starts_at=start, ends_at=end)
        self.change(finished_call(booking=new), start, end, None)

    @rule(start=times, length=lengths, which=st.integers(0, 99))
    def move(self, start: datetime, length: timedelta, which: int) -> None:
        if self.held:
            old = sorted(self.held)[which % len(self.held)]
            move = Reschedule(booking_id=old, starts_at=start, ends_at=start + length)
            self.change(finished_call(booking=move), start, start + length, old)

    def change(self, call: FinishedCall, start: datetime, end: datetime, old: int | None) -> None:
        expected = self.free(start, end, old)
        try:
            booking_id = finish(self.records, call).booking_id
        except TimeTaken:
            assert not expected
            return
        assert expected
        assert booking_id is not None
        self.held.pop(old or 0, None)
        self.held[booking_id] = (start, end)

    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        if self.held:
            old = sorted(self.held)[which % len(self.held)]
            finish(self.records, finished_call(booking=Cancellation(booking_id=old)))
            del self.held[old]

    @invariant()
    def the_database_says_the_same(self) -> None:
        if not hasattr(self, "held"):
            return
        kept = [(b.starts_at, b.ends_at) for b in busy(self.records) if b.provider == self.provider]
        assert kept == sorted(self.held.values())
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(kept))


def test_bookings_never_overlap_whatever_is_done(records: Records) -> None:
    class Here(Diary):
        pass

    Here.records = records
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
