"""What a network can throw at a phone in a call: the call lives, and the phone answers the next."""

import contextlib
import itertools
import random
import socket
import time

import pytest

from softphone import wire
from tests.sip_caller import NoAnswer, SipCaller
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.peer import EngineProcess
from tests.softphone.test_hostile_sip import takes_a_call

pytestmark = pytest.mark.sip

FLOOD = 10_000


def heads(host: str, port: int, here: tuple[str, int]) -> dict[str, str]:
    """Messages in the manner of RFC 4475, valid and not, by its section or in its spirit."""
    via = f"SIP/2.0/UDP {here[0]}:{here[1]};branch=z9hG4bK{{n}};rport"
    uri = f"sip:desk@{host}:{port}"
    base = (
        f"Via: {via}\nMax-Forwards: 70\nFrom: <sip:t@torture>;tag=t{{n}}\nTo: <{uri}>\n"
        f"Call-ID: torture{{n}}\nCSeq: {{n}} INVITE\nContact: <sip:t@{here[0]}:{here[1]}>\n"
    )
    options = base.replace("INVITE", "OPTIONS")
    return {
        "3.1.1.1 folded, compact": f"INVITE {uri} SIP/2.0\nTO :\n <{uri}> ;   x   = y\n"
        'from   : "J Rosenberg \\\\\\""       <sip:j@t>\n  ;\n  tag = 98asjd8\n'
        "MaX-fOrWaRdS: 0068\ni: wsinv{n}\nCSeq: 0009\n  INVITE\nv  : SIP  / 2.0  /UDP \n"
        f"  {here[0]}:{here[1]};branch=  z9hG4bKw{{n}} , SIP / 2.0 / TCP  spindle ; branch = z9\n"
        "s :\nNewFangled:   fangled value\n continued value\nm: <sip:t@h>\nl: 0\n\n",
        "3.1.1.2 odd characters": f"!in!@#~*+`.%{uri} SIP/2.0\n{base}Content-Length: 0\n\n",
        "3.1.1.4 escaped null": f"OPTIONS sip:null-%00-null@{host}:{port} SIP/2.0\n{options}\n",
        "3.1.1.6 long values": f"INVITE {uri};{'p' * 300} SIP/2.0\n{base}"
        f"Unknown: {'very' * 400}\nContent-Length: 0\n\n",
        "3.1.2.1 extraneous separators": f"INVITE {uri} SIP/2.0\n{base},;;,;,\n\n",
        "3.1.2.2 length too large": f"INVITE {uri} SIP/2.0\n{base}Content-Length: 9999\n\nv=0\n",
        "3.1.2.3 length negative": f"INVITE {uri} SIP/2.0\n{base}Content-Length: -999\n\nv=0\n",
        "3.1.2.4 scalars out of range": f"OPTIONS {uri} SIP/2.0\n"
        + options.replace("CSeq: {n}", "CSeq: 36893488147419103232").replace("70", "300")
        + "Expires: 10000000000000000000000000000000000\n\n",
        "3.1.2.6 unterminated quote": f"INVITE {uri} SIP/2.0\n"
        + base.replace("<sip:t@torture>", '"Unterminated <sip:t@torture>')
        + "\n",
        "3.1.2.7 enclosed request URI": f"INVITE <{uri}> SIP/2.0\n{base}\n",
        "3.1.2.8 spaces in the URI": f"INVITE {uri}; lr SIP/2.0\n{base}\n",
        "3.1.2.12 invalid date": f"INVITE {uri} SIP/2.0\n{base}Date: Fri, 01 Jan 2010 EST\n\n",
        "3.1.2.15 unknown scheme": f"OPTIONS nobodyKnows:a SIP/2.0\n{options}\n",
        "3.1.2.16 version": f"OPTIONS {uri} SIP/7.0\n{options}\n",
        "3.1.2.18 CSeq of another method": f"OPTIONS {uri} SIP/2.0\n{base}\n",
        "3.2.1 no branch": f"OPTIONS {uri} SIP/2.0\n{options.replace(';branch=z9hG4bK{n}', '')}\n",
        "3.3.1 headers missing": f"INVITE {uri} SIP/2.0\nCSeq: 1 INVITE\nVia: {via}\n\n",
        "3.3.8 headers twice": f"INVITE {uri} SIP/2.0\n{base}{base}Content-Length: 0\n\n",
        "3.3.15 multipart": f"INVITE {uri} SIP/2.0\n{base}Content-Type: multipart/mixed;boundary=x"
        "\n\n--x\nContent-Type: application/sdp\n\nv=0\nm=audio 0 RTP/AVP 0\n--x--\n",
        "host too long": f"INVITE sip:{'a' * 400}@{'h' * 400} SIP/2.0\n{base}\n",
        "via host too long": f"INVITE {uri} SIP/2.0\n{base.replace(here[0], 'h' * 400)}\n",
        "no header at all": f"INVITE {uri} SIP/2.0\n\n",
        "replaces nothing": f"INVITE {uri} SIP/2.0\n{base}Replaces: x;to-tag=1;from-tag=2\n\n",
        "refer to nobody": f"REFER {uri} SIP/2.0\n{base.replace('INVITE', 'REFER')}Refer-To: <\n\n",
        "a response out of nowhere": f"SIP/2.0 200 OK\n{base}\n",
        "a response with a number too big": f"SIP/2.0 4294967301 better\n{base}\n",
    }


