"""Calls that are almost right, while others are answered, declined and given up.

What is plainly broken ends at the guard. These get through it, as far as pjsua2's own parser,
negotiation and call slots, which come free and are taken again the whole time: a fuzzer that meets
a full phone tests its busy signal. The seed is fixed and the number of calls is bounded.
"""

import contextlib
import random
import time
from collections.abc import Callable

import pytest

from softphone import wire
from tests.sip_caller import GOOD_SDP, Attempt, Received, SipCaller
from tests.softphone.conftest import MakeCaller, StartEngine
from tests.softphone.peer import EngineProcess
from tests.softphone.test_hostile_sip import takes_a_call
from tests.softphone.test_torture_sip import in_a_call, still_in_it

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

TURNS, AT_ONCE = 45, 4
REACHED = 40  # calls that must have rung at the desk, of 180: ten times its four lines
SEED = 3261

HEADERS: dict[str, tuple[str, ...]] = {
    "Contact": ("*", "<sip:a@127.0.0.1:5>;q=9.9", '"\\"" <sip:a@[::1]:1>', "<tel:+1515>", "<sip:>"),
    "Max-Forwards": ("0", "1", "255", "-1", "99999999999"),
    "Supported": ("timer,100rel,replaces", ",,,", "x" * 900),
    "Require": ("100rel", "timer", "nothing-we-know", ""),
    "Session-Expires": ("90", "1", "0", "4294967296;refresher=uac", "x"),
    "Min-SE": ("90000", "-5"),
    "Privacy": ("id;header;session", "none"),
    "P-Asserted-Identity": ("<sip:@>", '"x" <tel:911>', "<sip:+1@h>, <tel:+2>", "é <sip:é@é>"),
    "Diversion": ("<sip:+15155550100@h>;reason=unknown;counter=99999", ";;;", "<" * 200),
    "History-Info": ("<sip:a@h?Reason=SIP%3Bcause%3D302>;index=1.1", "<sip:%00%ff@h>;index=x"),
    "Alert-Info": ("<http://x/ring>;info=" + "a" * 700,),
    "Replaces": ("nobody@h;to-tag=1;from-tag=2", "x", ";;"),
    "Accept": ("application/sdp, multipart/mixed;boundary=", "*/*;q=1.0000"),
    "Content-Disposition": ("session;handling=required", "render;x=" + "y" * 300),
    "Identity": ("e" * 3000,),
    "Subject": ("=?utf-8?B?////?=", "\t folded\r\n again", "\x01\x02"),
    "Content-Type": ("application/sdp;charset=x", "APPLICATION/SDP", "application/sdp,text/plain"),
}
LINES: tuple[str, ...] = (
    "m=audio 0 RTP/AVP 0",
    "m=video 0 RTP/AVP 31",
    "m=audio 40000 RTP/SAVP 0",
    "m=audio 40000/2 RTP/AVP 0 8 18 101",
    "m=image 40002 udptl t38",
    "m=audio 70000 RTP/AVP 0",
    "m=audio 40000 RTP/AVP",
    "c=IN IP6 ::1",
    "c=IN IP4 224.2.1.1/127/3",
    f"c=IN IP4 {'h' * 253}",
    "a=rtpmap:0 " + "X" * 200 + "/8000",
    "a=rtpmap:256 PCMU/0",
    "a=fmtp:101 0-99999999999",
    "a=ptime:0",
    "a=maxptime:99999",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:short",
    "a=crypto:99999999999 X inline:" + "A" * 400,
    "a=rtcp:70000 IN IP4 x",
    "a=rtcp-mux",
    "a=candidate:1 1 UDP 2130706431 127.0.0.1 9 typ host",
    "a=ice-ufrag:" + "u" * 300,
    "a=setup:actpass",
    "a=fingerprint:sha-256 00:11",
    "a=sendonly\r\na=inactive",
    "b=AS:-1",
    "t=99999999999999999999 0",
    "k=clear:x",
    "z=0 0",
    "y=unknown",
)


def mutated_sdp(chance: random.Random) -> str:
    """A description with lines too many, too few, or in the wrong place."""
    lines = GOOD_SDP.format(port=40000).splitlines()
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        match chance.randrange(4):
            case 0:
                lines.pop(chance.randrange(len(lines)))
            case 1:
                lines.append(chance.choice(LINES))
            case 2:
                lines.insert(chance.randrange(1, len(lines)), chance.choice(LINES))
            case _:
                at = chance.randrange(len(lines))
                lines[at] = lines[at][: chance.randrange(2, 6)] + chance.choice(
                    ("", "-1", "é", "0")
                )
    return "\r\n".join([*lines, ""])


