"""The head of the centre: whose practice is calling, what to say, and the seven kinds of call.

This is what a call's first frame shows, so everything here is made before any call comes and only
filled when one does.
"""

import re

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from console.desk.views import Banner
from console.ui.columns import Panel
from console.ui.controls import KeyButton, Kind
from console.ui.keys import KEYS
from console.ui.painting import (
    Words,
    cap_height,
    cap_width,
    draw_bar,
    draw_cap,
    draw_card,
    draw_focus,
    draw_line,
    draw_pill,
    picture,
    pill_width,
    text_width,
)
from console.ui.theme import Ink, Type, theme
from scripts.calltypes import CallType

FLAT = 42  # pixels a flat tile is high
BETWEEN_LETTERS = re.compile(r"(?<=\w)-(?=\w)")
TYPE_KEYS = {key.call_type: key for key in KEYS if key.call_type is not None}


class BannerPanel(Panel):
    """The practice: name, its time of day, open or closed, and whether health details may be
    written down."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tight = False
        self._in_a_line = True
        self._banner: Banner | None = None
        self._name = Words(Type.PRACTICE, Ink.TEXT, 1.15, most=2)
        self._detail = Words(Type.SMALL, Ink.SOFT, 1.3, most=2)

    def fill(self, banner: Banner) -> None:
        """Show a practice."""
        if banner != self._banner:
            self._banner = banner
            self.setAccessibleName(f"Practice: {banner.practice}")
            self.setAccessibleDescription(
                f"{self._line()}. {banner.open_label}. {banner.baa_label}"
            )
            self.relay()

    def height_for(self, width: int) -> int:
        """Return the height of name and detail."""
        if self._banner is None:
            return 0
        if self.tight:
            return theme.px(46)
        room = width - theme.px(24 + 16 + 12) - self._pills()
        name = self._name.lay(self._banner.practice, room)
        self._in_a_line = text_width(Type.SMALL, self._line()) <= room
        if self._in_a_line:
            return round(theme.px(24) + name) + theme.px(17)
        return round(theme.px(24) + name + self._detail.lay(self._line(), room))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the card."""
        banner = self._banner
        if banner is None:
            return
        painter = QPainter(self)
        box = QRectF(self.rect())
        draw_card(painter, box)
        draw_bar(painter, box, Ink.TEAL, 8)
        left = theme.px(24)
        if self.tight:
            self._draw_in_a_line(painter, box)
        else:
            self._name.draw(painter, left, theme.px(11))
            top = theme.px(12) + self._name.height
            if self._in_a_line:
                line = QRectF(left, top, box.width() - left - self._pills(), theme.px(17))
                draw_line(painter, line, self._line(), Type.SMALL, Ink.SOFT)
            else:
                self._detail.draw(painter, left, top)
        right = box.right() - theme.px(16)
        for text, fill, ink in self._labels():
            pill = QRectF(right - pill_width(text), 0, pill_width(text), theme.px(24))
            pill.moveTop(round((box.height() - pill.height()) / 2))
            draw_pill(painter, pill, text, fill, ink)
            right = pill.left() - theme.px(10)

    def _draw_in_a_line(self, painter: QPainter, box: QRectF) -> None:
        name = self._banner.practice if self._banner else ""
        room = box.width() - theme.px(24 + 16 + 12) - self._pills()
        line = QRectF(theme.px(24), 0, min(room, text_width(Type.ASK, name) + 1), box.height())
        draw_line(painter, line, name, Type.ASK, Ink.TEXT)
        line = QRectF(line.right() + theme.px(10), 1, room - line.width() - theme.px(10), 0)
        line.setHeight(box.height())
        if line.width() > theme.px(60):
            draw_line(painter, line, self._line(), Type.SMALL, Ink.SOFT)

    def _line(self) -> str:
        banner = self._banner
        parts = (banner.local_time, banner.detail) if banner else ()
        return " · ".join(part for part in parts if part)

    def _labels(self) -> list[tuple[str, Ink, Ink]]:
        banner = self._banner
        if banner is None:
            return []
        good, warn = (Ink.GREEN_SOFT, Ink.GREEN_TEXT), (Ink.AMBER_SOFT, Ink.AMBER_TEXT)
        labels = (
            (banner.baa_label, *(good if banner.baa else warn)),
            (banner.open_label, *(good if banner.open_now else warn)),
        )
        return [label for label in labels if label[0]]

    def _pills(self) -> float:
        return sum(pill_width(text) + theme.px(10) for text, _, _ in self._labels())


