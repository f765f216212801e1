from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from console.store.calls import note_fact
from console.store.drafts import drafts, save_draft
from console.store.errors import AgreementMissing, UnknownPractice
from console.store.finishing import (
    FinishedRows,
    finish_call,
    finish_or_call_back,
    rows_of,
)
from console.store.history import EarlierMessage, history
from console.store.models import Answer, Call
from console.store.session import Records
from console.store.values import Priority
from console.store.work import (
    Cancellation,
    FormAnswer,
    Inconsistent,
    OpenedCall,
    Reschedule,
    SavedDraft,
    decode,
    encode,
)
from scripts.calltypes import Outcome
from tests.store.builders import (
    CAME,
    NUMBER,
    SLOT,
    finished_call,
    new_booking,
    new_escalation,
    new_message,
)
from tests.store.conftest import Count

TABLES = (
    "calls",
    "answers",
    "bookings",
    "messages",
    "escalations",
    "red_flags",
    "facts_read",
    "drafts",
)


def test_a_finished_call_leaves_its_form_and_its_result(records: Records, count: Count) -> None:
    call = finished_call(
        outcome=Outcome.ESCALATED, message=new_message(), escalation=new_escalation()
    )
    rows = records.write(lambda s: finish_call(s, finished=call))
    assert rows == FinishedRows(call_id=1, message_id=1, escalation_id=1)
    assert [count(t) for t in TABLES] == [1, 2, 0, 1, 1, 1, 1, 0]
    with records.session() as session:
        kept = session.execute(
            text(
                "SELECT outcome, script_version, mode, waited_s, local_date, status"
                " FROM calls JOIN answers ON call_id = calls.id WHERE phi"
            )
        ).one()
        answer = session.scalars(select(Answer).where(Answer.phi)).one()
        said = (answer.text, answer.value)
    assert (*kept[:4], str(kept[4]), *kept[5:]) == (
        "escalated",
        "a1",
        "after_hours",
        4.0,
        "2026-11-23",  # the practice's day, not UTC's
        "asked",
    )
    assert said == ("fever since this morning", "fever")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"message": new_message()},
        {"escalation": new_escalation()},
        {"booking": new_booking()},
    ],
)
def test_finishing_twice_gives_the_same_rows_and_writes_nothing(
    records: Records, count: Count, parts: dict[str, Any]
) -> None:
    call = finished_call(**parts)
    first = records.write(lambda s: finish_call(s, finished=call))
    before = [count(t) for t in TABLES]
    again = decode(encode(call))
    assert again == call
    assert records.write(lambda s: finish_call(s, finished=call)) == first
    assert records.write(lambda s: finish_or_call_back(s, finished=call)) == first
    assert [count(t) for t in TABLES] == before
    with records.session() as session:
        assert rows_of(session, uid=call.uid) == first
        assert rows_of(session, uid="nobody") is None


def test_a_form_that_knows_no_practice_leaves_the_day_of_the_one_it_rang_for(
    records: Records,
) -> None:
    rang = OpenedCall(uid="one", offered_at=CAME, practice_id="riverside")
    records.write(lambda s: note_fact(s, fact=rang))
    call = finished_call("one", practice_id=None, answers=())
    records.write(lambda s: finish_call(s, finished=call))
    with records.session() as session:
        row = session.scalars(select(Call)).one()
        assert (row.practice_id, str(row.local_date)) == ("riverside", "2026-11-23")


def test_finishing_drops_the_draft_and_a_late_one_is_not_brought_back(records: Records) -> None:
    call = finished_call()
    draft = SavedDraft(uid="d", call_uid=call.uid, updated_at=CAME, record={"name": "Ann"})
    records.write(lambda s: save_draft(s, draft=draft))
    records.write(lambda s: finish_call(s, finished=call))
    with records.session() as session:
        assert drafts(session) == ()
    records.write(lambda s: save_draft(s, draft=draft))
    with records.session() as session:
        assert drafts(session) == ()


@pytest.mark.parametrize("practice", ["lakeshore", None])
@pytest.mark.parametrize("part", ["answers", "message"])
def test_health_details_without_an_agreement_are_refused_and_nothing_is_written(
    records: Records, count: Count, practice: str | None, part: str
) -> None:
    parts: dict[str, Any] = {"message": new_message(phi=part == "message")}
    if part == "message":
        parts["answers"] = ()
    call = finished_call(practice_id=practice, **parts)
    with pytest.raises(AgreementMissing) as refused:
        records.write(lambda s: finish_call(s, finished=call))
    assert refused.value.title == "No health details for this practice"
    assert [count(t) for t in TABLES] == [0] * len(TABLES)


