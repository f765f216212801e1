"""The one button of the window, and the panels its columns are stacked from.

A button shows its key beside its words, because a receptionist with a caller on the line learns
the keys by seeing them. Columns place their panels themselves: Qt's layouts would negotiate
through three levels for what is a running sum of heights.
"""

from dataclasses import dataclass
from enum import Enum, unique

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QScrollBar, QWidget

from console.ui.painting import (
    LEFT,
    NO_PEN,
    cap_width,
    draw_cap,
    draw_card,
    draw_focus,
    draw_line,
    picture,
    text_width,
)
from console.ui.theme import Ink, Type, colour, theme

PARKED = -20000  # where what is not wanted lies, far left of everything
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class Look:
    """How a button is drawn at rest and under the pointer."""

    fill: Ink | None
    hover: Ink
    edge: Ink | None
    text: Ink


@unique
class Kind(Enum):
    """What a button is for."""

    PLAIN = Look(Ink.BUTTON, Ink.BUTTON_HOVER, Ink.BUTTON_EDGE, Ink.TEXT)
    PRIMARY = Look(Ink.BLUE, Ink.BLUE_DEEP, None, Ink.CARD)
    GO = Look(Ink.GREEN, Ink.GREEN_DEEP, None, Ink.CARD)
    DANGER = Look(Ink.RED, Ink.RED_DEEP, None, Ink.CARD)
    DANGER_EDGE = Look(Ink.CARD, Ink.RED_SOFT, Ink.RED, Ink.RED)
    FLAG = Look(None, Ink.RED_EDGE, None, Ink.RED_TEXT)
    TOP = Look(None, Ink.TOP_HOVER, None, Ink.ON_TOP_SOFT)
    LINK = Look(None, Ink.BLUE_SOFT, None, Ink.BLUE)


