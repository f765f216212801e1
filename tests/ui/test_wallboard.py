"""The wallboard on its screen: read from five metres, by day and by night, in words and marks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.desk.floor.wall import Step, WallView, wall
from console.store.floor import Owed
from console.ui.main_window import MainWindow
from console.ui.wallboard.looks import DARK, INKS, LIGHT, Look, Size, Tone, font
from console.ui.wallboard.window import WallWindow
from console.ui.wallboard.words import Part
from tests.ui import floor_samples, samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press

NOW = floor_samples.NOW


class FakeKeeper(QObject):
    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_open = False

    def open(self) -> None:
        self.is_open = True

    def leave(self) -> None:
        self.is_open = False


def view(**more: object) -> WallView:
    last = samples.NOW - timedelta(seconds=254)
    rows = replace(floor_samples.rows(), owed=Owed(3, last, floor_samples.LAKESHORE))
    seen, names = floor_samples.view(), floor_samples.names()
    shown = wall(seen, rows, names, NOW, step=Step.LIVE, midnight=NOW - 50_000)
    return replace(shown, **more)  # type: ignore[arg-type]


class Wall:
    def __init__(self, qtbot: QtBot) -> None:
        self.keeper = FakeKeeper()
        self.now = samples.NOW
        self.window = WallWindow(self.keeper, lambda: self.now, LIGHT)  # type: ignore[arg-type]
        qtbot.addWidget(self.window)
        self.window.resize(1920, 1080)
        self.window.show()
        self.window.open()
        self.keeper.changed.emit(view())
        settle()

    def said(self, part: Part) -> str:
        return self.window.board.views[part].accessibleName()

    def painted(self) -> dict[Part, int]:
        return {part: each.painted for part, each in self.window.board.views.items()}


@pytest.fixture
def shown(qtbot: QtBot) -> Wall:
    return Wall(qtbot)


def test_every_figure_with_its_word(shown: Wall) -> None:
    assert shown.said(Part.WAITING) == "Waiting now: Waiting now; 4; ▲ watch; 1 desk free"
    assert "0:41; ✕ too long; Lakeshore Cardiology" in shown.said(Part.LONGEST)
    share = shown.said(Part.SHARE)
    assert "Answered in 20 s; 95 %" in share
    assert "of 231 answered or gone; since 00:00, from first ring" in share
    assert "On a call 2; Wrapping up 1; On a break 1; Not ready 1" in shown.said(Part.AGENTS)
    breaches = shown.said(Part.BREACHES)
    assert "✕ Lakeshore Cardiology 2 · 0:41 too long" in breaches
    assert "▲ Riverside Family Medicine 1 · 0:22 watch" in breaches
    assert "owed a call 3; the last called 4:14 ago, Lakeshore Cardiology" in shown.said(Part.OWED)
    assert shown.said(Part.STEP).startswith("Picture: In step, 12 ms behind")


def test_nobody_is_named_and_no_number_is_shown(shown: Wall) -> None:
    words = " ".join(shown.said(part) for part in Part) + shown.window.windowTitle()
    for agent in floor_samples.view().agents:
        assert agent.name.split()[0] not in words
    assert not re.search(r"\d{7,}", words)


def test_an_old_picture_says_since_when_and_its_times_stand_still(shown: Wall) -> None:
    old = view(step=Step.OLD, old_since=NOW)
    shown.keeper.changed.emit(old)
    shown.now += timedelta(seconds=90)
    shown.window.tick()
    at = samples.NOW.astimezone()
    assert f"✕ Not in step since {at:%H:%M:%S}" in shown.said(Part.STEP)
    assert "0:41" in shown.said(Part.LONGEST)
    tones = {line.tone for part in (Part.WAITING, Part.LONGEST, Part.SHARE)
             for line in shown.window.board.views[part].card.lines}  # fmt: skip
    assert tones == {Tone.SOFT}
    shown.keeper.changed.emit(view())
    assert "In step" in shown.said(Part.STEP)
    assert "2:11" in shown.said(Part.LONGEST)


def test_a_late_picture_says_how_late(shown: Wall) -> None:
    shown.keeper.changed.emit(view(lag_s=4.6))
    assert "▲ 5 s behind the PBX" in shown.said(Part.STEP)


def test_records_that_are_away_are_said(shown: Wall) -> None:
    shown.keeper.changed.emit(view(owed=None))
    assert "owed calls not known" in shown.said(Part.OWED)


@pytest.mark.parametrize("height", [768, 1080, 2160])
def test_the_least_words_are_read_from_five_metres(height: int, qtbot: QtBot) -> None:
    """16 minutes of arc at 5 m on 55 inches (685 mm high), by ISO 9241-303: 23.3 mm."""
    for size in Size:
        high = QFontMetricsF(font(size, height)).capHeight()
        assert high / height * 685 >= 23.2, size


@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768), (3840, 2160), (1024, 768)])
def test_nothing_is_cut_on_a_screen_of_any_size(shown: Wall, size: tuple[int, int]) -> None:
    shown.window.resize(*size)
    settle()
    for part, card in shown.window.board.views.items():
        lines = card.card.lines
        assert sum(card._height(line) for line in lines) <= card.height(), part
        for line in lines if part in (Part.WAITING, Part.SHARE, Part.AGENTS) else ():
            metrics = QFontMetricsF(font(line.size, shown.window.board.unit))
            wide = metrics.horizontalAdvance(line.left + line.right)
            assert wide <= card.width() - 0.044 * shown.window.board.unit, (part, line)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)
def test_words_stand_out_by_day_and_by_night(look: Look) -> None:
    def light(colour: QColor) -> float:
        def linear(c: float) -> float:
            return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4

        red, green, blue = (linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: Tone, other: Tone) -> float:
        high, low = sorted((light(look[one]), light(look[other])), reverse=True)
        return (high + 0.05) / (low + 0.05)

    for ink in INKS:
        assert contrast(ink, Tone.CARD) >= 4.5, ink
        assert contrast(ink, Tone.PAGE) >= 4.5, ink
    assert contrast(Tone.RED, Tone.RED_GROUND) >= 4.5
    assert contrast(Tone.AMBER, Tone.AMBER_GROUND) >= 4.5


def test_only_what_has_changed_is_drawn_again(shown: Wall) -> None:
    before = shown.painted()
    shown.keeper.changed.emit(view())
    settle()
    assert shown.painted() == before
    shown.now += timedelta(seconds=1)
    shown.window.tick()
    settle()
    again = {part for part, count in shown.painted().items() if count > before[part]}
    assert Part.LONGEST in again
    assert not again & {Part.WAITING, Part.SHARE, Part.AGENTS}


def test_its_keys_are_told_to_whoever_touches_it(shown: Wall, qtbot: QtBot) -> None:
    shown.window._put_hint_away()
    QTest.mouseMove(shown.window.board.views[Part.SHARE], QPoint(30, 30))
    qtbot.waitUntil(shown.window.hint.isVisible)
    assert "Esc" in shown.window.hint.text()
    QTest.keyClick(shown.window, Qt.Key.Key_D)
    assert shown.window.board.look is DARK
    QTest.keyClick(shown.window, Qt.Key.Key_D)
    assert shown.window.board.look is LIGHT
    QTest.keyClick(shown.window, Qt.Key.Key_F11)
    assert shown.window.isFullScreen()
    QTest.keyClick(shown.window, Qt.Key.Key_Escape)
    assert not shown.window.isVisible()
    assert not shown.keeper.is_open


@pytest.fixture
def from_the_floor(desk: FakeDesk, window: MainWindow) -> Iterator[Callable[[], WallWindow | None]]:
    desk.status_changed.emit(samples.IDLE)
    desk.floor.wall = FakeKeeper()  # type: ignore[attr-defined]
    desk.floor.may_open_wall = lambda: True  # type: ignore[attr-defined]
    press(window, "Ctrl+Shift+F")
    press(window, "Ctrl+Shift+W")
    yield lambda: window.wallboard.wall
    window.wallboard.close()


def test_by_its_key_from_the_floor_and_away(
    from_the_floor: Callable[[], WallWindow | None],
) -> None:
    wall = from_the_floor()
    assert wall is not None
    assert wall.isFullScreen()
    press(wall, "Ctrl+Shift+W")  # on the only screen the keyboard is the wall's
    assert from_the_floor() is None


def test_a_call_that_rings_is_seen(
    desk: FakeDesk, from_the_floor: Callable[[], WallWindow | None]
) -> None:
    desk.calls_changed.emit((samples.RINGING,))
    assert from_the_floor() is None


def test_it_stays_through_a_lock_and_goes_with_its_opener(
    desk: FakeDesk, from_the_floor: Callable[[], WallWindow | None]
) -> None:
    desk.status_changed.emit(replace(samples.LOCKED, agent=samples.IDLE.agent))
    assert from_the_floor() is not None
    desk.status_changed.emit(replace(samples.LOCKED, agent="Nobody signed in"))
    assert from_the_floor() is None
