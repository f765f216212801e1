"""The audit's sheet: four filters, how many entries fit, and the list of them."""

from PySide6.QtWidgets import QWidget

from console.desk.auditing.port import Asked, AuditPort, AuditView
from console.ui.audit.model import AuditModel
from console.ui.listing import Filters, RowList
from console.ui.sheets.base import ALL_ROOM, Sheet, label
from console.ui.theme import Ink, Type, theme

FILTERS = (("person", "Who"), ("practice", "Practice"), ("event", "Did"), ("day", "Day"))
WIDTHS = (150, 150, 120, 190, 190)  # of all columns but the last, at scale 1


class AuditList(RowList):
    """The entries."""

    def __init__(self, parent: QWidget, model: AuditModel) -> None:
        super().__init__(parent, model, "Entries of the audit")
        self.horizontalHeader().setStretchLastSection(True)
        self.restyle()

    def restyle(self) -> None:
        """Take over a changed text size."""
        super().restyle()
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, theme.px(width))


class AuditSheet(Sheet):
    """Asks the desk for what the filters say; nothing is shown that it has not told."""

    WIDTH = 1180
    HIGH = ALL_ROOM

    def __init__(self, parent: QWidget, audit: AuditPort) -> None:
        super().__init__(parent, "Audit")
        row = Filters(self, FILTERS, lambda chosen: audit.ask(Asked(**chosen)))
        self.filters = row.boxes
        self._filters = row
        self.column.addLayout(row)
        self.count = label("", Type.SMALL, Ink.SOFT, self)
        self.column.addWidget(self.count)
        self.model = AuditModel()
        self.model.wanted.connect(audit.read_page)
        self.list = AuditList(self, self.model)
        self.column.addWidget(self.list, 1)
        audit.page_read.connect(self.model.take)

    def fill(self, view: AuditView) -> None:
        """Show what was found."""
        picks = (view.people, view.practices, view.events, view.days)
        self._filters.fill(picks, view.asked)
        many = "1 entry" if view.count == 1 else f"{view.count:,} entries"
        self.count.setText(f"{many}, the newest first. That it was read is on record as well.")
        self.model.begin(view.count)
        if view.count:
            self.list.setCurrentIndex(self.model.index(0, 0))

    def first_stop(self) -> QWidget:
        """Start in the list."""
        return self.list
