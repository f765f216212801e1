"""A receptionist made of key presses: takes a call through the window as a person would.

It sees what the window is told and presses what a person would press; it calls no intent of the
desk and touches no record.
"""

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from console.demo.personas import Persona
from console.demo.steps import Story, Until
from console.desk.desk import Desk
from console.desk.kept import Saved
from console.desk.views import (
    SHOWN_ONLY,
    CallCard,
    EscalationView,
    FieldKind,
    FieldView,
    FormView,
    LineState,
    OptionView,
    Pop,
)
from console.ui.main_window import MainWindow
from scripts.calltypes import CallType

_UNTOLD = {
    FieldKind.LINE: "Not said",
    FieldKind.PARAGRAPH: "Not said",
    FieldKind.PHONE: "(515) 555-0199",
    FieldKind.DATE: "05/04/1979",
    FieldKind.NUMBER: "40",
    FieldKind.QUANTITY: "40",
    FieldKind.TIME: "3:30 pm",
    FieldKind.DATE_TIME: "05/04/2027 3:30 pm",
}
_TABS = 60  # more than any step has controls


class Receptionist(QObject):
    """Hands on the keyboard, eyes on the window."""

    def __init__(self, window: MainWindow, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self.cards: tuple[CallCard, ...] = ()
        self.pop: Pop | None = None
        self.form: FormView | None = None
        self.escalation: EscalationView | None = None
        self.painted: dict[str, float] = {}
        self.saved: dict[str, Saved] = {}
        self.gone: set[str] = set()
        desk.calls_changed.connect(self._see_calls)
        desk.pop_changed.connect(self._see_pop)
        desk.form_changed.connect(self._see_form)
        desk.escalation_changed.connect(self._see_escalation)
        desk.call_finished.connect(self._see_saved)
        desk.call_gone.connect(self.gone.add)
        window.pop_painted.connect(self._see_painted)

    # --- eyes ------------------------------------------------------------------------------

    def _see_calls(self, cards: tuple[CallCard, ...]) -> None:
        self.cards = cards

    def _see_pop(self, pop: Pop | None) -> None:
        self.pop = pop

    def _see_form(self, form: FormView | None) -> None:
        self.form = form

    def _see_escalation(self, view: EscalationView | None) -> None:
        self.escalation = view

    def _see_saved(self, call: str, saved: Saved) -> None:
        self.saved[call] = saved

    def _see_painted(self, call: str, mono: float) -> None:
        self.painted.setdefault(call, mono)

    def card(self, call: str) -> CallCard | None:
        """Return a call's card."""
        return next((card for card in self.cards if card.call == call), None)

    def ringing(self) -> CallCard | None:
        """Return the card of a ringing call."""
        return next((card for card in self.cards if card.state is LineState.RINGING), None)

    # --- hands -----------------------------------------------------------------------------

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(self._focus(), key, modifier)

    def type(self, text: str) -> None:
        """Type a text where the keyboard is."""
        QTest.keyClicks(self._focus(), text)

    def _focus(self) -> QWidget:
        return self._window.focusWidget() or self._window

    # --- a call ----------------------------------------------------------------------------

    def answer(self, call: str) -> Story:
        """Take a ringing call."""
        self.press(Qt.Key.Key_F2)
        yield Until("the call to be up", lambda: self._is(call, LineState.ACTIVE))

    def choose_type(self, call_type: CallType) -> Story:
        """Say what kind of call it is, by Alt and its number."""
        number = list(CallType).index(call_type) + 1
        key = Qt.Key(int(Qt.Key.Key_0) + number)
        self.press(key, Qt.KeyboardModifier.AltModifier)
        yield Until("the form", lambda: self.form is not None and self.form.call_type is call_type)

    def look_up(self, words: str) -> Story:
        """Search the practice's answers, and read the first aloud."""
        self.press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        self.type(words)
        yield Until("the answers", lambda: True)
        self.press(Qt.Key.Key_Return)
        yield Until("the answer", lambda: True)
        self.press(Qt.Key.Key_Escape)

    def fill(self, persona: Persona) -> Story:
        """Go through the form step by step to its end."""
        for _ in range(200):
            form = self.form
            assert form is not None
            if form.read_back:
                yield from self._read_back(form)
                return
            field = self._next_field(form, persona)
            if field is not None:
                yield from self._answer(field, persona)
                continue
            if form.steps[-1].current:
                return
            before = form.steps
            self.press(Qt.Key.Key_Return)
            yield Until("the next step", lambda was=before: self._steps() != was)  # type: ignore[misc]

    def finish(self, call: str) -> Story:
        """Save and finish."""
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        yield Until("the record to be saved", lambda: call in self.saved)

    def escalate(self, call: str) -> Story:
        """Reach the provider on call, keeping the callback number."""
        self.press(Qt.Key.Key_F9)
        yield Until("the escalation panel", lambda: self.escalation is not None)
        self.press(Qt.Key.Key_K)
        yield Until("the escalation to be saved", lambda: call in self.saved)

    def hang_up(self, call: str) -> Story:
        """Hang up and see the call go."""
        if call not in self.gone:
            self.press(Qt.Key.Key_F8)
        yield Until("the call to be gone", lambda: call in self.gone)

    def _is(self, call: str, state: LineState) -> bool:
        card = self.card(call)
        return card is not None and card.state is state

    def _steps(self) -> object:
        return self.form.steps if self.form else None

    def _next_field(self, form: FormView, persona: Persona) -> FieldView | None:
        """Return the first question that has to be, or can be, answered."""
        for field in form.fields:
            if field.kind in SHOWN_ONLY or field.value:
                continue
            if field.required or field.link_id in persona.answers:
                return field
        return None

    def _answer(self, field: FieldView, persona: Persona) -> Story:
        yield from self._go_to(field.link_id)
        if field.kind in _UNTOLD:
            self.type(persona.answers.get(field.link_id) or _UNTOLD[field.kind])
        else:
            yield Until("something to choose", lambda: bool(self._options(field.link_id)))
            wanted = persona.answers.get(field.link_id, "")
            options = self._options(field.link_id)
            chosen = next((o for o in options if o.code == wanted), options[0])
            self.type(chosen.key.lower())
        yield Until(f"the answer to {field.link_id}", lambda: self._has_answer(field.link_id))

    def _options(self, link_id: str) -> tuple[OptionView, ...]:
        form = self.form
        fields = form.fields if form else ()
        return next((field.options for field in fields if field.link_id == link_id), ())

    def _has_answer(self, link_id: str) -> bool:
        """Whether it is answered, or is no longer asked."""
        fields = self.form.fields if self.form else ()
        return all(field.value for field in fields if field.link_id == link_id)

    def _go_to(self, link_id: str) -> Story:
        for _ in range(_TABS):
            question = self._window.centre.form.body.focused()
            if question is not None and question.link_id == link_id:
                return
            self.press(Qt.Key.Key_Tab)
            yield Until("the focus to move", lambda: True)
        raise AssertionError(f"Tab never came to {link_id}")

    def _read_back(self, form: FormView) -> Story:
        for number, item in enumerate(form.read_back, start=1):
            if not item.ticked:
                self.type(str(number))
                yield Until(f"{item.link_id} to be ticked", lambda n=number: self._ticked(n))  # type: ignore[misc]

    def _ticked(self, number: int) -> bool:
        rows = self.form.read_back if self.form else ()
        return len(rows) >= number and rows[number - 1].ticked
