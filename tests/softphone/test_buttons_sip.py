"""The headset's own buttons: what they mean, and what they do to a real call."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import wire
from softphone.buttons.handset import Handset, Lights, Press
from tests.softphone import fake_hidraw
from tests.softphone.conftest import StartEngine
from tests.waiting import until

HOOK, MUTE = 1, 2  # bits of the fake's input report
OFF_HOOK, RING, MUTED = 1, 2, 4  # bits of its lights


@pytest.fixture
def handset() -> Handset:
    return Handset(fake_hidraw.DESCRIPTOR)


def test_a_lifted_hook_answers_and_a_hook_put_back_hangs_up(handset: Handset) -> None:
    handset.reports(Lights(ring=True))
    assert handset.pressed(bytes([2, HOOK])) == [Press.ANSWER]
    handset.reports(Lights(off_hook=True))
    assert handset.pressed(bytes([2, HOOK])) == []
    assert handset.pressed(bytes([2, 0])) == [Press.HANG_UP]


def test_the_echo_of_what_the_host_told_is_no_finger(handset: Handset) -> None:
    handset.reports(Lights(off_hook=True))  # answered by key
    assert handset.pressed(bytes([2, HOOK])) == []
    handset.reports(Lights())  # the caller hung up
    assert handset.pressed(bytes([2, 0])) == []


def test_mute_is_pressed_once_however_long(handset: Handset) -> None:
    handset.reports(Lights(off_hook=True))
    handset.pressed(bytes([2, HOOK]))
    assert handset.pressed(bytes([2, HOOK | MUTE])) == [Press.MUTE]
    assert handset.pressed(bytes([2, HOOK | MUTE])) == []
    assert handset.pressed(bytes([2, HOOK])) == []


def test_the_lights_are_told_by_number(handset: Handset) -> None:
    assert handset.reports(Lights(ring=True)) == [bytes([2, RING])]
    assert handset.reports(Lights(off_hook=True, mute=True)) == [bytes([2, OFF_HOOK | MUTED])]


def test_another_report_and_a_short_one_mean_nothing(handset: Handset) -> None:
    assert handset.pressed(bytes([5, HOOK])) == []
    assert handset.pressed(bytes([2])) == []


@pytest.mark.parametrize(
    "descriptor",
    [
        bytes.fromhex("05010906a101050719e029e71500250175019508810 2c0".replace(" ", "")),  # keys
        b"\xff\xff",
        b"",
    ],
)
def test_what_is_no_telephone_is_refused(descriptor: bytes) -> None:
    with pytest.raises(ValueError, match=r"hook|descriptor"):
        Handset(descriptor)


class Headset:
    """The fake, as a person handles it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "hidraw.py").write_text(Path(fake_hidraw.__file__).read_text())
        for name in ("plugged", "pressed", "lights"):
            (folder / name).touch()

    def report(self, bits: int) -> None:
        with (self.folder / "pressed").open("ab") as file:
            file.write(bytes([2, bits]))

    def await_lights(self, lights: int) -> None:
        file, wanted = self.folder / "lights", bytes([lights])
        never = f"the lights never were {lights}"
        until(lambda: file.read_bytes()[-1:] == wanted, never, 4)


@pytest.fixture
def headset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Headset]:
    folder = tmp_path / "hid"
    folder.mkdir()
    monkeypatch.setenv("FAKE_HIDRAW", str(folder))
    before = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(folder), before))))
    return Headset(folder)


@pytest.mark.sip
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="hidraw is Linux's")
def test_a_call_is_answered_muted_and_hung_up_on_the_headset(
    headset: Headset, start: StartEngine
) -> None:
    desk, far = start("desk", "--sound", "headset"), start("far")
    buttons = "Jabra Evolve2 40"
    if desk.welcome.sound.buttons != buttons:
        desk.wait_for(wire.SoundChanged, lambda e: e.sound.buttons == buttons)
    call = far.place(desk)
    desk.wait_for(wire.CallOffered)
    headset.await_lights(RING)
    headset.report(HOOK)
    desk.wait_for(wire.CallAnswered)
    headset.await_lights(OFF_HOOK)
    headset.report(HOOK | MUTE)
    headset.report(HOOK)
    assert desk.wait_for(wire.MuteChanged).muted
    headset.await_lights(OFF_HOOK | MUTED)
    headset.report(0)
    assert far.wait_for(wire.CallEnded).call == call
    headset.await_lights(0)
    (headset.folder / "plugged").unlink()
    desk.wait_for(wire.SoundChanged, lambda e: not e.sound.buttons)


@pytest.mark.sip
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="hidraw is Linux's")
def test_a_hook_lifted_for_nobody_is_put_back(headset: Headset, start: StartEngine) -> None:
    start("desk", "--sound", "headset")
    headset.await_lights(0)
    lights = headset.folder / "lights"
    size = lights.stat().st_size
    headset.report(HOOK)
    until(lambda: lights.stat().st_size != size, "the headset still thinks it is on a call", 4)
    headset.await_lights(0)
