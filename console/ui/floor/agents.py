"""The agents' cards: a table as wide as the window allows, of which only what is in sight is drawn.

A new view tells the model which cards have changed; a thousand agents cost as much as the two
dozen that are seen.
"""

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from console.desk.floor.views import AgentRow
from console.floor.supervision import Act
from console.ui.clock import Clock
from console.ui.controls import ENTER
from console.ui.floor.inks import DOING, lasted, left
from console.ui.painting import (
    CENTRE,
    RIGHT,
    cap_width,
    draw_bar,
    draw_cap,
    draw_card,
    draw_focus,
    draw_line,
    text_width,
)
from console.ui.tables import be_plain
from console.ui.theme import Ink, Type, colour, theme

CARD: Final = 104  # height with the gap beneath
GAP: Final = 10
NARROWEST: Final = 270
Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()


class AgentModel(QAbstractTableModel):
    """Agents, row after row of as many columns as fit."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.agents: tuple[AgentRow, ...] = ()
        self.columns = 3
        self.may_act = False

    def fill(self, agents: tuple[AgentRow, ...]) -> None:
        """Show these; told to the view as changes where they are the same people."""
        before = self.agents
        same = len(before) == len(agents) and all(
            old is new or (old.interface, old.name) == (new.interface, new.name)
            for old, new in zip(before, agents, strict=True)
        )
        if not same:
            self.beginResetModel()
            self.agents = agents
            self.endResetModel()
            return
        self.agents = agents
        changed = [at for at, old in enumerate(before) if old is not agents[at]]
        if changed:
            first, last = self.place(changed[0]), self.place(changed[-1])
            self.dataChanged.emit(
                self.index(first.row(), 0), self.index(last.row(), self.columns - 1)
            )

    def fold(self, columns: int) -> None:
        """Show as many beside each other."""
        if columns != self.columns:
            self.beginResetModel()
            self.columns = columns
            self.endResetModel()

    def agent(self, index: Index) -> AgentRow | None:
        """Return a cell's agent; None in what is left of the last row."""
        at = index.row() * self.columns + index.column()
        return self.agents[at] if index.isValid() and at < len(self.agents) else None

    def place(self, at: int) -> QModelIndex:
        """Return the cell of the agent at a place."""
        return self.index(at // self.columns, at % self.columns)

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many rows of cards there are."""
        return 0 if parent.isValid() else -(-len(self.agents) // self.columns)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """Return how many cards a row has."""
        return 0 if parent.isValid() else self.columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what is said of an agent."""
        agent = self.agent(index)
        if agent is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return agent.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            ran = time_of(agent, self.clock().timestamp())
            more = told_of(agent) if self.may_act else agent.beside
            return f"{agent.name}, {stands(agent)}, {ran}. {more}".rstrip(". ")
        return None


def time_of(agent: AgentRow, now: float) -> str:
    """Return how long an agent has done what they do, or what is left of a wrap-up."""
    return left(agent.until, now) if agent.until else lasted(agent.since, now)


def stands(agent: AgentRow) -> str:
    """Return how an agent stands: "On a call · Riverside Family Medicine"."""
    words = f"{agent.doing} · {agent.detail}" if agent.detail else str(agent.doing)
    if agent.missed:
        words += " · 1 ring missed" if agent.missed == 1 else f" · {agent.missed} rings missed"
    return words


@dataclass(frozen=True, slots=True)
class CardButton:
    """What a card offers: its words, its key, and the act with a call; None for another."""

    words: str
    key: str
    act: Act | None = None


LISTEN: Final = CardButton("Listen", "L", Act.LISTEN)
COACH: Final = CardButton("Coach", "C", Act.COACH)
JOIN: Final = CardButton("Join", "J", Act.JOIN)
OUT: Final = CardButton("Take out of the queues", "P")
BACK: Final = CardButton("Back into the queues", "P")
MORE: Final = CardButton("More", "Return")
KEYED: Final = (*(LISTEN, COACH, JOIN), CardButton("", "T", Act.TAKE_OVER),
                CardButton("", "H", Act.HANG_UP))  # fmt: skip


def buttons_of(agent: AgentRow) -> tuple[CardButton, ...]:
    """Return what can be asked of an agent; nothing of one no queue knows."""
    if not agent.interface:
        return ()
    if agent.talks:
        return (LISTEN, COACH, JOIN, MORE)
    return (BACK if agent.paused else OUT, MORE)


def told_of(agent: AgentRow) -> str:
    """Return what a screen reader hears after an agent's name and state."""
    buttons = ", ".join(button.words for button in buttons_of(agent))
    return f"{agent.beside}. {buttons}" if agent.beside else buttons


class AgentPainter(QStyledItemDelegate):
    """Draws a card."""

    def __init__(self, parent: QWidget, model: AgentModel) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw bar, name, time, state and what can be asked."""
        agent = self._model.agent(index)
        if agent is None:
            return
        cell = QRectF(option.rect)
        box = cell.adjusted(0, 0, -theme.px(GAP), -theme.px(GAP))
        draw_card(painter, box)
        draw_bar(painter, box, DOING[agent.doing], theme.px(4))
        ran = time_of(agent, self._model.clock().timestamp())
        wide = text_width(Type.NAME, ran)
        line = QRectF(box.left() + theme.px(15), box.top() + theme.px(9),
                      box.width() - theme.px(28), theme.px(20))  # fmt: skip
        draw_line(painter, line, ran, Type.NAME, Ink.TEXT, align=RIGHT)
        name = line.adjusted(0, 0, -wide - theme.px(8), 0)
        draw_line(painter, name, agent.name, Type.NAME, Ink.TEXT)
        line.translate(0, theme.px(20))
        words, ink = stands(agent), Ink.SOFT
        if agent.beside:
            words, ink = f"◉ {agent.beside} · {words}", Ink.AMBER_TEXT
        draw_line(painter, line, words, Type.SMALL, ink)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if self._model.may_act:
            for button, where in button_boxes(cell, agent):
                self._button(painter, button, where, focused=focused)
        if focused:
            draw_focus(painter, box)

    @staticmethod
    def _button(painter: QPainter, button: CardButton, box: QRectF, *, focused: bool) -> None:
        """Draw a button; while the card has the focus with its key beside the words, or in their
        place where there is no room."""
        draw_card(painter, box, Ink.BUTTON, Ink.BUTTON_EDGE, radius=6)
        if not focused:
            draw_line(painter, box, button.words, Type.SMALL_STRONG, Ink.TEXT, align=CENTRE)
            return
        cap, between = cap_width(button.key), theme.px(5)
        words = text_width(Type.SMALL_STRONG, button.words)
        if words + between + cap > box.width() - theme.px(8):
            words = between = 0
        left = box.center().x() - (words + between + cap) / 2
        draw_cap(painter, left + words + between + cap, box.center().y(), button.key)
        if words:
            line = QRectF(left, box.top(), words + 1, box.height())
            draw_line(painter, line, button.words, Type.SMALL_STRONG, Ink.TEXT)


def button_boxes(cell: QRectF, agent: AgentRow) -> list[tuple[CardButton, QRectF]]:
    """Return a card's buttons and where they are; the last is as small as its words."""
    buttons = buttons_of(agent)
    if not buttons:
        return []
    gap, high = theme.px(GAP), theme.px(30)
    between = theme.px(5)
    left = round(cell.left() + theme.px(15))
    right = round(cell.right() - gap - theme.px(13))
    top = round(cell.bottom() - gap - theme.px(9) - high)
    last = theme.px(58)
    each = (right - left - last - between * (len(buttons) - 1)) / (len(buttons) - 1)
    found: list[tuple[CardButton, QRectF]] = []
    at = float(left)
    for button in buttons:
        wide = last if button is buttons[-1] else each
        found.append((button, QRectF(round(at), top, round(wide), high)))
        at += wide + between
    return found


class AgentCards(QTableView):
    """The cards. Arrow keys move, a card's keys ask what it offers, Tab leaves. `asked` takes an
    agent out of the queues, or back in; `acted` does something with their call; `opened` shows
    everything there is to do."""

    asked = Signal(str)  # an interface
    acted = Signal(object, str)  # Act, an interface
    opened = Signal(str)

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self.cards = AgentModel(clock)
        self.setModel(self.cards)
        self.setItemDelegate(AgentPainter(self, self.cards))
        self.setAccessibleName("Agents")
        self.setAccessibleDescription(
            "L listens to an agent, C coaches, J joins; P takes out of the queues, or back in;"
            " Enter shows everything"
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        be_plain(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, colour(Ink.PAGE))
        self.setPalette(palette)

    def fill(self, agents: tuple[AgentRow, ...], *, may_act: bool) -> None:
        """Show these agents; whoever the keyboard is on stays under it."""
        if may_act != self.cards.may_act:
            self.cards.may_act = may_act
            self.viewport().update()
        at = self.cards.agent(self.currentIndex())
        rows = self.cards.rowCount()
        self.cards.fill(agents)
        if self.cards.rowCount() != rows:
            self.place()
        if at is not None and self.cards.agent(self.currentIndex()) is None:
            for number, agent in enumerate(agents):
                if (agent.interface, agent.name) == (at.interface, at.name):
                    self.setCurrentIndex(self.cards.place(number))

    def place(self) -> None:
        """Fit as many cards beside each other as are wide enough."""
        width = self.viewport().width()
        columns = max(1, min(6, width // theme.px(NARROWEST)))
        self.cards.fold(columns)
        self.verticalHeader().setDefaultSectionSize(theme.px(CARD))
        edges = [round(width * number / columns) for number in range(columns + 1)]
        for column in range(columns):
            self.setColumnWidth(column, edges[column + 1] - edges[column])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the cards to the new width."""
        super().resizeEvent(event)
        self.place()

    def event(self, event: QEvent) -> bool:
        """Keep Page Up and Page Down from the form beneath."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A card's keys ask what it offers."""
        agent = self.cards.agent(self.currentIndex())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        typed = event.text().upper() if plain else ""
        acts = [each.act for each in KEYED if each.key == typed and each.act is not None]
        if event.key() in ENTER:
            self._press(agent, MORE)
        elif typed == OUT.key:
            self._press(agent, OUT)
        elif acts and agent is not None and agent.interface and self.cards.may_act:
            self.acted.emit(acts[0], agent.interface)
        elif not typed.isalnum():
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on one of a card's buttons presses it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        agent = self.cards.agent(index)
        if agent is None:
            return
        for button, box in button_boxes(QRectF(self.visualRect(index)), agent):
            if box.contains(event.position()):
                self._press(agent, button)

    def _press(self, agent: AgentRow | None, button: CardButton) -> None:
        if agent is None or not agent.interface or not self.cards.may_act:
            return
        if button.act is not None:
            self.acted.emit(button.act, agent.interface)
        elif button is MORE:
            self.opened.emit(agent.interface)
        else:
            self.asked.emit(agent.interface)
