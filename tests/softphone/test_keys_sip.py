"""Keys sent and received, in the sound and by INFO."""

import pytest

from softphone import wire
from softphone.wire import DtmfMethod
from tests.sip_caller import Received
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.far_phone import TELEPHONE_EVENT, FarPhone
from tests.softphone.peer import EngineProcess
from tests.softphone.test_calls_sip import connect

pytestmark = pytest.mark.sip


def answered(desk: EngineProcess, phone: FarPhone, *, keys: bool = True) -> tuple[str, Received]:
    """Call a raw phone and have it answer; return the call and its INVITE."""
    desk.send(wire.PlaceCall("r", phone.uri))
    invite = phone.await_call()
    phone.reply(invite, 200, body=phone.sdp(keys=keys))
    phone.await_request("ACK")
    return desk.wait_for(wire.CallAnswered).call, invite


@pytest.mark.parametrize("method", [DtmfMethod.RTP, DtmfMethod.INFO, DtmfMethod.AUTO])
def test_keys_arrive_between_engines(start: StartEngine, method: DtmfMethod) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.SendDtmf(ours, "1#a", method))
    assert [far.wait_for(wire.DtmfReceived).digit for _ in range(3)] == ["1", "#", "A"]


def test_keys_travel_in_the_sound_as_rfc_4733_says(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    call, _ = answered(desk, far_phone)
    desk.send(wire.SendDtmf(call, "5"))
    event, flags, *_ = far_phone.await_rtp(TELEPHONE_EVENT)
    assert event == 5
    while not flags & 0x80:  # the end bit
        event, flags, *_ = far_phone.await_rtp(TELEPHONE_EVENT)


def test_a_phone_without_telephone_events_gets_info(
    start: StartEngine, far_phone: FarPhone
) -> None:
    desk = start()
    call, _ = answered(desk, far_phone, keys=False)
    desk.send(wire.SendDtmf(call, "7", DtmfMethod.RTP))
    assert "send them by INFO" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.SendDtmf(call, "7"))
    info = far_phone.await_request("INFO")
    assert "Signal=7" in info.text.replace(" ", "")
    far_phone.reply(info, 415, "Unsupported Media Type")
    refused = desk.wait_for(wire.CommandRefused)
    assert (refused.command, refused.call) == ("send_dtmf", call)
    assert "did not take the keys (SIP 415)" in refused.reason


def test_info_of_the_far_end_is_a_key(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite()
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    line.answered_call(attempt)
    desk.wait_for(wire.CallAnswered)
    body = "Signal=9\r\nDuration=160\r\n"
    line.request(attempt, "INFO", 2, body, Content_Type="application/dtmf-relay")
    assert desk.wait_for(wire.DtmfReceived).digit == "9"
    assert line.wait(attempt, lambda m: m.method == "INFO" and m.code >= 200).code == 200


def test_no_keys_into_a_held_call(start: StartEngine) -> None:
    desk, far = start("desk"), start("far")
    ours, _ = connect(desk, far)
    desk.send(wire.Hold(ours))
    desk.send(wire.SendDtmf(ours, "1"))
    assert "on hold" in desk.wait_for(wire.CommandRefused).reason
    desk.wait_for(wire.CallHeld)
    desk.send(wire.SendDtmf(ours, "1", DtmfMethod.INFO))
    assert "on hold" in desk.wait_for(wire.CommandRefused).reason
    far.nothing_of(wire.DtmfReceived, during=0.3)
