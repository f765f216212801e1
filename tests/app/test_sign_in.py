"""A first day, in the real window on the real desk and records, by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.people import credentials
from console.ui.main_window import MainWindow
from scripts.loader import SAMPLES, load_library
from softphone import wire
from tests.desk.room import RIVERSIDE, Room

PASSWORD = "four words no one tries"


class Hands:
    """Somebody who presses keys and waits to see what comes of it."""

    def __init__(self, room: Room, window: MainWindow) -> None:
        self.room = room
        self.window = window

    def press(self, sequence: str) -> None:
        key = QKeySequence(sequence)[0]
        QTest.keyClick(self.window.focusWidget() or self.window, key.key(), key.keyboardModifiers())
        self.room.rest()
        QApplication.processEvents()

    def enter(self, *texts: str) -> None:
        for text in texts:
            QTest.keyClicks(self.window.focusWidget(), text)
            self.press("Return")

    def title(self) -> str:
        return self.window.lock.foot.title


@pytest.fixture
def hands(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    from argon2 import PasswordHasher

    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(1, 8, 1))
    room = Room(qtbot, tmp_path, load_library(SAMPLES), person=None)
    window = MainWindow(room.desk, clock=room.clock)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    room.open()
    yield Hands(room, window)
    room.close()


def test_from_the_first_start_to_the_shift_s_end_by_keyboard(hands: Hands) -> None:
    room, window = hands.room, hands.window
    assert hands.title() == "Make the administrator’s account"
    room.ring(to=RIVERSIDE)  # it rings before anybody has an account
    hands.press("F2")
    assert [type(each) for each in room.engine.sent] == [wire.Answer]
    room.engine.answered("c1")
    hands.enter("amira", "Amira Haddad", PASSWORD, PASSWORD)
    assert hands.title() == "Add your phone"
    phone = pyotp.TOTP("".join(window.lock.signing.view.secret))
    hands.enter(phone.at(room.clock()))
    assert hands.title() == "Recovery codes"
    hands.press("Return")
    assert not window.lock.isVisible()
    assert window.top.person.text() == "Amira Haddad · Administrator"
    assert window.pop is not None  # and the call is still there
    hands.press("F8")
    assert isinstance(room.engine.sent[-1], wire.HangUp)
    room.over("c1")
    hands.press("F10")
    hands.press("4")
    room.rest()
    hands.press("Ctrl+L")
    assert hands.title() == "Frontdesk is locked"
    hands.enter(PASSWORD)
    assert not window.lock.isVisible()
    hands.press("Ctrl+Y")
    hands.press("1")
    assert hands.title() == "Sign in"
    room.clock.forward(seconds=30)
    hands.enter("amira", PASSWORD, phone.at(room.clock()))
    assert not window.lock.isVisible()
    hands.press("Ctrl+Y")
    hands.press("5")
    assert window.sheets.current is window.people.staff
    hands.press("A")
    QTest.keyClicks(window.focusWidget(), "dana")
    hands.press("Tab")
    QTest.keyClicks(window.focusWidget(), "Dana Whitfield")
    hands.press("Return")
    assert window.people.staff.view is not None
    assert len(window.people.staff.view.rows) == 2
    assert window.people.staff.view.given_to == "dana"
    hands.press("Esc")
    assert window.sheets.current is None
