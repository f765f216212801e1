"""Attended transfer between real engines, and with a far end that will not."""

import time

import pytest

from softphone import wire
from softphone.calls import CallState, ConsultState
from softphone.wire import ConsultEnd, EndCause
from tests.softphone.conftest import StartEngine
from tests.softphone.far_phone import FarPhone
from tests.softphone.peer import EngineProcess
from tests.softphone.test_calls_sip import connect

pytestmark = pytest.mark.sip


def address(phone: EngineProcess) -> str:
    """Where an engine is called."""
    host, port = phone.sip
    return f"sip:doctor@{host}:{port}"


def consult(desk: EngineProcess, call: str, provider: EngineProcess) -> tuple[str, str]:
    """Ask `provider` about a call; return the consult's ids at both, ringing."""
    desk.send(wire.StartConsult(call, address(provider), request="ask"))
    placed = desk.wait_for(wire.CallPlaced, lambda e: e.request == "ask")
    assert placed.consult_of == call
    assert desk.wait_for(wire.ConsultStarted).consult == placed.call
    return placed.call, provider.wait_for(wire.CallOffered).call


def consult_up(desk: EngineProcess, call: str, provider: EngineProcess) -> tuple[str, str]:
    """The same, answered and the caller held."""
    asked, theirs = consult(desk, call, provider)
    provider.send(wire.Answer(theirs))
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.WITH_CONSULT
    assert desk.wait_for(wire.CallHeld).call == call
    return asked, theirs


