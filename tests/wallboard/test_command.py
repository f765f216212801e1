"""`frontdesk wallboard` against a real socket: live, out of step, and back again."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.__main__ import main
from console.safe import HandedSafe
from console.store.secrets import Handed
from console.store.session import Records
from console.ui.wallboard.window import WallWindow
from tests.queue_feed.conftest import MakePeer
from tests.queue_feed.peer import Caller, said
from tests.store.builders import seed

SECRETS = Handed(b"wall", passwords={"frontdesk@localhost": "right horse"})


def run(path: Path, records: Path, steps: list[Callable[[str], bool]]) -> list[str]:
    """Run the command; each step is given all that the wall says until it is satisfied. The window
    closes after the last, or when it takes too long. Returns what each step was satisfied by."""
    satisfied: list[str] = []
    timer = QTimer(interval=50)

    def walls() -> list[WallWindow]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, WallWindow)]

    def look() -> None:
        for wall in walls():
            words = " | ".join(v.accessibleName() for v in wall.board.views.values())
            if len(satisfied) < len(steps) and steps[len(satisfied)](words):
                satisfied.append(words)
            if len(satisfied) == len(steps):
                wall.close()

    timer.timeout.connect(look)
    timer.start()
    late = QTimer(interval=15_000, singleShot=True)
    late.timeout.connect(lambda: [wall.close() for wall in walls()])
    late.start()
    command = ["wallboard", "--settings", str(path), "--records", str(records), "--window"]
    assert main(command, safe=HandedSafe(SECRETS)) == 0
    return satisfied


def test_it_is_live_and_says_when_it_is_not(
    qtbot: QtBot, tmp_path: Path, peer: MakePeer, ca_file: str
) -> None:
    gone, back = threading.Event(), threading.Event()

    def first(caller: Caller) -> None:
        caller.let_in()
        caller.picture(
            said("QueueMember", Queue="answering", Name="Dana Whitfield", Location="PJSIP/dana",
                 Status=1, Paused=0, Timestamp=time.time()),
            said("QueueEntry", Queue="answering", Position=1, Uniqueid="1.1", Wait=50,
                 CallerIDNum="6125550100", Timestamp=time.time()),
        )  # fmt: skip
        gone.wait(15)

    def second(caller: Caller) -> None:
        back.wait(15)
        caller.let_in()
        caller.picture()
        caller.wait()

    port = peer(first, second).port
    settings, records = tmp_path / "settings.toml", tmp_path / "records.sqlite"
    settings.write_text(f"[floor]\nhost = 'localhost'\nport = {port}\nca_file = '{ca_file}'\n")
    made = Records.open(records, secrets=SECRETS)
    seed(made)
    made.close()

    def live(words: str) -> bool:
        if "Waiting now; 1" in words and "Nobody" in words:
            gone.set()
            return True
        return False

    def old(words: str) -> bool:
        if "Not in step since" in words:
            back.set()
            return True
        return False

    steps = [live, old, lambda words: "Waiting now; 0" in words and "In step" in words]
    shown = run(settings, records, steps)
    assert len(shown) == 3, shown
    assert "Available 1" in shown[0]
    assert "6125550100" not in " ".join(shown)
    assert "Dana" not in " ".join(shown)


def test_records_that_are_not_there_are_said_and_not_made(qtbot: QtBot, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("")
    records = tmp_path / "records.sqlite"
    (shown,) = run(settings, records, [lambda words: "owed calls not known" in words])
    assert "Connecting" in shown
    assert not records.exists()


def test_a_wrong_look_in_the_settings_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[wallboard]\nlook = 'bright'\n")
    assert main(["wallboard", "--settings", str(path)], safe=HandedSafe(SECRETS)) == 2
    assert "wallboard.look" in capsys.readouterr().err
