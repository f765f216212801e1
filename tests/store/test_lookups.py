from datetime import date, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from console.store.callbacks import callback_done, callbacks, owe_callback
from console.store.calls import answer_call, close_call, open_call
from console.store.drafts import drafts, drop_draft, save_draft
from console.store.figures import service_level
from console.store.finishing import finish_call
from console.store.history import (
    EarlierBooking,
    EarlierCall,
    EarlierEscalation,
    EarlierMessage,
    history,
)
from console.store.messages import pending_messages
from console.store.practices import PracticeFacts, upsert_practices
from console.store.session import Records
from console.store.staff import lock_hash, set_lock_hash
from console.store.values import BookingStatus, CallbackReason, MessageStatus
from console.store.work import (
    AnsweredCall,
    Cancellation,
    ClosedCall,
    DoneCallback,
    DroppedDraft,
    FinishedCall,
    OpenedCall,
    OwedCallback,
    SavedDraft,
)
from scripts.calltypes import CallType, Outcome
from softphone.wire import EndCause
from tests.store.builders import (
    CAME,
    NUMBER,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
    new_uid,
)
from tests.store.conftest import Count

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def finish(records: Records, call: FinishedCall) -> int | None:
    return records.write(lambda s: finish_call(s, finished=call)).booking_id


def at(hours: int) -> dict[str, Any]:
    return {"offered_at": CAME + hours * HOUR, "finished_at": CAME + hours * HOUR}


def test_history_tells_what_came_of_earlier_calls_newest_first(records: Records) -> None:
    booking_id = finish(records, finished_call(booking=new_booking(), **at(0)))
    assert booking_id is not None
    finish(records, finished_call(message=new_message(), **at(1)))
    finish(records, finished_call(escalation=new_escalation(opened_at=CAME + 2 * HOUR), **at(2)))
    finish(records, finished_call(outcome=Outcome.WRONG_NUMBER, **at(3)))
    records.write(
        lambda s: open_call(
            s,
            opened=OpenedCall(
                uid="now", offered_at=CAME + 4 * HOUR, caller_number=NUMBER, practice_id="riverside"
            ),
        )
    )
    with records.session() as session:
        call, escalation, message, booking = history(session, practice="riverside", number=NUMBER)
        two = history(session, practice="riverside", number=NUMBER, limit=2)
    assert isinstance(call, EarlierCall)
    assert call.outcome is Outcome.WRONG_NUMBER
    assert isinstance(escalation, EarlierEscalation)
    assert escalation.provider == "okafor"
    assert isinstance(message, EarlierMessage)
    assert (message.reason, message.status) == ("Lisinopril", MessageStatus.PENDING)
    assert isinstance(booking, EarlierBooking)
    assert (booking.status, booking.at) == (BookingStatus.BOOKED, CAME)
    assert two == (call, escalation)


def test_a_cancelled_booking_shows_once_as_it_stands_now(records: Records) -> None:
    booking_id = finish(records, finished_call(booking=new_booking()))
    assert booking_id is not None
    finish(records, finished_call(booking=Cancellation(booking_id=booking_id), **at(1)))
    with records.session() as session:
        items = history(session, practice="riverside", number=NUMBER)
    assert [type(item) for item in items] == [EarlierCall, EarlierBooking]
    assert isinstance(items[0], EarlierCall)
    assert items[0].outcome is Outcome.CANCELLED
    assert isinstance(items[1], EarlierBooking)
    assert items[1].status is BookingStatus.CANCELLED


def test_history_never_shows_another_practice_s_calls(records: Records) -> None:
    finish(records, finished_call(message=new_message()))
    with records.session() as session:
        assert history(session, practice="lakeshore", number=NUMBER) == ()
        assert history(session, practice="riverside", number="+15155550000") == ()


def test_history_is_found_by_the_number_left_for_calling_back(records: Records) -> None:
    left = "+15155550777"
    finish(records, finished_call(message=new_message(callback_number=left)))
    finish(records, finished_call(booking=new_booking(callback_number=left), **at(1)))
    with records.session() as session:
        items = history(session, practice="riverside", number=left)
    assert [type(item) for item in items] == [EarlierBooking, EarlierMessage]


