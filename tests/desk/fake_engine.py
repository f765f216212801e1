"""An engine that is none: the same signals and `send`, its events told by the test."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from console.errors import WorldError
from softphone import wire

Registration = wire.Registration
HEADSET = wire.Sound(kind=wire.SoundKind.HEADSET, earpiece="Jabra")


class FakeEngine(QObject):
    """`console.phone.engine.Engine` as the desk sees it. Does nothing by itself, so that a test
    sees what the desk shows before an event has come."""

    joined = Signal(object)
    received = Signal(object)
    died = Signal(str)
    silent = Signal(bool)
    failed = Signal(object)

    def __init__(self, *, registration: wire.Registration = Registration.DIRECT) -> None:
        super().__init__()
        self.registration = registration
        self.sent: list[wire.Command] = []
        self.starts = 0
        self.up = True
        self.now = 0.0  # seconds since the epoch, for the events' `at`

    def start(self) -> None:
        """Count the starts."""
        self.starts += 1

    def send(self, command: wire.Command) -> bool:
        """Write the command down."""
        if self.up:
            self.sent.append(command)
        return self.up

    def asked(self, kind: type[wire.Command]) -> list[wire.Command]:
        """Return the commands of a kind, in order."""
        return [command for command in self.sent if isinstance(command, kind)]

    # --- what happens on the line ----------------------------------------------------------

    def welcome(
        self,
        calls: Iterable[wire.CallSnapshot] = (),
        missed: Iterable[wire.CallSnapshot] = (),
        sound: wire.Sound = HEADSET,
    ) -> None:
        """Be reached."""
        self.up = True
        self.joined.emit(
            wire.Welcome(
                engine="fake",
                version=wire.VERSION,
                sip_address="127.0.0.1:5060",
                max_calls=4,
                registration=self.registration,
                sound=sound,
                calls=tuple(calls),
                missed=tuple(missed),
            )
        )

    def passes(self, *, good: bool = True, detail: str = "Heard itself both ways.") -> None:
        """Give a verdict on the newest self-test."""
        test = self.asked(wire.LoopTest)[-1]
        assert isinstance(test, wire.LoopTest)
        for kind in (wire.SelfTestKind.MICROPHONE, wire.SelfTestKind.EARPIECE):
            self.tell(wire.SelfTestResult(kind, True, "It works.", test.request))
        self.tell(wire.SelfTestResult(wire.SelfTestKind.LOOP, good, detail, test.request))

    def tell(self, event: wire.Event) -> None:
        """Tell the desk something, through the wire's own encoding."""
        self.received.emit(wire.decode_event(wire.encode(event)))

    def offer(
        self, call: str, *, number: str, to: str, routing: wire.Routing = wire.NOT_ROUTED
    ) -> None:
        """A call rings."""
        self.tell(
            wire.CallOffered(
                call=call,
                caller=wire.Party(number=number),
                dialled=wire.Dialled(number=to, source="To"),
                sip_call_id=f"{call}@caller",
                at=self.now,
                mono=0.0,
                pbx_call_id=f"pbx-{call}",
                routing=routing,
            )
        )

    def wait(self, call: str, *, number: str, to: str) -> None:
        """A call waits for a line."""
        self.tell(
            wire.CallWaiting(
                call=call,
                caller=wire.Party(number=number),
                dialled=wire.Dialled(number=to, source="To"),
                sip_call_id=f"{call}@caller",
                at=self.now,
            )
        )

    def answered(self, call: str) -> None:
        """A call is up."""
        self.tell(wire.CallAnswered(call, self.now))

    def ended(self, call: str, cause: wire.EndCause = wire.EndCause.CALLER, code: int = 0) -> None:
        """A call is over."""
        self.tell(wire.CallEnded(call, cause, code, self.now))

    def die(self) -> None:
        """Be gone."""
        self.up = False
        self.died.emit("The softphone stopped and is being started again.")

    def fail(self, title: str, message: str) -> None:
        """Not be had at all."""
        self.up = False
        self.failed.emit(WorldError(title, message))
