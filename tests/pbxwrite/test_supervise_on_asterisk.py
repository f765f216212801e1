"""A supervisor beside a call of a real Asterisk: who hears whom, by tones and real engines."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from console.floor.ami import Message
from console.floor.picture import Answered, Gone, Picture
from console.floor.supervision import CALL_HEADER, CODES, DESK_HEADER, Act, Supervision
from console.pbx.plan import Queue
from softphone import wire
from tests.pbx.asterisk import TRUNK_HOST
from tests.pbxwrite.test_on_asterisk import Manager, carrier, desk
from tests.pbxwrite.written import WrittenPbx
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = pytest.mark.pbx

CALLER, DANA, RUTH = 700.0, 1100.0, 1900.0  # what each of them speaks, Hz
LEVELS = 4  # of them, 200 ms each, are a stretch of a call


class Ear:
    """What somebody hears, stretch by stretch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stretches: dict[str, tuple[int, int]] = {}

    def here(self) -> int:
        return (self.path.stat().st_size - 44) // 2

    def note(self, name: str, began: int) -> None:
        self._stretches[name] = began, self.here()

    def heard(self, name: str) -> set[float]:
        """Return the tones heard in a stretch, once the engine has ended."""
        began, ended = self._stretches[name]
        inner = (ended - began) // 4
        samples = sound.read(self.path)[began + inner : ended - inner]
        assert len(samples) > sound.RATE // 3
        power = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        hertz = np.fft.rfftfreq(len(samples), 1 / sound.RATE)
        peak = {f: power[np.abs(hertz - f) < 15].max() for f in (CALLER, DANA, RUTH)}
        return {f for f, size in peak.items() if size > 0.05 * max(peak.values()) and size > 5}


class Floor:
    """A call between a patient and Dana, and Ruth, who supervises."""

    def __init__(self, pbx: WrittenPbx, start: StartEngine, ca_file: str, folder: Path) -> None:
        self.pbx = pbx
        self.ears: dict[float, Ear] = {}
        self.dana = self._desk(start, ca_file, "dana", DANA, folder)
        self.ruth = self._desk(start, ca_file, "ruth", RUTH, folder)
        where = ("--bind", TRUNK_HOST, "--sip-port", str(pbx.ports.trunk))
        self.patient = start("patient", *where, *self._sound("patient", CALLER, folder))
        self.practice = pbx.practices[0]
        self._count = 0
        self.call = self.theirs = ""
        self.call_id = ""

    def _sound(self, name: str, tone: float, folder: Path) -> tuple[str, ...]:
        self.ears[tone] = Ear(folder / f"{name}-ear.wav")
        spoken = sound.write_tone(folder / f"{name}-mic.wav", tone, 40, amplitude=0.15)
        ear = str(self.ears[tone].path)
        return ("--sound", "files", "--microphone", str(spoken), "--earpiece", ear)

    def _desk(
        self, start: StartEngine, ca_file: str, user: str, tone: float, folder: Path
    ) -> EngineProcess:
        def with_sound(name: str) -> EngineProcess:
            return start(name, *self._sound(name, tone, folder))

        return desk(self.pbx, with_sound, ca_file, user)  # type: ignore[arg-type]

    def talk(self) -> None:
        """The patient calls, Dana answers."""
        number = self.practice.numbers[0]
        target = f"sip:{number}@127.0.0.1:{self.pbx.ports.sip}"
        self.patient.send(wire.PlaceCall("p", target, caller_number="+15155550142"))
        offered = self.dana.wait_for(wire.CallOffered)
        self.call, self.call_id = offered.call, offered.pbx_call_id
        self.dana.send(wire.Answer(offered.call))
        self.theirs = self.patient.wait_for(wire.CallAnswered).call

    def dial(self, act: Act, **headers: str) -> str:
        """Ruth dials a code; return her call."""
        told = headers or {DESK_HEADER: "dana", CALL_HEADER: self.call_id}
        self._count += 1
        request = f"s{self._count}"
        self.ruth.send(wire.PlaceCall(request, CODES[act], headers=told))
        return self.ruth.wait_for(wire.CallPlaced, lambda e: e.request == request).call

    def stretch(self, name: str) -> None:
        """Let a stretch of the call pass."""
        self.patient.wire.forget(wire.SoundLevels)
        for _ in range(2):  # what was in the air is over
            self.patient.wait_for(wire.SoundLevels)
        began = {tone: ear.here() for tone, ear in self.ears.items()}
        for _ in range(LEVELS):
            self.patient.wait_for(wire.SoundLevels)
        for tone, ear in self.ears.items():
            ear.note(name, began[tone])

    def end(self) -> dict[float, Ear]:
        """End every engine, so that what was heard can be read."""
        for phone in (self.dana, self.ruth, self.patient):
            phone.stop()
        return self.ears


