"""Columns and the panels they are stacked from.

Columns place their panels themselves: Qt's layouts would negotiate through three levels for what
is a running sum of heights, and a screen pop has one frame.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

from console.ui.painting import NO_PEN, draw_card, draw_line, picture, text_width
from console.ui.theme import Ink, Type, colour, theme

PARKED = -20000  # where what is not wanted lies, far left of everything


def park(widget: QWidget) -> None:
    """Put a widget out of sight.

    Not hidden: Qt paints a child that is shown again one event too late for a screen pop, and then
    twice, and showing costs ten times what moving does.
    """
    if widget.x() > PARKED:
        widget.move(PARKED, widget.y())


def is_parked(widget: QWidget) -> bool:
    """Tell whether a widget, or one it is in, has been put out of sight."""
    each: QWidget | None = widget
    while each is not None and not each.isWindow():
        if each.x() <= PARKED:
            return True
        each = each.parentWidget()
    return False


class Panel(QWidget):
    """One block of a column: knows its height for a width, and asks when that has changed."""

    on = True  # False while there is no call for it to speak of

    def height_for(self, width: int) -> int:
        """Return the height in pixels the content needs at this width."""
        raise TypeError(f"{type(self).__name__} does not say its height for {width}")

    def wanted(self) -> bool:
        """Tell whether the panel has anything to show."""
        return self.on

    def relay(self) -> None:
        """Ask the column to place its panels again, once, before the next paint."""
        stack = self.parentWidget()
        if isinstance(stack, Stack):
            stack.ask()
        self.update()

    def restyle(self) -> None:
        """Take over a changed text size."""


class SectionPanel(Panel):
    """A heading over a card; a subclass says the card's height and paints what is on it."""

    head = ""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.head)

    def head_height(self) -> int:
        """Return the height of the heading with its gap."""
        return theme.px(22)

    def card_height(self, width: int) -> int:
        """Return the card's height."""
        raise TypeError(f"{type(self).__name__} does not say its height for {width}")

    def height_for(self, width: int) -> int:
        """Return heading and card together."""
        return self.head_height() + self.card_height(width)

    def card_box(self) -> QRectF:
        """Return where the card is."""
        top = self.head_height()
        return QRectF(0, top, self.width(), self.height() - top)

    def look(self) -> object:
        """Return what the panel shows, where that is the practice's and will be shown again; None
        where it is a caller's or runs with the clock, and no picture of it is kept."""
        return None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw heading and card, then the content."""
        painter = QPainter(self)
        look = self.look()
        if look is None:
            self.draw(painter)
        else:
            size = (self.width(), self.height())
            picture(painter, (type(self), look), size, self.draw, Ink.SIDE)

    def draw(self, painter: QPainter) -> None:
        """Draw heading and card, then the content, by hand."""
        head = QRectF(0, 0, self.width(), theme.px(16))
        draw_line(painter, head, self.head, Type.HEAD, Ink.SOFT)
        box = self.card_box()
        draw_card(painter, box)
        self.paint_card(painter, box)

    def paint_card(self, painter: QPainter, box: QRectF) -> None:
        """Draw the content."""


class Stack(QWidget):
    """The content of a column: panels from top to bottom."""

    def __init__(self, area: QWidget, ground: Ink) -> None:
        super().__init__(area)
        self._area = area
        self.panels: list[Panel] = []
        self.pad = 16
        self.gap = 14
        self._asked = False
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colour(ground))
        self.setPalette(palette)
        self.setAutoFillBackground(True)

    def ask(self) -> None:
        """Arrange once, in the next turn of the event loop and before its paint."""
        if not self._asked:
            self._asked = True
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def event(self, event: QEvent) -> bool:
        """Hear the request to arrange; Qt sends its own for each panel shown or hidden."""
        if event.type() == QEvent.Type.LayoutRequest:
            if self._asked:
                self.arrange()
            return True
        return super().event(event)

    def arrange(self) -> None:
        """Place every wanted panel, and hide the others."""
        self._asked = False
        width, room = self._area.width(), self._area.height()
        pad, gap = theme.px(self.pad), theme.px(self.gap)
        inner = width - 2 * pad
        wanted = [panel for panel in self.panels if panel.wanted()]
        heights = self.heights(wanted, inner, room - 2 * pad - gap * (len(wanted) - 1))
        for panel in self.panels:
            if panel not in wanted:
                park(panel)
        top = pad
        for panel, height in zip(wanted, heights, strict=True):
            panel.setGeometry(pad, top, inner, height)
            top += height + gap
        self.resize(width, max(room, top - gap + pad))

    def heights(self, wanted: list[Panel], width: int, room: int) -> list[int]:  # noqa: ARG002
        """Return each panel's height; a subclass may share out the room."""
        return [panel.height_for(width) for panel in wanted]


class SlimBar(QScrollBar):
    """A scroll bar that takes little room and no arrows."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the bar's width."""
        return QSize(theme.px(10), theme.px(60))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the handle."""
        painter = QPainter(self)
        span = self.maximum() - self.minimum() + self.pageStep()
        if span <= 0:
            return
        high = max(24.0, self.height() * self.pageStep() / span)
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        box = QRectF(2, share * (self.height() - high), self.width() - 4, high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(NO_PEN)
        painter.setBrush(colour(Ink.EDGE))
        painter.drawRoundedRect(box, box.width() / 2, box.width() / 2)


class Column(QScrollArea):
    """A column of panels that scrolls when the window is too low for them."""

    def __init__(self, parent: QWidget, ground: Ink, stack: type[Stack] = Stack) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBar(SlimBar(self))
        self.stack = stack(self.viewport(), ground)
        self.setWidget(self.stack)

    def add(self, panel: Panel) -> None:
        """Put a panel under the others."""
        self.stack.panels.append(panel)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the panels to the new width at once."""
        super().resizeEvent(event)
        self.stack.arrange()


def draw_rows(painter: QPainter, box: QRectF, rows: list[tuple[str, str]], role: Type) -> None:
    """Draw label and value pairs, a hairline between them."""
    pad, high = theme.px(13), theme.px(28)
    top = box.top() + theme.px(6)
    for number, (left, right) in enumerate(rows):
        line = QRectF(box.left() + pad, top, box.width() - 2 * pad, high)
        if number:
            painter.fillRect(QRectF(line.left(), top, line.width(), 1), colour(Ink.HAIRLINE))
        gap = theme.px(8)
        label = min(text_width(role, left), line.width() * 0.55)
        room = line.width() - label - gap
        strong = Type.BODY_STRONG if text_width(Type.BODY_STRONG, right) <= room else Type.LABEL
        value = min(text_width(strong, right), room)
        split = line.right() - value - 1
        draw_line(painter, QRectF(split, top, value + 1, high), right, strong, Ink.TEXT)
        line.setRight(split - gap + 2)
        draw_line(painter, line, left, role, Ink.TEXT)
        top += high
