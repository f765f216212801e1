"""The one button of the window, in its kinds.

A button shows its key beside its words, because a receptionist with a caller on the line learns
the keys by seeing them.
"""

from dataclasses import dataclass
from enum import Enum, unique

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

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
    TOP_HERE = Look(None, Ink.TOP_HOVER, None, Ink.CARD)
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
        self.ground: Ink | None = None  # what it lies on, where that is always the same
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
        picture(painter, self.look(), (self.width(), self.height()), self.draw, self.ground)

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
