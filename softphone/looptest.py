"""The engine calls itself: proof that a call can come in, be answered and carry sound both ways.

The call takes the whole way but the PBX: out through the guard, in through it again, two dialogs,
two streams over the network's own sockets. The headset is not part of it and hears nothing. Nobody
else can have a call taken for the test: the INVITE carries a secret made for this one run.
"""

import contextlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from enum import Enum, auto, unique
from typing import Any, Final

import pjsua2 as pj

from softphone import log, wire
from softphone.calls import CallState
from softphone.errors import Refused, SipFailure
from softphone.guard.slots import new_call_id
from softphone.identity import identify
from softphone.pjsip.call import PhoneCall
from softphone.pjsip.facts import Fact, Incoming, Signal, Signalled
from softphone.sentences import why_not
from softphone.sound.path import RATE
from softphone.sound.probe import Probe
from softphone.station import Station
from softphone.wire import SelfTestKind

WITHIN: Final = 5.0  # seconds from the INVITE to the verdict
ENOUGH: Final = 0.5  # of the power heard must be the tone
_HEADER: Final = "X-Frontdesk-Loop"
_TONES: Final = (1004, 1633)  # Hz: neither a multiple of the other, both inside every codec's band
_LEVEL: Final = 8000  # of 32767


@unique
class Stage(Enum):
    """How far a test has come."""

    CALLING = auto()
    LISTENING = auto()
    PARTING = auto()  # the verdict is out, the two dialogs are ending


@dataclass(slots=True)
class _Ear:
    """What one end of the call hears, and the tone it is to hear."""

    hertz: int
    probe: Probe
    generator: Any  # plays the tone into the other end, over and over
    share: float = 0.0
    joins: list[tuple[Any, Any]] = field(default_factory=list)

    def join(self, source: Any, sink: Any) -> None:
        """Let `source`, an end of the call, say the tone, and listen at `sink`, the other."""
        self.share = 0.0
        self.probe.clear()
        self.joins = [(self.generator, source), (sink, self.probe)]
        for speaks, hears in self.joins:
            speaks.startTransmit(hears)

    def part(self) -> None:
        """Let go of the call."""
        joins, self.joins = self.joins, []
        for speaks, hears in joins:
            with contextlib.suppress(pj.Error):  # the stream has gone first
                speaks.stopTransmit(hears)


@dataclass(slots=True)
class _Run:
    secret: str
    request: str
    started: float
    near: PhoneCall
    far: PhoneCall | None = None
    stage: Stage = Stage.CALLING
    up: set[PhoneCall] = field(default_factory=set)
    living: set[PhoneCall] = field(default_factory=set)
    listening: bool = False
    code: int = 0
    verdict: wire.SelfTestResult | None = None