def test_a_warm_transfer_leaves_caller_and_provider_connected(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far", "--accept-transfers"), start("provider")
    ours, theirs = connect(desk, far)
    asked, reached = consult_up(desk, ours, provider)
    provider.wait_for(wire.CallAnswered)
    desk.send(wire.CompleteTransfer(ours))
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.COMPLETING
    ends = {e.call: e.cause for e in (desk.wait_for(wire.CallEnded) for _ in range(2))}
    assert ends == {ours: EndCause.TRANSFERRED, asked: EndCause.TRANSFERRED}
    assert desk.wait_for(wire.ConsultEnded).how is ConsultEnd.COMPLETED
    replaced = provider.wait_for(wire.CallReplaced)
    assert replaced.call == reached
    assert far.wait_for(wire.CallEnded).call == theirs
    (talks,) = provider.reconnect().calls
    assert (talks.call, talks.state) == (reached, CallState.ACTIVE)
    provider.send(wire.HangUp(reached))
    assert far.wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_caller_and_provider_are_spoken_to_in_turn(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    asked, _ = consult_up(desk, ours, provider)
    desk.send(wire.SwapConsult(ours))
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.WITH_CALLER
    assert desk.wait_for(wire.CallHeld).call == asked
    assert desk.wait_for(wire.CallResumed).call == ours
    desk.send(wire.Resume(asked))  # the ordinary keys do the same
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.WITH_CONSULT
    snapshots = {call.call: call for call in desk.reconnect().calls}
    assert snapshots[asked].consult_of == ours
    assert snapshots[ours].consult_of == ""
    assert snapshots[ours].consult is snapshots[asked].consult is ConsultState.WITH_CONSULT


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("by", [wire.CancelConsult, wire.HangUp])
def test_a_consult_cancelled_brings_the_caller_back_within_2_s(
    start: StartEngine, answered: bool, by: type[wire.CancelConsult | wire.HangUp]
) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    asked, theirs = (consult_up if answered else consult)(desk, ours, provider)
    if not answered:
        desk.wait_for(wire.CallHeld)
    began = time.monotonic()
    desk.send(by(asked))
    ended = desk.wait_for(wire.ConsultEnded)
    assert (ended.call, ended.consult, ended.how) == (ours, asked, ConsultEnd.CANCELLED)
    assert desk.wait_for(wire.CallResumed).call == ours
    assert time.monotonic() - began < 2
    assert desk.wait_for(wire.CallEnded).call == asked
    assert provider.wait_for(wire.CallEnded).call == theirs


def test_a_consult_cancelled_in_the_moment_it_began_brings_the_caller_back(
    start: StartEngine,
) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    desk.send(wire.StartConsult(ours, address(provider)))
    desk.send(wire.CancelConsult(ours))
    assert desk.wait_for(wire.ConsultEnded).how is ConsultEnd.CANCELLED
    desk.wait_for(wire.CallEnded)
    began = time.monotonic()
    while (call := desk.reconnect().calls[0]).state is not CallState.ACTIVE:
        assert time.monotonic() - began < 2
    assert call.call == ours
    desk.send(wire.Hold(ours))  # and it can be held and resumed like any other
    desk.wait_for(wire.CallHeld, timeout=8)


def test_a_provider_who_hangs_up_gives_the_caller_back(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    _, theirs = consult_up(desk, ours, provider)
    provider.send(wire.HangUp(theirs))
    ended = desk.wait_for(wire.ConsultEnded)
    assert (ended.how, ended.reason) == (ConsultEnd.FAR_END, "The other side hung up.")
    assert desk.wait_for(wire.CallResumed).call == ours


def test_a_provider_who_is_busy_gives_the_caller_back(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    asked, theirs = consult(desk, ours, provider)
    provider.send(wire.Decline(theirs, wire.DeclineHow.BUSY))
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.call, ended.cause, ended.code) == (asked, EndCause.REFUSED, 486)
    over = desk.wait_for(wire.ConsultEnded)
    assert (over.how, over.code, over.reason) == (ConsultEnd.REFUSED, 486, "The line is busy.")
    while desk.reconnect().calls[0].state is not CallState.ACTIVE:
        pass
    assert desk.welcome.calls == ()


def test_a_caller_who_leaves_during_the_consult_leaves_the_consulted_with_the_desk(
    start: StartEngine,
) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, theirs = connect(desk, far)
    asked, _ = consult_up(desk, ours, provider)
    far.send(wire.HangUp(theirs))
    assert desk.wait_for(wire.ConsultEnded).how is ConsultEnd.CALLER_GONE
    (left,) = desk.reconnect().calls
    assert (left.call, left.state, left.consult) == (asked, CallState.ACTIVE, None)


def test_a_transfer_the_callers_phone_refuses_returns_to_the_caller(
    start: StartEngine, far_phone: FarPhone
) -> None:
    desk, provider = start("desk"), start("provider")
    desk.send(wire.PlaceCall("r", far_phone.uri))
    invite = far_phone.await_call()
    far_phone.reply(invite, 200, body=far_phone.sdp())
    ours = desk.wait_for(wire.CallAnswered).call
    desk.send(wire.StartConsult(ours, address(provider)))
    hold = far_phone.await_request("INVITE")
    far_phone.reply(hold, 200, body=far_phone.sdp(direction="recvonly", version=2))
    provider.send(wire.Answer(provider.wait_for(wire.CallOffered).call))
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.WITH_CONSULT
    desk.wait_for(wire.CallHeld)
    desk.send(wire.CompleteTransfer(ours))
    refer = far_phone.await_request("REFER")
    assert "Replaces=" in refer.header("Refer-To")
    far_phone.reply(refer, 603, "Decline")
    resume = far_phone.await_request("INVITE")
    assert "sendonly" not in resume.text
    far_phone.reply(resume, 200, body=far_phone.sdp(version=3))
    states = [desk.wait_for(wire.ConsultChanged) for _ in range(2)]
    assert [s.state for s in states] == [ConsultState.COMPLETING, ConsultState.WITH_CALLER]
    assert states[1].reason == "The call was declined."
    assert desk.wait_for(wire.TransferFailed).code == 603
    assert desk.wait_for(wire.CallResumed).call == ours
    desk.send(wire.CancelConsult(ours))
    assert desk.wait_for(wire.ConsultEnded).how is ConsultEnd.CANCELLED


def test_what_a_consult_does_not_allow_is_refused_in_a_sentence(start: StartEngine) -> None:
    desk, far, provider = start("desk"), start("far"), start("provider")
    ours, _ = connect(desk, far)
    for wish in (wire.SwapConsult(ours), wire.CancelConsult(ours), wire.CompleteTransfer(ours)):
        desk.send(wish)
        assert "Nobody is being asked" in desk.wait_for(wire.CommandRefused).reason
    asked, theirs = consult(desk, ours, provider)
    desk.wait_for(wire.CallHeld)
    refusals: list[tuple[wire.Command, str]] = [
        (wire.CompleteTransfer(ours), "has answered yet"),
        (wire.SwapConsult(asked), "has answered yet"),
        (wire.Resume(ours), "has answered yet"),
        (wire.StartConsult(ours, address(provider)), "being asked about this call"),
        (wire.Transfer(ours, address(provider)), "being asked about this call"),
        (wire.Merge(ours, asked), "must have been answered"),
    ]
    for command, sentence in refusals:
        desk.send(command)
        assert sentence in desk.wait_for(wire.CommandRefused).reason
    provider.send(wire.Answer(theirs))
    assert desk.wait_for(wire.ConsultChanged).state is ConsultState.WITH_CONSULT