class SayPanel(Panel):
    """The words to say, large enough to read at arm's length."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""
        self._words = Words(Type.SAY, Ink.TEXT, 1.4)
        self.tight = False  # a low window with a form on it
        self.ground = Ink.PAGE

    def fill(self, text: str) -> None:
        """Show what to say."""
        text = BETWEEN_LETTERS.sub("\u2011", text)  # "after-hours" stays on one line
        if text != self._text:
            self._text = text
            self.setAccessibleName("Say")
            self.setAccessibleDescription(text)
            self.relay()

    def wanted(self) -> bool:
        """Not when there is nothing to say, or it has been said and the room is needed."""
        return self.on and bool(self._text)

    def height_for(self, width: int) -> int:
        """Return the height of heading and words; tight, the heading stands beside them."""
        self._words.use(Type.BODY if self.tight else Type.SAY, Ink.TEXT)
        if self.tight:
            return round(self._words.lay(self._text, width - theme.px(78))) + theme.px(20)
        return round(self._words.lay(self._text, width - theme.px(36))) + theme.px(52)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the card; a practice's greeting is the same at its next call."""
        painter = QPainter(self)
        key = ("say", self._text, self.tight, self.ground.value)
        picture(painter, key, (self.width(), self.height()), self.draw, self.ground)

    def draw(self, painter: QPainter) -> None:
        """Draw the card by hand."""
        box = QRectF(self.rect())
        draw_card(painter, box, Ink.SAY, Ink.SAY_EDGE)
        draw_bar(painter, box, Ink.SAY_BAR, 4)
        left = theme.px(20)
        head = QRectF(left, theme.px(12), box.width() - left, theme.px(16))
        draw_line(painter, head, "Say", Type.HEAD, Ink.SAY_TEXT)
        if self.tight:
            self._words.draw(painter, theme.px(62), theme.px(10))
        else:
            self._words.draw(painter, left, head.bottom() + theme.px(8))


class TypeTile(KeyButton):
    """One of the seven kinds of call."""

    def __init__(self, parent: QWidget, call_type: CallType) -> None:
        key = TYPE_KEYS[call_type]
        kind = Kind.DANGER if call_type is CallType.EMERGENCY else Kind.PLAIN
        super().__init__(kind, key.label, key.sequence, parent)
        self.call_type = call_type
        self.narrow = False
        self.ground = Ink.PAGE
        self.setCheckable(True)
        self._words = Words(Type.TILE, Ink.TEXT, 1.25, most=2)

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave the state alone: the desk says what is chosen."""

    def look(self) -> tuple[object, ...]:
        """Return everything the tile's looks depend on but its size."""
        return (*super().look(), self.narrow)

    def draw(self, painter: QPainter) -> None:
        """Draw words, key, and the chosen one with a tick and a thick edge."""
        box = QRectF(self.rect())
        chosen, red = self.isChecked(), self.kind is Kind.DANGER
        pointed = self.isEnabled() and self.underMouse()
        ink = Ink.TEXT
        if not self.isEnabled():
            draw_card(painter, box, Ink.BUTTON)
            ink = Ink.OFF
        elif red:
            fill = Ink.RED_DEEP if pointed or chosen else Ink.RED
            draw_card(painter, box, fill, fill)
            if chosen:
                draw_card(painter, box.adjusted(2, 2, -2, -2), fill, Ink.CARD, radius=6, width=2)
            ink = Ink.CARD
        elif chosen:
            draw_card(painter, box, Ink.BLUE_SOFT, Ink.BLUE, width=2)
        else:
            draw_card(painter, box, Ink.BLUE_SOFT if pointed else Ink.CARD)
        tick = "✓" if chosen else ""
        if self.narrow:
            self._draw_narrow(painter, box, ink, tick)
        else:
            self._draw_wide(painter, box, ink, tick)
        if self.hasFocus():
            draw_focus(painter, box)

    def _draw_wide(self, painter: QPainter, box: QRectF, ink: Ink, tick: str) -> None:
        """Draw the words above the key."""
        pad = theme.px(10)
        self._words.use(Type.TILE, ink)
        self._words.lay(self.text(), box.width() - pad - theme.px(4))
        self._words.draw(painter, pad, theme.px(9))
        middle = box.bottom() - theme.px(8) - cap_height() / 2
        draw_cap(painter, box.right() - theme.px(8), middle, self.key)
        line = QRectF(pad, middle - theme.px(9), theme.px(30), theme.px(18))
        draw_line(painter, line, tick, Type.BODY_STRONG, Ink.BLUE if ink is Ink.TEXT else ink)

    def _draw_narrow(self, painter: QPainter, box: QRectF, ink: Ink, tick: str) -> None:
        """Draw the words beside the key."""
        right = box.right() - theme.px(7)
        left = draw_cap(painter, right, box.center().y(), self.key)
        pad = theme.px(9)
        words = f"{tick} {self.text()}" if tick else self.text()
        room = left - pad - theme.px(3)
        fits = max(text_width(Type.LABEL, word) for word in words.split()) <= room
        self._words.use(Type.LABEL if fits else Type.CAP, ink)
        high = self._words.lay(words, room)
        self._words.draw(painter, pad, (box.height() - high) / 2)


