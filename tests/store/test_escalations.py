"""An escalation goes on from open: its caller was put through."""

import pytest
from sqlalchemy import text

from console.store.finishing import finish_call
from console.store.messages import put_through
from console.store.session import Records
from console.store.work import PutThrough, decode, encode
from scripts.calltypes import Outcome
from tests.store.builders import CAME, finished_call, new_escalation


def status(records: Records) -> list[str]:
    with records.session() as session:
        return list(session.scalars(text("SELECT status FROM escalations ORDER BY id")))


def test_a_caller_put_through_is_on_the_escalation(records: Records) -> None:
    one, other = (
        finished_call(outcome=Outcome.ESCALATED, escalation=new_escalation()) for _ in range(2)
    )
    for call in (one, other):
        records.write(lambda s, c=call: finish_call(s, finished=c))
    through = PutThrough(uid=one.uid, at=CAME)
    for _ in range(2):
        records.write(lambda s: put_through(s, through=through))
    assert status(records) == ["transferred", "open"]


@pytest.mark.parametrize("gone_on", ["acknowledged", "closed"])
def test_an_escalation_that_has_gone_on_is_left_as_it_is(records: Records, gone_on: str) -> None:
    call = finished_call(outcome=Outcome.ESCALATED, escalation=new_escalation())
    records.write(lambda s: finish_call(s, finished=call))
    records.write(lambda s: s.execute(text("UPDATE escalations SET status = :s"), {"s": gone_on}))
    records.write(lambda s: put_through(s, through=PutThrough(uid=call.uid, at=CAME)))
    assert status(records) == [gone_on]


def test_a_call_nobody_knows_is_no_error_and_the_work_can_wait_in_the_spool(
    records: Records,
) -> None:
    through = PutThrough(uid="unknown", at=CAME)
    records.write(lambda s: put_through(s, through=through))
    assert decode(encode(through)) == through
