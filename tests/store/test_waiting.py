"""The waiting list on both databases: a time given up goes to the first it fits, held for them,
once."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine
from sqlalchemy import select

from console.desk.ledger import practice_facts
from console.store.board import rows
from console.store.board.acts import Told, act
from console.store.board.rows import BoardItem, Wanted
from console.store.board_values import BoardAct, DeedOutcome, ItemKind
from console.store.bookings import busy_times
from console.store.errors import AgreementMissing, TimeTaken
from console.store.finishing import finish_call
from console.store.holds import LASTS, hold_time, let_time_go
from console.store.models import Booking
from console.store.practices import upsert_practices
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import BookingStatus
from console.store.waiting import entry_of_offer, put_on_list, waiting_for
from console.store.waiting_tables import FreedTime, WaitingEntry, WaitingOffer
from console.store.waiting_values import EntryStatus, OfferStatus
from console.store.work import Cancellation, DidOnBoard, PutOnWaitingList, TakenOffWaitingList
from console.worker.offers import offer_what_is_free
from scripts.openings import OpenTime, open_times
from scripts.waiting import PartOfDay
from tests.scripts.samples import library, riverside
from tests.store.builders import finished_call, new_booking, new_uid
from tests.store.conftest import Base

DANA = "Dana Whitfield"
ANN, BEN = "+15155550142", "+15155550177"
NOW = datetime.now(UTC)  # a lease is of the real moment
TIMES = open_times(
    riverside(),
    appointment_type="office_visit",
    provider="okafor",
    after=NOW + timedelta(days=2),
    days=21,
)
MORNING = next(t for t in TIMES if t.start.astimezone(riverside().zone).hour == 9)
AFTERNOON = next(t for t in TIMES if t.start.astimezone(riverside().zone).hour == 14)


@pytest.fixture(autouse=True)
def _riverside(records: Records) -> None:
    records.write(lambda s: upsert_practices(s, practices=[practice_facts(riverside())]))


def waits(records: Records, name: str = "Ann Example", **changes: Any) -> int:
    """Put somebody on the list; return the entry's id."""
    put = PutOnWaitingList(
        uid=new_uid(),
        call=new_uid(),
        practice_id=riverside().id,
        offered_at=NOW,
        at=NOW,
        person=DANA,
        appointment_type="office_visit",
        patient_name=name,
        callback_number=ANN,
        until=NOW.date() + timedelta(days=60),
    )
    put = msgspec.structs.replace(put, **changes)
    return records.write(lambda s: put_on_list(s, put=put))


def book(records: Records, time: OpenTime = MORNING) -> int | None:
    booking = new_booking(
        time.start, provider=time.provider_id, ends_at=time.end, patient_name="Cal Example"
    )
    work = finished_call(practice_id=riverside().id, booking=booking, answers=())
    try:
        return records.write(lambda s: finish_call(s, finished=work)).booking_id
    except TimeTaken:
        return None


def cancel(records: Records, booking: int | None) -> None:
    assert booking is not None
    undone = finished_call(
        practice_id=riverside().id, booking=Cancellation(booking_id=booking), answers=()
    )
    records.write(lambda s: finish_call(s, finished=undone))


def pass_by(records: Records) -> int:
    return offer_what_is_free(records, library(), NOW)


def offers(records: Records) -> list[BoardItem]:
    with records.session() as session:
        return list(rows.page(session, now=NOW, wanted=Wanted(kind=ItemKind.OFFER)))


def whose(records: Records, item: BoardItem) -> str:
    with records.session() as session:
        entry = entry_of_offer(session, offer=item.place.row)
        assert entry is not None
        return entry.patient_name


def do(records: Records, on: BoardItem, what: BoardAct, *, late: bool = False) -> Told:
    deed = DidOnBoard(
        uid=new_uid(), item=on.place.kind, row=on.place.row, act=what, at=NOW, person=DANA,
        seen=on.seen,
    )  # fmt: skip
    return records.write(lambda s: act(s, deed=deed, late=late))


