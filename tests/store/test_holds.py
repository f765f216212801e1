import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

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

from console.store.bookings import busy_times
from console.store.errors import TimeTaken
from console.store.finishing import finish_call
from console.store.holds import LASTS, hold_time, let_time_go
from console.store.session import Records
from console.store.work import Cancellation
from tests.store.builders import SLOT, finished_call, new_booking, new_uid
from tests.store.conftest import Bare, Base, IntegrityErrors

LENGTH = timedelta(minutes=20)
DAY = timedelta(days=1)
DESKS = 50


def hold(
    records: Records,
    call: str,
    start: datetime = SLOT,
    *,
    length: timedelta = LENGTH,
    provider: str = "okafor",
    ago: timedelta = timedelta(0),
) -> bool:
    """Hold a time; tell whether it was got."""
    now = datetime.now(UTC) - ago
    try:
        records.write(
            lambda s: hold_time(
                s,
                call=call,
                practice="riverside",
                provider=provider,
                starts_at=start,
                ends_at=start + length,
                now=now,
            )
        )
    except TimeTaken:
        return False
    return True


def release(records: Records, call: str) -> None:
    records.write(lambda s: let_time_go(s, call=call))


def book(records: Records, call: str, start: datetime = SLOT, **changes: Any) -> int | None:
    """Book a time; return the booking's id, None where it was taken."""
    work = finished_call(call, booking=new_booking(start, **changes))
    try:
        return records.write(lambda s: finish_call(s, finished=work)).booking_id
    except TimeTaken:
        return None


def busy(records: Records, besides: str = "") -> list[tuple[str, datetime, datetime]]:
    with records.session() as session:
        found = busy_times(
            session, practice="riverside", after=SLOT - DAY, until=SLOT + DAY, besides=besides
        )
    return [(each.provider, each.starts_at, each.ends_at) for each in found]


def test_a_held_time_is_offered_and_given_to_nobody_but_its_caller(records: Records) -> None:
    assert hold(records, "ann")
    assert busy(records) == [("okafor", SLOT, SLOT + LENGTH)]
    assert busy(records, besides="ann") == []
    assert not hold(records, "ben", SLOT + LENGTH / 2)
    assert book(records, "ben") is None
    assert hold(records, "ben", SLOT + LENGTH)
    assert book(records, "ann") is not None
    assert not hold(records, "ben", SLOT)


def test_a_caller_who_chooses_another_time_lets_go_of_the_first(records: Records) -> None:
    assert hold(records, "ann")
    assert hold(records, "ann", SLOT + LENGTH / 2)
    assert hold(records, "ben", SLOT - LENGTH / 2)
    release(records, "ann")
    assert hold(records, "ben", SLOT + LENGTH / 2)


def test_a_time_held_by_a_desk_that_died_is_soon_free(records: Records) -> None:
    assert hold(records, "ann", ago=LASTS + timedelta(seconds=1))
    assert busy(records) == []
    assert hold(records, "ben")
    assert not hold(records, "ann")


def test_a_hold_that_ran_out_and_was_wanted_by_nobody_is_renewed(records: Records) -> None:
    assert hold(records, "ann", ago=LASTS * 2)
    assert hold(records, "ann")
    assert book(records, "ben") is None


def test_a_time_given_up_can_be_held(records: Records) -> None:
    booking = book(records, "ann")
    assert booking is not None
    assert not hold(records, "ben")
    undone = finished_call(booking=Cancellation(booking_id=booking))
    records.write(lambda s: finish_call(s, finished=undone))
    assert hold(records, "ben")


def test_another_program_cannot_hold_what_is_booked(records: Records, other: Bare) -> None:
    assert book(records, "ann") is not None
    (row,) = other.run("SELECT practice_id, provider, starts_at, ends_at FROM holds")
    names = ("practice_id", "provider", "starts_at", "ends_at")
    with pytest.raises(IntegrityErrors):
        other.add("holds", dict(zip(names, row, strict=True)), uid="x")


