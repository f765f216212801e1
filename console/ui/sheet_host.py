"""Which sheet lies over the centre: one at a time, the focus in it, and back where it was after."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtWidgets import QWidget

from console.desk.auditing.port import AuditView
from console.desk.board.port import AmendView, BoardView
from console.desk.port import DeskPort
from console.desk.views import (
    DeclineView,
    DialView,
    EscalationView,
    Fact,
    HeadsetView,
    ReachView,
    RecordingItem,
    TransferChoice,
    UnfinishedForm,
)
from console.desk.waiting.views import WaitingView
from console.ui.audit.sheet import AuditSheet
from console.ui.board.amend import AmendSheet
from console.ui.board.sheet import BoardSheet
from console.ui.clock import Clock
from console.ui.set_aside.sheet import AsideSheet
from console.ui.sheets.base import Scrim, Sheet
from console.ui.sheets.breaks import BreakSheet
from console.ui.sheets.callers import CallersSheet
from console.ui.sheets.calls import EndAsSheet, EscalationSheet, KeypadSheet, TransferSheet
from console.ui.sheets.decline import DeclineSheet
from console.ui.sheets.desk import FactSheet, KeysSheet, UnfinishedSheet
from console.ui.sheets.dial import DialSheet
from console.ui.sheets.headset import HeadsetSheet
from console.ui.sheets.reach import ReachSheet
from console.ui.sheets.recordings import RecordingsSheet
from console.ui.sheets.waiting import WaitingSheet

V = TypeVar("V")


class SheetHost(QObject):
    """Opens and closes the sheets. Transfer and escalation come and go on the desk's word."""

    def __init__(self, window: QWidget, desk: DeskPort, clock: Clock) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._area = QRectF()
        self._before: QWidget | None = None
        self._forms: tuple[UnfinishedForm, ...] = ()
        self.current: Sheet | None = None
        self.scrim = Scrim(window)
        self.scrim.hide()
        self.transfer = TransferSheet(window)
        self.decline = DeclineSheet(window)
        self.dial = DialSheet(window)
        self.keypad = KeypadSheet(window)
        self.escalation = EscalationSheet(window)
        self.reach = ReachSheet(window, clock)
        self.end_as = EndAsSheet(window)
        self.breaks = BreakSheet(window)
        self.unfinished = UnfinishedSheet(window)
        self.fact = FactSheet(window)
        self.keys = KeysSheet(window)
        self.recordings = RecordingsSheet(window)
        self.headset = HeadsetSheet(window)
        self.audit = AuditSheet(window, desk.audit)
        desk.audit.found.connect(self.show_audit)
        self.board = BoardSheet(window, desk.board, clock)
        desk.board.shown.connect(self.show_board)
        self.amend = AmendSheet(window)
        self.amend.saved.connect(desk.board.save_amended)
        desk.board.amend_changed.connect(self.show_amend)
        self.callers = CallersSheet(window, desk.callers)
        desk.callers.shown.connect(self._show_in(self.callers))
        self.aside = AsideSheet(window, desk.set_aside)
        desk.set_aside.shown.connect(self._show_in(self.aside))
        self.waiting = WaitingSheet(window)
        self.waiting.saved.connect(desk.waiting.save)
        self.waiting.taken_off.connect(desk.waiting.take_off)
        desk.waiting.shown.connect(self.show_waiting)
        self._connect()

    def fit(self, area: QRectF) -> None:
        """Lie over this part of the window."""
        self._area = area
        self.scrim.setGeometry(area.toRect())
        if self.current is not None:
            self.current.fit(area)

    def open(self, sheet: Sheet) -> None:
        """Show a sheet, in place of any other."""
        if self.current is sheet:
            sheet.fit(self._area)
            return
        if self.current is None:
            self._before = self._window.focusWidget()
        else:
            self.current.hide()
        self.current = sheet
        self.scrim.show()
        self.scrim.raise_()
        sheet.show()
        sheet.raise_()
        sheet.fit(self._area)
        sheet.first_stop().setFocus(Qt.FocusReason.TabFocusReason)

    def present(self, sheet: Sheet, fill: Callable[[V], object], view: V | None) -> None:
        """Show a sheet with what it is about; None closes it, where it is the one that is open."""
        if view is not None:
            fill(view)
            self.open(sheet)
        elif self.current is sheet:
            self.close()

    def close(self) -> None:
        """Put the sheet away and the focus back."""
        if self.current is None:
            return
        self.current.hide()
        self.scrim.hide()
        self.current = None
        if self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def leave(self) -> bool:
        """Leave the open sheet as Esc does; tell whether there was one."""
        if self.current is None:
            return False
        desk = self._desk
        plain: dict[Sheet, Callable[[], None]] = {
            self.transfer: desk.cancel_transfer,
            self.audit: desk.audit.leave,
            self.amend: desk.board.leave_amended,
            self.escalation: desk.cancel_escalation,
            self.reach: desk.hide_reach,
            self.decline: desk.cancel_decline,
            self.dial: desk.cancel_dial,
            self.recordings: desk.close_recordings,
            self.headset: desk.close_headset,
            self.waiting: desk.waiting.leave,
        }
        if self.current in plain:
            plain[self.current]()
        elif isinstance(self.current, BoardSheet | CallersSheet | AsideSheet):
            if not self.current.leave_one():
                {
                    self.board: desk.board.leave,
                    self.callers: desk.callers.leave,
                    self.aside: desk.set_aside.leave,
                }[self.current]()
        else:
            sheet = self.current
            self.close()
            sheet.left.emit()
        return True

    def _show_in(self, sheet: CallersSheet | AsideSheet) -> Callable[[object], None]:
        """Return what opens a sheet with a view, and closes it with None."""

        def show(view: object) -> None:
            if view is not None:
                sheet.fill(view)  # type: ignore[arg-type]
                self.open(sheet)
            else:
                sheet.empty()
                if self.current is sheet:
                    self.close()

        return show

    def show_audit(self, view: AuditView | None) -> None:
        """Show what was found in the audit; None closes."""
        self.present(self.audit, self.audit.fill, view)

    def show_board(self, view: BoardView | None) -> None:
        """Show what is not finished; None closes."""
        if view is not None:
            self.board.fill(view)
            if self.current is not self.amend:
                self.open(self.board)
        elif self.current is self.board:
            self.close()

    def show_amend(self, view: AmendView | None) -> None:
        """Show a message to be amended; None closes."""
        self.present(self.amend, self.amend.fill, view)

    def show_waiting(self, view: WaitingView | None) -> None:
        """Show who is to be put on the waiting list; None closes."""
        if view is not None and self.current is not self.waiting:
            self.waiting.empty()
        self.present(self.waiting, self.waiting.fill, view)

    def show_transfer(self, choices: tuple[TransferChoice, ...] | None) -> None:
        """Show whom a call can go to; None closes."""
        self.present(self.transfer, self.transfer.fill, choices)

    def show_decline(self, view: DeclineView | None) -> None:
        """Show how a ringing call can be declined otherwise; None closes."""
        self.present(self.decline, self.decline.fill, view)

    def show_dial(self, view: DialView | None) -> None:
        """Show for whom a number can be called; None closes."""
        if view is not None and self.current is not self.dial:
            self.dial.empty()
        self.present(self.dial, self.dial.fill, view)

    def show_end_as(self, *, outgoing: bool) -> None:
        """Show how a call can end otherwise."""
        self.end_as.offer(outgoing=outgoing)
        self.open(self.end_as)

    def show_escalation(self, view: EscalationView | None) -> None:
        """Show an escalation; None closes."""
        self.present(self.escalation, self.escalation.fill, view)

    def show_reach(self, view: ReachView | None) -> None:
        """Show how a try to reach somebody stands; None closes."""
        self.present(self.reach, self.reach.fill, view)

    def show_recordings(self, items: tuple[RecordingItem, ...] | None) -> None:
        """Show the newest recordings; None closes."""
        self.present(self.recordings, self.recordings.fill, items)

    def show_headset(self, view: HeadsetView | None) -> None:
        """Show the headset sheet; None closes."""
        self.present(self.headset, self.headset.fill, view)

    def show_unfinished(self, forms: tuple[UnfinishedForm, ...]) -> None:
        """Offer the forms when there are some, and no call is in the way."""
        new = {form.draft for form in forms} - {form.draft for form in self._forms}
        self._forms = forms
        self.unfinished.fill(forms)
        if not forms and self.current is self.unfinished:
            self.close()
        elif (
            forms
            and (new or self.current is self.unfinished)
            and self.current
            in {
                None,
                self.unfinished,
            }
        ):
            self.open(self.unfinished)

    def reopen_unfinished(self) -> None:
        """Show the unfinished forms again."""
        if self._forms:
            self.open(self.unfinished)

    def show_fact(self, fact: Fact) -> None:
        """Show an answer in full."""
        self.fact.fill(fact)
        self.open(self.fact)

    def show_keypad(self) -> None:
        """Show the keypad."""
        self.keypad.open_empty()
        self.open(self.keypad)

    def _connect(self) -> None:
        desk = self._desk
        for sheet in self._window.findChildren(Sheet):
            sheet.closed.connect(self.leave)
        self.transfer.asked.connect(desk.consult)
        self.transfer.picked.connect(desk.transfer_to)
        self.decline.busy.connect(desk.decline_busy)
        self.decline.sent_on.connect(desk.forward)
        self.dial.searched.connect(desk.find_practice)
        self.dial.picked.connect(desk.dial_for)
        self.dial.dialled.connect(desk.dial)
        self.keypad.pressed.connect(desk.send_digits)
        self.escalation.picked.connect(desk.choose_escalation)
        self.reach.picked.connect(desk.choose_reach)
        self.end_as.picked.connect(self._end_as)
        self.breaks.picked.connect(self._take_break)
        self.recordings.played.connect(desk.play_recording)
        self.recordings.deleted.connect(desk.delete_recording)
        self.headset.chosen.connect(desk.choose_device)
        self.headset.ringing_chosen.connect(desk.choose_ringing)
        self.headset.tried.connect(desk.try_sound)
        self.unfinished.resumed.connect(self._resume)
        self.unfinished.discarded.connect(desk.discard_form)

    def _take_break(self, reason: str) -> None:
        self.close()
        self._desk.take_break(reason)

    def _end_as(self, outcome: object) -> None:
        self.close()
        self._desk.end_as(outcome)  # type: ignore[arg-type]

    def _resume(self, draft: str) -> None:
        self.close()
        self._desk.resume_form(draft)