def test_a_callback_is_owed_until_it_is_made_and_is_made_once(
    records: Records, count: Count
) -> None:
    second = OwedCallback(uid="b", since=CAME + HOUR, why=CallbackReason.UNHELD)
    first = OwedCallback(
        uid="a",
        since=CAME,
        why=CallbackReason.ABANDONED,
        number=NUMBER,
        practice_id="riverside",
        call_uid="call-not-written-yet",
    )
    for owed in (second, first, first):
        records.write(partial(owe_callback, owed=owed))
    with records.session() as session:
        assert [(c.uid, c.number, c.why) for c in callbacks(session)] == [
            ("a", NUMBER, CallbackReason.ABANDONED),
            ("b", None, CallbackReason.UNHELD),
        ]
    done = DoneCallback(uid="a", at=CAME + 2 * HOUR, agent="Dana")
    for _ in range(2):
        records.write(lambda s: callback_done(s, done=done))
        records.write(lambda s: owe_callback(s, owed=first))
    with records.session() as session:
        assert [c.uid for c in callbacks(session)] == ["b"]
    assert count("calls") == 1


def ring(records: Records, uid: str, answered_after: float | None, cause: EndCause) -> None:
    opened = OpenedCall(uid=uid, offered_at=CAME)
    records.write(lambda s: open_call(s, opened=opened))
    if answered_after is not None:
        answered = AnsweredCall(uid=uid, at=CAME + answered_after * SECOND)
        records.write(lambda s: answer_call(s, answered=answered))
    closed = ClosedCall(uid=uid, at=CAME + 60 * SECOND, cause=cause)
    records.write(lambda s: close_call(s, closed=closed))


def test_service_level_counts_calls_offered_and_answered_in_time(records: Records) -> None:
    with records.session() as session:
        assert service_level(session, since=CAME).share is None
    ring(records, "in time", 20, EndCause.CALLER)
    ring(records, "too late", 20.5, EndCause.CALLER)
    ring(records, "gave up", None, EndCause.ABANDONED)
    ring(records, "went to another desk", None, EndCause.DECLINED)
    still = OpenedCall(uid="rings still", offered_at=CAME)
    records.write(lambda s: open_call(s, opened=still))
    with records.session() as session:
        level = service_level(session, since=CAME)
        assert service_level(session, since=CAME, threshold_s=30).within == 2
        assert service_level(session, since=CAME + SECOND).offered == 0
    assert (level.offered, level.answered, level.within, level.abandoned) == (3, 2, 1, 1)
    assert level.share == pytest.approx(1 / 3)


def test_pending_messages_are_counted(records: Records) -> None:
    for _ in range(2):
        finish(records, finished_call(message=new_message()))
    with records.session() as session:
        assert pending_messages(session) == 2


def test_a_draft_is_kept_as_last_typed_and_can_be_dropped(records: Records) -> None:
    draft = SavedDraft(
        uid="d",
        call_uid=new_uid(),
        updated_at=CAME + SECOND,
        record={"answers": {"name": "Ann “A” Exämple"}, "step": 2},
        practice_id="riverside",
        caller_number=NUMBER,
        call_type=CallType.REFILL,
    )
    older = msgspec.structs.replace(draft, updated_at=CAME, record={})
    for state in (draft, older):
        records.write(partial(save_draft, draft=state))
    with records.session() as session:
        (kept,) = drafts(session)
    assert kept.record == draft.record
    assert (kept.call_type, kept.caller_number) == (CallType.REFILL, NUMBER)
    for _ in range(2):
        records.write(lambda s: drop_draft(s, dropped=DroppedDraft(uid="d")))
    with records.session() as session:
        assert drafts(session) == ()


def test_a_practice_is_brought_up_to_date_without_touching_its_calls(
    records: Records, count: Count
) -> None:
    finish(records, finished_call())
    renamed = PracticeFacts(
        id="riverside",
        name="Riverside",
        timezone="America/Chicago",
        version="a2",
        baa_signed_on=date(2026, 1, 1),
        baa_ends_on=date(2026, 12, 31),
    )
    records.write(lambda s: upsert_practices(s, practices=[renamed]))
    assert (count("practices"), count("calls"), count("answers")) == (2, 1, 2)


def test_a_lock_hash_is_kept_by_name(records: Records) -> None:
    with records.session() as session:
        assert lock_hash(session, name="Dana") is None
    for value in ("first", "second"):
        records.write(partial(set_lock_hash, name="Dana", lock_hash=value))
    with records.session() as session:
        assert lock_hash(session, name="Dana") == "second"