def test_of_fifty_desks_that_want_a_few_times_at_once_no_two_get_one(base: Base) -> None:
    """Each desk holds, then books what it holds; some book without, some hang up."""
    # Fifty desks in one process take turns at the interpreter too: they wait for each other's
    # locks as long as that takes.
    desks = [base.open(busy_ms=60_000) for _ in range(DESKS)]
    ready = threading.Barrier(DESKS)
    starts = [SLOT + n * timedelta(minutes=10) for n in range(8)]

    def caller(number: int) -> tuple[datetime, int] | None:
        records, start, call = desks[number], starts[number % len(starts)], new_uid()
        ready.wait(timeout=60)
        held = number % 5 != 0
        if held and not hold(records, call, start):
            return None
        if number % 7 == 0:
            release(records, call)
            return None
        booking = book(records, call, start)
        assert booking is not None or not held, "a time that was held could not be booked"
        return None if booking is None else (start, booking)

    try:
        with ThreadPoolExecutor(DESKS) as threads:
            got = sorted(
                found
                for each in [threads.submit(caller, n) for n in range(DESKS)]
                if (found := each.result(timeout=120)) is not None
            )
        assert got
        assert busy(desks[0]) == [("okafor", start, start + LENGTH) for start, _ in got]
        assert all(b[0] - a[0] >= LENGTH for a, b in pairwise(got))
    finally:
        for each in desks:
            each.close()


class Holding(RuleBasedStateMachine):
    """A provider's day, held and booked by some callers, against two lists."""

    records: Records
    days = 0

    @initialize()
    def begin(self) -> None:
        Holding.days += 1
        self.provider = f"held-{Holding.days}"
        self.held: dict[str, tuple[datetime, datetime]] = {}
        self.lapsed: dict[str, tuple[datetime, datetime]] = {}
        self.booked: dict[int, tuple[datetime, datetime]] = {}

    callers = st.sampled_from("abcd")
    times = st.integers(0, 10).map(lambda n: SLOT + n * timedelta(minutes=10))
    lengths = st.integers(1, 4).map(lambda n: n * timedelta(minutes=10))

    def uid(self, who: str) -> str:
        return f"{self.provider} {who}"

    def free(self, who: str, start: datetime, end: datetime) -> bool:
        others = [span for caller, span in self.held.items() if caller != who]
        return all(end <= a or b <= start for a, b in [*others, *self.booked.values()])

    def swept(self, start: datetime, end: datetime) -> None:
        """Whoever takes a time clears away what had run out over it."""
        self.lapsed = {w: (a, b) for w, (a, b) in self.lapsed.items() if end <= a or b <= start}

    @rule(who=callers, start=times, length=lengths)
    def hold(self, who: str, start: datetime, length: timedelta) -> None:
        span = (start, start + length)
        got = hold(self.records, self.uid(who), start, length=length, provider=self.provider)
        assert got == self.free(who, *span)
        if got:
            self.lapsed.pop(who, None)
            self.swept(*span)
            self.held[who] = span

    @rule(who=callers)
    def expire(self, who: str) -> None:
        if who in self.held:
            start, end = self.lapsed[who] = self.held.pop(who)
            assert hold(
                self.records,
                self.uid(who),
                start,
                length=end - start,
                provider=self.provider,
                ago=LASTS * 2,
            )

    @rule(who=callers)
    def renew(self, who: str) -> None:
        if who in self.lapsed:
            start, end = self.lapsed.pop(who)
            assert hold(
                self.records, self.uid(who), start, length=end - start, provider=self.provider
            )
            self.held[who] = (start, end)

    @rule(who=callers)
    def release(self, who: str) -> None:
        release(self.records, self.uid(who))
        self.held.pop(who, None)
        self.lapsed.pop(who, None)

    @rule(start=times, length=lengths)
    def book_without(self, start: datetime, length: timedelta) -> None:
        self.book(new_uid(), "", (start, start + length))

    @rule(who=callers)
    def book_what_is_held(self, who: str) -> None:
        if who in self.held:
            span = self.held[who]
            call = new_uid()  # a call is finished once, so what it holds goes over to a new one
            release(self.records, self.uid(who))
            del self.held[who]
            start, end = span
            assert hold(self.records, call, start, length=end - start, provider=self.provider)
            self.swept(*span)
            assert self.book(call, who, span)

    def book(self, call: str, who: str, span: tuple[datetime, datetime]) -> bool:
        start, end = span
        booking = book(self.records, call, start, provider=self.provider, ends_at=end)
        assert (booking is not None) == self.free(who, start, end)
        if booking is not None:
            self.swept(start, end)
            self.booked[booking] = span
        return booking is not None

    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        if self.booked:
            booking = sorted(self.booked)[which % len(self.booked)]
            undone = finished_call(booking=Cancellation(booking_id=booking))
            self.records.write(lambda s: finish_call(s, finished=undone))
            del self.booked[booking]

    @invariant()
    def the_database_says_the_same(self) -> None:
        if hasattr(self, "held"):
            kept = [(a, b) for who, a, b in busy(self.records) if who == self.provider]
            assert kept == sorted([*self.held.values(), *self.booked.values()])


def test_no_time_has_two_callers_whatever_is_done(records: Records) -> None:
    class Here(Holding):
        pass

    Here.records = records
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=20,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
