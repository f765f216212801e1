"""F9 through the real PBX: the provider's own telephone, the prompt, 1, the PIN, the warm transfer;
and the caller back where nobody takes it.

Riverside's provider on call is the telephone of `provider`; the backup's number is a voicemail,
which answers, talks and presses nothing.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.reaching import Limits
from console.desk.views import LineState, ReachView
from console.people.credentials import hash_secret
from console.phone.engine import Engine
from scripts.loader import SAMPLES, Library, load_library
from softphone import wire
from softphone.wire import CallerIdBy
from tests.desk.conftest import MakeRoom, library, make_room
from tests.desk.receptionist_killed import ENGINE
from tests.desk.room import RIVERSIDE
from tests.pbx.asterisk import Asterisk
from tests.pbx.conftest import MakePbx
from tests.pbx.front import TONES, Front, hears, patient_phone, provider_phone, wait
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

__all__ = ["library", "make_room"]  # fixtures

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]

BACK_WITHIN = 2.0  # seconds, from the end of a try to the caller


@pytest.fixture
def patient(start: StartEngine, pbx: Asterisk, tmp_path: Path) -> EngineProcess:
    tone = sound.write_tone(tmp_path / "patient.wav", TONES["patient"], 60)
    return patient_phone(start, pbx, tone, tmp_path / "patient-ear.wav")


@pytest.fixture
def provider(start: StartEngine, pbx: Asterisk, tmp_path: Path) -> EngineProcess:
    tone = sound.write_tone(tmp_path / "provider.wav", TONES["provider"], 60)
    return provider_phone(start, pbx, tone, tmp_path / "provider-ear.wav")


@pytest.fixture
def pin() -> str:
    """The PIN that Riverside's file asks of its provider on call, "" for none."""
    return ""


@pytest.fixture
def front(
    qtbot: QtBot, pbx: Asterisk, make_room: MakeRoom, tmp_path: Path, pin: str
) -> Iterator[Front]:
    (tmp_path / "desk").mkdir()
    engine = Engine(tmp_path / "desk", options=ENGINE)
    asking = {"library": with_pin(tmp_path / "files", pin)} if pin else {}
    room = make_room(engine=engine, caller_id_by=CallerIdBy.ASSERTED, **asking)
    front = Front(qtbot, pbx, room, engine)
    front.register()
    yield front
    engine.stop()


def with_pin(folder: Path, pin: str) -> Library:
    """The same practices, Riverside asking its provider on call for a PIN."""
    copied = Path(shutil.copytree(SAMPLES, folder))
    file = copied / f"{RIVERSIDE}.yaml"
    phone = 'phone: "+15155550110"'
    asking = f"{phone}\n    pin: {hash_secret(pin)}"
    file.write_text(file.read_text("utf-8").replace(phone, asking, 1), "utf-8")
    return load_library(copied)


def view(front: Front) -> ReachView:
    assert front.room.reach is not None
    return front.room.reach


def step(front: Front, words: str) -> None:
    """Wait until the newest step is this one."""
    front.until(
        lambda: front.room.reach is not None and words in front.room.reach.steps[-1].text, 15
    )


def f9(front: Front, patient: EngineProcess, limits: Limits = Limits()) -> None:  # noqa: B008
    front.desk.reaching.limits = limits
    front.take(patient)
    front.desk.escalate()
    front.desk.escalate()


def answer(front: Front, provider: EngineProcess) -> str:
    """The provider's telephone rings, under the practice's number, and is answered."""
    offered = wait(front.qtbot, provider, wire.CallOffered)
    assert offered.caller.number == front.room.number_of(RIVERSIDE)
    provider.send(wire.Answer(offered.call))
    step(front, "waiting for 1")
    front.shows(LineState.HELD)
    return offered.call


def stage(front: Front) -> str:
    front.room.rest()
    return str(front.room.rows("SELECT stage FROM pursuits")[0][0])


def back(front: Front, began: float) -> None:
    """The caller is with the receptionist again, in time, and there are words to say."""
    front.shows(LineState.ACTIVE)
    assert time.monotonic() - began < BACK_WITHIN
    front.hears(None)
    assert "Thank you for holding" in view(front).say
    assert stage(front) == "paging"


@pytest.mark.parametrize("pin", ["471147"])
def test_f9_press_1_the_pin_and_a_warm_transfer(
    front: Front, patient: EngineProcess, provider: EngineProcess, tmp_path: Path, pin: str
) -> None:
    f9(front, patient)
    theirs = answer(front, provider)
    hears(front.qtbot, provider, sound=True)  # the desk is silent: it is the prompt they hear
    provider.send(wire.SendDtmf(theirs, "1"))
    step(front, "waiting for the PIN")
    provider.send(wire.SendDtmf(theirs, "999999#"))
    step(front, "wrong 1 of 3")
    assert (stage(front), view(front).summary) == ("paging", "")
    provider.send(wire.SendDtmf(theirs, f"{pin}#"))
    step(front, "has taken it")
    assert (stage(front), bool(view(front).summary)) == ("acknowledged", True)
    front.desk.choose_reach("pass")
    step(front, "Connected")
    hears(front.qtbot, provider, sound=True)
    for _ in range(10):  # 2 s: until the last holds nothing of the music on hold
        hears(front.qtbot, patient, sound=True)
    provider.send(wire.HangUp(theirs))
    wait(front.qtbot, patient, wire.CallEnded)
    patient.stop()
    heard = sound.sounding(sound.read(tmp_path / "patient-ear.wav"))[-sound.RATE :]
    assert sound.loudest_frequency(heard) == pytest.approx(TONES["provider"], abs=5)


