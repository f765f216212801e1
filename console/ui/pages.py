"""The pages beside the desk itself, over which calls go on: the practices, the floor, the
reports.

A page is made when it is first opened. Keys of the calls still work on it: whoever answers is back
at the desk, and finds the page as it was left.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRect, Qt

from console.desk.figures.months import MonthView
from console.desk.practices.views import Act as RowAct
from console.desk.rota.edit_views import EditView
from console.desk.rota.views import ShiftView
from console.ui.figures.month_sheet import MonthSheet
from console.ui.figures.page import FiguresPanel
from console.ui.floor.page import FloorPanel
from console.ui.floor.sheets import FloorSheets
from console.ui.keys import PRACTICES, ROTA, Act, Key
from console.ui.practices.page import PracticesPage
from console.ui.practices.sign_sheet import SignSheet
from console.ui.quality.page import QualityPanel
from console.ui.rota.edit_sheet import RotaEditSheet
from console.ui.rota.page import RotaPanel
from console.ui.rota.shift_sheet import ShiftSheet
from console.ui.sheets.desk import KeysSheet

if TYPE_CHECKING:
    from console.ui.main_window import MainWindow

TO_THE_DESK: Final = frozenset(
    {
        Act.ANSWER,
        Act.BOARD,
        Act.READ_911,
        Act.SELECT_CALL,
        Act.CALLBACKS,
        Act.TRANSFER,
        Act.KEYPAD,
        Act.ESCALATE,
    }
)
"""What brings the desk back first."""

ANYWHERE: Final = frozenset(
    {
        Act.DECLINE,
        Act.HOLD,
        Act.MUTE,
        Act.HANG_UP,
        Act.LOCK,
        Act.READY,
        Act.MORE_TIME,
        Act.PRACTICES,
        Act.FLOOR,
        Act.WALLBOARD,
        Act.BREACH_SOUND,
        Act.FIGURES,
        Act.QUALITY,
        Act.ROTA,
        Act.TEXT_LARGER,
        Act.TEXT_SMALLER,
        Act.TEXT_NORMAL,
    }
)
"""What a key does on a page as it does at the desk."""


Page = PracticesPage | FloorPanel | FiguresPanel | QualityPanel | RotaPanel


class PageHost(QObject):
    """Shows and hides the pages of a window."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._area = QRect()
        self.practices: PracticesPage | None = None
        self.floor: FloorPanel | None = None
        self.on_floor: FloorSheets | None = None
        self.figures: FiguresPanel | None = None
        self.quality: QualityPanel | None = None
        self.rota: RotaPanel | None = None
        self.shift: ShiftSheet | None = None
        self.month: MonthSheet | None = None
        self.edit: RotaEditSheet | None = None
        self.rota_keys: KeysSheet | None = None
        self.sign: SignSheet | None = None
        self.keys: KeysSheet | None = None

    @property
    def current(self) -> Page | None:
        """The page that is shown."""
        return next((page for page in self._made if page.isVisible()), None)

    @property
    def _made(self) -> tuple[Page, ...]:
        pages = (self.practices, self.floor, self.figures, self.quality, self.rota)
        return tuple(page for page in pages if page is not None)

    @property
    def edge(self) -> int | None:
        """Where the part of the page begins that a sheet may lie over; None without a page."""
        page = self.current
        if page is None:
            return None
        return page.side.width() if isinstance(page, PracticesPage | RotaPanel) else 0

    def fit(self, area: QRect) -> None:
        """Lie over this part of the window."""
        self._area = area
        for page in self._made:
            page.setGeometry(area)

    def toggle(self) -> None:
        """Open the practices, or go back to the desk."""
        if isinstance(self.current, PracticesPage):
            self.close()
            return
        page = self.practices or self._make()
        if self._window.desk.practices.show():
            self._open(page)

    def toggle_floor(self) -> None:
        """Open the floor, or go back to the desk."""
        if isinstance(self.current, FloorPanel):
            self.close()
            return
        window = self._window
        page = self.floor
        if page is None:
            page = self.floor = FloorPanel(window, window.desk.floor, window.clock)
            page.wall.clicked.connect(window.wallboard.toggle)
            self.on_floor = FloorSheets(window, page)
            page.waiting.clicked.connect(self.on_floor.open_waiting)
        if window.desk.floor.show():
            self._open(page)

    def toggle_figures(self) -> None:
        """Open the figures, or go back to the desk."""
        if isinstance(self.current, FiguresPanel):
            self.close()
            return
        window = self._window
        desk = window.desk.figures
        page = self.figures
        if page is None:
            page = self.figures = FiguresPanel(window, desk, window.clock)
            page.quality.clicked.connect(self.toggle_quality)
            self._make_month()
        if desk.show():
            self._open(page)

    def _make_month(self) -> None:
        window, desk = self._window, self._window.desk.figures.months
        sheet = self.month = MonthSheet(window)
        sheet.closed.connect(window.sheets.leave)
        sheet.left.connect(desk.leave)
        sheet.wanted.connect(desk.write)
        desk.shown.connect(self._show_month)

    def _show_month(self, view: MonthView | None) -> None:
        if self.month is not None:
            self._window.sheets.present(self.month, self.month.fill, view)

    def toggle_quality(self) -> None:
        """Open the reviews, or go back to the desk."""
        if isinstance(self.current, QualityPanel):
            self.close()
            return
        window = self._window
        page = self.quality = self.quality or QualityPanel(window, window.desk.quality)
        if window.desk.quality.show():
            self._open(page)

    def toggle_rota(self) -> None:
        """Open the rotas, or go back to the desk."""
        if isinstance(self.current, RotaPanel):
            self.close()
            return
        page = self.rota or self._make_rota()
        if self._window.desk.rota.show():
            self._open(page)

    def _make_rota(self) -> RotaPanel:
        window = self._window
        page = self.rota = RotaPanel(window, window.desk.rota)
        sheet = self.shift = ShiftSheet(window)
        sheet.closed.connect(window.sheets.leave)
        self.rota_keys = KeysSheet(window, ROTA)
        self.rota_keys.closed.connect(window.sheets.leave)
        page.opened.connect(self._show_shift)
        edit, editing = RotaEditSheet(window), window.desk.rota.editing
        self.edit = edit
        edit.closed.connect(window.sheets.leave)
        edit.left.connect(editing.leave)
        edit.typed.connect(editing.type)
        edit.written.connect(editing.write)
        editing.changed.connect(self._show_edit)
        return page

    def _show_edit(self, view: EditView | None) -> None:
        if self.edit is not None:
            self._window.sheets.present(self.edit, self.edit.fill, view)

    def _show_shift(self, view: ShiftView) -> None:
        if self.shift is not None:
            self._window.sheets.present(self.shift, self.shift.fill, view)

    def _open(self, page: Page) -> None:
        self.close()
        page.setGeometry(self._area)
        page.show()
        page.raise_()
        self._window.show_page(page)
        page.place()
        page.take_focus()

    def close(self) -> None:
        """Go back to the desk."""
        page = self.current
        if page is None:
            return
        self._window.sheets.leave()
        page.hide()
        if not isinstance(page, PracticesPage):
            page.desk.leave()
        self._window.show_page(None)
        self._window.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._window.centre.form.view is not None:
            self._window.centre.form.take_focus()

    def acts(self) -> dict[Act, Callable[[Key], None]]:
        """Return what keys do on the page that is shown."""
        page = self.current
        if page is None:
            return {}
        if self._window.sheets.current is not None:
            return {Act.ESCAPE: lambda _: self._escape(), Act.FINISH: lambda _: self._finish()}
        if not isinstance(page, PracticesPage):
            sheets = self._window.sheets
            more: dict[Act, Callable[[Key], None]] = {}
            if isinstance(page, QualityPanel):
                more[Act.FINISH] = lambda _: page.save()
            elif isinstance(page, FloorPanel) and self.on_floor is not None:
                on_floor = self.on_floor
                more[Act.QUEUED] = lambda _: on_floor.open_waiting()
            elif isinstance(page, RotaPanel):
                more[Act.SEARCH] = lambda _: page.search()
            keys = self.rota_keys if isinstance(page, RotaPanel) else None
            return {
                Act.ESCAPE: lambda _: self._escape(),
                Act.HELP: lambda _: sheets.open(keys or sheets.keys),
            } | more
        desk, preview = page.desk, page.pane.preview
        return {
            Act.ESCAPE: lambda _: self._escape(),
            Act.HELP: lambda _: self._help(),
            Act.SEARCH: lambda _: page.search(),
            Act.STEP_BEFORE: lambda _: page.turn(-1),
            Act.STEP_AFTER: lambda _: page.turn(1),
            Act.SAVE: lambda _: desk.publishing.ask_to_save(),
            Act.UNDO: lambda _: desk.undo(),
            Act.REDO: lambda _: desk.redo(),
            Act.NEXT_PROBLEM: lambda _: desk.next_problem(),
            Act.ADD: lambda _: page.add(),
            Act.COPY: lambda _: page.act(RowAct.COPY),
            Act.REMOVE: lambda _: page.act(RowAct.REMOVE),
            Act.MOVE_UP: lambda _: page.act(RowAct.UP),
            Act.MOVE_DOWN: lambda _: page.act(RowAct.DOWN),
            Act.MOVE_IN: lambda _: page.act(RowAct.IN),
            Act.MOVE_OUT: lambda _: page.act(RowAct.OUT),
            Act.TRY: lambda _: page.go_and_try(),
            Act.CHOOSE_TYPE: lambda key: (
                preview.choose_type(key.call_type) if key.call_type else None
            ),
            Act.BACK: lambda _: preview.back_step(),
        }

    def _escape(self) -> None:
        window, page = self._window, self.current
        if window.sheets.leave() or page is None:
            return
        if window.notice.isVisible():
            window.notice.dismiss()
            return
        if not page.leave_one():
            self.close()

    def _help(self) -> None:
        if self.keys is not None:
            self._window.sheets.open(self.keys)

    def _finish(self) -> None:
        current = self._window.sheets.current
        if self.sign is not None and current is self.sign:
            self.sign.finish()
        elif self.month is not None and current is self.month:
            self.month.finish()
        elif self.edit is not None and current is self.edit:
            self.edit.finish()

    def _make(self) -> PracticesPage:
        window = self._window
        desk = window.desk.practices
        page = self.practices = PracticesPage(window, desk, window.clock)
        sheet = self.sign = SignSheet(window)
        self.keys = KeysSheet(window, PRACTICES)
        for each in (sheet, self.keys):
            each.closed.connect(window.sheets.leave)
        sheet.saved.connect(desk.publishing.save)
        sheet.signed.connect(desk.publishing.sign)
        sheet.on_top.connect(desk.publishing.on_top)
        sheet.theirs.connect(desk.publishing.take_theirs)
        desk.publishing.sign_changed.connect(self._show_sign)
        desk.publishing.rehearsed.connect(sheet.show_rehearsal)
        sheet.asked_room.connect(self._fit_sign)
        return page

    def _fit_sign(self) -> None:
        if self.sign is not None and self._window.sheets.current is self.sign:
            self._window.arrange()

    def _show_sign(self, view: object) -> None:
        sheet, sheets = self.sign, self._window.sheets
        if sheet is None:
            return
        if view is None:
            if sheets.current is sheet:
                sheets.close()
            return
        if sheets.current is sheet:
            sheets.close()
        sheet.fill(view)  # type: ignore[arg-type]
        sheets.open(sheet)
