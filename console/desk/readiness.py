"""Whether the phone can be trusted with a caller, proved before the desk says "Available".

The engine calls itself and listens for a tone both ways; the microphone has to give sound and the
earpiece to take some. A caller never waits for that: one who comes during a test is taken, and the
test is made once the desk is free again.

What fails later is seen by the engine's watch and the heartbeat. Whatever it is, the desk says "Not
ready" with the cause and its mend, and callers who ring here go back to the queue.
"""

from PySide6.QtCore import QTimer

from console.desk.stage import Stage
from console.desk.status import Proof
from softphone import wire
from softphone.calls import CallState
from softphone.wire import SelfTestKind

WITHIN_MS = 9_000  # the engine gives its verdict within 6 s
TAG = "loop_test"
_OF_SOUND = frozenset({SelfTestKind.MICROPHONE, SelfTestKind.EARPIECE})
_ALL = frozenset(SelfTestKind)


class Readiness:
    """The desk's self-test: asked for, awaited, judged."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._count = 0
        self._owed = False  # a call was in the way
        self._passed: set[SelfTestKind] = set()
        self._failed = False  # the phone, at the last look
        self._due = QTimer(stage.out, interval=WITHIN_MS, singleShot=True)
        self._due.timeout.connect(self._on_no_verdict)
        stage.out.call_gone.connect(lambda _: self._after_a_call())
        stage.engine.received.connect(self._on_event)
        stage.out.status_changed.connect(lambda _: self._on_status())

    def prove(self) -> None:
        """Test the phone: now, or as soon as no call is in the way."""
        if not self._stage.health.engine_up:
            return
        self._owed = any(call.is_up for call in self._stage.lines)
        if self._owed:
            return
        self._count += 1
        self._passed.clear()
        self._stage.health.proof = Proof.AWAITED
        self._due.start()
        self._stage.engine.send(wire.LoopTest(request=self._request))
        self._stage.engine.send(wire.SoundTest(request=self._request))
        self._stage.show_status()

    def _on_event(self, event: wire.Event) -> None:
        """Test again when something about the sound has changed: what failed may be mended."""
        health = self._stage.health
        heard = isinstance(event, wire.MicrophoneSilent) and not event.silent
        changed = heard or isinstance(event, wire.SoundChanged)
        if changed and health.proof is Proof.BAD and health.proof_of_sound:
            self.prove()

    def forget(self) -> None:
        """The engine is gone: what was proved of it says nothing of the next one."""
        self._due.stop()
        self._owed = False
        self._stage.health.proof = Proof.NONE

    def on_result(self, event: wire.SelfTestResult) -> None:
        """Take a verdict, unless it is an earlier test's; the first bad one is the desk's."""
        if event.request != self._request or self._stage.health.proof is not Proof.AWAITED:
            return
        if not event.good:
            self._judge(good=False, detail=event.detail, of_sound=event.kind in _OF_SOUND)
            return
        self._passed.add(event.kind)
        if self._passed == _ALL:
            self._judge(good=True, detail=event.detail)

    def on_refused(self, event: wire.CommandRefused) -> bool:
        """Handle a test the engine would not make; False when something else was refused."""
        if event.command != TAG:
            return False
        if event.call == self._request and self._stage.health.proof is Proof.AWAITED:
            self._due.stop()
            self._stage.health.proof = Proof.NONE  # there is a call, which proves more
            self._owed = True
            self._stage.show_status()
        return True

    @property
    def _request(self) -> str:
        return f"readiness-{self._count}"

    def _after_a_call(self) -> None:
        if self._owed:
            self.prove()

    def _on_no_verdict(self) -> None:
        self._judge(good=False, detail="The softphone gave no verdict in time.")

    def _on_status(self) -> None:
        """Send callers who ring here back to the queue, the moment they would not be heard."""
        failed_before, self._failed = self._failed, self._stage.health.phone_fails
        if not self._failed or failed_before or self._stage.lines.direct:
            return
        for call in self._stage.lines:
            if call.state is CallState.RINGING:
                self._stage.engine.send(wire.Decline(call=call.call))

    def _judge(self, *, good: bool, detail: str, of_sound: bool = False) -> None:
        self._due.stop()
        health = self._stage.health
        health.proof = Proof.GOOD if good else Proof.BAD
        health.proof_detail, health.proof_of_sound = detail, of_sound
        if not good:
            health.ready_changed = self._stage.clock()
        elif not any(call.is_up for call in self._stage.lines):
            self._stage.idle_since = self._stage.clock()
        self._stage.show_status()
