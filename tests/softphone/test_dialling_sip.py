"""Dialling out: as whom, what is heard before the answer, and why it did not come to one."""

import pytest

from softphone import wire
from softphone.wire import CallerIdBy, EndCause
from tests.softphone.conftest import StartEngine
from tests.softphone.far_phone import FarPhone, media_address

pytestmark = pytest.mark.sip

PRACTICE = "+15155550100"


@pytest.mark.parametrize(
    ("by", "in_from", "asserted"),
    [
        (CallerIdBy.FROM, True, False),
        (CallerIdBy.ASSERTED, False, True),
        (CallerIdBy.BOTH, True, True),
    ],
)
def test_the_practices_number_is_shown_as_the_pbx_wants(
    start: StartEngine, far_phone: FarPhone, by: CallerIdBy, in_from: bool, asserted: bool
) -> None:
    desk = start()
    desk.send(wire.PlaceCall("r", far_phone.uri, PRACTICE, "Elm Street", caller_id_by=by))
    invite = far_phone.await_call()
    assert (PRACTICE in invite.header("From")) == in_from
    assert (PRACTICE in invite.header("P-Asserted-Identity")) == asserted
    far_phone.reply(invite, 486, "Busy Here")
    desk.wait_for(wire.CallEnded)


def test_an_asserted_identity_needs_a_number(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    desk.send(wire.PlaceCall("r", far_phone.uri, caller_id_by=CallerIdBy.ASSERTED))
    assert "no number to call as" in desk.wait_for(wire.CommandRefused).reason


def test_what_is_said_before_the_answer_is_heard(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    desk.send(wire.PlaceCall("r", far_phone.uri))
    invite = far_phone.await_call()
    far_phone.reply(invite, 183, "Session Progress", far_phone.sdp())
    assert desk.wait_for(wire.CallAlerting).code == 183
    with far_phone.speaking(media_address(invite)):
        desk.wait_for(wire.SoundLevels, lambda e: e.earpiece > -20)
    far_phone.reply(invite, 404, "Not Found")
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.REFUSED, 404)
    assert ended.reason == "There is nobody at that number."


@pytest.mark.parametrize(
    ("code", "cause", "sentence"),
    [
        (486, EndCause.REFUSED, "The line is busy."),
        (480, EndCause.REFUSED, "Nobody can be reached at that number now."),
        (603, EndCause.REFUSED, "The call was declined."),
        (503, EndCause.LOST, "The PBX or the way to it is not available."),
        (499, EndCause.REFUSED, "The other side refused the call (SIP 499)."),
    ],
)
def test_a_call_that_does_not_go_through_says_why(
    start: StartEngine, far_phone: FarPhone, code: int, cause: EndCause, sentence: str
) -> None:
    desk = start()
    desk.send(wire.PlaceCall("r", far_phone.uri))
    far_phone.reply(far_phone.await_call(), code, "No")
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.code, ended.reason) == (cause, code, sentence)


def test_a_call_nobody_answers_says_so(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start("desk", "--ring-timeout", "0.4")
    desk.send(wire.PlaceCall("r", far_phone.uri))
    invite = far_phone.await_call()
    far_phone.reply(invite, 180, "Ringing")
    far_phone.reply(far_phone.await_request("CANCEL"), 200)
    far_phone.reply(invite, 487, "Request Terminated")
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.reason) == (EndCause.UNANSWERED, "Nobody answered.")


def test_a_call_the_desk_gives_up_gives_no_reason(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    desk.send(wire.PlaceCall("r", far_phone.uri))
    call = desk.wait_for(wire.CallPlaced).call
    invite = far_phone.await_call()
    far_phone.reply(invite, 180, "Ringing")
    desk.wait_for(wire.CallAlerting)
    desk.send(wire.HangUp(call))
    far_phone.reply(far_phone.await_request("CANCEL"), 200)
    far_phone.reply(invite, 487, "Request Terminated")
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.cause, ended.reason) == (EndCause.DESK, "")
