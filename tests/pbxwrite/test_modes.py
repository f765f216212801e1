"""`frontdesk pbx write`, the Asterisk that it makes, and callers of three practices covered in
three modes: who rings, what the desk is told, what the records keep, what a caller hears."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import LineState
from console.store.models import Call
from scripts import hours
from scripts.calltypes import Mode, Outcome
from scripts.practice import Practice
from softphone import wire
from softphone.wire import EndCause
from tests.desk.conftest import MakeRoom
from tests.desk.conftest import library as library  # noqa: PLC0414 - fixtures
from tests.desk.conftest import make_room as make_room  # noqa: PLC0414
from tests.desk.room import Room
from tests.pbx.asterisk import TONE_HZ, TRUNK_HOST
from tests.pbx.front import wait
from tests.pbxwrite.commanded import (
    FALLBACK,
    HARBORSIDE,
    MAPLE,
    OWN_DESK,
    RIVERSIDE,
    CommandedPbx,
)
from tests.pbxwrite.seated import available, seated, shows
from tests.pbxwrite.test_on_asterisk import Manager, carrier, desk
from tests.records_file import told
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]

RINGS_S = 6.0  # one ring at the practice


@pytest.fixture
def office(start: StartEngine, floor: CommandedPbx) -> EngineProcess:
    """The practice's own telephones, at the carrier's end of the trunk."""
    return start("office", "--bind", TRUNK_HOST, "--sip-port", str(floor.ports.trunk))


@pytest.fixture
def room(
    qtbot: QtBot, floor: CommandedPbx, make_room: MakeRoom, ca_file: str, tmp_path: Path
) -> Iterator[Room]:
    """Dana's desk."""
    with seated(qtbot, floor, make_room, ca_file, tmp_path / "desk") as made:
        yield made


WORDS = {
    Mode.PRIMARY: "primary coverage",
    Mode.OVERFLOW: "overflow coverage",
    Mode.AFTER_HOURS: "after-hours coverage",
}


def test_three_practices_in_three_modes_at_a_real_desk(
    qtbot: QtBot, floor: CommandedPbx, room: Room, office: EngineProcess
) -> None:
    calls = {}
    for practice, mode in (
        (HARBORSIDE, Mode.PRIMARY),
        (RIVERSIDE, Mode.AFTER_HOURS),
        (MAPLE, Mode.OVERFLOW),
    ):
        with carrier(floor) as caller:
            attempt = caller.invite(user=floor.number(practice), number="+15155550142")
            caller.wait_code(attempt, 180)
            began = rings_out(qtbot, office) if mode is Mode.OVERFLOW else 0.0
            shows(qtbot, room, LineState.RINGING)
            assert room.cards[0].since.timestamp() >= began
            assert pop_says(room) == (name_of(room, practice), WORDS[mode])
            calls[uniqueid(floor)] = (practice, mode, floor.number(practice))
            room.desk.answer()
            shows(qtbot, room, LineState.ACTIVE)
            caller.answered_call(attempt)
            floor.cli("channel request hangup all")
            shows(qtbot, room, LineState.WRAP_UP)
            room.desk.end_as(Outcome.WRONG_NUMBER)
            shows(qtbot, room)
        available(qtbot, room)
    assert not office.wire.glance(wire.CallOffered)  # but the one in overflow
    room.rest()
    rows = told(room.records, Call, "pbx_call_id", "practice_id", "mode", "dialled_number")
    kept = {str(row[0]): row[1:] for row in rows if row[0]}
    assert kept == calls


def rings_out(qtbot: QtBot, office: EngineProcess) -> float:
    """The practice's own desk has the call for its one ring; return when that was over."""
    offered = wait(qtbot, office, wire.CallOffered)
    assert offered.dialled.number == OWN_DESK
    ended = wait(qtbot, office, wire.CallEnded, timeout=RINGS_S + 5)
    assert ended.at - offered.at == pytest.approx(RINGS_S, abs=1)
    return offered.at + RINGS_S - 1


def pop_says(room: Room) -> tuple[str, str]:
    """The practice and the mode in the pop's head."""
    assert room.pop is not None
    detail = room.pop.banner.detail
    return room.pop.banner.practice, next(words for words in WORDS.values() if words in detail)


