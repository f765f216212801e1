"""The outbox on both databases: claimed once, retried with a growing delay, never dropped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from console.store import outbox
from console.store.outbox import Claimed, NewDispatch, Settled
from console.store.outbox_tables import Attempt, DispatchRow, Task
from console.store.outbox_values import AttemptOutcome, DispatchStatus
from console.store.session import Records

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
PAGE = NewDispatch(key="R7.0.page.0.sms", channel="sms", address="+1", subject="s", text="t")


def put(records: Records, *dispatches: NewDispatch, now: datetime = NOW) -> int:
    return records.write(lambda s: outbox.put(s, dispatches=dispatches, now=now))


def claim(records: Records, worker: str = "a", now: datetime = NOW) -> tuple[Claimed, ...]:
    return records.write(lambda s: outbox.claim(s, worker=worker, now=now))


def settle(
    records: Records,
    claimed: Claimed,
    outcome: AttemptOutcome,
    *,
    worker: str = "a",
    now: datetime = NOW,
) -> DispatchStatus:
    settled = Settled(outcome, "A sentence.", reference="ref")
    return records.write(
        lambda s: outbox.settle(s, claimed=claimed, settled=settled, worker=worker, now=now)
    )


def row(records: Records) -> DispatchRow:
    with records.session() as session:
        found = session.scalars(select(DispatchRow)).one()
        session.expunge(found)
        return found


def outcomes(records: Records) -> list[AttemptOutcome | None]:
    with records.session() as session:
        return list(session.scalars(select(Attempt.outcome).order_by(Attempt.number)))


def test_a_key_is_written_once(records: Records) -> None:
    assert put(records, PAGE, PAGE) == 1
    assert put(records, PAGE) == 0


def test_one_worker_has_it_until_its_lease_ends(records: Records) -> None:
    put(records, PAGE)
    (mine,) = claim(records, "a")
    assert not mine.maybe_sent
    assert claim(records, "b") == ()
    assert claim(records, "b", NOW + outbox.LEASE / 2) == ()
    (theirs,) = claim(records, "b", NOW + outbox.LEASE)
    assert theirs.maybe_sent
    assert theirs.number == 2
    assert outcomes(records) == [AttemptOutcome.UNSURE, None]


def test_a_worker_that_comes_back_late_is_believed_only_that_it_arrived(records: Records) -> None:
    put(records, PAGE)
    (mine,) = claim(records, "a")
    (theirs,) = claim(records, "b", NOW + outbox.LEASE)
    assert settle(records, mine, AttemptOutcome.NOT_NOW) is DispatchStatus.PENDING
    assert outcomes(records)[0] is AttemptOutcome.UNSURE
    assert settle(records, mine, AttemptOutcome.SENT) is DispatchStatus.SENT
    assert settle(records, theirs, AttemptOutcome.REFUSED, worker="b") is DispatchStatus.SENT


def test_it_is_tried_again_later_and_later(records: Records) -> None:
    put(records, PAGE)
    now, waits = NOW, []
    for _ in range(5):
        (claimed,) = claim(records, now=now)
        assert settle(records, claimed, AttemptOutcome.NOT_NOW, now=now) is DispatchStatus.PENDING
        waits.append((row(records).next_at - now).total_seconds())
        assert claim(records, now=now) == ()
        now = row(records).next_at
    assert waits == [30, 60, 120, 240, 480]


def test_an_urgent_one_is_never_put_off_for_long() -> None:
    urgent = [outbox.delay(number, urgent=True) for number in (1, 2, 3, 4, 5, 60)]
    assert [wait.total_seconds() for wait in urgent] == [5, 10, 20, 40, 60, 60]
    asked = outbox.delay(1, urgent=True, retry_after_s=40)
    assert asked == timedelta(seconds=40)
    assert outbox.delay(1, urgent=False, retry_after_s=1e9) == outbox.LONGEST_DELAY


@pytest.mark.parametrize(
    ("outcome", "age"),
    [
        (AttemptOutcome.REFUSED, timedelta(0)),
        (AttemptOutcome.NOT_NOW, outbox.GIVE_UP_AFTER),
        (AttemptOutcome.UNSURE, outbox.GIVE_UP_AFTER),
    ],
)
def test_what_fails_for_good_becomes_a_task(
    records: Records, outcome: AttemptOutcome, age: timedelta
) -> None:
    put(records, PAGE)
    (claimed,) = claim(records, now=NOW + age)
    assert settle(records, claimed, outcome, now=NOW + age) is DispatchStatus.FAILED
    with records.session() as session:
        (task,) = outbox.open_tasks(session)
        assert task.sentence == "Not delivered by sms after 1 tries. A sentence."


def test_a_page_of_no_use_any_more_does_not_leave(records: Records) -> None:
    put(records, replace(PAGE, expires_at=NOW + timedelta(minutes=1)))
    assert claim(records, now=NOW + timedelta(minutes=1)) == ()
    assert row(records).status is DispatchStatus.EXPIRED


def test_the_urgent_go_first(records: Records) -> None:
    put(records, PAGE, replace(PAGE, key="b", urgent=True))
    assert [each.key for each in claim(records)] == ["b", PAGE.key]


def test_nothing_is_claimed_before_it_is_due(records: Records) -> None:
    put(records, replace(PAGE, due_at=NOW + timedelta(hours=9)))
    assert claim(records) == ()
    assert len(claim(records, now=NOW + timedelta(hours=9))) == 1


def test_a_task_stands_once(records: Records) -> None:
    for _ in range(2):
        put(records, PAGE)
        for claimed in claim(records):
            settle(records, claimed, AttemptOutcome.REFUSED)
    with records.session() as session:
        assert len(session.scalars(select(Task)).all()) == 1