@pytest.fixture
def floor(pbx: WrittenPbx, start: StartEngine, ca_file: str, tmp_path: Path) -> Floor:
    return Floor(pbx, start, ca_file, tmp_path)


@pytest.fixture
def manager(pbx: WrittenPbx, ca_file: str) -> Iterator[Manager]:
    with contextlib.closing(Manager(pbx, ca_file)) as made:
        yield made


def draw(manager: Manager, picture: Picture, until: Callable[[], bool]) -> None:
    """Draw until the picture is so."""
    for message in manager.messages:
        picture.take(message)
        if until():
            return


def test_who_hears_a_supervisor_that_listens_coaches_joins_and_takes_over(
    floor: Floor, manager: Manager
) -> None:
    done: list[Supervision] = []
    gone: list[Gone] = []
    picture = Picture(done=done.append, abandoned=gone.append)
    floor.talk()
    floor.stretch("alone")
    for act in (Act.LISTEN, Act.COACH, Act.JOIN):
        beside = floor.dial(act)
        draw(manager, picture, lambda: bool(picture.supervised))
        (seen,) = picture.supervised.values()
        assert (seen.act, seen.desk, seen.by) == (act, "PJSIP/dana", "PJSIP/ruth")
        assert (seen.name, seen.call_id) == ("Ruth Calder", floor.call_id)
        assert seen.practice == floor.practice.id
        floor.stretch(act)
        floor.ruth.send(wire.HangUp(beside))
        draw(manager, picture, lambda: not picture.supervised)
    floor.stretch("alone again")
    floor.dial(Act.TAKE_OVER)
    draw(manager, picture, lambda: bool(done))
    assert (done[0].act, done[0].by, done[0].call_id) == (
        Act.TAKE_OVER,
        "PJSIP/ruth",
        floor.call_id,
    )
    # It comes with all that a desk has to know
    offered = floor.ruth.wait_for(wire.CallOffered)
    assert offered.pbx_call_id == floor.call_id
    assert offered.dialled == wire.Dialled(floor.practice.numbers[0], "X-Frontdesk-Number")
    assert offered.caller.number == "+15155550142"
    assert floor.dana.wait_for(wire.CallEnded).call == floor.call
    floor.ruth.send(wire.Answer(offered.call))
    floor.ruth.wait_for(wire.CallAnswered, lambda e: e.call == offered.call)
    floor.stretch("taken over")
    floor.ruth.send(wire.HangUp(offered.call))
    assert floor.patient.wait_for(wire.CallEnded).call == floor.theirs
    manager.draw(picture, "Hangup")
    assert not gone  # a receptionist has spoken to them
    ears = floor.end()
    heard = {
        name: tuple(ears[whose].heard(name) for whose in (CALLER, DANA))
        for name in ("alone", "listen", "coach", "join", "alone again")
    }
    assert heard == {
        "alone": ({DANA}, {CALLER}),
        "listen": ({DANA}, {CALLER}),
        "coach": ({DANA}, {CALLER, RUTH}),
        "join": ({DANA, RUTH}, {CALLER, RUTH}),
        "alone again": ({DANA}, {CALLER}),
    }
    assert all(ears[RUTH].heard(act) == {CALLER, DANA} for act in ("listen", "coach", "join"))
    assert ears[CALLER].heard("taken over") == {RUTH}
    assert ears[RUTH].heard("taken over") == {CALLER}