def in_a_call(desk: EngineProcess, line: SipCaller) -> str:
    """Bring a call up."""
    attempt = line.invite(number="+15155550142")
    offered = desk.wait_for(wire.CallOffered)
    desk.send(wire.Answer(offered.call))
    line.answered_call(attempt)
    return desk.wait_for(wire.CallAnswered).call


def still_in_it(desk: EngineProcess, call: str) -> None:
    """Check that the engine is alive and the call with it."""
    desk.send(wire.Ping(7))
    desk.wait_for(wire.Pong, timeout=10)
    assert desk.process.poll() is None
    assert call in {one.call for one in desk.reconnect().calls}
    assert not [e for e in desk.wire.events if isinstance(e, wire.CallEnded) and e.call == call]


def gets_through(desk: EngineProcess, line: SipCaller) -> None:
    """Call as a PBX does, again when turned away, at once or after a wait, until it rings."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        attempt = line.invite(number="+15155550177")
        with contextlib.suppress(NoAnswer):
            code = line.wait(attempt, lambda m: m.code > 100, 1.0).code
            if code == 182:  # behind the flood: let in, or turned away when the wait is too long
                code = line.wait(attempt, lambda m: m.code > 182 or m.code == 180, 5.0).code
            if code == 180:
                desk.wait_for(wire.CallOffered, lambda e: e.caller.number == "+15155550177")
                return
            line.acknowledge(attempt, refusal=True)
            line.wait(attempt, lambda _: False, 0.5)  # a breath, then again
    raise AssertionError("nobody gets through any more")


def test_torture_messages_do_not_end_a_call(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--ring-timeout", "0.2")
    line = caller(desk)
    call = in_a_call(desk, line)
    torture = caller(desk)
    chance, numbers = random.Random(4475), itertools.count(1)
    messages = heads(*desk.sip, torture.here)
    for _ in range(4):
        for text in messages.values():
            data = text.replace("{n}", str(next(numbers))).replace("\n", "\r\n").encode()
            torture.send(data)
            cut = chance.randrange(1, len(data))
            torture.send(data[:cut])
        # places come free meanwhile: the damage reaches as deep as it can
        desk.send(wire.Ping(next(numbers)))
        desk.wait_for(wire.Pong, timeout=10)
    still_in_it(desk, call)
    takes_a_call(desk, caller(desk))


def test_a_flood_does_not_end_a_call(start: StartEngine, caller: MakeCaller) -> None:
    desk = start("desk", "--max-wait", "2", "--ring-timeout", "2")
    call = in_a_call(desk, caller(desk))
    flood = caller(desk)
    began = time.monotonic()
    for _ in range(FLOOD):
        flood.invite(number="+15155550199")
    sent = time.monotonic() - began
    still_in_it(desk, call)
    again = time.monotonic() - began - sent
    print(f"{FLOOD} INVITEs in {sent:.1f} s; the engine answered {again:.1f} s after them")
    lost = sum(isinstance(e, wire.CallWaiting) for e in desk.wire.events)
    assert lost < 1500  # told as callers: what could have been people, and not ten thousand
    flooded = time.monotonic()
    gets_through(desk, caller(desk))
    print(f"a caller got through {time.monotonic() - flooded:.1f} s later")


def test_a_stream_of_noise_does_not_end_the_engine(start: StartEngine) -> None:
    """Nobody but the PBX speaks to us over a stream, but a PBX can be broken too."""
    desk = start()
    chance = random.Random(1)
    with socket.create_server(("127.0.0.1", 0)) as pbx:
        port = pbx.getsockname()[1]
        desk.send(wire.UseAccount("dana", f"127.0.0.1:{port}", "s", wire.Transport.TCP))
        for _ in range(5):
            connection, _ = pbx.accept()
            with connection:
                connection.sendall(chance.randbytes(3000) + b"\r\n\r\n")
    desk.send(wire.Ping(1))
    desk.wait_for(wire.Pong)
