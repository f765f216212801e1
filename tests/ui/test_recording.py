"""Recording in the window: the words to read, the two answers, and a state nobody can miss."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.desk.views import PlaybackView
from console.ui.columns import is_parked
from console.ui.keys import Act
from console.ui.main_window import MainWindow
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk


def test_the_words_are_shown_until_they_are_answered(call: MainWindow, desk: FakeDesk) -> None:
    panel = call.centre.consent
    desk.pop_changed.emit(replace(samples.POP, consent=samples.CONSENT))
    settle()
    assert not is_parked(panel)
    assert panel.accessibleDescription() == samples.CONSENT.say
    panel.agree.click()
    panel.refuse.click()
    assert desk.asked[-2:] == [("record",), ("no_record",)]
    desk.pop_changed.emit(samples.POP)
    settle()
    assert is_parked(panel)


def test_recording_is_said_in_words_and_a_mark(call: MainWindow, desk: FakeDesk) -> None:
    paused = replace(
        samples.ACTIVE,
        recording="recording paused",
        can_pause_recording=False,
        can_resume_recording=True,
    )
    for card, words, button in (
        (samples.ACTIVE, "recording", "Pause recording"),
        (paused, "recording paused", "Resume recording"),
    ):
        desk.calls_changed.emit((card,))
        settle()
        item = call.calls.items[0]
        assert words in item.accessibleName()
        assert item.buttons[Act.RECORD].text() == button
        item.buttons[Act.RECORD].click()
        assert desk.last() == ("record",)


def test_a_call_not_recorded_has_no_button_for_it(call: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((replace(samples.ACTIVE, recording="", can_pause_recording=False),))
    settle()
    assert is_parked(call.calls.items[0].buttons[Act.RECORD])


def test_recordings_are_played_and_deleted_by_key(window: MainWindow, desk: FakeDesk) -> None:
    desk.recordings_changed.emit(samples.RECORDINGS)
    sheet = window.sheets.recordings
    assert window.sheets.current is sheet
    first = sheet.rows[0]
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert desk.last() == ("play_recording", "a")
    desk.playback_changed.emit(PlaybackView("a", 72.0, 192.0))
    assert first.take.text() == "Stop"
    assert "playing 1:12 of 3:12" in first.accessibleName()
    assert sheet.rows[1].take.text() == "Play"
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert desk.last() == ("play_recording", "a")  # asked again first
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert desk.last() == ("delete_recording", "a")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert desk.last() == ("close_recordings",)
    assert window.sheets.current is None


def test_without_any_the_sheet_says_so(window: MainWindow, desk: FakeDesk) -> None:
    desk.recordings_changed.emit(())
    assert window.sheets.recordings.nothing.isVisible()
    assert not window.sheets.recordings.area.isVisible()


def test_in_a_low_window_the_words_take_the_greetings_place_until_answered(
    call: MainWindow, desk: FakeDesk
) -> None:
    call.resize(1180, 720)
    desk.pop_changed.emit(replace(samples.POP, consent=samples.CONSENT))
    settle()
    assert not is_parked(call.centre.consent)
    assert is_parked(call.centre.say)
    desk.pop_changed.emit(samples.POP)
    settle()
    assert not is_parked(call.centre.say)