def name_of(room: Room, practice: str) -> str:
    found = room.library.by_id(practice)
    assert found is not None
    return found.name


def uniqueid(floor: CommandedPbx) -> str:
    """What the PBX calls its one caller."""
    trunk = [
        line.split("!")
        for line in floor.cli("core show channels concise").splitlines()
        if line.startswith("PJSIP/trunk")
    ]
    (channel,) = trunk
    return channel[13]


def test_overflow_the_practice_answers_and_no_desk_rings(
    floor: CommandedPbx, office: EngineProcess, start: StartEngine, ca_file: str
) -> None:
    dana = desk(floor, start, ca_file, "dana")
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(MAPLE), number="+15155550142")
        offered = office.wait_for(wire.CallOffered)
        assert offered.caller.number == "+15155550142"
        office.send(wire.Answer(offered.call))
        caller.answered_call(attempt)
        office.wait_for(wire.CallAnswered)
        office.send(wire.HangUp(offered.call))
        caller.await_request("BYE")
    assert not dana.wire.glance(wire.CallOffered)
    assert not any("ENTERQUEUE" in line for line in floor.queue_log()[-3:])


def test_overflow_the_practice_is_busy_and_the_desk_rings_at_once(
    floor: CommandedPbx, office: EngineProcess, start: StartEngine, ca_file: str
) -> None:
    dana = desk(floor, start, ca_file, "dana")
    with carrier(floor) as caller:
        attempt = caller.invite(user=floor.number(MAPLE))
        theirs = office.wait_for(wire.CallOffered)
        office.send(wire.Decline(theirs.call, wire.DeclineHow.BUSY))
        caller.wait_code(attempt, 180)
        offered = dana.wait_for(wire.CallOffered)
        assert offered.at - theirs.at < RINGS_S / 2
        assert offered.routing == wire.Routing(MAPLE, "overflow")
        caller.give_up(attempt)
        assert dana.wait_for(wire.CallEnded).cause is EndCause.ABANDONED


def edges(practice: Practice, now: datetime) -> Iterator[datetime]:
    """Both sides of each edge of an ordinary day's hours, and noon of the next holiday."""
    day = now.astimezone(practice.zone)
    day = next(
        found
        for number in range(1, 30)
        if len(hours.open_spans(practice, (found := day + timedelta(days=number)).date())) == 2
    )
    for span in hours.open_spans(practice, day.date()):
        for edge in span:
            yield from (edge - timedelta(seconds=1), edge)
    holiday = next(day for day, _ in hours.holidays_ahead(practice, now.date()) if day > now.date())
    yield datetime(holiday.year, holiday.month, holiday.day, 10, tzinfo=practice.zone)


def test_the_mode_goes_by_the_practices_hours(
    floor: CommandedPbx, start: StartEngine, ca_file: str
) -> None:
    dana = desk(floor, start, ca_file, "dana")
    practice = floor.library.by_id(RIVERSIDE)
    assert practice is not None
    found = []
    for moment in edges(practice, datetime.now(UTC)):
        floor.at(moment)
        with carrier(floor) as caller:
            attempt = caller.invite(user=practice.numbers[0])
            mode = dana.wait_for(wire.CallOffered).routing.mode
            caller.give_up(attempt)
            dana.wait_for(wire.CallEnded)
        assert mode == hours.at(practice, moment).mode, moment
        found.append(mode)
    assert found == [
        *("after_hours", "primary", "primary", "after_hours"),  # the morning
        *("after_hours", "primary", "primary", "after_hours"),  # after lunch
        "after_hours",  # the holiday
    ]


@pytest.fixture
def caller(start: StartEngine, tmp_path: Path) -> EngineProcess:
    """A telephone whose ear is kept, at the carrier's end."""
    ear = ("--sound", "files", "--earpiece", str(tmp_path / "ear.wav"))
    tone = sound.write_tone(tmp_path / "voice.wav", 700, 60)
    return start("caller", "--bind", TRUNK_HOST, *ear, "--microphone", str(tone))


