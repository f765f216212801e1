"""Calls whose sound has been described in a way that leaves pjsua2 none: nothing may be offered
anew in them, or it ends itself (assertions in `pjmedia/endpoint.c` and `pjsua_media.c`)."""

import pytest

from softphone import wire
from tests.sip_caller import GOOD_SDP
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.test_hostile_sip import takes_a_call
from tests.softphone.test_torture_sip import in_a_call

pytestmark = pytest.mark.sip

GOOD = GOOD_SDP.format(port=40000)
ELSEWHERE = {
    "a second address of another family": f"{GOOD}c=IN IP6 ::1\r\n",
    "another family": GOOD.replace("IN IP4 127.0.0.1\r\nt=", "IN IP6 ::1\r\nt="),
    "no stream": GOOD.partition("m=")[0],
    "a stream turned away": GOOD.replace("m=audio 40000", "m=audio 0"),
    "no codec of ours": GOOD.replace("RTP/AVP 0 101", "RTP/AVP 31"),
    "another transport": GOOD.replace("RTP/AVP", "RTP/SAVP"),
    "no offer": "",
    "a port too large": GOOD.replace("40000", "70000"),
}


@pytest.mark.parametrize("sdp", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_call_that_loses_its_sound_on_the_way_lives_through_a_hold(
    start: StartEngine, caller: MakeCaller, sdp: str
) -> None:
    desk = start()
    steady = in_a_call(desk, caller(desk))
    line = caller(desk)
    attempt = line.invite(number="+15155550143")
    strange = desk.wait_for(wire.CallOffered).call
    desk.send(wire.Answer(strange))
    line.answered_call(attempt)
    desk.wait_for(wire.CallAnswered)
    line.request(attempt, "INVITE", 2, sdp, **({"Content_Type": "application/sdp"} if sdp else {}))
    line.wait(attempt, lambda m: m.code >= 200 and m.header("CSeq") == "2 INVITE", 1)
    # no ACK yet: what was agreed is not settled on either side
    for command in (wire.Hold(strange), wire.Resume(strange), wire.SendDtmf(strange, "1")):
        desk.send(command)
    desk.send(wire.Ping(1))
    desk.wait_for(wire.Pong)
    assert {steady, strange} <= {call.call for call in desk.reconnect().calls}
    desk.send(wire.HangUp(strange))
    takes_a_call(desk, caller(desk))
