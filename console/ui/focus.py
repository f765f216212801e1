"""Where the Tab key goes: through the regions in the order of speech, in each as it is read.

Qt's own order is the order of making, and the form's fields are used again and again.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from console.ui.columns import is_parked
from console.ui.form.body import scroll_areas

ROW = 12  # pixels two controls may differ in height and still stand in one row


def stops(window: QWidget, regions: Sequence[QWidget]) -> list[QWidget]:
    """Return every control the Tab key stops at, in order."""
    found: list[QWidget] = []
    for region in regions:
        here = [
            widget
            for widget in region.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isEnabled()
            and widget.isVisible()
            and not is_parked(widget)
        ]
        found += sorted(here, key=lambda widget: _place(window, widget))
    return found


def next_stop(window: QWidget, regions: Sequence[QWidget], *, forward: bool) -> bool:
    """Move the focus to the next control, and bring it into sight."""
    order = stops(window, regions)
    if not order:
        return False
    current = window.focusWidget()
    if current in order:
        at = (order.index(current) + (1 if forward else -1)) % len(order)
    else:
        at = _nearest(window, order, current, forward=forward)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    order[at].setFocus(reason)
    for area in scroll_areas(order[at]):
        area.ensureWidgetVisible(order[at], 0, 24)
    return True


def _place(window: QWidget, widget: QWidget) -> tuple[int, int]:
    corner = widget.mapTo(window, QPoint(0, 0))
    middle = corner.y() + widget.height() // 2 if widget.height() < 60 else corner.y()
    return middle // ROW, corner.x()


def _nearest(
    window: QWidget, order: list[QWidget], current: QWidget | None, *, forward: bool
) -> int:
    """Return where to go on from a control that is itself no stop."""
    if current is None or not window.isAncestorOf(current):
        return 0 if forward else len(order) - 1
    here = _place(window, current)
    later = [i for i, widget in enumerate(order) if _place(window, widget) >= here]
    if not later:
        return 0
    return later[0] if forward else later[0] - 1