def booked(records: Records) -> list[tuple[str, datetime]]:
    with records.session() as session:
        found = session.scalars(select(Booking).where(Booking.status == BookingStatus.BOOKED))
        return sorted((each.patient_name, each.starts_at) for each in found)


def is_taken(records: Records, time: OpenTime) -> bool:
    with records.session() as session:
        busy = busy_times(session, practice=riverside().id, after=time.start, until=time.end)
    return any(each.provider == time.provider_id for each in busy)


def test_a_time_given_up_goes_to_the_first_it_fits_and_is_held_for_them(records: Records) -> None:
    booking = book(records)
    waits(records, "Ann Example", part=PartOfDay.AFTERNOON)
    waits(records, "Ben Example", callback_number=BEN)
    waits(records, "Cid Example")
    assert pass_by(records) == 0
    cancel(records, booking)
    assert pass_by(records) == 1
    (item,) = offers(records)
    local = MORNING.start.astimezone(riverside().zone)
    assert item.sentence == (
        f"9:{local:%M} on {local:%A} {local.day} {local:%B} with Dr. Okafor is free"
    )
    assert item.due_at is not None
    assert NOW < item.due_at <= NOW + timedelta(hours=14)
    assert whose(records, item) == "Ben Example"
    assert is_taken(records, MORNING)
    assert book(records) is None, "a caller was given a time that is held for somebody"
    assert do(records, item, BoardAct.BOOK).outcome is DeedOutcome.DONE
    assert booked(records) == [("Ben Example", MORNING.start)]
    assert offers(records) == []
    assert pass_by(records) == 0
    with records.session() as session:
        states = [
            row.status for row in session.scalars(select(WaitingEntry).order_by(WaitingEntry.id))
        ]
    assert states == [EntryStatus.WAITING, EntryStatus.BOOKED, EntryStatus.WAITING]


def test_who_does_not_want_it_passes_it_on_and_it_is_held_all_the_while(records: Records) -> None:
    booking = book(records)
    waits(records, "Ann Example")
    waits(records, "Ben Example")
    cancel(records, booking)
    pass_by(records)
    (first,) = offers(records)
    assert do(records, first, BoardAct.PASS).outcome is DeedOutcome.DONE
    assert is_taken(records, MORNING)
    assert book(records) is None
    assert pass_by(records) == 1
    (second,) = offers(records)
    assert whose(records, second) == "Ben Example"
    do(records, second, BoardAct.PASS)
    for _ in range(3):
        pass_by(records)
    assert offers(records) == []
    assert not is_taken(records, MORNING), "nobody wants it: it is anybody's"
    assert book(records) is not None
    with records.session() as session:
        assert session.scalars(select(FreedTime)).all() == []
        assert session.scalars(select(WaitingEntry.status)).all() == [EntryStatus.WAITING] * 2


def test_a_hold_that_is_released_is_a_time_given_up_too(records: Records) -> None:
    waits(records)
    records.write(
        lambda s: hold_time(
            s, call="desk", practice=riverside().id, provider="okafor",
            starts_at=AFTERNOON.start, ends_at=AFTERNOON.end, now=NOW,
        )
    )  # fmt: skip
    assert pass_by(records) == 0
    records.write(lambda s: let_time_go(s, call="desk"))
    assert pass_by(records) == 1
    (item,) = offers(records)
    assert "14:" in item.sentence


def test_while_nobody_waits_nothing_is_written_down(records: Records) -> None:
    cancel(records, book(records))
    with records.session() as session:
        assert session.scalars(select(FreedTime)).all() == []


@pytest.mark.parametrize(
    "wish",
    [
        {"part": PartOfDay.AFTERNOON},
        {"provider": "ortega"},
        {"until": (MORNING.start - timedelta(days=1)).date()},
        {"appointment_type": "new_patient", "new_patient": True},  # Dr. Okafor takes none
        {"appointment_type": "gone from the file"},
    ],
)
def test_a_time_that_is_not_what_they_wait_for_is_not_offered(
    records: Records, wish: dict[str, Any]
) -> None:
    booking = book(records)
    waits(records, **wish)
    cancel(records, booking)
    assert pass_by(records) == 0
    assert offers(records) == []


