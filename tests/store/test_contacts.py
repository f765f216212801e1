"""Callers out of the records: each once, however many desks the call rang at."""

from datetime import datetime, timedelta

from console.floor.figures import Contact, Ending
from console.store.calls import close_call, open_call
from console.store.contacts import contacts, first_call
from console.store.finishing import finish_call
from console.store.session import Records
from console.store.work import ClosedCall, OpenedCall
from scripts.calltypes import Outcome
from softphone.wire import EndCause
from tests.store.builders import CAME, NUMBER, finished_call

S = timedelta(seconds=1)


def find(records: Records, hours: int = 1, **more: str) -> list[Contact]:
    with records.session() as session:
        until = CAME + timedelta(hours=hours)
        return contacts(session, since=CAME, until=until, **more)  # type: ignore[arg-type]


def rang(records: Records, pbx: str, seconds: int, cause: EndCause = EndCause.ABANDONED) -> None:
    """A call that rang at a desk of its own, and was not answered there."""
    uid = f"{pbx}-here"
    opened = OpenedCall(uid=uid, offered_at=CAME, practice_id="riverside", pbx_call_id=pbx)
    records.write(lambda s: open_call(s, opened=opened))
    closed = ClosedCall(uid=uid, at=CAME + seconds * S, cause=cause)
    records.write(lambda s: close_call(s, closed=closed))


def took(records: Records, uid: str, at: datetime, **more: object) -> None:
    facts = {
        "offered_at": at,
        "answered_at": at + 4 * S,
        "finished_at": at + 100 * S,
        "ended_at": at + 64 * S,
        "end_cause": EndCause.CALLER,
        "answers": (),
    }
    call = finished_call(uid, **facts | more)  # type: ignore[arg-type]
    records.write(lambda s: finish_call(s, finished=call))


def test_a_call_that_rang_at_two_desks_is_one_caller_from_the_first_ring(records: Records) -> None:
    rang(records, "pbx-1", 12)  # the queue went on to the next desk
    took(records, "b", CAME + 14 * S, pbx_call_id="pbx-1")
    (caller,) = find(records)
    assert (caller.ending, caller.waited_s, caller.agent) == (
        Ending.ANSWERED,
        18.0,
        "Dana Whitfield",
    )
    assert (caller.talk_s, caller.wrap_s) == (60.0, 36.0)


def test_how_callers_went_who_were_not_answered(records: Records) -> None:
    rang(records, "pbx-1", 7)
    rang(records, "pbx-2", 60, EndCause.UNANSWERED)
    rang(records, "pbx-3", 3, EndCause.DECLINED)  # who knows who took it
    found = {each.call: each for each in find(records)}
    assert {call: each.ending for call, each in found.items()} == {
        "pbx-1": Ending.ABANDONED,
        "pbx-2": Ending.UNANSWERED,
    }
    assert found["pbx-1"].waited_s == 7.0


def test_settled_and_called_again(records: Records) -> None:
    took(records, "a", CAME, outcome=Outcome.ANSWERED)
    took(records, "b", CAME + timedelta(hours=23), outcome=Outcome.SALES)
    took(records, "c", CAME + timedelta(hours=72), caller_number=NUMBER)
    first, second, third = find(records, hours=100)
    assert (first.settled, first.again) == (True, True)
    assert (second.settled, second.again) == (None, False)
    assert third.again is False
    took(records, "elsewhere", CAME + S, practice_id="lakeshore")
    assert len(find(records, practice="lakeshore")) == 1
    with records.session() as session:
        assert first_call(session) == CAME
