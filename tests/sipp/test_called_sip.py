"""Telephones made by SIPp that this desk dials: every way a far end may answer."""

import pytest

from softphone import wire
from softphone.wire import EndCause
from tests.sipp.conftest import RunSipp, Sipp
from tests.sipp.scenario import answer, be_hung_up_on, expect, sdp
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.sip


def dial(desk: EngineProcess, far: Sipp) -> str:
    """Dial a SIPp that waits."""
    desk.send(wire.PlaceCall("r", far.address, caller_number="+15155550100"))
    return desk.wait_for(wire.CallPlaced).call


def picked_up() -> list[str]:
    """Answer, and be hung up on."""
    return [answer("200 OK", body=sdp(), tag=True), expect("ACK"), *be_hung_up_on()]


def test_a_call_that_is_forwarded_on_its_way(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [
        expect("INVITE", match="From: .*\\+15155550100"),
        answer("181 Call Is Being Forwarded", tag=True),
        answer("180 Ringing", tag=True),
        answer("183 Session Progress", body=sdp(), tag=True),
        *picked_up(),
    ]
    far = sipp(steps)
    call = dial(desk, far)
    assert desk.wait_for(wire.CallAlerting).code == 181
    desk.wait_for(wire.CallAnswered)
    desk.send(wire.HangUp(call))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK
    far.done()


@pytest.mark.parametrize(
    ("status", "code"),
    [("486 Busy Here", 486), ("404 Not Found", 404), ("603 Decline", 603)],
)
def test_a_far_end_that_says_no(start: StartEngine, sipp: RunSipp, status: str, code: int) -> None:
    desk = start()
    far = sipp([expect("INVITE"), answer(status, tag=True), expect("ACK")])
    dial(desk, far)
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.REFUSED, code)
    assert ended.reason
    far.done()


def test_a_far_end_that_sends_us_elsewhere_is_not_followed(
    start: StartEngine, sipp: RunSipp
) -> None:
    """Whoever answers 302 could make this desk dial at its practices' cost."""
    desk = start()
    moved = answer("302 Moved Temporarily", tag=True)
    moved = moved.replace("patient@[local_ip]", "other@192.0.2.1")
    far = sipp([expect("INVITE"), moved, expect("ACK")])
    dial(desk, far)
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.REFUSED, 302)
    far.done()


def test_reliable_ringing_is_acknowledged(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [
        expect("INVITE", match="Supported: .*100rel"),
        answer("183 Session Progress", "Require: 100rel\nRSeq: 17", sdp(), tag=True),
        expect("PRACK", match="RAck: *17 "),
        answer("200 OK"),
    ]
    far = sipp(steps)
    call = dial(desk, far)
    desk.wait_for(wire.CallAlerting)
    desk.send(wire.HangUp(call))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK
