"""A practice's whole evening on one machine: the real desk with its engine, registered with a
real PBX; a patient who calls through the carrier's trunk; a provider at a desk of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pytestqt.qtbot import QtBot

from console.desk.views import CallCard, LineState
from console.phone.engine import Engine
from softphone import wire
from softphone.wire import Registration, Transport
from tests.desk.room import Room
from tests.pbx.asterisk import DID, TRUNK_HOST, Asterisk
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

PATIENT = "+15155550142"
PROVIDER = "1002"
DESK_EXTENSION = "5155550199"  # rings the desk itself, no queue between
TONES = {"patient": 700, "provider": 1100}
LOUD, QUIET = -30.0, -50.0  # dBFS

E = TypeVar("E", bound=wire.Event)


class Front:
    """What a test asks of the evening."""

    def __init__(self, qtbot: QtBot, pbx: Asterisk, room: Room, engine: Engine) -> None:
        self.qtbot = qtbot
        self.pbx = pbx
        self.room = room
        self.engine = engine
        self.desk = room.desk
        self.told: list[wire.AnyEvent] = []
        engine.received.connect(self.told.append)

    def register(self, folder_password: str = "right horse") -> None:
        """Come to be available."""
        self.engine.joined.connect(lambda _: self.engine.send(self._account(folder_password)))
        self.desk.start()
        self.until(lambda: self._registered)

    @property
    def _registered(self) -> bool:
        changes = [e for e in self.told if isinstance(e, wire.RegistrationChanged)]
        return bool(changes) and changes[-1].registration is Registration.REGISTERED

    def _account(self, password: str) -> wire.UseAccount:
        return wire.UseAccount("dana", self.pbx.host, password, Transport.UDP)

    def until(self, what: Callable[[], bool], timeout: float = 10) -> None:
        """Wait until something is so at the desk."""
        self.qtbot.waitUntil(what, timeout=round(timeout * 1000))

    @property
    def card(self) -> CallCard:
        """The caller's card."""
        return next(card for card in self.room.cards if not card.leg)

    @property
    def leg(self) -> CallCard | None:
        """The card of whoever is asked."""
        return next((card for card in self.room.cards if card.leg), None)

    def shows(self, state: LineState) -> None:
        """Wait until the caller's card shows a state."""
        self.until(lambda: any(c.state is state for c in self.room.cards if not c.leg))

    def hears(self, state: LineState | None) -> None:
        """Wait until whoever is asked is in a state, or gone for None."""
        self.until(lambda: (self.leg.state if self.leg else None) is state)

    def hears_the_caller(self) -> None:
        """Wait until the caller's voice is in this desk's ear."""
        self.until(
            lambda: any(isinstance(e, wire.SoundLevels) and e.earpiece > LOUD for e in self.told)
        )

    def take(self, patient: EngineProcess, number: str = DID) -> str:
        """The patient calls, the receptionist answers; return the patient's id of the call."""
        theirs = call(patient, self.pbx, number)
        self.shows(LineState.RINGING)
        self.desk.answer()
        self.shows(LineState.ACTIVE)
        wait(self.qtbot, patient, wire.CallAnswered)
        return theirs


def call(patient: EngineProcess, pbx: Asterisk, number: str) -> str:
    """Have a patient dial a number of the practice's."""
    target = f"sip:{number}@{pbx.host}"
    request = f"r{len(patient.wire.events)}"
    patient.send(wire.PlaceCall(request, target, caller_number=PATIENT))
    return patient.wait_for(wire.CallPlaced, lambda e: e.request == request).call


def wait(
    qtbot: QtBot,
    phone: EngineProcess,
    kind: type[E],
    where: Callable[[E], bool] = lambda _: True,
    timeout: float = 10,
) -> E:
    """Wait for an event at another phone while the desk goes on working."""
    found: list[E] = []

    def came() -> bool:
        found.extend(phone.wire.glance(kind, where))
        return bool(found)

    qtbot.waitUntil(came, timeout=round(timeout * 1000))
    return found[0]


def hears(qtbot: QtBot, phone: EngineProcess, *, sound: bool) -> None:
    """Wait until a phone's ear is full, or empty."""
    test: Callable[[wire.SoundLevels], bool] = (
        (lambda e: e.earpiece > LOUD) if sound else (lambda e: e.earpiece < QUIET)
    )
    phone.wire.forget(wire.SoundLevels)
    wait(qtbot, phone, wire.SoundLevels, test)


def patient_phone(start: StartEngine, pbx: Asterisk, tone: Path, ear: Path) -> EngineProcess:
    """A telephone at the carrier's end, speaking a tone."""
    where = ("--bind", TRUNK_HOST, "--sip-port", str(pbx.ports.trunk))
    return start("patient", *where, *_spoken(tone, ear))


def provider_phone(start: StartEngine, pbx: Asterisk, tone: Path, ear: Path) -> EngineProcess:
    """The provider's own telephone, registered with the PBX."""
    phone = start("provider", *_spoken(tone, ear))
    phone.send(wire.UseAccount("evan", pbx.host, "wrong battery", Transport.UDP))
    registered = Registration.REGISTERED
    phone.wait_for(wire.RegistrationChanged, lambda e: e.registration is registered, 10)
    return phone


def _spoken(tone: Path, ear: Path) -> tuple[str, ...]:
    return ("--sound", "files", "--microphone", str(tone), "--earpiece", str(ear))
