"""A call recorded by the whole program: keys pressed, a real caller heard, a WAV in the end."""

import json
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.__main__ import main
from console.app import Program, build
from console.desk.permissions import Person
from console.phone.process import EngineProcess
from console.settings import LineSettings, Settings, SoundSettings
from console.start import engine_options
from console.store.values import Role
from scripts.loader import Library, load_library
from scripts.recording import ConsentLaw, Recording
from tests.app.test_program import take
from tests.records_file import SAFE, asked
from tests.sip_caller import Address, Attempt
from tests.softphone.far_phone import FarPhone, media_address

pytestmark = [pytest.mark.sip, pytest.mark.timeout(90)]

HERTZ = 440
WORDS = "This call is recorded so that we get it right. Is that all right with you?"


def recorded() -> Library:
    """The samples, all of them recording."""
    part = Recording(law=ConsentLaw.ALL_PARTY, announcement=WORDS)
    library = load_library()
    practices = (each.model_copy(update={"recording": part}) for each in library.practices)
    return Library(tuple(practices), library.faults)


class Caller(FarPhone):
    """A caller with a voice."""

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__()
        self.target = target

    def invite(self, **more: Any) -> Attempt:
        """Call, with a description of its own sound."""
        self.attempt = super().invite(sdp=self.sdp(keys=False), **more)
        return self.attempt

    @property
    def far_ear(self) -> Address:
        """Where the desk listens."""
        return media_address(next(m for m in self.attempt.received if m.code == 200))


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Program, Caller]]:
    chosen = Settings(
        agent="Dana Whitfield",
        records=str(tmp_path / "records.sqlite"),
        line=LineSettings(bind="127.0.0.1", sip_port=0),
        sound=SoundSettings(kind="none"),
    )
    process = EngineProcess(tmp_path, engine_options(chosen))
    made = build(
        chosen,
        recorded(),
        data=tmp_path,
        process=process,
        secrets=SAFE.secrets,
        person=Person("dana", "Dana Whitfield", Role.SUPERVISOR),
    )
    caller = None
    try:
        with qtbot.waitSignal(made.engine.joined, timeout=20_000) as joined:
            made.start()
        host, _, port = joined.args[0].sip_address.rpartition(":")
        caller = Caller((host, int(port)))
        yield made, caller
    finally:
        made.window.may_close = lambda: True
        made.window.close()
        made.close()
        if caller is not None:
            caller.close()


def says(made: Program, words: str) -> bool:
    return any(words in item.accessibleName() for item in made.window.calls.items)


def press(made: Program, *, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier
    held = modifiers.ShiftModifier if shift else modifiers.NoModifier
    QTest.keyClick(made.window.focusWidget() or made.window, Qt.Key.Key_F11, held)


def test_a_call_is_recorded_by_key_listed_and_written_out(
    qtbot: QtBot, desk: tuple[Program, Caller], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, caller = desk
    take(qtbot, made, caller)
    panel = made.window.centre.consent
    qtbot.waitUntil(lambda: panel.accessibleDescription() == WORDS, timeout=5_000)
    folder = tmp_path / "recordings"
    assert not folder.exists()
    with caller.speaking(caller.far_ear, HERTZ):
        press(made)
        qtbot.waitUntil(lambda: says(made, "Active · recording"), timeout=10_000)
        (file,) = folder.iterdir()
        qtbot.waitUntil(lambda: file.stat().st_size > 90_000, timeout=10_000)
        press(made)
        qtbot.waitUntil(lambda: says(made, "recording paused"), timeout=10_000)
        qtbot.wait(300)
        press(made)
        qtbot.waitUntil(lambda: not says(made, "paused"), timeout=10_000)
        press(made, shift=True)
        qtbot.waitUntil(lambda: says(made, "recording ended"), timeout=10_000)
    made.desk.hang_up()
    records = tmp_path / "records.sqlite"
    written = "select sha256 from recordings where ended_at is not null"
    qtbot.waitUntil(lambda: bool(asked(records, written)), timeout=10_000)
    places = ["--records", str(records), "--folder", str(folder)]
    assert main(["recordings", "list", "--json", *places], safe=SAFE) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["state"], row["consent"], row["agent"]) == ("whole", "given", "Dana Whitfield")
    assert [pause["why"] for pause in row["pauses"]][-1] == "asked"
    target = tmp_path / "call.wav"
    assert main(["recordings", "export", *places, row["recording"], str(target)], safe=SAFE) == 0
    with wave.open(str(target), "rb") as wav:
        both = np.frombuffer(wav.readframes(wav.getnframes()), "<i2").reshape(-1, 2)
        rate = wav.getframerate()
    far = both[rate // 2 : rate, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(far * np.hanning(len(far))))
    assert np.fft.rfftfreq(len(far), 1 / rate)[spectrum.argmax()] == pytest.approx(HERTZ, abs=8)
    assert not both[:, 1].any()  # no microphone, no sound of ours
