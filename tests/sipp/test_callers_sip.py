"""Callers made by SIPp: what they send is taken, what they are sent is as the RFCs have it."""

import pytest

from softphone import wire
from softphone.wire import DeclineHow, DtmfMethod, EndCause
from tests.sipp.conftest import RunSipp
from tests.sipp.scenario import (
    action,
    answer,
    be_hung_up_on,
    call,
    expect,
    hang_up,
    pause,
    request,
    ring,
    sdp,
    send,
)
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.sip

RELAY = "application/dtmf-relay"


def answered(desk: EngineProcess) -> str:
    """Answer the call that rings."""
    offered = desk.wait_for(wire.CallOffered)
    assert offered.caller.number == "+15155550142"
    assert offered.dialled.number == "5155550100"
    desk.send(wire.Answer(offered.call))
    return desk.wait_for(wire.CallAnswered).call


def refusal_taken() -> str:
    """The ACK of a final answer that is none of success."""
    return send(request("ACK", 1, in_dialog=False, same=True), repeat=False)


def test_a_caller_talks_and_hangs_up(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    caller = sipp([*call(), pause(200), *hang_up(2)], to=desk)
    answered(desk)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER
    caller.done()


def test_the_desk_hangs_up(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    caller = sipp([*call(), *be_hung_up_on()], to=desk)
    desk.send(wire.HangUp(answered(desk)))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DESK
    caller.done()


def test_a_caller_gives_up(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    cancel = send(request("CANCEL", 1, in_dialog=False, same=True))
    steps = [*ring(), cancel, expect(200), expect(487), refusal_taken()]
    caller = sipp(steps, to=desk)
    desk.wait_for(wire.CallOffered)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.ABANDONED
    caller.done()


def test_a_caller_holds_the_desk_and_comes_back(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = call()
    for number, (offer, reply) in enumerate(
        (("sendonly", "recvonly"), ("inactive", "inactive"), ("sendrecv", "sendrecv")), start=2
    ):
        steps += [
            send(request("INVITE", number), sdp(offer, number)),
            expect(100, maybe=True),
            expect(200, match=f"a={reply}", where="body", keep=True),
            send(request("ACK", number), repeat=False),
        ]
    caller = sipp([*steps, *hang_up(9)], to=desk)
    answered(desk)
    desk.wait_for(wire.CallEnded)
    desk.nothing_of(wire.CallHeld, during=0)  # the caller's own hold is not ours
    caller.done()


def test_the_desk_holds_the_caller_and_comes_back(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [
        *call(),
        expect("INVITE", match="a=sendonly", where="body"),
        answer("200 OK", body=sdp("recvonly", 2)),
        expect("ACK"),
        expect("INVITE", match="a=sendrecv", where="body"),
        answer("200 OK", body=sdp("sendrecv", 3)),
        expect("ACK"),
        *be_hung_up_on(),
    ]
    caller = sipp(steps, to=desk)
    ours = answered(desk)
    desk.send(wire.Hold(ours))
    desk.wait_for(wire.CallHeld)
    desk.send(wire.Resume(ours))
    desk.wait_for(wire.CallResumed)
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    caller.done()


def test_a_caller_whose_phone_will_not_be_held_stays_on(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [*call(), expect("INVITE"), answer("488 Not Acceptable Here"), expect("ACK")]
    caller = sipp([*steps, *be_hung_up_on()], to=desk)
    ours = answered(desk)
    desk.send(wire.Hold(ours))
    assert "did not let the call be held" in desk.wait_for(wire.CommandRefused).reason
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    caller.done()


def notify(number: int, fragment: str, state: str) -> str:
    """How the transfer goes, as the caller's phone tells it (RFC 3515 2.4)."""
    headers = f"Event: refer\nSubscription-State: {state}"
    return send(request("NOTIFY", number, headers), fragment, "message/sipfrag;version=2.0")


def test_a_caller_is_sent_on(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    target = "sip:provider@127.0.0.1:5999"
    steps = [
        *call(),
        expect("REFER", match=f"Refer-To: *<{target}>"),
        answer("202 Accepted"),
        notify(2, "SIP/2.0 100 Trying", "active;expires=60"),
        expect(200),
        notify(3, "SIP/2.0 200 OK", "terminated;reason=noresource"),
        expect(200),
        *be_hung_up_on(),
    ]
    caller = sipp(steps, to=desk)
    desk.send(wire.Transfer(answered(desk), target))
    desk.wait_for(wire.TransferStarted)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.TRANSFERRED
    caller.done()


def test_a_transfer_that_fails_gives_the_caller_back(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [
        *call(),
        expect("REFER"),
        answer("202 Accepted"),
        notify(2, "SIP/2.0 100 Trying", "active;expires=60"),
        expect(200),
        notify(3, "SIP/2.0 486 Busy Here", "terminated;reason=noresource"),
        expect(200),
        *be_hung_up_on(),
    ]
    caller = sipp(steps, to=desk)
    ours = answered(desk)
    desk.send(wire.Transfer(ours, "sip:provider@127.0.0.1:5999"))
    assert desk.wait_for(wire.TransferFailed).code == 486
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    caller.done()


@pytest.mark.parametrize(
    ("how", "code", "match"),
    [
        (DeclineHow.TEMPORARILY, 480, ""),
        (DeclineHow.BUSY, 486, ""),
        (DeclineHow.FORWARD, 302, "Contact: *<sip:provider@127.0.0.1:5999>"),
    ],
)
def test_a_ringing_caller_is_turned_away(
    start: StartEngine, sipp: RunSipp, how: DeclineHow, code: int, match: str
) -> None:
    desk = start()
    steps = [*ring(), expect(code, match=match), refusal_taken()]
    caller = sipp(steps, to=desk)
    offered = desk.wait_for(wire.CallOffered)
    target = "sip:provider@127.0.0.1:5999" if how is DeclineHow.FORWARD else ""
    desk.send(wire.Decline(offered.call, how, target))
    assert desk.wait_for(wire.CallEnded).cause is EndCause.DECLINED
    caller.done()


def test_keys_by_info_both_ways(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    steps = [
        *call(),
        send(request("INFO", 2), "Signal=7\nDuration=160\n", RELAY),
        expect(200),
        expect("INFO", match="Signal= *9", where="body"),
        answer("200 OK"),
        *be_hung_up_on(),
    ]
    caller = sipp(steps, to=desk)
    ours = answered(desk)
    assert desk.wait_for(wire.DtmfReceived) == wire.DtmfReceived(ours, "7")
    desk.send(wire.SendDtmf(ours, "9", DtmfMethod.INFO))
    desk.send(wire.HangUp(ours))
    desk.wait_for(wire.CallEnded)
    caller.done()


def test_keys_in_the_sound(start: StartEngine, sipp: RunSipp) -> None:
    desk = start()
    pressed = '<exec play_dtmf="5#"/>'
    caller = sipp([*call(), pause(200), action(pressed), pause(1500), *hang_up(2)], to=desk)
    answered(desk)
    assert [desk.wait_for(wire.DtmfReceived).digit for _ in range(2)] == ["5", "#"]
    desk.wait_for(wire.CallEnded)
    caller.done()


def test_an_update_in_the_call_is_answered(start: StartEngine, sipp: RunSipp) -> None:
    """RFC 3311: a PBX refreshes its sessions, or tells of a new address, this way."""
    desk = start()
    steps = [
        *call(),
        send(request("UPDATE", 2)),
        expect(200),
        send(request("UPDATE", 3), sdp("sendrecv", 2)),
        expect(200, match="a=sendrecv", where="body"),
        *hang_up(4),
    ]
    caller = sipp(steps, to=desk)
    answered(desk)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER
    caller.done()


def test_a_caller_who_wants_reliable_ringing_gets_it(start: StartEngine, sipp: RunSipp) -> None:
    """RFC 3262: 180 with RSeq, repeated until its PRACK."""
    desk = start()
    steps = [
        send(request("INVITE", 1, "Require: 100rel", in_dialog=False), sdp()),
        expect(100, maybe=True),
        expect(180, match="RSeq: *[0-9]+", keep=True),
        send(request("PRACK", 2, "RAck: [$rseq] 1 INVITE")),
        expect(200),
        expect(200, keep=True),
        send(request("ACK", 1), repeat=False),
        *hang_up(3),
    ]
    steps[2] = (
        '<recv response="180" rrs="true"><action><ereg regexp="[0-9]+" search_in="hdr" '
        'header="RSeq:" check_it="true" assign_to="rseq"/></action></recv>'
    )
    caller = sipp(steps, to=desk)
    answered(desk)
    assert desk.wait_for(wire.CallEnded).cause is EndCause.CALLER
    caller.done()


def test_another_answering_service_takes_ten_calls_in_a_row(
    start: StartEngine, sipp: RunSipp
) -> None:
    desk = start()
    for _ in range(10):
        caller = sipp([*call(), *hang_up(2)], to=desk)
        answered(desk)
        desk.wait_for(wire.CallEnded)
        caller.done()
