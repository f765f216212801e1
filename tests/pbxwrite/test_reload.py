"""A configuration written again under calls: what has changed is loaded, and nobody is cut off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import wire
from tests.pbx.asterisk import TRUNK_HOST
from tests.pbxwrite.commanded import MAPLE, RIVERSIDE, CommandedPbx
from tests.pbxwrite.test_on_asterisk import carrier, desk
from tests.softphone import sound
from tests.softphone.conftest import StartEngine
from tests.softphone.peer import EngineProcess

pytestmark = [pytest.mark.pbx, pytest.mark.sip, pytest.mark.timeout(60)]

PRIYA = """
[[desk]]
user = "priya"
name = "Priya Raman"
queues = {answering = 1}
"""


def hears(phone: EngineProcess) -> None:
    """Wait until sound comes to an ear, as it does now."""
    phone.wire.forget(wire.SoundLevels)
    for _ in range(3):
        phone.wait_for(wire.SoundLevels, lambda e: e.earpiece > -30)


@pytest.fixture
def spoken(tmp_path: Path) -> tuple[str, ...]:
    """How an engine is started whose microphone speaks a tone."""
    tone = sound.write_tone(tmp_path / "voice.wav", 700, 60)
    return "--sound", "files", "--microphone", str(tone)


@pytest.fixture
def unhurried(floor: CommandedPbx) -> Iterator[CommandedPbx]:
    """The PBX with callers who wait in the first queue for as long as a test takes; what a test
    changes of plan and practices is put back."""
    maple = floor.library_folder / f"{MAPLE}.yaml"
    files = {path: path.read_text() for path in (floor.plan_file, maple)}
    floor.plan_file.write_text(files[floor.plan_file].replace("first_s = 2", "first_s = 60"))
    floor.load(floor.command())
    yield floor
    for path, text in files.items():
        path.write_text(text)
    floor.load(floor.command())


def waiting(floor: CommandedPbx) -> list[str]:
    """The channels of whoever waits in a queue."""
    shown = floor.cli("queue show answering") + floor.cli("queue show backup")
    return re.findall(r"\d+\. (PJSIP/trunk-\w+) \(wait", shown)


def test_calls_and_waiting_callers_go_on_through_what_is_loaded(
    unhurried: CommandedPbx, start: StartEngine, ca_file: str, spoken: tuple[str, ...]
) -> None:
    floor = unhurried
    dana = desk(floor, start, ca_file, "dana", *spoken)
    evan = desk(floor, start, ca_file, "evan")
    floor.cli("queue pause member PJSIP/evan queue backup reason Lunch")
    phone = start("caller", "--bind", TRUNK_HOST, *spoken)
    target = f"sip:{floor.number(RIVERSIDE)}@127.0.0.1:{floor.ports.sip}"
    phone.send(wire.PlaceCall("r1", target, caller_number="+15155550142"))
    dana.send(wire.Answer(dana.wait_for(wire.CallOffered).call))
    call = dana.wait_for(wire.CallAnswered).call
    with carrier(floor) as second:
        attempt = second.invite(user=floor.number(RIVERSIDE))
        second.wait_code(attempt, 180)
        (waits,) = waiting(floor)
        maple = floor.library_folder / f"{MAPLE}.yaml"
        maple.write_text(maple.read_text().replace("daytime: overflow", "daytime: primary"))
        told = floor.command()
        assert re.findall(r"written: .*/(\S+)", told) == [f"{MAPLE}.conf"]
        floor.load(told)
        plan = floor.plan_file.read_text()
        floor.plan_file.write_text(plan.replace("ring_s = 3", "ring_s = 4") + PRIYA)
        told = floor.command()
        changed = {"pjsip.conf", "queues.conf", "extensions.conf"}
        assert set(re.findall(r"written: .*/(\S+)", told)) == changed
        floor.load(told)
        assert "Priya Raman" in floor.cli("queue show answering")
        assert waiting(floor) == [waits]
        # Still paused; of the reason Asterisk says nothing any more (the desk tells it again)
        assert re.search(r"Evan Lee.*\(paused", floor.cli("queue show backup"))
        hears(phone)
        hears(dana)
        dana.send(wire.HangUp(call))  # the waiting caller is next
        dana.send(wire.Answer(dana.wait_for(wire.CallOffered).call))
        second.answered_call(attempt)
        dana.wait_for(wire.CallAnswered)
        second.request(attempt, "BYE", 2)
        dana.wait_for(wire.CallEnded)
    with carrier(floor) as caller:  # Maple's own desk is passed over now
        attempt = caller.invite(user=floor.number(MAPLE))
        offered = dana.wait_for(wire.CallOffered)
        assert offered.routing == wire.Routing(MAPLE, "primary")
        caller.give_up(attempt)
    assert not evan.wire.glance(wire.CallOffered)