class LoopTest:
    """One test at a time."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._run: _Run | None = None
        # Kept for good: a port freed while the bridge's thread is in it takes the process along
        self._ears: list[_Ear] = []

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return self._run is not None

    def start(self, request: str) -> None:
        """Place the call, or raise `Refused`."""
        if len(self._station.lines):
            raise Refused("The phone cannot be tested while there is a call.")
        if self._run is not None:
            raise Refused("The phone is being tested already.")
        key, now = new_call_id(), time.monotonic()
        if not self._station.slots.take_outgoing(key, now):
            raise Refused("Every line is taken; try again in a moment.")
        near = self._station.phone.new_call()
        near.key = key
        run = _Run(secrets.token_hex(16), request, now, near, living={near})
        host, port = self._station.guard.public
        try:
            near.place(f"sip:loop@{host}:{port}", sender="", headers={_HEADER: run.secret})
        except SipFailure:
            self._station.phone.free(near)
            raise
        self._run = run

    def takes(self, fact: Fact) -> bool:
        """Handle a fact that is about the test's own call; False when it is not."""
        run = self._run
        if run is None:
            return False
        if isinstance(fact, Incoming):
            shown = fact.invite.get(_HEADER.lower().encode()) or b""
            if not hmac.compare_digest(shown, run.secret.encode()):
                return False
            self._answer(run, fact)
            return True
        call = getattr(fact, "call", None)
        if call is None or call not in run.living:
            return False
        if isinstance(fact, Signalled):
            self._signalled(run, fact)
        return True

    def tick(self, now: float) -> None:
        """Measure, and give a verdict when there is one."""
        run = self._run
        if run is None:
            return
        if run.stage is not Stage.PARTING and self._somebody_waits():
            self._give_way(run)
            return
        if run.stage is Stage.LISTENING:
            for ear in self._ears:
                ear.share = max(ear.share, ear.probe.share_of(ear.hertz))
            if all(ear.share >= ENOUGH for ear in self._ears):
                self._judge(run, now)
        if run.stage is not Stage.PARTING and now - run.started >= WITHIN:
            self._judge(run, now)

    def close(self) -> None:
        """End a test that is under way, for the engine's end."""
        if self._run is not None and self._run.stage is not Stage.PARTING:
            self._part(self._run)

    def free(self) -> None:
        """Free the ports, once the bridge has stopped."""
        self._ears.clear()

    def _somebody_waits(self) -> bool:
        return any(line.state is CallState.WAITING for line in self._station.lines)

    def _give_way(self, run: _Run) -> None:
        """End the test without a verdict: a caller needs the lines it holds."""
        self._part(run)
        log.note("loop test", state="gave way")
        reason = "A caller came while the phone was being tested, and comes first."
        self._station.tell(wire.CommandRefused("loop_test", run.request, reason))

    def _answer(self, run: _Run, fact: Incoming) -> None:
        fact.call.key = identify(fact.invite).key
        self._station.slots.claim(fact.call.key, time.monotonic())
        run.far = fact.call
        run.living.add(fact.call)
        fact.call.respond(200)

    def _signalled(self, run: _Run, fact: Signalled) -> None:
        if fact.signal is Signal.UP:
            run.up.add(fact.call)
            if run.far is not None and len(run.up) == 2:
                self._listen(run, run.near, run.far)
        elif fact.signal is Signal.OVER:
            run.code = run.code or fact.code
            run.living.discard(fact.call)
            self._station.phone.free(fact.call)
            if run.stage is not Stage.PARTING:
                self._judge(run, time.monotonic())
            elif not run.living:
                self._over(run)

    def _listen(self, run: _Run, near: PhoneCall, far: PhoneCall) -> None:
        run.stage = Stage.LISTENING
        here, there = near.audio(), far.audio()
        if here is None or there is None:
            self._judge(run, time.monotonic())
            return
        self._ears = self._ears or [_make_ear(hertz) for hertz in _TONES]
        run.listening = True
        self._ears[0].join(here, there)
        self._ears[1].join(there, here)

    def _judge(self, run: _Run, now: float) -> None:
        shares = [ear.share for ear in self._ears] if run.listening else []
        deaf = sum(share < ENOUGH for share in shares)
        good = bool(shares) and not deaf
        detail = _sentence(run, now, deaf)
        run.verdict = wire.SelfTestResult(SelfTestKind.LOOP, good, detail, run.request)
        log.note("loop test", state="good" if good else "bad", seconds=round(now - run.started, 2))
        self._part(run)

    def _part(self, run: _Run) -> None:
        run.stage = Stage.PARTING
        for ear in self._ears:
            ear.part()
        for call in list(run.living):
            try:
                call.end()
            except SipFailure as failed:
                log.failure("loop test's hang up failed", failed)
                run.living.discard(call)
                self._station.phone.free(call)
        if not run.living:
            self._over(run)

    def _over(self, run: _Run) -> None:
        """Tell the verdict once the test's own calls have gone: a line is free then, or nearly."""
        self._run = None
        if run.verdict is not None:
            self._station.tell(run.verdict)


def _make_ear(hertz: int) -> _Ear:
    generator = pj.ToneGenerator()
    generator.createToneGenerator(RATE, 1)
    tone = pj.ToneDesc()
    tone.freq1, tone.on_msec, tone.off_msec, tone.volume = hertz, 1000, 0, _LEVEL
    sequence = pj.ToneDescVector()
    sequence.append(tone)
    generator.play(sequence, True)
    return _Ear(hertz, Probe(f"probe-{hertz}"), generator)


def _sentence(run: _Run, now: float, deaf: int) -> str:
    if run.listening and not deaf:
        seconds = now - run.started
        return f"The phone called itself and heard itself both ways within {seconds:.1f} s."
    if run.listening:
        ways = "one way" if deaf == 1 else "either way"
        return f"The phone called itself, but the sound did not come through {ways}."
    if run.code >= 300:
        return f"The phone could not call itself. {why_not(run.code)}"
    return "The phone called itself, but its own call did not arrive."