def test_a_call_that_is_over_or_another_is_nobodys_to_hear(floor: Floor, manager: Manager) -> None:
    def code_of(call: str, phone: EngineProcess) -> int:
        return phone.wait_for(wire.CallEnded, lambda e: e.call == call).code

    assert code_of(floor.dial(Act.LISTEN, **{DESK_HEADER: "dana"}), floor.ruth) == 410
    floor.talk()
    wrong = {DESK_HEADER: "dana", CALL_HEADER: "1764000000.1"}
    assert code_of(floor.dial(Act.LISTEN, **wrong), floor.ruth) == 410
    trunk = {DESK_HEADER: "trunk", CALL_HEADER: floor.call_id}
    assert code_of(floor.dial(Act.LISTEN, **trunk), floor.ruth) == 410
    # A receptionist's phone has no such codes
    ours = {DESK_HEADER: "dana", CALL_HEADER: floor.call_id}
    floor.dana.send(wire.PlaceCall("own", CODES[Act.HANG_UP], headers=ours))
    own = floor.dana.wait_for(wire.CallPlaced).call
    assert code_of(own, floor.dana) == 404
    # Nor has the manager's user: what supervisors do is done by their phones
    for action in ("Originate", "Redirect", "Hangup", "Setvar", "Getvar", "Status"):
        told = manager.ask(action, Channel="PJSIP/dana", Application="ChanSpy", Variable="X")
        assert told.get("Message") == "Permission denied"
    done: list[Supervision] = []
    picture = Picture(done=done.append)
    floor.dial(Act.HANG_UP)
    assert floor.patient.wait_for(wire.CallEnded).call == floor.theirs
    draw(manager, picture, lambda: bool(done))
    assert (done[0].act, done[0].desk) == (Act.HANG_UP, "PJSIP/dana")


def test_a_waiting_caller_to_the_front_and_to_one_desk(
    pbx: WrittenPbx, start: StartEngine, ca_file: str, manager: Manager
) -> None:
    """Nobody serves the queue; the second caller goes before the first, then to Dana's desk."""
    gone: list[Gone] = []
    answered: list[Answered] = []
    picture = Picture(abandoned=gone.append, answered=answered.append)
    pbx.write_again(queue={"answering": Queue(ring_first_s=60, wait_s=60)})
    for command in ("dialplan reload", "queue reload all"):
        pbx.cli(command)
    pbx.cli("queue pause member PJSIP/dana")
    dana = desk(pbx, start, ca_file, "dana")
    manager.ask("QueueStatus")
    manager.draw(picture, "QueueStatusComplete")
    with carrier(pbx) as first, carrier(pbx) as second:
        number = pbx.practices[0].numbers[0]
        early_one = first.invite(user=number, number="+15155550142")
        draw(manager, picture, lambda: len(picture.waiting) == 1)
        late_one = second.invite(user=number, number="+15155550143")
        draw(manager, picture, lambda: len(picture.waiting) == 2)
        (late,) = [w for w in picture.waiting.values() if w.number == "+15155550143"]
        assert late.position == 2

        def move(to: str) -> Message:
            return manager.ask(
                "QueueWithdrawCaller", Queue=late.queue, Caller=late.channel, WithdrawInfo=to
            )

        assert move("").get("Response") == "Success"
        draw(manager, picture, lambda: late.call_id not in picture.waiting)
        draw(manager, picture, lambda: late.call_id in picture.waiting)
        assert picture.waiting[late.call_id].position == 1
        assert picture.waiting[late.call_id].since == late.since  # they waited all along
        assert move("dana").get("Response") == "Success"
        offered = dana.wait_for(wire.CallOffered)
        assert offered.pbx_call_id == late.call_id
        dana.send(wire.Answer(offered.call))
        second.answered_call(late_one)
        draw(manager, picture, lambda: bool(answered))
        assert (answered[0].interface, answered[0].call_id) == ("PJSIP/dana", late.call_id)
        talk = picture.agents["PJSIP/dana"].talk
        assert talk is not None
        assert talk.call_id == late.call_id
        dana.send(wire.HangUp(offered.call))
        dana.wait_for(wire.CallEnded)
        assert not gone
        first.give_up(early_one)