class TypesPanel(Panel):
    """The seven kinds of call, in the order of their keys."""

    picked = Signal(object)  # CallType

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Kind of call")
        self.tight = False
        self.tiles = {call_type: TypeTile(self, call_type) for call_type in CallType}
        for call_type, tile in self.tiles.items():
            tile.clicked.connect(lambda _=False, each=call_type: self.picked.emit(each))

    def fill(self, types: tuple[tuple[CallType, str, bool], ...], chosen: CallType | None) -> None:
        """Show which kinds this practice takes, and the chosen one."""
        for call_type, label, enabled in types:
            tile = self.tiles[call_type]
            if label != tile.text():
                tile.set_words(label)
            allowed = enabled or call_type is CallType.EMERGENCY  # never barred, by anything
            if allowed != tile.isEnabled():
                tile.setEnabled(allowed)
            if (call_type is chosen) != tile.isChecked():
                tile.setChecked(call_type is chosen)

    def height_for(self, width: int) -> int:
        """Return the height: one row of tall tiles, or two of flat ones in a narrow window."""
        if self._is_narrow(width):
            rows = len(self._flat_rows(width))
            return rows * theme.px(FLAT + 6) - theme.px(6)
        return theme.px(64 if self.tight else 78)

    def place(self) -> None:
        """Share the width out evenly, to the pixel."""
        narrow = self._is_narrow(self.width())
        tiles = list(self.tiles.values())
        rows = self._flat_rows(self.width()) if narrow else [tiles]
        high = theme.px(FLAT) if narrow else self.height()
        for row, part in enumerate(rows):
            self._place_row(part, row * (high + theme.px(6)), high)
        for tile in tiles:
            tile.narrow = narrow

    def _place_row(self, tiles: list[TypeTile], top: int, high: int) -> None:
        gap, count = theme.px(8), len(tiles)
        room = self.width() - gap * (count - 1)
        for number, tile in enumerate(tiles):
            left = round(number * room / count) + number * gap
            right = round((number + 1) * room / count) + number * gap
            tile.setGeometry(left, top, right - left, high)

    def _flat_rows(self, width: int) -> list[list[TypeTile]]:
        """Return the tiles by row: four in a row, or as few as the longest word needs."""
        tiles = list(self.tiles.values())
        least = text_width(Type.LABEL, "appointment") + cap_width("Alt+7") + theme.px(20)
        count = max(2, min(4, int((width + theme.px(8)) // (least + theme.px(8)))))
        return [tiles[at : at + count] for at in range(0, len(tiles), count)]

    def _is_narrow(self, width: int) -> bool:
        tile = (width - 6 * theme.px(8)) / 7
        return tile < text_width(Type.TILE, "appointment") + theme.px(14)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: ARG002, N802
        """Fit the tiles."""
        self.place()


HINTS = (
    ("F2", "answers the call; the greeting is above"),
    ("Alt+1…7", "says what kind of call it is, and opens its form"),
    ("F9", "escalates at once; the form can wait"),
    ("F10", "ends a call that is none of these: wrong number, sales, silent"),
)


class HintPanel(Panel):
    """What to do next, while no kind of call has been chosen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("What to do next")
        self.setAccessibleDescription("; ".join(f"{key} {words}" for key, words in HINTS))

    def height_for(self, width: int) -> int:  # noqa: ARG002
        """Return a line for each hint."""
        return theme.px(28) * len(HINTS) + theme.px(36)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002, N802
        """Draw the hints; they never change."""
        picture(QPainter(self), "hints", (self.width(), self.height()), self.draw, Ink.PAGE)

    def draw(self, painter: QPainter) -> None:
        """Draw the hints by hand."""
        keys = max(cap_width(key) for key, _ in HINTS)
        words = max(text_width(Type.BODY, words) for _, words in HINTS)
        left = max(0.0, (self.width() - keys - words - theme.px(12)) / 2)
        middle = theme.px(32)
        for key, text in HINTS:
            draw_cap(painter, left + keys, middle, key)
            line = QRectF(left + keys + theme.px(12), middle - theme.px(10), words, theme.px(20))
            draw_line(painter, line, text, Type.BODY, Ink.SOFT)
            middle += theme.px(28)
