"""Dialogs that far ends move about: replaced, updated, re-invited, both at once."""

import pytest

from softphone import wire
from softphone.calls import CallState
from softphone.wire import EndCause
from tests.sip_caller import GOOD_SDP, Attempt, SipCaller
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.far_phone import FarPhone
from tests.softphone.peer import EngineProcess
from tests.softphone.test_keys_sip import answered

pytestmark = pytest.mark.sip

SDP = GOOD_SDP.format(port=40000)


def up(desk: EngineProcess, line: SipCaller) -> tuple[str, Attempt]:
    """Bring a raw caller's call up."""
    attempt = line.invite()
    call = desk.wait_for(wire.CallOffered).call
    desk.send(wire.Answer(call))
    line.answered_call(attempt)
    desk.wait_for(wire.CallAnswered)
    return call, attempt


def tag(value: str) -> str:
    """The tag of a From or To."""
    return value.partition("tag=")[2].partition(";")[0]


def replacing(attempt: Attempt) -> dict[str, str]:
    """The header of an INVITE that takes a call's place."""
    tags = f"to-tag={tag(attempt.to)};from-tag={tag(attempt.head['From'])}"
    return {"Replaces": f"{attempt.call_id};{tags}", "Require": "replaces"}


def test_another_party_takes_a_call_over(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    call, attempt = up(desk, line)
    successor = line.invite(number="+15155550177", headers=replacing(attempt))
    line.answered_call(successor)
    replaced = desk.wait_for(wire.CallReplaced)
    assert (replaced.call, replaced.caller.number) == (call, "+15155550177")
    line.respond(line.wait(attempt, lambda m: m.method == "BYE" and not m.code), 200)
    (left,) = desk.reconnect().calls
    assert (left.call, left.state) == (call, CallState.ACTIVE)
    assert left.sip_call_id == successor.call_id
    desk.send(wire.Hold(call))
    hold = line.wait(successor, lambda m: m.method == "INVITE" and not m.code)
    assert "a=sendonly" in hold.text
    line.respond(hold, 488, "Not Acceptable Here")
    desk.wait_for(wire.CommandRefused)
    desk.send(wire.HangUp(call))
    line.respond(line.wait(successor, lambda m: m.method == "BYE" and not m.code), 200)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK


def test_a_held_call_taken_over_is_held_again(start: StartEngine, far_phone: FarPhone) -> None:
    desk = start()
    call, invite = answered(desk, far_phone)
    desk.send(wire.Hold(call))
    far_phone.reply(
        far_phone.await_request("INVITE"), 200, body=far_phone.sdp(direction="recvonly", version=2)
    )
    desk.wait_for(wire.CallHeld)
    mine = tag(invite.header("From"))
    replaces = f"{invite.header('Call-ID')};to-tag={mine};from-tag={far_phone.tag}"
    far_phone.target = desk.sip
    successor = far_phone.invite(
        headers={"Replaces": replaces}, sdp=far_phone.sdp(), number="+15155550177"
    )
    far_phone.answered_call(successor)
    assert desk.wait_for(wire.CallReplaced).call == call
    again = far_phone.wait(successor, lambda m: m.method == "INVITE" and not m.code)
    assert "a=sendonly" in again.text


def test_who_does_not_know_the_dialog_replaces_nothing(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    call, attempt = up(desk, line)
    header = replacing(attempt)["Replaces"].replace("from-tag=", "from-tag=x")
    intruder = line.invite(headers={"Replaces": header, "Require": "replaces"})
    line.wait_code(intruder, 481)
    line.acknowledge(intruder, refusal=True)
    assert [c.call for c in desk.reconnect().calls] == [call]


def test_an_update_is_answered_in_kind(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    call, attempt = up(desk, line)
    body = SDP.replace("o=- 1 1", "o=- 1 2")
    line.request(attempt, "UPDATE", 2, body, Content_Type="application/sdp")
    done = line.wait(attempt, lambda m: m.method == "UPDATE" and m.code >= 200)
    assert done.code == 200
    assert "m=audio" in done.text
    line.request(attempt, "UPDATE", 3)  # a session timer's refresh has no description
    refreshed = line.wait(attempt, lambda m: m.method == "UPDATE" and m.code >= 200)
    assert refreshed.code == 200
    assert [c.call for c in desk.reconnect().calls] == [call]


def test_a_reinvite_without_a_description_gets_an_offer(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    call, attempt = up(desk, line)
    line.request(attempt, "INVITE", 2)
    offer = line.wait(attempt, lambda m: m.method == "INVITE" and m.code >= 200)
    assert offer.code == 200
    assert "m=audio" in offer.text
    answer = SDP.replace("o=- 1 1", "o=- 1 2")
    line.request(attempt, "ACK", 2, answer, Content_Type="application/sdp")
    desk.send(wire.SendDtmf(call, "1"))
    desk.nothing_of(wire.CommandRefused, during=0.2)
    (left,) = desk.reconnect().calls
    assert left.state is CallState.ACTIVE


def test_glare_is_answered_491_and_our_own_offer_tried_again(
    start: StartEngine, far_phone: FarPhone
) -> None:
    desk = start()
    call, invite = answered(desk, far_phone)
    desk.send(wire.Hold(call))
    ours = far_phone.await_request("INVITE")
    far_phone.ask(invite, "INVITE", 1, far_phone.sdp(version=2))
    far_phone.await_answer(491, "INVITE")
    far_phone.reply(ours, 491, "Request Pending")
    again = far_phone.await_request("INVITE", lambda m: m.header("CSeq") != ours.header("CSeq"), 6)
    far_phone.reply(again, 200, body=far_phone.sdp(direction="recvonly", version=3))
    assert desk.wait_for(wire.CallHeld).call == call


def test_a_caller_held_by_their_own_side_is_still_up(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    call, attempt = up(desk, line)
    body = SDP.replace("o=- 1 1", "o=- 1 2") + "a=sendonly\r\n"
    line.request(attempt, "INVITE", 2, body, Content_Type="application/sdp")
    held = line.wait(attempt, lambda m: m.method == "INVITE" and m.code >= 200)
    assert "a=recvonly" in held.text
    line.request(attempt, "ACK", 2)
    desk.nothing_of(wire.AudioLost, during=5.5)
    (left,) = desk.reconnect().calls
    assert (left.call, left.state) == (call, CallState.ACTIVE)