def ring_in(floor: CommandedPbx, phone: EngineProcess, practice: str) -> str:
    """Have a telephone call a practice; return its id of the call."""
    target = f"sip:{floor.number(practice)}@127.0.0.1:{floor.ports.sip}"
    phone.send(wire.PlaceCall("r1", target, caller_number="+15155550142"))
    return phone.wait_for(wire.CallPlaced).call


@pytest.mark.parametrize("why", ["nobody logged in", "all paused", "all on calls"])
def test_a_caller_nobody_is_free_for_hears_it_ring_and_then_music(
    floor: CommandedPbx,
    start: StartEngine,
    caller: EngineProcess,
    ca_file: str,
    why: str,
) -> None:
    with contextlib.ExitStack() as stack:
        if why != "nobody logged in":
            dana = desk(floor, start, ca_file, "dana")
        if why == "all paused":
            floor.cli("queue pause member PJSIP/dana")
        if why == "all on calls":
            other = stack.enter_context(carrier(floor))
            attempt = other.invite(user=floor.number(RIVERSIDE))
            dana.send(wire.Answer(dana.wait_for(wire.CallOffered).call))
            other.answered_call(attempt)
        ring_in(floor, caller, RIVERSIDE)
        assert caller.wait_for(wire.CallAlerting).code == 180
        caller.wait_for(wire.CallAnswered)  # by the music
        for _ in range(4):
            caller.wait_for(wire.SoundLevels, lambda e: e.earpiece > -30)
        assert not caller.wire.glance(wire.CallEnded)
        if why != "nobody logged in":
            assert not dana.wire.glance(wire.CallOffered)
    floor.cli("channel request hangup all")
    caller.wait_for(wire.CallEnded)
    caller.stop()
    heard = sound.sounding(sound.read(caller.log_path.parent / "ear.wav"))
    assert sound.loudest_frequency(heard[-sound.RATE // 2 :]) == pytest.approx(TONE_HZ, abs=5)


def test_a_queue_is_never_full(floor: CommandedPbx) -> None:
    with contextlib.ExitStack() as stack:
        callers = [stack.enter_context(carrier(floor)) for _ in range(25)]
        attempts = [each.invite(user=floor.number(RIVERSIDE)) for each in callers]
        for each, attempt in zip(callers, attempts, strict=True):
            each.wait_code(attempt, 180)
        assert "25 active channels" in floor.cli("core show channels count")  # all of them wait on


def test_too_long_a_wait_the_fallback_the_offer_of_a_call_back_and_the_queue_again(
    floor: CommandedPbx, office: EngineProcess, caller: EngineProcess, ca_file: str
) -> None:
    with contextlib.closing(Manager(floor, ca_file)) as manager:
        ring_in(floor, caller, MAPLE)
        office.send(wire.Decline(office.wait_for(wire.CallOffered).call))  # its own desk
        call = caller.wait_for(wire.CallAnswered).call  # by the music
        for queue in ("answering", "backup"):
            manager.next(lambda m: m.event == "QueueCallerJoin" and m.get("Queue") == queue)  # noqa: B023
        fallback_is_busy(office, manager)
        offered_a_call_back(caller)
        caller.send(wire.SendDtmf(call, "2"))  # no call back, thank you
        manager.next(lambda m: m.event == "QueueCallerJoin" and m.get("Queue") == "answering")
        fallback_is_busy(office, manager)
        offered_a_call_back(caller)
        caller.send(wire.SendDtmf(call, "1"))
        wish = manager.next(lambda m: m.event == "UserEvent")
        assert wish.get("UserEvent") == "FrontdeskCallback"
        assert (wish.get("Practice"), wish.get("Number")) == (MAPLE, "+15155550142")
        caller.wait_for(wire.CallEnded)


def fallback_is_busy(office: EngineProcess, manager: Manager) -> None:
    """The fallback rings, and will not have the call."""
    offered = office.wait_for(wire.CallOffered, timeout=10)
    assert offered.dialled.number == FALLBACK
    office.send(wire.Decline(offered.call))
    manager.next(lambda m: m.event == "DialEnd")


def offered_a_call_back(caller: EngineProcess) -> None:
    """Wait until the offer is heard."""
    caller.wire.forget(wire.SoundLevels)
    caller.wait_for(wire.SoundLevels, lambda e: e.earpiece > -30)