def test_a_longer_visit_is_offered_where_the_time_beside_is_free_too(records: Records) -> None:
    booking = book(records)
    waits(records, appointment_type="physical")
    cancel(records, booking)
    assert pass_by(records) == 1
    with records.session() as session:
        offer = session.scalars(select(WaitingOffer)).one()
        assert offer.ends_at - offer.starts_at == timedelta(minutes=40)
        assert offer.starts_at < MORNING.end
        assert MORNING.start < offer.ends_at


def test_one_who_has_been_offered_a_time_is_not_offered_another(records: Records) -> None:
    first, second = book(records, MORNING), book(records, AFTERNOON)
    waits(records)
    cancel(records, first)
    cancel(records, second)
    pass_by(records)
    pass_by(records)
    assert len(offers(records)) == 1


def test_who_is_taken_off_is_offered_nothing_and_what_was_goes_to_the_next(
    records: Records,
) -> None:
    booking = book(records)
    ann = waits(records, "Ann Example")
    waits(records, "Ben Example")
    cancel(records, booking)
    pass_by(records)
    off = TakenOffWaitingList(uid=new_uid(), entry=ann, at=NOW, person=DANA)
    for _ in range(2):  # written twice
        records.write(lambda s: write_work(s, work=off))
    pass_by(records)
    (item,) = offers(records)
    assert whose(records, item) == "Ben Example"
    assert do(records, item, BoardAct.WITHDRAW).outcome is DeedOutcome.DONE
    pass_by(records)
    assert offers(records) == []


def test_the_second_of_two_who_book_one_offer_is_told(records: Records) -> None:
    booking = book(records)
    waits(records)
    cancel(records, booking)
    pass_by(records)
    (item,) = offers(records)
    assert do(records, item, BoardAct.BOOK).outcome is DeedOutcome.DONE
    assert do(records, item, BoardAct.BOOK).outcome is DeedOutcome.OVERTAKEN
    assert len(booked(records)) == 1


def test_a_hold_that_ran_out_gives_the_time_to_whoever_comes_and_who_waits_waits_on(
    records: Records,
) -> None:
    booking = book(records)
    waits(records)
    cancel(records, booking)
    pass_by(records)
    (item,) = offers(records)
    with records.session() as session:
        row = session.get_one(WaitingOffer, item.place.row)
        practice, call = row.practice_id, f"offer {row.id}"
    long_ago = NOW - 2 * LASTS
    records.write(
        lambda s: hold_time(
            s, call=call, practice=practice, provider="okafor", starts_at=MORNING.start,
            ends_at=MORNING.end, now=long_ago,
        )
    )  # fmt: skip
    assert book(records) is not None
    told = do(records, item, BoardAct.BOOK)
    assert told.outcome is DeedOutcome.REFUSED
    assert "stays on the list" in told.sentence
    assert len(booked(records)) == 1
    assert offers(records) == []
    with records.session() as session:
        assert [each.patient_name for each in waiting_for(
            session, practice=riverside().id, number=ANN)] == ["Ann Example"]  # fmt: skip


def test_an_offer_whose_time_somebody_else_has_closes_itself(records: Records) -> None:
    booking = book(records)
    waits(records)
    cancel(records, booking)
    pass_by(records)
    records.write(lambda s: let_time_go(s, call=f"offer {offers(records)[0].place.row}"))
    assert book(records) is not None
    pass_by(records)
    assert offers(records) == []


