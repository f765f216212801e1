"""The practices page with a real desk behind it, worked by keys alone."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.desk.permissions import Person
from console.desk.practices.session import Session
from console.desk.practices.versions import Saving, save
from console.store.values import Role
from console.ui.columns import is_parked
from console.ui.focus import stops
from console.ui.keys import KEYS, PRACTICES
from console.ui.main_window import MainWindow
from console.ui.practices.choosing import PickField
from console.ui.practices.fields import Field, LineField
from console.ui.practices.page import PracticesPage
from console.ui.theme import SCALES, theme
from scripts.calltypes import CallType
from scripts.editing import edits
from scripts.loader import SAMPLES, Library, load_library, load_text
from tests.desk.room import MAPLE, RIVERSIDE, Room
from tests.ui.conftest import settle
from tests.ui.test_keys import press

RUTH = Person("ruth", "Ruth Calder", Role.SUPERVISOR)
SAM = Person("sam", "Sam Osei", Role.RECEPTIONIST)
TEXT = (SAMPLES / f"{MAPLE}.yaml").read_text("utf-8")


class Page:
    """A window with the practices page, and a person's hands at it."""

    def __init__(self, qtbot: QtBot, folder: Path, library: Library, person: Person) -> None:
        self.qtbot = qtbot
        self.room = Room(qtbot, folder, library, person=person)
        self.window = MainWindow(self.room.desk, clock=self.room.clock)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitExposed(self.window)
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.room.open()

    @property
    def page(self) -> PracticesPage:
        page = self.window.pages.practices
        assert page is not None
        return page

    @property
    def session(self) -> Session:
        session = self.room.desk.practices.session
        assert session is not None
        return session

    def key(self, *sequences: str) -> None:
        for sequence in sequences:
            press(self.window, sequence)
            settle()

    def type(self, words: str) -> None:
        QTest.keyClicks(self.window.focusWidget(), words)
        settle()

    def open(self, name: str = "maple") -> None:
        """Ctrl+E, part of the name, Enter."""
        self.key("Ctrl+E")
        self.type(name)
        self.key("Return")
        self.qtbot.waitUntil(lambda: self.page.view is not None, timeout=20_000)
        self.checked()

    def checked(self) -> None:
        """Wait until what is in hand has been checked, and all is written."""

        def done() -> bool:
            found = self.session.inspection
            return found is not None and found.text == self.session.text

        self.qtbot.waitUntil(done, timeout=20_000)
        self.room.rest()
        settle()

    def section(self, title: str) -> None:
        """Turn the sections until this one is shown."""
        for _ in range(14):
            tab = next(tab for tab in self.view.sections if tab.current)
            if tab.title == title:
                return
            at = [tab.title for tab in self.view.sections]
            self.key("Ctrl+PgDown" if at.index(title) > at.index(tab.title) else "Ctrl+PgUp")
        raise AssertionError(title)

    @property
    def view(self):
        assert self.page.view is not None
        return self.page.view

    def field(self, key: str) -> Field:
        return next(f for f in self.page.body.fields if f.view is not None and f.view.key == key)

    def go(self, key: str) -> Field:
        """Tab to a field."""
        field = self.field(key)
        for _ in range(120):
            focus = self.window.focusWidget()
            if focus is not None and field.isAncestorOf(focus):
                return field
            self.key("Tab")
        raise AssertionError(f"Tab never came to {key}")

    def row(self, title: str) -> None:
        """Go down the entries to this one, and open it."""
        self.page.body.focus_row()
        for _ in range(80):
            focus = self.window.focusWidget()
            view = getattr(focus, "view", None)
            if view is not None and getattr(view, "title", "") == title:
                if not view.is_open:
                    self.key("Return")
                return
            self.key("Down")
        raise AssertionError(title)

    def retype(self, key: str, words: str) -> None:
        """Go to a field and type something else into it."""
        self.go(key)
        QTest.keyClick(self.window.focusWidget(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        if words:
            self.type(words)
        else:
            QTest.keyClick(self.window.focusWidget(), Qt.Key.Key_Delete)
            settle()

    def close(self) -> None:
        self.window.set_scale(1.0)
        self.room.close()


Begin = Callable[..., Page]


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SAMPLES)


@pytest.fixture
def begin(qtbot: QtBot, tmp_path: Path, library: Library) -> Iterator[Begin]:
    made: list[Page] = []

    def one(person: Person = RUTH) -> Page:
        made.append(Page(qtbot, tmp_path, library, person))
        return made[-1]

    yield one
    for page in made:
        page.close()
    theme.rescale(1.0)


@pytest.fixture
def maple(begin: Begin) -> Page:
    page = begin()
    page.open()
    return page


def test_a_receptionist_is_told_and_shown_no_way_there(begin: Begin) -> None:
    page = begin(SAM)
    page.key("Ctrl+E")
    assert page.window.pages.current is None
    assert page.room.notices[-1].title == "Not with your role"
    assert not any(button.isVisible() for button in page.window.top.pages)


def test_a_practice_is_found_opened_and_left_by_key(maple: Page) -> None:
    assert maple.view.name == "Maple Pediatrics"
    assert [tab.title for tab in maple.view.sections][:2] == ["Practice", "Hours"]
    assert maple.page.pane.centre.banner.accessibleName() == "Practice: Maple Pediatrics"
    maple.key("Esc")
    assert maple.page.view is None
    assert maple.window.focusWidget() is maple.page.side.search
    maple.key("Esc")
    assert maple.window.pages.current is None
    assert maple.window.centre.isVisible()


def test_what_is_typed_is_kept_as_a_draft_and_found_after_a_restart(
    maple: Page, qtbot: QtBot, library: Library, tmp_path: Path
) -> None:
    maple.retype("name", "Maple Kids")
    maple.checked()
    assert maple.view.dirty
    assert maple.page.pane.centre.banner.accessibleName() == "Practice: Maple Kids"
    maple.close()
    again = Page(qtbot, tmp_path, library, RUTH)
    try:
        again.open()
        assert again.view.name == "Maple Kids"
        assert again.view.state.startswith("Draft, begun from the file")
    finally:
        again.close()


def test_undo_and_redo_go_back_and_forth_to_the_letter(maple: Page) -> None:
    maple.retype("name", "Elm")
    maple.section("Hours")
    maple.retype("hours/mon/opens", "09:15")
    assert maple.session.data["hours"]["mon"]["opens"] == "09:15"
    maple.key("Ctrl+Z")
    assert isinstance(field := maple.field("hours/mon/opens"), LineField)
    assert field.edit.text() == "07:30"
    maple.key("Ctrl+Z")
    assert maple.session.text == TEXT
    assert maple.view.sections[0].current  # where it was changed
    maple.key("Ctrl+Shift+Z", "Ctrl+Shift+Z")
    assert maple.session.data["hours"]["mon"]["opens"] == "09:15"
    assert maple.session.name == "Elm"


def test_a_mistake_is_shown_where_it_was_made_with_the_mend_and_keeps_it_from_being_saved(
    maple: Page,
) -> None:
    maple.section("Hours")
    maple.retype("hours/thu/closes", "8 pm")
    maple.checked()
    field = maple.field("hours/thu/closes")
    assert field.view is not None
    assert field.view.problem == "“8 pm” is not a time; write 24-hour clock, such as 20:00"
    assert isinstance(field, LineField)
    assert field.edit.accessibleDescription() == field.view.problem
    assert next(t for t in maple.view.sections if t.title == "Hours").problems == 1
    assert maple.page.problem.text().startswith("✕ 1 mistake: Hours, Thursday, closes: ")
    assert not maple.page.save.isEnabled()
    maple.key("Ctrl+S")
    assert maple.window.sheets.current is None
    assert maple.room.notices[-1].title == "There are mistakes to mend first"
    maple.section("Greetings and phrases")
    maple.key("Ctrl+M")
    assert maple.window.focusWidget() is not None
    assert maple.field("hours/thu/closes").isAncestorOf(maple.window.focusWidget())
    maple.retype("hours/thu/closes", "20:00")
    maple.checked()
    assert maple.session.text == TEXT


def test_an_answer_is_added_copied_moved_and_removed_by_key(maple: Page) -> None:
    maple.section("Answers")
    before = [entry["label"] for entry in maple.session.data["faq"]]
    maple.key("Ctrl+N")
    assert maple.field("label").isAncestorOf(maple.window.focusWidget())
    maple.type("Fax")
    maple.retype("question", "What is your fax number?")
    maple.retype("answer", "Five five five.")
    maple.key("Ctrl+Shift+D")
    assert [e["label"] for e in maple.session.data["faq"]] == [*before, "Fax", "Fax 2"]
    maple.key("Alt+Up")
    assert [e["label"] for e in maple.session.data["faq"]] == [*before, "Fax 2", "Fax"]
    maple.key("Alt+Down", "Ctrl+Del")
    maple.checked()
    assert [e["label"] for e in maple.session.data["faq"]] == [*before, "Fax"]
    assert maple.view.problems == 0


def test_a_question_with_its_conditions_by_key(maple: Page) -> None:
    maple.section("Call types")
    maple.row("New appointment")
    maple.row("Child")
    maple.row("Is the child our patient?")
    assert maple.view.adds[0].label == "A question after this"
    maple.key("Ctrl+N")
    maple.type("Where was the child seen before?")
    combo = maple.go("enableWhen/0/question")
    assert isinstance(combo, PickField)
    maple.type("Is")  # lists are chosen from by typing
    maple.checked()
    question = maple.session.data["forms"]["new_appointment"]["steps"][0]["questions"][3]
    assert question["text"] == "Where was the child seen before?"
    assert question["enableWhen"] == [
        {"question": "seen_before", "operator": "=", "answerBoolean": True}
    ]
    assert maple.view.problems == 0
    maple.key("Alt+Down")
    texts = [
        q["text"] for q in maple.session.data["forms"]["new_appointment"]["steps"][0]["questions"]
    ]
    assert texts[-1] == "Where was the child seen before?"


def test_the_receptionists_screen_is_stepped_through_beside_it(maple: Page) -> None:
    maple.section("Call types")
    pane = maple.page.pane
    maple.key("Alt+2")
    form = pane.centre.form
    assert form.view is not None
    assert form.view.call_type is CallType.NEW_APPOINTMENT
    assert maple.room.form is None  # the desk itself knows nothing of it
    maple.key("Ctrl+T")
    assert form.isAncestorOf(maple.window.focusWidget())
    maple.type("Jo Blake")
    maple.key("Return")
    assert "Still needed" in form.view.finish_hint
    assert not form.view.can_finish
    for code, said in (("closed", "What can I do for you?"), ("lunch", "The office is back"),
                       ("holiday", "holiday line")):  # fmt: skip
        pane.moments[code].click()
        settle()
        assert said in pane.centre.say.accessibleDescription()


def test_an_edit_shows_on_the_screen_without_taking_the_focus(maple: Page) -> None:
    maple.section("Call types")
    maple.key("Alt+2")
    maple.row("New appointment")
    maple.row("Child")
    maple.retype("title", "Your child")
    focus = maple.window.focusWidget()
    maple.checked()
    assert maple.window.focusWidget() is focus
    form = maple.page.pane.centre.form
    assert form.view is not None
    assert form.view.steps[0].title == "Your child"


def test_a_greeting_is_said_as_it_is_typed(maple: Page) -> None:
    maple.section("Greetings and phrases")
    maple.retype("default", "Hello from {{ practice }}, {{ agent }} here")
    maple.checked()
    view = maple.field("default").view
    assert view is not None
    assert view.help == "Said: Hello from Maple Pediatrics, Ruth here"


def fill_sheet(page: Page, note: str = "", when: str = "") -> None:
    """Write into the sheet of saving, by Tab."""
    sheet = page.window.pages.sign
    assert sheet is not None
    assert page.window.sheets.current is sheet
    for edit, words in ((sheet.note, note), (sheet.when, when)):
        for _ in range(12):
            if edit.hasFocus() or not words:
                break
            page.key("Tab")
        if words:
            page.type(words)


def test_a_version_is_signed_and_in_force_on_the_next_call(maple: Page) -> None:
    maple.section("Greetings and phrases")
    maple.row("When their desk is busy (overflow)")
    maple.retype("default", "Hello from Maple, this is {{ agent }}")
    maple.checked()
    maple.key("Ctrl+S")
    sheet = maple.window.pages.sign
    assert sheet is not None
    assert "Hello from Maple" in sheet.area.accessibleDescription()
    maple.qtbot.waitUntil(lambda: "Rehearsed" in sheet.rehearsal.text(), timeout=20_000)
    assert sheet.rehearsal.text().endswith("kinds of call none ends otherwise.")
    fill_sheet(maple, note="A shorter hello")
    maple.key("Ctrl+Return")
    maple.qtbot.waitUntil(lambda: not maple.view.dirty, timeout=20_000)
    maple.room.rest()
    assert maple.room.notices[-1].title == "Version 1 saved"
    assert maple.view.state == "As in version 1"
    assert maple.room.rows("select count(*) from practice_drafts") == [(0,)]
    maple.section("Versions")
    assert maple.view.rows[0].title == "Version 1 · in force"
    assert "A shorter hello" in maple.view.rows[0].detail
    maple.room.ring("c1", to=MAPLE)
    assert maple.room.pop is not None
    assert maple.room.pop.say == "Hello from Maple, this is Ruth"
    maple.key("F2")  # answering brings the desk back; the page waits as it was left
    assert maple.window.pages.current is None
    assert maple.window.centre.isVisible()
    maple.key("Ctrl+E")
    assert maple.view.name == "Maple Pediatrics"


def test_a_version_for_later_waits_and_an_earlier_one_can_be_signed_again(maple: Page) -> None:
    for name, when in (("Elm Kids", ""), ("Oak Kids", "2026-11-24 13:00")):
        maple.section("Practice")
        maple.retype("spoken_name", name)
        maple.checked()
        maple.key("Ctrl+S")
        fill_sheet(maple, when=when)
        maple.key("Ctrl+Return")
        maple.qtbot.waitUntil(lambda: not maple.view.dirty, timeout=20_000)
        maple.room.rest()
    assert maple.room.notices[-1].text == "It is in force from Tue 24 Nov 13:00."
    found = maple.room.desk.scripts.library.by_id(MAPLE)
    assert found is not None
    assert found.spoken_name == "Elm Kids"
    maple.room.clock.forward(hours=3)
    found = maple.room.desk.scripts.library.by_id(MAPLE)
    assert found is not None
    assert found.spoken_name == "Oak Kids"
    maple.section("Versions")
    maple.row("Version 1 · was in force")
    maple.go("sign")
    maple.key("Return")
    assert maple.window.sheets.current is maple.window.pages.sign
    maple.key("Ctrl+Return")
    maple.room.rest()
    found = maple.room.desk.scripts.library.by_id(MAPLE)
    assert found is not None
    assert found.spoken_name == "Elm Kids"


def test_a_time_that_is_none_or_has_passed_signs_nothing(maple: Page) -> None:
    maple.retype("spoken_name", "Elm")
    maple.checked()
    for when, title in (
        ("soon", "This is not a time"),
        ("2026-11-24 08:00", "That time has passed"),
    ):
        maple.key("Ctrl+S")
        fill_sheet(maple, when=when)
        maple.key("Ctrl+Return")
        maple.room.rest()
        assert maple.room.notices[-1].title == title
        maple.key("Esc")
    assert maple.room.rows("select count(*) from practice_versions") == [(0,)]


def test_of_two_supervisors_the_second_is_shown_the_difference_and_loses_nothing(
    maple: Page,
) -> None:
    maple.retype("spoken_name", "Mine")
    maple.checked()
    theirs = edits.put(TEXT, ("spoken_name",), "Theirs")
    saving = Saving(load_text(theirs), theirs, "Sam Osei", None, "", "Sam Osei", None)
    maple.room.book.ask(lambda ledger: save(ledger, saving, maple.room.clock()))
    maple.room.rest()
    maple.key("Ctrl+S", "Ctrl+Return")
    maple.room.rest()
    sheet = maple.window.pages.sign
    assert sheet is not None
    assert maple.window.sheets.current is sheet
    assert sheet.view is not None
    assert sheet.view.conflict
    assert "Sam Osei saved version 1" in sheet.view.words
    assert any("Theirs" in line.text and "Mine" in line.text for line in sheet.view.changes)
    maple.type("m")  # save mine on top
    maple.key("Ctrl+Return")
    maple.room.rest()
    rows = maple.room.rows("select number, written_by from practice_versions order by number")
    assert rows == [(1, "Sam Osei"), (2, "Ruth Calder")]
    assert maple.view.state == "As in version 2"


def test_after_a_conflict_the_others_version_can_be_gone_on_from_and_taken_back(
    maple: Page,
) -> None:
    maple.retype("spoken_name", "Mine")
    maple.checked()
    theirs = edits.put(TEXT, ("spoken_name",), "Theirs")
    saving = Saving(load_text(theirs), theirs, "Sam Osei", None, "", "", None)
    maple.room.book.ask(lambda ledger: save(ledger, saving, maple.room.clock()))
    maple.room.rest()
    maple.key("Ctrl+S", "Ctrl+Return")
    maple.room.rest()
    maple.type("t")
    assert maple.session.data["spoken_name"] == "Theirs"
    maple.key("Ctrl+Z")
    assert maple.session.data["spoken_name"] == "Mine"


def test_a_new_practice_begins_like_another_without_its_agreement_and_number(maple: Page) -> None:
    maple.page.side.copy.setFocus()
    maple.key("Return")
    maple.checked()
    assert maple.session.is_new
    assert "baa" not in maple.session.data
    assert maple.view.problems >= 1  # its number
    maple.section("Practice")
    maple.retype("id", "oak_pediatrics")
    maple.row("Numbers and address")
    maple.retype("numbers", "515 555 0120")
    maple.checked()
    assert "belongs to Maple Pediatrics" in (maple.field("numbers").view or "").problem
    maple.retype("numbers", "515 555 0600")
    maple.checked()
    assert maple.view.problems == 0


def test_while_the_records_are_away_a_draft_is_kept_and_saving_says_so(maple: Page) -> None:
    maple.retype("name", "Elm")
    maple.checked()
    assert maple.view.dirty
    assert maple.room.rows("select count(*) from practice_drafts") == [(1,)]
    maple.key("Ctrl+Z")
    maple.checked()
    assert maple.room.rows("select count(*) from practice_drafts") == [(0,)]


def test_every_control_has_a_name_and_the_focus_goes_as_it_is_read(maple: Page) -> None:
    for tab in [tab.title for tab in maple.view.sections]:
        maple.section(tab)
        order = stops(maple.window, maple.page.regions())
        assert order, tab
        for widget in order:
            assert widget.accessibleName(), (tab, widget)
        inside = [w for w in order if maple.page.body.isAncestorOf(w)]
        tops = [w.mapTo(maple.window, w.rect().topLeft()).y() for w in inside]
        assert all(b - a > -60 for a, b in pairwise(tops)), tab


def shown(page: PracticesPage) -> list[QWidget]:
    return [
        each
        for each in (*page.body.rows, *page.body.fields, *page.body.adds)
        if not each.isHidden() and not is_parked(each)
    ]


@pytest.mark.parametrize("scale", SCALES[1:])
def test_nothing_overlaps_at_any_text_size(maple: Page, scale: float) -> None:
    maple.window.set_scale(scale)
    maple.window.resize(1180, 720)
    for tab in ("Hours", "People and visits", "Call types", "On call"):
        maple.section(tab)
        settle()
        widgets = shown(maple.page)
        for number, first in enumerate(widgets):
            assert first.geometry().right() <= maple.page.body.width(), (tab, first)
            for second in widgets[number + 1 :]:
                assert not first.geometry().intersects(second.geometry()), (tab, first, second)


def test_the_desk_keys_do_nothing_to_a_call_beneath_the_page(maple: Page) -> None:
    maple.room.take("c1", to=RIVERSIDE)
    maple.key("Alt+2", "Ctrl+Return", "Alt+N")
    assert maple.room.form is None
    maple.key("F3")  # but a call can be held from here
    assert any(type(each).__name__ == "Hold" for each in maple.room.engine.sent)


def test_f1_tells_every_key_of_the_page(maple: Page) -> None:
    maple.key("F1")
    sheet = maple.window.pages.keys
    assert sheet is not None
    assert maple.window.sheets.current is sheet
    told = {each.accessibleName().split(": ")[0] for each in sheet.findChildren(QWidget)}
    assert {key.sequence for key in KEYS if key.group == PRACTICES} <= told
    maple.key("Esc")
    assert maple.page.view is not None


def test_in_a_narrow_window_one_key_turns_from_the_fields_to_the_screen(maple: Page) -> None:
    maple.window.resize(960, 700)
    settle()
    assert not maple.page.pane.isVisible()
    maple.key("Ctrl+T")
    assert maple.page.pane.isVisible()
    assert not maple.page.area.isVisible()
    maple.key("Ctrl+T")
    assert maple.page.area.isVisible()
    assert maple.page.body.isAncestorOf(maple.window.focusWidget())


def test_what_somebody_else_saved_is_found_when_the_practice_is_opened_again(maple: Page) -> None:
    maple.key("Esc")
    theirs = edits.put(TEXT, ("spoken_name",), "Theirs")
    saving = Saving(load_text(theirs), theirs, "Sam Osei", None, "", "Sam Osei", None)
    maple.room.book.ask(lambda ledger: save(ledger, saving, maple.room.clock()))
    maple.room.rest()
    maple.type("maple")
    maple.key("Return")
    maple.room.rest()
    maple.checked()
    assert maple.session.data["spoken_name"] == "Theirs"
    assert maple.view.state == "As in version 1"


def test_a_draft_is_marked_in_the_list(maple: Page) -> None:
    maple.retype("name", "Elm")
    maple.checked()
    maple.key("Esc")
    maple.room.rest()
    settle()
    rows = {row.title: row.mark for row in maple.page.side.practices.rows if not row.isHidden()}
    assert rows["Maple Pediatrics"] == "Draft"
    assert rows["Lakeshore Cardiology"] == ""


def test_a_red_flag_on_the_screen_turns_it_to_the_911_line(maple: Page) -> None:
    pane = maple.page.pane
    maple.key("Alt+5")
    preview = pane.preview
    form = pane.centre.form
    assert form.view is not None
    preview.go_to_step(2)
    words = next(f.link_id for f in form.view.fields if f.kind.value in {"line", "paragraph"})
    preview.set_answer(words, "the baby will not wake and is limp")
    settle()
    assert form.view.red_flag is not None
    form.flag.read.click()
    settle()
    assert form.view.call_type is CallType.EMERGENCY
