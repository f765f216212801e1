"""What reaches a phone from outside that no phone should be ended by."""

import random
from pathlib import Path

import pytest

from softphone import wire
from softphone.wire import EndCause
from tests.sip_caller import GOOD_SDP, NoAnswer, SipCaller
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.sip

MEDIA_LEVEL_ONLY = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\nm=video 0 RTP/AVP 31\r\n"
)


def takes_a_call(desk: EngineProcess, line: SipCaller) -> None:
    """Check that the engine still answers."""
    attempt = line.invite(number="+15155550177")
    offered = desk.wait_for(wire.CallOffered, lambda e: e.caller.number == "+15155550177", 20)
    desk.send(wire.Answer(offered.call))
    line.answered_call(attempt, timeout=5)
    desk.wait_for(wire.CallAnswered, lambda e: e.call == offered.call)
    desk.send(wire.HangUp(offered.call))
    line.respond(line.wait(attempt, lambda m: m.method == "BYE" and not m.code), 200)
    desk.wait_for(wire.CallEnded, lambda e: e.call == offered.call)


def test_a_rejected_stream_without_an_address_is_answered_like_any_call(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite(sdp=MEDIA_LEVEL_ONLY)
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    line.answered_call(attempt)
    desk.wait_for(wire.CallAnswered)
    line.request(attempt, "INVITE", 2, MEDIA_LEVEL_ONLY, Content_Type="application/sdp")
    line.wait(attempt, lambda m: m.code == 200 and m.header("CSeq") == "2 INVITE")
    takes_a_call(desk, line)


def test_an_invite_without_an_offer_is_a_call(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite(sdp="")
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    assert "m=audio" in line.wait_code(attempt, 200).text


@pytest.mark.parametrize("seed", range(3))
def test_damaged_messages_do_not_end_the_engine(
    start: StartEngine, caller: MakeCaller, seed: int
) -> None:
    """Fuzz while places come free, so that damage reaches the depths of pjsua2."""
    desk = start("desk", "--ring-timeout", "0.2")
    line = caller(desk)
    chance = random.Random(seed)
    for _ in range(60):
        attempt = line.invite(sdp=_damaged_sdp(chance), send=False)
        line.send(_damaged(chance, attempt.data))
        if chance.random() < 0.3:
            line.cancel(attempt)
    desk.send(wire.Ping(1))
    desk.wait_for(wire.Pong, timeout=10)
    takes_a_call(desk, caller(desk))
    assert desk.process.poll() is None


def _damaged_sdp(chance: random.Random) -> str:
    lines = GOOD_SDP.format(port=40000).splitlines() + MEDIA_LEVEL_ONLY.splitlines()[4:]
    for _ in range(chance.randrange(4)):
        lines.pop(chance.randrange(1, len(lines)))
    if chance.random() < 0.5:
        chance.shuffle(lines)
    return "\r\n".join([*lines, ""])


def _damaged(chance: random.Random, data: bytes) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 8))):
        at = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randrange(1, 12)]
            case 2:
                damaged[at:at] = bytes(chance.randrange(32, 127) for _ in range(6))
            case _:
                damaged[at:at] = damaged[at : at + 40] * chance.choice((1, 3))
    return bytes(damaged)


def test_the_line_registers_through_the_guard(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    registrar = caller(desk)
    host, port = registrar.here
    desk.send(wire.UseAccount("dana", f"{host}:{port}", "secret"))
    assert desk.wait_for(wire.RegistrationChanged).registration == "trying"
    attempt = registrar.await_request("REGISTER")
    registrar.respond(
        attempt, 401, "Unauthorized", WWW_Authenticate='Digest realm="pbx", nonce="n", qop="auth"'
    )
    second = registrar.await_request("REGISTER")
    assert 'username="dana"' in second.header("Authorization")
    assert "secret" not in second.text
    contact = second.header("Contact")
    assert f"@{desk.welcome.sip_address}" in contact  # the guard's address, never the inner one
    registrar.respond(second, 200, "OK", contact=f"{contact};expires=300")
    changed = desk.wait_for(wire.RegistrationChanged)
    assert (changed.registration, changed.code) == ("registered", 200)
    assert desk.reconnect().registration == "registered"
    desk.send(wire.PlaceCall("r", "(515) 555-0142"))
    desk.wait_for(wire.CallPlaced)
    invite = registrar.await_request("INVITE")
    assert invite.text.startswith(f"INVITE sip:5155550142@{host}:{port} SIP/2.0")
    registrar.respond(invite, 486, "Busy Here")
    assert desk.wait_for(wire.CallEnded).cause is EndCause.REFUSED
    desk.send(wire.ShutDown())
    bye = registrar.await_request(
        "REGISTER", lambda m: "expires=0" in m.text.lower() or "expires: 0" in m.text.lower()
    )
    registrar.respond(bye, 200, "OK")
    assert desk.process.wait(5) == 0


def test_a_registrar_that_refuses_is_said(start: StartEngine, caller: MakeCaller) -> None:
    desk = start()
    registrar = caller(desk)
    host, port = registrar.here
    desk.send(wire.UseAccount("dana", f"{host}:{port}", "wrong"))
    registrar.respond(registrar.await_request("REGISTER"), 403, "Forbidden")
    changed = desk.wait_for(wire.RegistrationChanged, lambda e: e.registration == "failed")
    assert changed.code == 403


def test_all_addresses_advertise_the_one_towards_the_network(start: StartEngine) -> None:
    desk, far = start("desk", "--bind", "0.0.0.0"), start("far", "--bind", "0.0.0.0")
    assert not desk.welcome.sip_address.startswith("0.")
    far.place(desk)
    desk.send(wire.Answer(desk.wait_for(wire.CallOffered).call))
    desk.wait_for(wire.CallAnswered)
    far.wait_for(wire.CallAnswered)


def test_nothing_of_a_person_is_in_the_log(
    start: StartEngine, caller: MakeCaller, tmp_path: Path
) -> None:
    desk = start()
    line = caller(desk)
    attempt = line.invite(from_value='"Dana Whitfield" <sip:+15155550142@h>;tag=1')
    desk.wait_for(wire.CallOffered)
    line.give_up(attempt)
    desk.wait_for(wire.CallEnded)
    desk.stop()
    log = desk.log_path.read_text()
    assert "ended" in log
    for private in ("5155550142", "Dana", "5155550100", "INVITE"):
        assert private not in log


def test_only_the_pbx_is_heard(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--hear", "192.0.2.0/24")
    line = caller(desk)
    attempt = line.invite()
    with pytest.raises(NoAnswer):
        line.wait(attempt, lambda _: True, timeout=0.3)
    desk.nothing_of(wire.CallOffered, 0.1)