def test_put_on_twice_it_stands_once_and_the_call_comes_with_it(records: Records) -> None:
    put = PutOnWaitingList(
        uid="w1", call="c1", practice_id=riverside().id, offered_at=NOW, at=NOW, person=DANA,
        appointment_type="office_visit", patient_name="Ann Example", callback_number=ANN,
        until=NOW.date(), wishes="Not on a Tuesday", birth_date=date(1980, 2, 29),
    )  # fmt: skip
    for _ in range(2):
        records.write(lambda s: write_work(s, work=put))
    with records.session() as session:
        (row,) = waiting_for(session, practice=riverside().id, number=ANN)
        assert (row.call, row.wishes, row.birth_date) == ("c1", put.wishes, put.birth_date)
        raw = session.connection().exec_driver_sql("SELECT * FROM waiting_list").all()
    assert not [word for word in ("Ann", "Tuesday", ANN) if word in str(raw)]


def test_words_of_theirs_need_an_agreement(records: Records) -> None:
    with pytest.raises(AgreementMissing):
        waits(records, practice_id="lakeshore", wishes="Her knee is worse in the morning")
    waits(records, practice_id="lakeshore")


class Waiting(RuleBasedStateMachine):
    """A morning at which callers book and cancel, some wait, and offers are booked and passed."""

    records: Records

    @initialize()
    def begin(self) -> None:
        self.mine: list[int] = []

    times = st.sampled_from([t for t in TIMES if t.start.date() == MORNING.start.date()][:4])

    @rule()
    def somebody_waits(self) -> None:
        waits(self.records, f"Waiting {new_uid()}")

    @rule(time=times)
    def a_caller_books(self, time: OpenTime) -> None:
        booking = book(self.records, time)
        if booking is not None:
            self.mine.append(booking)

    @rule(which=st.integers(0, 9))
    def a_caller_cancels(self, which: int) -> None:
        if self.mine:
            cancel(self.records, self.mine.pop(which % len(self.mine)))

    @rule(time=times, keeps=st.booleans())
    def a_caller_holds(self, time: OpenTime, keeps: bool) -> None:
        call = new_uid()
        try:
            self.records.write(
                lambda s: hold_time(
                    s, call=call, practice=riverside().id, provider="okafor",
                    starts_at=time.start, ends_at=time.end, now=NOW,
                )
            )  # fmt: skip
        except TimeTaken:
            return
        if not keeps:
            self.records.write(lambda s: let_time_go(s, call=call))

    @rule()
    def a_worker_passes(self) -> None:
        pass_by(self.records)

    @rule(which=st.integers(0, 9), what=st.sampled_from([BoardAct.BOOK, BoardAct.PASS]))
    def an_offer_is_answered(self, which: int, what: BoardAct) -> None:
        if found := offers(self.records):
            do(self.records, found[which % len(found)], what)

    @invariant()
    def nobody_shares_a_time(self) -> None:
        with self.records.session() as session:
            is_open = select(WaitingOffer).where(WaitingOffer.status == OfferStatus.OPEN)
            offered = session.scalars(is_open).all()
            taken = session.scalars(
                select(Booking).where(Booking.status == BookingStatus.BOOKED)
            ).all()
            spans = sorted((row.provider, row.starts_at, row.ends_at) for row in (*offered, *taken))
            assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(spans))
            assert len({row.entry_id for row in offered}) == len(offered)
            names = [row.patient_name for row in taken if row.patient_name.startswith("Waiting")]
            assert len(names) == len(set(names)), "somebody was booked twice"


def test_never_two_people_for_one_time_whatever_is_done(records: Records) -> None:
    class Here(Waiting):
        pass

    Here.records = records
    run_machine(
        Here,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def second(base: Base) -> Iterator[Records]:
    other = base.open()
    yield other
    other.close()


def test_two_workers_at_once_offer_a_time_once(records: Records, second: Records) -> None:
    bookings = [book(records, time) for time in (MORNING, AFTERNOON)]
    waits(records, "Ann Example")
    for each in bookings:
        cancel(records, each)
    threads = [threading.Thread(target=pass_by, args=(each,)) for each in (records, second)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    pass_by(records)
    assert len(offers(records)) == 1