@pytest.mark.parametrize("practice", ["lakeshore", None])
def test_a_message_without_health_details_needs_no_agreement(
    records: Records, practice: str | None
) -> None:
    call = finished_call(
        practice_id=practice,
        answers=(FormAnswer(link_id="name", text="Ann"),),
        message=new_message(phi=False),
    )
    assert records.write(lambda s: finish_call(s, finished=call)).message_id == 1


def test_the_day_of_the_agreement_is_the_practices_own(records: Records, count: Count) -> None:
    # 1 January in UTC, still 31 December at the practice, whose agreement begins on 1 January.
    eve = datetime(2026, 1, 1, 5, 59, tzinfo=UTC)
    with pytest.raises(AgreementMissing):
        records.write(lambda s: finish_call(s, finished=finished_call(offered_at=eve)))
    first = finished_call(offered_at=eve + timedelta(minutes=1))
    records.write(lambda s: finish_call(s, finished=first))
    assert count("answers") == 2


def test_a_practice_nobody_has_heard_of_is_refused(records: Records, count: Count) -> None:
    call = finished_call(practice_id="nowhere", answers=())
    with pytest.raises(UnknownPractice):
        records.write(lambda s: finish_call(s, finished=call))
    assert count("calls") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": Outcome.BOOKED},
        {"outcome": Outcome.ANSWERED, "booking": new_booking()},
        {"outcome": Outcome.RESCHEDULED, "booking": new_booking()},
        {"outcome": Outcome.CANCELLED},
        {"outcome": Outcome.MESSAGE},
        {"outcome": Outcome.ESCALATED, "message": new_message()},
        {"practice_id": None, "booking": new_booking()},
        {"practice_id": None, "escalation": new_escalation()},
        {"answers": (FormAnswer(link_id="a", text=""), FormAnswer(link_id="a", text=""))},
    ],
)
def test_a_call_whose_parts_contradict_each_other_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(Inconsistent):
        finished_call(**wrong)


def earlier_messages(records: Records) -> list[EarlierMessage]:
    with records.session() as session:
        items = history(session, practice="riverside", number=NUMBER, limit=50)
    return [item for item in items if isinstance(item, EarlierMessage)]


def test_a_time_taken_while_the_records_were_away_becomes_an_urgent_message(
    records: Records, count: Count
) -> None:
    records.write(lambda s: finish_call(s, finished=finished_call(booking=new_booking())))
    late = finished_call(booking=new_booking(patient_name="Bo Example"), caller_number=NUMBER)
    for _ in range(2):
        rows = records.write(lambda s: finish_or_call_back(s, finished=late))
        assert rows == FinishedRows(call_id=rows.call_id, message_id=1)
    (message,) = earlier_messages(records)
    assert message.patient_name == "Bo Example"
    assert "Wed 25 Nov 2026 09:20 with okafor" in message.reason  # the practice's own clock
    assert "Call the patient back" in message.reason
    with records.session() as session:
        priority = session.execute(
            text("SELECT priority, outcome FROM messages, calls WHERE calls.id = call_id")
        ).one()
    assert tuple(priority) == (Priority.URGENT, "message")
    assert count("answers") == 4


@pytest.mark.parametrize("kind", ["cancel", "move"])
def test_a_change_that_came_too_late_becomes_a_message_beside_the_calls_own(
    records: Records, kind: str
) -> None:
    old = records.write(lambda s: finish_call(s, finished=finished_call(booking=new_booking())))
    assert old.booking_id is not None
    gone = Cancellation(booking_id=old.booking_id)
    records.write(lambda s: finish_call(s, finished=finished_call(booking=gone)))
    change = (
        gone
        if kind == "cancel"
        else Reschedule(
            booking_id=old.booking_id, starts_at=SLOT, ends_at=SLOT + timedelta(minutes=20)
        )
    )
    late = finished_call(
        outcome=Outcome.CANCELLED if kind == "cancel" else Outcome.RESCHEDULED,
        booking=change,
        message=new_message(reason="Also wants a refill"),
    )
    rows = records.write(lambda s: finish_or_call_back(s, finished=late))
    assert rows.booking_id is None
    own, call_back = sorted(earlier_messages(records), key=lambda m: m.row_id)
    assert own.reason == "Also wants a refill"
    assert own.row_id == rows.message_id
    assert "meanwhile" in call_back.reason
    assert call_back.patient_name == "Ann Example"
