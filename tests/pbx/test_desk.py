"""Every way of handling a call, from the desk, through the real PBX: what the receptionist does,
and what patient and provider hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import KeyWay, LineState
from console.phone.engine import Engine
from softphone import wire
from softphone.wire import CallerIdBy, EndCause
from tests.desk.conftest import MakeRoom, library, make_room
from tests.desk.receptionist_killed import ENGINE
from tests.desk.room import RIVERSIDE
from tests.pbx.asterisk import TONE_HZ, Asterisk
from tests.pbx.front import (
    DESK_EXTENSION,
    PATIENT,
    PROVIDER,
    TONES,
    Front,
    call,
    hears,
    patient_phone,
    provider_phone,
    wait,
)
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

__all__ = ["library", "make_room"]  # fixtures

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]


@dataclass
class Ears:
    """Where what each heard is written."""

    patient: Path
    provider: Path


@pytest.fixture
def ears(tmp_path: Path) -> Ears:
    return Ears(tmp_path / "patient-ear.wav", tmp_path / "provider-ear.wav")


@pytest.fixture
def patient(start: StartEngine, pbx: Asterisk, tmp_path: Path, ears: Ears) -> EngineProcess:
    tone = sound.write_tone(tmp_path / "patient.wav", TONES["patient"], 60)
    return patient_phone(start, pbx, tone, ears.patient)


@pytest.fixture
def provider(start: StartEngine, pbx: Asterisk, tmp_path: Path, ears: Ears) -> EngineProcess:
    tone = sound.write_tone(tmp_path / "provider.wav", TONES["provider"], 60)
    return provider_phone(start, pbx, tone, ears.provider)


@pytest.fixture
def front(qtbot: QtBot, pbx: Asterisk, make_room: MakeRoom, tmp_path: Path) -> Iterator[Front]:
    engine = Engine(tmp_path / "desk", options=ENGINE)
    (tmp_path / "desk").mkdir()
    room = make_room(engine=engine, caller_id_by=CallerIdBy.ASSERTED)
    front = Front(qtbot, pbx, room, engine)
    front.register()
    yield front
    engine.stop()


def heard_hz(ear: Path) -> float:
    """The loudest frequency of the last second somebody heard."""
    return sound.loudest_frequency(sound.sounding(sound.read(ear))[-sound.RATE :])


def ask(front: Front, provider: EngineProcess) -> str:
    """Ask the provider, who answers; return their id of the call."""
    front.desk.start_transfer()
    front.desk.consult(PROVIDER)
    theirs = wait(front.qtbot, provider, wire.CallOffered).call
    provider.send(wire.Answer(theirs))
    front.hears(LineState.ACTIVE)
    front.shows(LineState.HELD)
    return theirs


def test_ask_swap_and_put_the_caller_through(
    front: Front, patient: EngineProcess, provider: EngineProcess, ears: Ears
) -> None:
    front.take(patient)
    theirs = ask(front, provider)
    front.desk.swap_consult()
    front.shows(LineState.ACTIVE)
    front.hears(LineState.HELD)
    front.desk.swap_consult()
    front.shows(LineState.HELD)
    front.hears(LineState.ACTIVE)
    front.desk.complete_transfer()
    front.shows(LineState.WRAP_UP)
    front.hears(None)
    hears(front.qtbot, patient, sound=True)
    hears(front.qtbot, provider, sound=True)
    for _ in range(5):
        wait(front.qtbot, patient, wire.SoundLevels)
    provider.send(wire.HangUp(theirs))
    wait(front.qtbot, patient, wire.CallEnded)
    for phone in (patient, provider):
        phone.stop()
    assert heard_hz(ears.patient) == pytest.approx(TONES["provider"], abs=5)
    assert heard_hz(ears.provider) == pytest.approx(TONES["patient"], abs=5)


def test_cancelling_returns_to_the_caller(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    front.take(patient)
    ask(front, provider)
    front.desk.cancel_consult()
    assert wait(front.qtbot, provider, wire.CallEnded).cause is EndCause.CALLER
    front.shows(LineState.ACTIVE)
    front.hears(None)
    assert front.card.can_transfer


def test_a_provider_who_is_busy_gives_the_caller_back(front: Front, patient: EngineProcess) -> None:
    front.take(patient)
    front.desk.start_transfer()
    front.desk.consult("486")
    front.until(lambda: bool(front.room.notices))
    assert front.room.notices[-1].title == "486 was not reached"
    front.shows(LineState.ACTIVE)
    front.hears(None)


def test_a_conference_of_three_and_leaving_it(
    front: Front, patient: EngineProcess, provider: EngineProcess, ears: Ears
) -> None:
    front.take(patient)
    theirs = ask(front, provider)
    front.desk.join_or_split()
    front.until(lambda: front.card.can_leave)
    hears(front.qtbot, patient, sound=True)  # the desk is silent: it is the provider they hear
    hears(front.qtbot, provider, sound=True)
    front.desk.join_or_split()
    front.shows(LineState.ACTIVE)
    front.hears(LineState.HELD)
    front.desk.join_or_split()
    front.until(lambda: front.card.can_leave)
    front.desk.complete_transfer()
    front.shows(LineState.WRAP_UP)
    front.hears(None)
    hears(front.qtbot, patient, sound=True)
    for _ in range(5):
        wait(front.qtbot, patient, wire.SoundLevels)
    provider.send(wire.HangUp(theirs))
    wait(front.qtbot, patient, wire.CallEnded)
    patient.stop()
    assert heard_hz(ears.patient) == pytest.approx(TONES["provider"], abs=5)


def test_a_blind_transfer(front: Front, patient: EngineProcess, provider: EngineProcess) -> None:
    front.take(patient)
    front.desk.start_transfer()
    front.desk.transfer_to(PROVIDER)
    offered = wait(front.qtbot, provider, wire.CallOffered)
    assert offered.caller.number == PATIENT
    provider.send(wire.Answer(offered.call))
    front.shows(LineState.WRAP_UP)
    hears(front.qtbot, provider, sound=True)
    assert front.room.notices[-1].title == "Caller put through"


def test_a_blind_transfer_to_nobody_brings_the_caller_back(
    front: Front, patient: EngineProcess
) -> None:
    front.take(patient)
    front.desk.transfer_to("77")
    front.until(lambda: bool(front.room.notices))
    assert front.room.notices[-1].title == "The transfer did not go through"
    front.shows(LineState.ACTIVE)
    hears(front.qtbot, patient, sound=False)


@pytest.mark.parametrize("way", list(KeyWay))
def test_keys_go_both_ways(front: Front, patient: EngineProcess, way: KeyWay) -> None:
    theirs = front.take(patient)
    front.desk.send_digits("17#", way)
    pressed = [wait(front.qtbot, patient, wire.DtmfReceived).digit for _ in range(3)]
    assert pressed == ["1", "7", "#"]
    patient.send(wire.SendDtmf(theirs, "40*"))
    front.until(lambda: front.card.pressed == "4 0 *")


def test_a_caller_on_hold_hears_the_pbxs_music_and_comes_back(
    front: Front, patient: EngineProcess, ears: Ears
) -> None:
    front.take(patient)
    hears(front.qtbot, patient, sound=False)  # this desk's microphone is silent
    front.hears_the_caller()  # a hold before Asterisk has joined the two plays nobody music
    front.desk.hold_or_resume()
    front.shows(LineState.HELD)
    hears(front.qtbot, patient, sound=True)
    for _ in range(6):
        wait(front.qtbot, patient, wire.SoundLevels)
    front.desk.hold_or_resume()
    front.shows(LineState.ACTIVE)
    hears(front.qtbot, patient, sound=False)
    front.desk.hang_up()
    assert wait(front.qtbot, patient, wire.CallEnded).cause is EndCause.CALLER
    patient.stop()
    assert heard_hz(ears.patient) == pytest.approx(TONE_HZ, abs=5)


def test_a_caller_told_busy(front: Front, patient: EngineProcess) -> None:
    call(patient, front.pbx, DESK_EXTENSION)
    front.shows(LineState.RINGING)
    front.desk.start_decline()
    front.desk.decline_busy()
    ended = wait(front.qtbot, patient, wire.CallEnded)
    assert (ended.cause, ended.code) == (EndCause.REFUSED, 486)
    front.until(lambda: front.room.cards == ())


def test_a_caller_forwarded_to_the_provider(
    front: Front, patient: EngineProcess, provider: EngineProcess
) -> None:
    call(patient, front.pbx, DESK_EXTENSION)
    front.shows(LineState.RINGING)
    front.desk.start_decline()
    front.desk.forward(PROVIDER)
    offered = wait(front.qtbot, provider, wire.CallOffered)
    assert offered.caller.number == PATIENT
    front.until(lambda: front.room.cards == ())
    provider.send(wire.Answer(offered.call))
    wait(front.qtbot, patient, wire.CallAnswered)
    front.room.rest()
    assert front.room.callbacks == ()


def test_whom_we_call_sees_the_practices_number(front: Front, patient: EngineProcess) -> None:
    front.desk.start_dial()
    front.desk.find_practice("Riverside")
    front.desk.dial("(515) 555-0142")
    offered = wait(front.qtbot, patient, wire.CallOffered)
    assert offered.caller.number == front.room.number_of(RIVERSIDE)
    patient.send(wire.Answer(offered.call))
    front.shows(LineState.ACTIVE)
    front.desk.hang_up()
    front.shows(LineState.WRAP_UP)
    assert front.card.outgoing


def test_a_second_call_waits_and_is_taken_with_the_first_on_hold(
    front: Front, patient: EngineProcess
) -> None:
    first = front.take(patient, DESK_EXTENSION)
    second = call(patient, front.pbx, DESK_EXTENSION)
    front.until(lambda: any(card.can_answer for card in front.room.cards))
    front.desk.answer()
    front.until(lambda: [c.state for c in front.room.cards] == [LineState.HELD, LineState.ACTIVE])
    patient.send(wire.HangUp(second))
    front.until(lambda: LineState.WRAP_UP in [c.state for c in front.room.cards])
    patient.send(wire.HangUp(first))


def test_an_abandoned_caller_is_called_back_under_the_practices_number(
    front: Front, patient: EngineProcess
) -> None:
    theirs = call(patient, front.pbx, DESK_EXTENSION.replace("0199", "0100"))
    front.shows(LineState.RINGING)
    patient.send(wire.HangUp(theirs))
    front.until(lambda: bool(front.room.callbacks))
    (owed,) = front.room.callbacks
    assert owed.number == "(515) 555-0142"
    front.desk.call_back(owed.row)
    offered = wait(front.qtbot, patient, wire.CallOffered)
    assert offered.caller.number == front.room.number_of(RIVERSIDE)
