"""What a receptionist sees: the pop, the lock, the order of the focus, names for a reader."""

from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.desk.views import Callback, DeskState, Light, Notice
from console.ui.columns import is_parked
from console.ui.controls import ChoiceButton, KeyButton
from console.ui.focus import stops
from console.ui.main_window import MainWindow
from console.ui.theme import EDGES, PAIRS, SCALES, Ink, colour, contrast
from scripts.calltypes import CallType
from tests.ui import samples
from tests.ui.conftest import settle
from tests.ui.fake_desk import FakeDesk
from tests.ui.test_keys import press


def seen(window: QWidget) -> list[QWidget]:
    """Return every child that is on the screen."""
    return [
        each for each in window.findChildren(QWidget) if each.isVisible() and not is_parked(each)
    ]


def words(window: QWidget) -> str:
    """Return everything a screen reader would find."""
    return " | ".join(
        f"{each.accessibleName()} {each.accessibleDescription()}" for each in seen(window)
    )


def test_a_ringing_call_shows_the_whole_pop_and_tells_when(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    desk.status_changed.emit(samples.IDLE)
    settle()
    with qtbot.waitSignal(window.pop_painted) as painted:
        desk.calls_changed.emit((samples.RINGING,))
        desk.pop_changed.emit(samples.OFFERED)
        desk.status_changed.emit(samples.RING)
    assert painted.args is not None
    assert painted.args[0] == "1"
    said = words(window)
    for part in (
        "Riverside Family Medicine",
        "Tue 19:42 in Des Moines",
        "Closed",
        "BAA on file",
        "How can I help you?",
        "Dr. Ifeoma Okafor",
        "Escalate to Dr. Okafor",
        "Hours: Mon–Fri 8–17",
        "Looking up",
        "escalate at once",
        "Answer F2",
        "Decline Shift+F2",
        "Ringing",
        "(515) 555-0142",
        *(label for _, label, _ in samples.TYPES),
    ):
        assert part in said.replace("\u2011", "-"), part


def test_the_pop_is_painted_in_the_frame_that_tells_of_it(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    desk.status_changed.emit(samples.IDLE)
    settle()
    with qtbot.waitSignal(window.pop_painted):
        desk.calls_changed.emit((samples.RINGING,))
        desk.pop_changed.emit(samples.OFFERED)
    shot = window.screen().grabWindow(window.winId()).toImage()
    image = shot if not shot.isNull() else window.grab().toImage()
    escalate = window.on_call.escalate
    spot = escalate.mapTo(window, escalate.rect().bottomLeft()) * image.devicePixelRatio()
    assert image.pixelColor(int(spot.x()) + 10, int(spot.y()) - 8) == colour(Ink.RED)


def test_the_same_calls_pop_is_told_once(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    told: list[str] = []
    window.pop_painted.connect(lambda call, _: told.append(call))
    desk.pop_changed.emit(samples.OFFERED)
    qtbot.waitUntil(lambda: told == ["1"])
    desk.pop_changed.emit(samples.POP)
    settle()
    assert told == ["1"]


def test_a_desk_under_test_says_so(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.TESTING)
    settle()
    said = words(window)
    assert "Testing…" in said
    assert "Ready for calls" not in said


def test_a_caller_forgotten_on_hold_is_told_in_words(window: MainWindow, desk: FakeDesk) -> None:
    desk.calls_changed.emit((samples.HELD_LONG, samples.FORGOTTEN))
    settle()
    said = words(window)
    assert "On hold 0:30" in said
    assert "On hold 1:00: go back now" in said


def test_between_calls_the_desk_is_ready(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.IDLE)
    settle()
    assert "Ready for calls" in words(window)
    desk.status_changed.emit(replace(samples.IDLE, state=DeskState.NOT_READY))
    assert "Not taking calls" in words(window)
    QTest.mouseClick(window.centre.idle.ready, Qt.MouseButton.LeftButton)
    assert desk.asked == [("set_ready", True)]


def test_a_click_changes_nothing_by_itself(call: MainWindow, desk: FakeDesk) -> None:
    before = call.grab().toImage()
    tile = call.centre.types.tiles[CallType.REFILL]
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert desk.asked == [("choose_type", CallType.REFILL)]
    assert not tile.isChecked()
    call.centre.form.take_focus()
    settle()
    assert call.grab().toImage() == before


def test_the_lock_hides_every_detail_and_keeps_the_call(call: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.LOCKED)
    settle()
    said = words(call)
    for secret in ("555-0142", "fever", "lisinopril", "Maple", "Dana Whitfield · Agent", "Okafor"):
        assert secret not in said, secret
    assert "How can I help you?" in said
    for sequence, name in (("F3", "hold_or_resume"), ("F7", "read_911"), ("F8", "hang_up")):
        press(call, sequence)
        assert desk.last()[0] == name
    desk.asked.clear()
    for sequence in ("F9", "F10", "Ctrl+K", "Ctrl+Return", "Alt+3", "Ctrl+2", "F1", "F5"):
        press(call, sequence)
    assert desk.asked == []
    assert call.sheets.current is None


def test_the_pin_unlocks_and_a_wrong_one_says_so(call: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(samples.LOCKED)
    settle()
    QTest.keyClicks(call.focusWidget(), "2468")
    press(call, "Return")
    assert desk.last() == ("unlock", "2468")
    desk.notice.emit(Notice("That opens nothing", "Calls go on meanwhile.", Light.WARN))
    assert call.lock.isVisible()
    desk.notice.emit(Notice("Message saved", "For Amelia Boone", Light.GOOD))
    assert "Amelia" not in call.lock.note
    desk.status_changed.emit(samples.STATUS)
    settle()
    assert not call.lock.isVisible()
    assert call.centre.form.body.questions[0].isVisible()


def test_a_first_pin_is_typed_twice(window: MainWindow, desk: FakeDesk) -> None:
    desk.status_changed.emit(replace(samples.IDLE, locked=True, lock_needs_pin=True))
    settle()
    QTest.keyClicks(window.focusWidget(), "2468")
    press(window, "Tab")
    QTest.keyClicks(window.focusWidget(), "2469")
    press(window, "Return")
    assert desk.asked == []
    assert "not the same" in window.lock.note
    window.lock.unlocking.again.clear()
    QTest.keyClicks(window.lock.unlocking.again, "2468")
    press(window, "Return")
    assert desk.asked == [("choose_pin", "2468")]


def test_a_call_that_rings_on_a_locked_desk_can_be_answered(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.status_changed.emit(replace(samples.IDLE, locked=True))
    settle()
    desk.calls_changed.emit((samples.RINGING,))
    desk.pop_changed.emit(samples.OFFERED)
    settle()
    said = words(window)
    assert "Thank you for calling" in said
    assert "555-0142" not in said
    press(window, "F2")
    assert desk.asked == [("answer", "")]


def test_the_911_line_is_read_on_a_locked_desk_without_a_call(
    window: MainWindow, desk: FakeDesk
) -> None:
    desk.status_changed.emit(replace(samples.IDLE, locked=True))
    settle()
    press(window, "F7")
    desk.notice.emit(Notice("Read this", "Please hang up and dial 911.", Light.BAD))
    settle()
    assert "Please hang up and dial 911." in words(window)


def test_the_focus_goes_in_the_order_of_speech(call: MainWindow) -> None:
    regions: list[QWidget] = [call.centre, call.right, call.left, call.top]
    order = [each.accessibleName() for each in stops(call, regions)]
    wanted = [
        "Question",
        "Emergency 911",
        "Step 1, Caller, done",
        "Main symptom, in the caller’s words",
        "Since when",
        "Patient’s age",
        "Is the patient alert and able to drink?: Yes",
        "Read it",
        "Next",
        "Escalate to Dr. Okafor",
        "Search the practice's answers",
        "Hold",
    ]
    places = [order.index(name) for name in wanted]
    assert places == sorted(places)
    assert len([name for name in order if name.startswith("Is the patient alert")]) == 1


def test_tab_walks_the_whole_window_and_comes_back(call: MainWindow) -> None:
    regions: list[QWidget] = [call.centre, call.right, call.left, call.top]
    order = stops(call, regions)
    start = call.focusWidget()
    walked = []
    for _ in order:
        press(call, "Tab")
        walked.append(call.focusWidget())
    assert walked[-1] is start
    assert set(walked) == set(order)
    press(call, "Shift+Tab")
    assert call.focusWidget() is walked[-2]


def test_tab_stays_in_a_sheet(call: MainWindow, desk: FakeDesk) -> None:
    desk.transfer_changed.emit(samples.TRANSFERS)
    for _ in range(12):
        press(call, "Tab")
        assert call.sheets.transfer.isAncestorOf(call.focusWidget())


def test_every_control_has_a_name(call: MainWindow, desk: FakeDesk) -> None:
    desk.callbacks_changed.emit(samples.CALLBACKS)
    for form in (samples.FORM, samples.BOOKING, samples.READ_BACK):
        desk.form_changed.emit(form)
        settle()
        for each in seen(call):
            if isinstance(each, QAbstractButton | QLineEdit | QPlainTextEdit):
                assert each.accessibleName(), each


def test_every_button_of_a_call_shows_its_key(call: MainWindow, desk: FakeDesk) -> None:
    settle()
    for each in seen(call):
        if isinstance(each, KeyButton) and not each.accessibleName().startswith(
            tuple(fact.label for fact in samples.POP.facts)
        ):
            assert each.key or each is call.top.badge, each.accessibleName()
            assert isinstance(each, ChoiceButton) or each.accessibleDescription()


def test_states_are_said_in_words(call: MainWindow, desk: FakeDesk) -> None:
    said = words(call)
    assert "Active · recording" in said
    assert "On hold" in said
    desk.status_changed.emit(samples.TROUBLED)
    settle()
    said = words(call)
    assert "Line not registered, bad" in said
    assert "engine stopped" in said
    assert call.trouble.isVisible()


def test_answers_lock_with_a_reason(call: MainWindow, desk: FakeDesk) -> None:
    desk.pop_changed.emit(replace(samples.POP, facts=(), facts_locked="A symptom has been told"))
    settle()
    assert is_parked(call.answers.search)
    assert "A symptom has been told" in words(call)
    press(call, "Ctrl+K")
    assert not call.answers.search.hasFocus()


def test_the_emergency_key_is_never_barred(call: MainWindow, desk: FakeDesk) -> None:
    barred = tuple((kind, label, False) for kind, label, _ in samples.TYPES)
    desk.pop_changed.emit(replace(samples.POP, call_types=barred))
    assert call.centre.types.tiles[CallType.EMERGENCY].isEnabled()
    press(call, "Alt+1")
    assert desk.asked == []
    press(call, "Alt+7")
    assert desk.asked == [("choose_type", CallType.EMERGENCY)]


def test_the_title_tells_nothing(call: MainWindow) -> None:
    assert call.windowTitle() == "Frontdesk"


def test_a_notice_takes_no_focus_and_goes_away(call: MainWindow, desk: FakeDesk) -> None:
    focus = call.focusWidget()
    desk.notice.emit(Notice("Message saved", "It is in the records.", Light.GOOD))
    assert call.notice.isVisible()
    assert call.focusWidget() is focus
    for _ in range(6):
        call.tick()
    assert not call.notice.isVisible()


def test_colours_have_contrast() -> None:
    low = [(a.name, b.name, round(contrast(a, b), 2)) for a, b in PAIRS if contrast(a, b) < 4.5]
    assert low == []
    assert all(contrast(a, b) >= 3 for a, b in EDGES)


def test_nothing_overlaps_in_small_windows_and_at_any_text_size(
    call: MainWindow, desk: FakeDesk
) -> None:
    for size in ((1180, 720), (1440, 900), (1920, 1080)):
        call.resize(*size)
        for scale in SCALES:
            call.set_scale(scale)
            for form in (samples.FORM, samples.BOOKING, samples.READ_BACK):
                desk.form_changed.emit(form)
                settle()
                check_apart(call)


def check_apart(window: MainWindow) -> None:
    """Fail where two panels of a column, or two parts of the form, lie over each other."""
    form = window.centre.form
    groups: list[list[QWidget]] = [
        [each for each in column.stack.panels if not is_parked(each)]
        for column in (window.left, window.centre, window.right)
    ]
    groups.append([form.area, form.next, form.back, form.finish])
    groups.append([*form.body.questions, *form.body.rows])
    groups.append(list(window.centre.types.tiles.values()))
    for group in groups:
        shown = [each for each in group if each.isVisible()]
        for number, first in enumerate(shown):
            for second in shown[number + 1 :]:
                assert not first.geometry().intersects(second.geometry()), (first, second)


def test_a_window_can_be_drawn_at_twice_the_pixels(call: MainWindow) -> None:
    image = QImage(call.size() * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    call.render(image)
    bar = call.centre.banner.mapTo(call, call.centre.banner.rect().topLeft())
    assert image.pixelColor(2 * bar.x() + 6, 2 * bar.y() + 60) == colour(Ink.TEAL)


def test_warming_draws_out_of_sight(window: MainWindow, desk: FakeDesk) -> None:
    told: list[str] = []
    window.pop_painted.connect(lambda call, _: told.append(call))
    desk.status_changed.emit(samples.IDLE)
    settle()
    before = window.grab().toImage()
    window.warm([samples.OFFERED])
    settle()
    assert told == []
    assert window.pop is None
    assert window.grab().toImage() == before


def test_warming_never_touches_a_call(call: MainWindow) -> None:
    call.warm([replace(samples.OFFERED, call="other")])
    assert call.pop is samples.POP


def test_a_long_list_of_call_backs_shows_the_longest_owed_and_how_many_more(
    window: MainWindow, desk: FakeDesk
) -> None:
    since = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    owed = tuple(
        Callback(n, f"(515) 555-01{n:02}", "Riverside", since, "Hung up before an answer")
        for n in range(40)
    )
    desk.callbacks_changed.emit(owed)
    shown = [button for button in window.callbacks.buttons if not button.isHidden()]
    assert len(shown) == 3
    assert "(515) 555-0100" in shown[0].accessibleName()
    assert window.callbacks.accessibleDescription() == "and 37 more"
    desk.callbacks_changed.emit(owed[:2])
    assert window.callbacks.accessibleDescription() == ""
