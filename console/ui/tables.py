"""What every table has: nothing is edited in it, Tab leaves it, no grid and no frame is drawn."""

from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from console.ui.columns import SlimBar


def be_plain(view: QTableView) -> None:
    """Have a table be read, not edited, its rows of one height."""
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setTabKeyNavigation(False)
    view.setShowGrid(False)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setVerticalScrollBar(SlimBar(view))
    view.verticalHeader().hide()
    # Fixed: Qt would ask every row for its height.
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)


def be_rows(view: QTableView) -> None:
    """Have a plain table be gone through row by row."""
    be_plain(view)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setAlternatingRowColors(True)
    view.horizontalHeader().setHighlightSections(False)
