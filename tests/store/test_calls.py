from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from console.store.calls import answer_call, close_call, open_call
from console.store.errors import UnknownPractice
from console.store.finishing import finish_call
from console.store.models import Call
from console.store.session import Records
from console.store.spool import write_work
from console.store.values import Direction
from console.store.work import (
    AnsweredCall,
    AnyWork,
    ClosedCall,
    Inconsistent,
    OpenedCall,
)
from scripts.calltypes import Mode, Outcome
from softphone.wire import EndCause
from tests.store.builders import CAME, NUMBER, finished_call, new_uid

SECOND = timedelta(seconds=1)


def opened(uid: str, **changes: Any) -> OpenedCall:
    call = OpenedCall(
        uid=uid,
        offered_at=CAME,
        dialled_number="+15155550100",
        caller_number=NUMBER,
        practice_id="riverside",
        mode=Mode.AFTER_HOURS,
        sip_call_id="a@b",
    )
    return msgspec.structs.replace(call, **changes)


def row(records: Records, uid: str) -> dict[str, Any]:
    with records.session() as session:
        found = session.execute(text("SELECT * FROM calls WHERE uid = :uid"), {"uid": uid})
        facts = dict(found.mappings().one())
        facts["caller_number"] = (
            session.scalars(select(Call).where(Call.uid == uid)).one().caller_number
        )
    for name in ("id", "uid", "sealed"):
        del facts[name]
    return facts


def test_a_call_is_one_row_in_whatever_order_and_however_often_it_is_written(
    records: Records,
) -> None:
    def pieces(uid: str) -> list[AnyWork]:
        return [
            opened(uid),
            AnsweredCall(uid=uid, at=CAME + 4 * SECOND, agent="Dana Whitfield"),
            ClosedCall(uid=uid, at=CAME + 90 * SECOND, cause=EndCause.CALLER),
            finished_call(uid, sip_call_id="a@b"),
        ]

    usual = new_uid()
    for piece in pieces(usual):
        records.write(partial(write_work, work=piece))
    expected = row(records, usual)
    assert expected["waited_s"] == 4
    assert expected["end_cause"] == "caller"

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(0, 3), max_size=3), st.permutations(range(4)))
    def check(repeats: list[int], order: list[int]) -> None:
        uid = new_uid()
        work = pieces(uid)
        records.write(lambda s: [write_work(s, work=work[which]) for which in [*repeats, *order]])
        assert row(records, uid) == expected

    check()


def test_a_caller_who_waited_for_a_line_waited_from_then_on(records: Records) -> None:
    uid = new_uid()
    waiting = opened(uid, offered_at=None, waiting_since=CAME)
    records.write(lambda s: open_call(s, opened=waiting))
    rings = opened(uid, offered_at=CAME + 30 * SECOND)
    records.write(lambda s: open_call(s, opened=rings))
    answered = AnsweredCall(uid=uid, at=CAME + 33 * SECOND)
    records.write(lambda s: answer_call(s, answered=answered))
    assert row(records, uid)["waited_s"] == 33


def test_an_abandoned_call_has_that_ending_until_a_form_says_otherwise(records: Records) -> None:
    uid = new_uid()
    closed = ClosedCall(uid=uid, at=CAME + 9 * SECOND, cause=EndCause.ABANDONED)
    records.write(lambda s: close_call(s, closed=closed))
    assert row(records, uid)["outcome"] == Outcome.ABANDONED
    records.write(lambda s: open_call(s, opened=opened(uid)))
    assert row(records, uid)["waited_s"] == 9
    sold = finished_call(uid, outcome=Outcome.SALES, answered_at=None)
    records.write(lambda s: finish_call(s, finished=sold))
    assert row(records, uid)["outcome"] == Outcome.SALES


def test_a_clock_that_was_set_back_costs_no_row(records: Records) -> None:
    uid = new_uid()
    records.write(lambda s: open_call(s, opened=opened(uid)))
    answered = AnsweredCall(uid=uid, at=CAME - 3600 * SECOND)
    records.write(lambda s: answer_call(s, answered=answered))
    assert row(records, uid)["waited_s"] == 0


def test_a_number_no_practice_has_and_a_withheld_one_are_kept(records: Records) -> None:
    uid = new_uid()
    call = opened(uid, practice_id=None, caller_number=None, direction=Direction.OUTGOING)
    records.write(lambda s: open_call(s, opened=call))
    kept = row(records, uid)
    assert (kept["practice_id"], kept["caller_number"], kept["local_date"]) == (None, None, None)
    assert kept["direction"] == "outgoing"


def test_a_practice_nobody_has_heard_of_is_named(records: Records) -> None:
    with pytest.raises(UnknownPractice) as unknown:
        records.write(lambda s: open_call(s, opened=opened(new_uid(), practice_id="nowhere")))
    assert unknown.value.message == "Nothing is known of “nowhere”."


def test_a_call_that_neither_rang_nor_waited_cannot_be_opened() -> None:
    with pytest.raises(Inconsistent):
        OpenedCall(uid="x")
