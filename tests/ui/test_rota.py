"""The rota's page with a real desk behind it, worked by keys alone."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.desk.permissions import Person
from console.desk.rota.edit_views import EditKind
from console.desk.rota.views import Mark, ShiftView, Span
from console.ui.focus import stops
from console.ui.rota.page import RotaPanel
from console.ui.theme import SCALES, theme
from scripts.loader import SAMPLES, Library, load_library
from tests.ui.conftest import settle
from tests.ui.test_practices import RUTH, SAM, Page

Begin = Callable[..., "Hands"]


class Hands(Page):
    """A window with the rota's page."""

    @property
    def rota(self) -> RotaPanel:
        shown = self.window.pages.current
        assert isinstance(shown, RotaPanel)
        return shown

    @property
    def shift(self) -> ShiftView:
        shift = self.rota.calendar.shift
        assert shift is not None
        return shift

    def do(self, *sequences: str) -> None:
        """Press keys, each when what the one before brought is there."""
        for sequence in sequences:
            self.key(sequence)
            self.room.rest()
            settle()

    def show(self, practice: str) -> None:
        self.do("Ctrl+Shift+O", "Ctrl+K")
        self.type(practice)
        self.room.rest()
        self.do("Return")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SAMPLES)


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path, library: Library) -> Iterator[Begin]:
    made: list[Hands] = []

    def one(person: Person = RUTH) -> Hands:
        made.append(Hands(qtbot, tmp_path, library, person))
        return made[-1]

    yield one
    for hands in made:
        hands.close()
    theme.rescale(1.0)


@pytest.fixture
def riverside(begin: Begin) -> Hands:
    hands = begin()
    hands.show("riverside")
    return hands


def test_a_practice_is_found_and_who_is_on_now_is_in_hand(riverside: Hands) -> None:
    assert riverside.window.focusWidget() is riverside.rota.week
    assert riverside.shift.name == "Dr. Ifeoma Okafor"
    assert riverside.shift.hours == "07:00–17:00"
    assert riverside.rota.week.accessibleDescription() == riverside.shift.said
    assert "Until Thu 26 Nov 00:00" in riverside.rota.head.accessibleDescription()
    riverside.do("Ctrl+Shift+O")
    assert riverside.window.pages.current is None


def test_arrows_go_over_shifts_tiers_days_and_weeks(riverside: Hands) -> None:
    riverside.do("Right")
    assert riverside.shift.hours == "17:00–07:00"
    riverside.do("Down")
    assert (riverside.shift.short, riverside.shift.tier) == ("Ortega", 1)
    riverside.do("Down")
    assert (riverside.shift.tier, riverside.shift.start.day) == (0, 25)
    riverside.do("Up", "Up", "Left")
    assert (riverside.shift.tier, riverside.shift.hours) == (0, "07:00–17:00")
    riverside.do(*["Right"] * 6)
    assert riverside.rota.view.title == "23 – 29 Nov 2026"
    riverside.do("Right", "Right")
    assert riverside.rota.view.title == "30 Nov – 6 Dec 2026"
    riverside.do("PgUp", "PgUp", "PgUp")
    assert riverside.rota.view.title == "9 – 15 Nov 2026"
    riverside.do("T")
    assert riverside.rota.view.title == "23 – 29 Nov 2026"


def test_a_month_has_days_and_nights_and_enter_says_all_about_a_shift(riverside: Hands) -> None:
    riverside.do("M")
    assert riverside.rota.view.asked.span is Span.MONTH
    assert riverside.window.focusWidget() is riverside.rota.month
    riverside.do("Right", "Down")
    assert riverside.shift.start.date() == date(2026, 11, 26)
    assert "Dr. Luis Ortega" in riverside.rota.month.accessibleDescription()
    riverside.do("W")
    assert riverside.window.focusWidget() is riverside.rota.week
    riverside.do("Return")
    sheet = riverside.window.pages.shift
    assert sheet is not None
    assert riverside.window.sheets.current is sheet
    assert "Phone: (515) 555-0110" in sheet.close_button.accessibleDescription()
    riverside.do("Esc")
    assert riverside.window.sheets.current is None
    assert riverside.window.focusWidget() is riverside.rota.week