def test_f9_press_1_and_all_three_together(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    f9(front, patient)
    provider.send(wire.SendDtmf(answer(front, provider), "1"))
    step(front, "has taken it")
    front.desk.choose_reach("join")
    step(front, "All three")
    hears(front.qtbot, patient, sound=True)
    began = time.monotonic()
    front.desk.choose_reach("calls_back")
    front.shows(LineState.ACTIVE)
    front.hears(None)
    assert time.monotonic() - began < BACK_WITHIN


def test_no_answer_and_then_a_voicemail_give_the_caller_back(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    f9(front, patient, Limits(ring_s=2, key_s=4))
    step(front, "Ringing")
    front.shows(LineState.HELD)
    step(front, "No answer")
    back(front, time.monotonic())
    hears(front.qtbot, patient, sound=False)  # no music: this desk's own, silent microphone
    front.desk.choose_reach("next")
    step(front, "waiting for 1")
    step(front, "1 was not pressed")
    back(front, time.monotonic())
    assert front.room.rows("SELECT count(*) FROM escalations") == [(1,)]


def test_a_caller_who_drops_meanwhile_is_called_back(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    front.desk.reaching.limits = Limits()
    theirs = front.take(patient)
    front.desk.escalate()
    front.desk.escalate()
    reached = answer(front, provider)
    patient.send(wire.HangUp(theirs))
    step(front, "The caller hung up")
    provider.send(wire.SendDtmf(reached, "1"))
    front.until(lambda: "call them back" in view(front).say)
    front.desk.choose_reach("calls_back")
    wait(front.qtbot, provider, wire.CallEnded)
    assert stage(front) == "acknowledged"


def taken(front: Front, patient: EngineProcess, provider: EngineProcess) -> str:
    """The provider has pressed 1; return their telephone's id of the call."""
    f9(front, patient)
    theirs = answer(front, provider)
    provider.send(wire.SendDtmf(theirs, "1"))
    step(front, "has taken it")
    return theirs


def with_the_caller(front: Front, patient: EngineProcess, began: float) -> None:
    """The caller speaks with the receptionist again, in time; nobody was lost."""
    front.shows(LineState.ACTIVE)
    assert time.monotonic() - began < BACK_WITHIN
    assert not patient.wire.glance(wire.CallEnded)
    hears(front.qtbot, patient, sound=False)  # neither music on hold nor the provider
    assert stage(front) == "acknowledged"


def test_a_provider_who_hangs_up_before_the_join_gives_the_caller_back(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    theirs = taken(front, patient, provider)
    provider.send(wire.HangUp(theirs))
    began = time.monotonic()
    front.hears(None)
    with_the_caller(front, patient, began)
    assert "hung up" in view(front).steps[-1].text


def test_a_provider_who_hangs_up_as_all_three_are_joined_gives_the_caller_back(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    theirs = taken(front, patient, provider)
    front.desk.choose_reach("join")
    provider.send(wire.HangUp(theirs))
    began = time.monotonic()
    front.hears(None)
    with_the_caller(front, patient, began)
    assert "hung up" in view(front).steps[-1].text


def test_a_provider_who_hangs_up_as_the_caller_is_put_through_gives_the_caller_back(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    theirs = taken(front, patient, provider)
    provider.send(wire.HangUp(theirs))
    # The PBX knows first: a caller put through before would be the PBX's to end. The desk does not
    # know yet, as its window's events wait meanwhile.
    provider.wait_for(wire.CallEnded, lambda e: e.call == theirs)
    front.desk.choose_reach("pass")
    began = time.monotonic()
    front.hears(None)
    with_the_caller(front, patient, began)


class TestRefused:
    """A PBX that refuses every REFER."""

    @pytest.fixture
    def pbx(self, make_pbx: MakePbx) -> Asterisk:
        return make_pbx(transfers=False)

    def test_a_transfer_that_is_refused_gives_the_caller_back(
        self, front: Front, patient: EngineProcess, provider: EngineProcess
    ) -> None:
        theirs = taken(front, patient, provider)
        front.desk.choose_reach("pass")
        began = time.monotonic()
        with_the_caller(front, patient, began)
        front.desk.choose_reach("calls_back")
        wait(front.qtbot, provider, wire.CallEnded, lambda e: e.call == theirs)
        front.hears(None)
        front.shows(LineState.ACTIVE)
        assert "knows about it now" in view(front).say