class KeyButton(QAbstractButton):
    """A button with its key's cap. `set_words` changes both without a new layout of its own."""

    def __init__(
        self, kind: Kind, words: str, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.key = key
        self.role = Type.SMALL_STRONG
        self.spread = False  # words at the left, key at the right
        self.enter_presses = True
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(key)

    def set_words(self, words: str, key: str | None = None) -> None:
        """Say something else on the button."""
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
        if key is not None and key != self.key:
            self.key = key
            self.setAccessibleDescription(key)
            self.update()

    def natural_width(self) -> int:
        """Return the width that shows words and key in full."""
        width = text_width(self.role, self.text()) + theme.px(28)
        return round(width + (cap_width(self.key) + theme.px(8) if self.key else 0))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Tell Qt's layouts, where a sheet uses one."""
        return QSize(self.natural_width(), theme.px(36))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Press on Enter, unless Enter belongs to the form the button stands in."""
        if event.key() in ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            if self.enter_presses:
                self.click()
            else:
                event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw ground, words, key and focus; once for each look, then as a picture."""
        painter = QPainter(self)
        picture(painter, self.look(), self.width(), self.height(), self.draw)

    def look(self) -> tuple[object, ...]:
        """Return everything the button's looks depend on but its size."""
        return (
            type(self),
            self.kind.name,
            self.role.slot,
            self.text(),
            self.key,
            self.spread,
            self.isEnabled(),
            self.isChecked(),
            self.isDown() or self.underMouse(),
            self.hasFocus(),
        )

    def draw(self, painter: QPainter) -> None:
        """Draw ground, words, key and focus by hand."""
        box = QRectF(self.rect())
        self.paint_ground(painter, box)
        self.paint_words(painter, box)
        if self.hasFocus():
            draw_focus(painter, box, 6)

    def paint_ground(self, painter: QPainter, box: QRectF) -> None:
        """Draw what is behind the words."""
        look = self.kind.value
        pointed = self.isEnabled() and (self.underMouse() or self.isDown())
        fill = look.hover if pointed else look.fill
        if not self.isEnabled() and fill is not None:
            draw_card(painter, box, Ink.BUTTON, Ink.BUTTON_EDGE, radius=6)
        elif look.edge is not None:
            draw_card(painter, box, fill or Ink.CARD, look.edge, radius=6)
        elif fill is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(NO_PEN)
            painter.setBrush(colour(fill))
            painter.drawRoundedRect(box, 6, 6)

    def paint_words(self, painter: QPainter, box: QRectF) -> None:
        """Draw words and key, centred together or at either end."""
        ink = self.kind.value.text if self.isEnabled() else Ink.OFF
        cap = cap_width(self.key) if self.key else 0.0
        gap = theme.px(6) if self.key else 0
        role = self.role
        words = text_width(role, self.text())
        pad = theme.px(14) if self.spread else theme.px(4)
        middle = box.center().y()
        room = box.width() - 2 * pad - cap - gap
        if words > room:
            role = Type.SMALL_STRONG if role is Type.BIG else Type.LABEL
            words = text_width(role, self.text())
        if self.spread:
            start = pad
            right = box.right() - pad
        else:
            words = min(words, room)
            start = round((box.width() - words - gap - cap) / 2)
            right = start + words + gap + cap
        line = QRectF(start, 0, max(0.0, min(words + 1, room + 1)), box.height())
        draw_line(painter, line, self.text(), role, ink, align=LEFT)
        if self.key:
            draw_cap(painter, right, middle, self.key)


class ChoiceButton(KeyButton):
    """One answer of a choice: a mark, the words, the key. Chosen is a tick, an edge and a tint."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Kind.PLAIN, "", "", parent)
        self.many = False
        self.code = ""
        self.enter_presses = False
        self.role = Type.BODY_STRONG
        self.setCheckable(True)

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave the state alone: the desk says what is chosen."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Press on Space; every other key is the group's."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def natural_width(self) -> int:
        """Return the width that shows mark, words and key."""
        return super().natural_width() + theme.px(22)

    def look(self) -> tuple[object, ...]:
        """Return everything the button's looks depend on but its size."""
        return (*super().look(), self.many)

    def draw(self, painter: QPainter) -> None:
        """Draw the answer and whether it is the one."""
        box = QRectF(self.rect())
        chosen = self.isChecked()
        fill = Ink.BLUE_SOFT if chosen or self.underMouse() else Ink.CARD
        edge = Ink.BLUE if chosen else Ink.EDGE
        draw_card(painter, box, fill, edge, radius=6, width=2 if chosen else 1)
        side = theme.px(16)
        mark = QRectF(theme.px(12), (box.height() - side) / 2, side, side)
        draw_mark(painter, mark, chosen=chosen, square=self.many)
        left = mark.right() + theme.px(7)
        right = box.right() - theme.px(10)
        cap = draw_cap(painter, right, box.center().y(), self.key) if self.key else right
        line = QRectF(left, 0, cap - left - theme.px(4), box.height())
        draw_line(painter, line, self.text(), self.role, Ink.TEXT)
        if self.hasFocus():
            draw_focus(painter, box, 6)


def draw_mark(painter: QPainter, box: QRectF, *, chosen: bool, square: bool) -> None:
    """Draw the box or disc of a choice, ticked when chosen."""
    radius = 4 if square else box.width() / 2
    ink = Ink.BLUE if chosen else Ink.EDGE
    draw_card(painter, box, Ink.BLUE if chosen else Ink.CARD, ink, radius=radius, width=1.5)
    if chosen:
        pen = QPen(colour(Ink.CARD), max(1.8, box.width() / 8))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        unit = box.width() / 16
        x, y = box.left(), box.top()
        painter.drawPolyline(
            [QPointF(x + a * unit, y + b * unit) for a, b in ((4.6, 8.4), (7.0, 10.8), (11.6, 5.6))]
        )


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
            picture(painter, (type(self), look), self.width(), self.height(), self.draw)

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