def mutated_headers(chance: random.Random) -> dict[str, str]:
    """Headers that a call can have, with values that few have."""
    names = chance.sample(sorted(HEADERS), chance.choice((0, 1, 1, 2, 3)))
    return {name: chance.choice(HEADERS[name]) for name in names}


class Fuzzer:
    """Calls, and lets the desk do something different with each that gets through."""

    def __init__(self, desk: EngineProcess, line: SipCaller) -> None:
        self.desk = desk
        self.line = line
        self.chance = random.Random(SEED)
        self.attempts: dict[str, Attempt] = {}
        self.offered: list[str] = []

    def call(self) -> None:
        """Send an INVITE that is almost right; some are given up at once."""
        sdp, headers = mutated_sdp(self.chance), mutated_headers(self.chance)
        attempt = self.line.invite(number="+15155550166", sdp=sdp, headers=headers)
        self.attempts[attempt.call_id] = attempt
        if self.chance.random() < 0.15:
            self.line.cancel(attempt)

    def listen(self) -> None:
        """Answer what the desk asks and acknowledge what it says: without that a call keeps its
        slot for the 32 s of RFC 3261's timers."""
        self.line.socket.settimeout(0.02)
        with contextlib.suppress(TimeoutError):
            while True:
                data = self.line.socket.recv(65536).decode("utf-8", "replace")
                self._hear(Received(data, time.perf_counter()))

    def _hear(self, message: Received) -> None:
        attempt = self.attempts.get(message.header("Call-ID"))
        if attempt is None:
            return
        if not message.code:
            if message.method != "ACK":
                self.line.respond(message, 200)
        elif message.method == "INVITE" and message.code >= 200:
            first = attempt.to == attempt.head["To"]
            attempt.to = message.header("To")
            attempt.contact = message.header("Contact") or attempt.contact
            self.line.acknowledge(attempt, refusal=message.code >= 300)
            if message.code < 300 and first:
                self._go_on(attempt)

    def _go_on(self, attempt: Attempt) -> None:
        """Offer again something almost right, inside the dialog."""
        for number, method in enumerate(("INVITE", "UPDATE"), start=2):
            if self.chance.random() < 0.5:
                body, kind = mutated_sdp(self.chance), "application/sdp"
                self.line.request(attempt, method, number, body, Content_Type=kind)

    def handle(self) -> None:
        """Answer, decline, forward or leave ringing whatever has come; end what was answered."""
        for offered in self.desk.wire.glance(wire.CallOffered):
            self.offered.append(offered.call)
            self._do(offered)
        for answered in self.desk.wire.glance(wire.CallAnswered):
            self.chance.choice((self._hold, self._digits, lambda _: None))(answered.call)
            self.desk.send(wire.HangUp(answered.call))

    def _do(self, offered: wire.CallOffered) -> None:
        what: Callable[[str], wire.Command] = self.chance.choice(
            (
                wire.Answer,
                wire.Answer,
                wire.Decline,
                lambda call: wire.Decline(call, wire.DeclineHow.BUSY),
                lambda call: wire.Decline(call, wire.DeclineHow.FORWARD, "sip:x@127.0.0.1:9"),
            )
        )
        self.desk.send(what(offered.call))

    def _hold(self, call: str) -> None:
        self.desk.send(wire.Hold(call))

    def _digits(self, call: str) -> None:
        self.desk.send(wire.SendDtmf(call, "1#", wire.DtmfMethod.INFO))


def test_calls_that_are_almost_right_do_not_end_a_call(
    start: StartEngine, caller: MakeCaller
) -> None:
    desk = start("desk", "--ring-timeout", "1", "--max-wait", "3")
    call = in_a_call(desk, caller(desk))
    fuzzer = Fuzzer(desk, caller(desk))
    for _ in range(TURNS):
        for _ in range(AT_ONCE):
            fuzzer.call()
        for _ in range(6):
            fuzzer.handle()
            fuzzer.listen()
    ended: set[str] = set()
    until = time.monotonic() + 20
    waiting = {e.call for e in desk.wire.events if isinstance(e, wire.CallWaiting)}
    while time.monotonic() < until and not ended >= {*fuzzer.offered, *waiting}:
        fuzzer.handle()
        fuzzer.listen()
        ended |= {event.call for event in desk.wire.events if isinstance(event, wire.CallEnded)}
    (left,) = desk.reconnect().calls
    assert left.call == call  # nobody waits on the screen who is not there any more
    still_in_it(desk, call)
    # every one of them came through and went again: the slots were freed and taken all along
    assert len(fuzzer.offered) >= REACHED
    assert ended >= {*fuzzer.offered, *waiting}
    print(f"{len(fuzzer.offered)} of {TURNS * AT_ONCE} calls reached the desk")
    takes_a_call(desk, caller(desk))
