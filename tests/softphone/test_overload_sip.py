"""More callers than lines: nobody meets a busy signal, nobody is lost."""

import contextlib

import pytest

from softphone import wire
from softphone.calls import CallState
from softphone.wire import EndCause
from tests.sip_caller import Attempt, SipCaller
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.sip


def fill(desk: EngineProcess, line: SipCaller, leave: int = 0) -> list[Attempt]:
    """Have callers ring until every line is taken, but for some left free."""
    attempts = []
    for n in range(desk.welcome.max_calls - leave):
        attempts.append(line.invite(number=f"+151555501{n:02}"))
        call = desk.wait_for(wire.CallOffered).call
        # where there are many lines, the guard's pace may have held the caller for a moment
        if any(isinstance(e, wire.CallWaiting) and e.call == call for e in desk.wire.events):
            desk.wait_for(wire.CallWaiting, lambda e, call=call: e.call == call)
    return attempts


def test_ten_callers_at_once_are_each_answered(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempts = {f"+1515555020{n}": line.invite(number=f"+1515555020{n}") for n in range(10)}
    answered = []
    for _ in range(10):
        offered = desk.wait_for(wire.CallOffered)
        attempt = attempts.pop(offered.caller.number)
        desk.send(wire.Answer(offered.call))
        line.answered_call(attempt)
        desk.wait_for(wire.CallAnswered, lambda e, call=offered.call: e.call == call)
        desk.send(wire.HangUp(offered.call))
        line.respond(line.wait(attempt, lambda m: m.method == "BYE" and not m.code), 200)
        assert desk.wait_for(wire.CallEnded).call == offered.call
        answered.append(offered.call)
    waited = [e.call for e in desk.wire.events if isinstance(e, wire.CallWaiting)]
    assert len(set(answered)) == 10
    assert len(waited) == max(0, 10 - desk.welcome.max_calls)
    assert set(waited) < set(answered)  # the same id from the wait to the end


def test_ten_real_phones_all_get_through(start: StartEngine) -> None:
    desk = start()
    phones = [start(f"far{n}") for n in range(3)]
    for n in range(10):
        phones[n % 3].place(desk, caller_number=f"+1515555030{n}")
    seen = set()
    for _ in range(10):
        offered = desk.wait_for(wire.CallOffered)
        seen.add(offered.caller.number)
        desk.send(wire.Answer(offered.call))
        desk.wait_for(wire.CallAnswered, lambda e, call=offered.call: e.call == call)
        desk.send(wire.HangUp(offered.call))
        desk.wait_for(wire.CallEnded, lambda e, call=offered.call: e.call == call)
    assert len(seen) == 10
    for n in range(10):
        phones[n % 3].wait_for(wire.CallAnswered)
        assert phones[n % 3].wait_for(wire.CallEnded).cause is EndCause.CALLER


def test_the_fifth_caller_is_queued_and_named(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    first, *_ = fill(desk, line)
    fifth = line.invite(number="+15155550199", headers={"X-Frontdesk-Number": "+15155550100"})
    line.wait_code(fifth, 182)
    waiting = desk.wait_for(wire.CallWaiting)
    assert waiting.caller.number == "+15155550199"
    assert waiting.dialled.number == "+15155550100"
    snapshot = {call.call: call.state for call in desk.reconnect().calls}
    assert snapshot[waiting.call] is CallState.WAITING
    desk.send(wire.Answer(waiting.call))
    assert "waiting for a free line" in desk.wait_for(wire.CommandRefused).reason
    line.give_up(first)
    line.wait_code(fifth, 180)
    assert desk.wait_for(wire.CallOffered).call == waiting.call


def test_a_queued_caller_may_give_up(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    fill(desk, line)
    fifth = line.invite()
    line.wait_code(fifth, 182)
    line.give_up(fifth)
    ended = desk.wait_for(wire.CallEnded)
    assert ended.cause is EndCause.ABANDONED
    assert ended.call == desk.wait_for(wire.CallWaiting).call


def test_a_queued_caller_is_not_kept_for_ever(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--max-wait", "0.4")
    line = caller(desk)
    fill(desk, line)
    fifth = line.invite()
    line.wait_code(fifth, 480)
    line.acknowledge(fifth, refusal=True)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.UNANSWERED


def test_beyond_the_queue_the_number_is_kept(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--max-waiting", "1")
    line = caller(desk)
    fill(desk, line)
    line.invite(number="+15155550198")
    desk.wait_for(wire.CallWaiting)
    sixth = line.invite(number="+15155550199")
    assert line.wait_code(sixth, 503).header("Retry-After") == "10"
    line.acknowledge(sixth, refusal=True)
    lost = desk.wait_for(wire.CallWaiting)
    assert lost.caller.number == "+15155550199"
    ended = desk.wait_for(wire.CallEnded)
    assert (ended.call, ended.cause) == (lost.call, EndCause.LOST)


def test_a_queued_caller_can_be_declined(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    fill(desk, line)
    fifth = line.invite()
    desk.send(wire.Decline(desk.wait_for(wire.CallWaiting).call))
    line.wait_code(fifth, 480)
    line.acknowledge(fifth, refusal=True)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DECLINED


def test_dialling_out_with_every_line_taken_is_refused(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    fill(desk, caller(desk))
    desk.send(wire.PlaceCall("r1", "sip:a@127.0.0.1:9"))
    refused = desk.wait_for(wire.CommandRefused)
    assert refused.call == "r1"
    assert refused.reason.startswith("Every line is taken")


def test_a_line_can_be_kept_for_dialling_out(start: StartEngine, caller: MakeCaller) -> None:
    desk, far = start("desk", "--outgoing-lines", "1"), start("far")
    line = caller(desk)
    fill(desk, line, leave=1)
    fourth = line.invite()
    line.wait_code(fourth, 182)
    desk.place(far)
    far.wait_for(wire.CallOffered)


def test_an_invite_repeated_by_the_network_is_one_call(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    fill(desk, line, leave=1)
    fourth = line.invite()
    line.send_again(fourth)
    desk.wait_for(wire.CallOffered)
    fifth = line.invite()
    line.wait_code(fifth, 182)
    line.send_again(fifth)
    line.wait_code(fifth, 182)
    desk.wait_for(wire.CallWaiting)
    desk.nothing_of(wire.CallWaiting, 0.2)
    desk.nothing_of(wire.CallOffered, 0.1)


def test_a_storm_of_calls_and_cancels_does_not_end_the_engine(
    start: StartEngine, caller: MakeCaller
) -> None:
    """INVITE and CANCEL at a hundred a second end pjsua2 after 64; the guard paces them."""
    desk = start()
    line = caller(desk)
    attempts = []
    for _ in range(150):
        attempt = line.invite()
        line.cancel(attempt)
        attempts.append(attempt)
    for attempt in attempts:
        line.wait_code(attempt, 487, timeout=20)
        line.acknowledge(attempt, refusal=True)
    ringing = line.invite(number="+15155550142")
    desk.wait_for(wire.CallOffered, lambda e: e.caller.number == "+15155550142", timeout=15)
    with contextlib.suppress(AssertionError):
        line.give_up(ringing)


def test_a_call_that_comes_as_another_goes_is_not_hung_up(
    start: StartEngine, caller: MakeCaller
) -> None:
    """pjsua2 reuses a number within one poll; the old object's end must not end the new call."""
    desk = start()
    line = caller(desk)
    steady = [line.invite(), line.invite()]
    for _ in steady:
        desk.wait_for(wire.CallOffered)
    leaving = line.invite()
    for turn in range(15):
        desk.wait_for(wire.CallOffered)
        line.wait_code(leaving, 180)
        coming = line.invite(number=f"+151555504{turn:02}", send=False)
        line.cancel(leaving)
        line.send_again(coming)
        line.wait_code(leaving, 487)
        line.acknowledge(leaving, refusal=True)
        leaving = coming
    offered = desk.wait_for(wire.CallOffered)
    desk.send(wire.Answer(offered.call))
    line.answered_call(leaving)
    desk.wait_for(wire.CallAnswered, lambda e: e.call == offered.call)