def test_a_rota_is_changed_by_keys_alone(riverside: Hands, qtbot: QtBot) -> None:
    sheets = riverside.window.sheets
    riverside.do("Right", "O")
    sheet = riverside.window.pages.edit
    assert sheet is not None
    assert sheets.current is sheet
    assert riverside.window.focusWidget() is sheet.search
    riverside.type("ort")
    qtbot.waitUntil(lambda: "Dr. Luis Ortega instead of" in sheet.lines.text(), timeout=3_000)
    assert not sheet.write.isEnabled()
    riverside.do("Tab", "Tab", "Tab")
    assert riverside.window.focusWidget() is sheet.why
    riverside.type("Wedding")
    qtbot.waitUntil(sheet.write.isEnabled, timeout=3_000)
    riverside.do("Ctrl+Return")
    assert sheets.current is None
    assert riverside.window.focusWidget() is riverside.rota.week
    assert (riverside.shift.short, riverside.shift.mark) == ("Ortega", Mark.CHANGED)
    assert "Changed: override by Ruth Calder" in riverside.rota.week.accessibleDescription()
    riverside.do("Del")
    assert "Dr. Ifeoma Okafor" in sheet.lines.text()
    riverside.type("Called off")
    qtbot.waitUntil(sheet.write.isEnabled, timeout=3_000)
    riverside.do("Return")  # from the last field
    assert riverside.shift.mark is Mark.PLAIN
    riverside.do("S", "Down", "S")
    assert sheet.view is not None
    assert sheet.view.kind is EditKind.SWAP
    riverside.do("Esc", "V")
    assert sheet.view.kind is EditKind.VACATION
    riverside.do("Esc", "C", "Return")
    assert "by Ruth Calder" in riverside.rota.head.accessibleDescription()


def test_a_way_is_chosen_by_the_arrows_and_people_from_the_field(
    riverside: Hands, qtbot: QtBot
) -> None:
    riverside.do("O")
    sheet = riverside.window.pages.edit
    assert sheet is not None
    riverside.do("Shift+Tab", "Right")
    qtbot.waitUntil(lambda: sheet.view is not None and sheet.view.asks_after, timeout=3_000)
    assert sheet.ways.buttons[1].hasFocus()
    riverside.do("Tab", "Down")
    qtbot.waitUntil(lambda: sheet.people[0].text().startswith("✓"), timeout=3_000)
    riverside.do("Down")
    qtbot.waitUntil(lambda: sheet.people[1].text().startswith("✓"), timeout=3_000)
    assert sheet.people[1].accessibleName() == "Dr. Luis Ortega, chosen"
    riverside.do("Esc")
    assert riverside.window.sheets.current is None


def test_n_goes_from_one_gap_to_the_next(begin: Begin) -> None:
    maple = begin()
    maple.show("maple")
    assert "to mend" not in maple.rota.troubles.accessibleDescription()
    assert maple.rota.troubles.accessibleDescription().startswith("Gap, Tue 24 Nov")
    maple.do("N")
    assert maple.shift.mark is Mark.GAP
    first = maple.shift.start
    maple.do("N")
    assert maple.shift.mark is Mark.GAP
    assert maple.shift.start > first


def test_the_mouse_takes_a_shift_in_hand_and_opens_it(riverside: Hands) -> None:
    week = riverside.rota.week
    thursday = week.view.days[3].pieces[0]  # type: ignore[union-attr]
    spot = week._box(3, thursday).center().toPoint()
    QTest.mouseClick(week, Qt.MouseButton.LeftButton, pos=spot)
    assert riverside.shift.short == "Ortega"
    QTest.mouseDClick(week, Qt.MouseButton.LeftButton, pos=spot)
    assert riverside.window.sheets.current is riverside.window.pages.shift


def test_what_is_in_hand_stays_so_while_the_page_is_kept_up_to_date(riverside: Hands) -> None:
    riverside.do("Right", "Down")
    held = riverside.shift
    riverside.room.book.changed.emit()
    riverside.qtbot.waitSignal(riverside.room.desk.rota.changed, timeout=2_000).wait()
    settle()
    assert riverside.shift == held


@pytest.mark.parametrize("scale", [SCALES[0], SCALES[-1]])
def test_text_of_any_size_is_laid_out_in_sight(riverside: Hands, scale: float) -> None:
    riverside.window.set_scale(scale)
    settle()
    riverside.do("Down", "Down", "Down", "Down")
    spot = riverside.rota.week.spot().center().toPoint()
    assert (
        riverside.rota.area.viewport()
        .rect()
        .contains(riverside.rota.week.mapTo(riverside.rota.area.viewport(), spot))
    )
    right = max(button.geometry().right() for button in riverside.rota.acts())
    assert right <= riverside.rota.width()


def test_every_stop_of_the_tab_key_has_a_name(riverside: Hands) -> None:
    for stop in stops(riverside.window, riverside.rota.regions()):
        assert stop.accessibleName()


def test_a_receptionist_is_told_for_whom_the_page_is(begin: Begin) -> None:
    sam = begin(SAM)
    sam.key("Ctrl+Shift+O")
    assert sam.window.pages.current is None
    assert sam.room.notices[-1].title == "Not with your role"


def test_f1_tells_the_page_s_keys(riverside: Hands) -> None:
    riverside.do("F1")
    sheet = riverside.window.pages.rota_keys
    assert sheet is not None
    assert riverside.window.sheets.current is sheet
    told = [each.accessibleName() for each in sheet.findChildren(QWidget)]
    assert "O: Override: somebody else, as well, or the next" in told
    riverside.window.resize(1000, 620)
    settle()
    assert sheet.geometry().bottom() < riverside.window.height()
    before = sheet.area.verticalScrollBar().value()
    riverside.do("PgDown")
    assert sheet.area.verticalScrollBar().value() > before
