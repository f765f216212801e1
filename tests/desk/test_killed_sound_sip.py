"""kill -9 of the window in a call: what the caller hears of it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.desk.views import LineState
from console.phone.engine import Engine
from softphone import wire
from tests.desk.conftest import MakeRoom
from tests.desk.receptionist_killed import ENGINE
from tests.softphone import sound
from tests.softphone.conftest import StartEngine, start
from tests.softphone.peer import EngineProcess

__all__ = ["start"]  # a fixture

pytestmark = [pytest.mark.sip, pytest.mark.timeout(60)]

NO_GAP_OVER = 0.1  # seconds


def test_the_caller_hears_no_gap_and_the_next_window_has_call_form_and_timer(
    qtbot: QtBot, make_room: MakeRoom, start: StartEngine, tmp_path: Path
) -> None:
    speech = sound.write_tone(tmp_path / "receptionist.wav", 500, 60)
    ear = tmp_path / "caller.wav"
    caller = start("caller", "--sound", "files", "--earpiece", str(ear))
    program = [sys.executable, "-m", "tests.desk.receptionist_killed", str(tmp_path)]
    speaking = ("--sound", "files", "--microphone", str(speech))
    with subprocess.Popen(
        [*program, *speaking],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    ) as window:
        assert window.stdout is not None
        address = window.stdout.readline().split()[1]
        target = f"sip:5155550100@{address}"
        caller.send(wire.PlaceCall("r", target, caller_number="+15155550163"))
        answered = caller.wait_for(wire.CallAnswered, timeout=15)
        assert window.stdout.readline() == "DRAFTED\n"
        hear(caller, 5)
        window.send_signal(signal.SIGKILL)
    hear(caller, 10)  # two seconds with no window at all
    engine = Engine(tmp_path, options=ENGINE)
    room = make_room(engine=engine)
    with qtbot.waitSignal(engine.joined, timeout=15_000):
        room.desk.start()
    try:
        qtbot.waitUntil(lambda: room.form is not None, timeout=15_000)
        (card,) = room.cards
        assert card.state is LineState.ACTIVE
        assert abs(card.since.timestamp() - answered.at) < 1  # the timer runs on
        assert room.field("patient_name").value == "Ruth Olsen"
        hear(caller, 5)
        room.desk.hang_up()
        caller.wait_for(wire.CallEnded)
    finally:
        engine.stop()
    caller.stop()
    gap = sound.longest_silence(sound.read(ear))
    print(f"the caller's longest gap: {gap * 1000:.0f} ms")
    assert gap < NO_GAP_OVER


def hear(caller: EngineProcess, times: int) -> None:
    """Let the caller hear for some fifths of a second."""
    for _ in range(times):
        caller.wait_for(wire.SoundLevels, lambda e: e.earpiece > -30)
