"""The receptionist's screen beside the editor: the same centre, fed with a pretended call."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.desk.practices.preview import MOMENTS, Preview
from console.desk.views import FormView, Pop
from console.ui.centre import Centre
from console.ui.clock import Clock
from console.ui.controls import ChoiceButton, KeyButton, Kind
from console.ui.painting import draw_line
from console.ui.theme import Ink, Type, colour, theme
from scripts.calltypes import CallType


class PreviewPane(QWidget):
    """A heading, when the pretended call comes, and the receptionist's centre."""

    def __init__(self, parent: QWidget, preview: Preview, clock: Clock) -> None:
        super().__init__(parent)
        self.preview = preview
        self.note = ""
        self._head = 0
        self.setAccessibleName("What the receptionist sees")
        self.centre = Centre(self, clock)
        self.moments: dict[str, ChoiceButton] = {}
        for code, label in MOMENTS:
            button = ChoiceButton(self)
            button.set_words(label)
            button.setAccessibleName(f"The call comes: {label}")
            button.role = Type.SMALL_STRONG
            button.enter_presses = True
            button.setChecked(code == "now")
            button.clicked.connect(lambda _=False, each=code: self._at(each))
            self.moments[code] = button
        self.again = KeyButton(Kind.LINK, "Start again", "", self)
        self.again.clicked.connect(preview.start_again)
        self._connect()

    def _connect(self) -> None:
        preview, form = self.preview, self.centre.form
        preview.pop_changed.connect(self.show_pop)
        preview.form_changed.connect(self.show_form)
        self.centre.types.picked.connect(preview.choose_type)
        form.body.answered.connect(preview.set_answer)
        form.body.stated.connect(preview.mark_already_stated)
        form.body.skipped.connect(preview.skip_question)
        form.body.ticked.connect(preview.tick_read_back)
        form.body.earlier_times.connect(lambda _: preview.turn_times(-1))
        form.body.more_times.connect(lambda _: preview.turn_times(1))
        form.body.entered.connect(preview.next_step)
        form.step_wanted.connect(preview.go_to_step)
        form.next.clicked.connect(preview.next_step)
        form.back.clicked.connect(preview.back_step)
        form.flag.dismiss.clicked.connect(preview.dismiss_red_flag)
        form.flag.read.clicked.connect(lambda: preview.choose_type(CallType.EMERGENCY))

    def show_pop(self, pop: Pop | None) -> None:
        """Show the pop; nothing where there is no edition to show."""
        self.centre.setVisible(pop is not None)
        if pop is not None:
            self.centre.fill(pop)
        self.update()

    def show_form(self, form: FormView | None) -> None:
        """Show the form. The focus stays where it is unless it was in here."""
        focus = QApplication.focusWidget()
        mine = focus is not None and self.isAncestorOf(focus)
        self.centre.form.fill(form)
        if not mine and focus is not None and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.centre.stack.arrange()

    def show_note(self, note: str) -> None:
        """Say that what is shown is not what is being typed."""
        if note != self.note:
            self.note = note
            self.setAccessibleDescription(note)
            self.place()
            self.update()

    def focus(self) -> None:
        """Put the focus into the form, or on the first kind of call."""
        form = self.centre.form
        if form.view is not None and form.body.focus(form.view.fields[0].link_id if
                                                     form.view.fields else ""):  # fmt: skip
            return
        next(iter(self.centre.types.tiles.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Put the moments in a row over the centre."""
        wide = self.again.natural_width()
        self.again.setGeometry(self.width() - wide - theme.px(4), theme.px(5), wide, theme.px(28))
        left, top = theme.px(16), theme.px(38)
        for button in self.moments.values():
            wide = button.natural_width()
            if left > theme.px(16) and left + wide > self.width() - theme.px(8):
                left, top = theme.px(16), top + theme.px(38)
            button.setGeometry(left, top, wide, theme.px(32))
            left += wide + theme.px(6)
        self._head = top + theme.px(32 + 2 + (20 if self.note else 0))
        self.centre.setGeometry(0, self._head, self.width(), max(0, self.height() - self._head))

    def restyle(self) -> None:
        """Take over a changed text size."""
        self.place()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit everything."""
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the ground and the heading."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(Ink.PAGE))
        line = QRectF(theme.px(16), theme.px(12), self.width() - theme.px(32), theme.px(18))
        draw_line(painter, line, "What the receptionist sees", Type.HEAD, Ink.SOFT)
        if self.note:
            line.moveTop(self._head - theme.px(18))
            draw_line(painter, line, f"! {self.note}", Type.LABEL, Ink.AMBER_TEXT)
        if self.centre.isHidden():
            line = QRectF(0, self._head, self.width(), theme.px(60))
            line.setLeft(theme.px(16))
            draw_line(painter, line, "Nothing to show until the mistakes are mended", Type.BODY,
                      Ink.SOFT)  # fmt: skip

    def _at(self, moment: str) -> None:
        for code, button in self.moments.items():
            button.setChecked(code == moment)
        self.preview.at(moment)
