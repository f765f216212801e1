"""The agents' cards: a table as wide as the window allows, of which only what is in sight is drawn.

A new view tells the model which cards have changed; a thousand agents cost as much as the two
dozen that are seen.
"""

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
from console.ui.clock import Clock
from console.ui.controls import ENTER
from console.ui.floor.inks import DOING, lasted
from console.ui.painting import (
    CENTRE,
    RIGHT,
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
            ran = lasted(agent.since, self.clock().timestamp())
            return f"{agent.name}, {stands(agent)}, {ran}. {act_of(agent)}".rstrip(". ")
        return None


def stands(agent: AgentRow) -> str:
    """Return how an agent stands: "On a call · Riverside Family Medicine"."""
    words = f"{agent.doing} · {agent.detail}" if agent.detail else str(agent.doing)
    if agent.missed:
        words += " · 1 ring missed" if agent.missed == 1 else f" · {agent.missed} rings missed"
    return words


def act_of(agent: AgentRow) -> str:
    """Return what can be asked of an agent, "" for nothing."""
    if not agent.interface:
        return ""
    return "Back into the queues" if agent.paused else "Take out of the queues"


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
        ran = lasted(agent.since, self._model.clock().timestamp())
        wide = text_width(Type.NAME, ran)
        line = QRectF(box.left() + theme.px(15), box.top() + theme.px(9),
                      box.width() - theme.px(28), theme.px(20))  # fmt: skip
        draw_line(painter, line, ran, Type.NAME, Ink.TEXT, align=RIGHT)
        name = line.adjusted(0, 0, -wide - theme.px(8), 0)
        draw_line(painter, name, agent.name, Type.NAME, Ink.TEXT)
        line.translate(0, theme.px(20))
        draw_line(painter, line, stands(agent), Type.SMALL, Ink.SOFT)
        words = act_of(agent)
        if words:
            button = button_box(cell)
            draw_card(painter, button, Ink.BUTTON, Ink.BUTTON_EDGE, radius=6)
            draw_line(painter, button, words, Type.SMALL_STRONG, Ink.TEXT, align=CENTRE)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, box)
            if words:
                draw_cap(painter, button.right() - theme.px(8), button.center().y(), "Return")


def button_box(cell: QRectF) -> QRectF:
    """Return where a card's button is."""
    gap = theme.px(GAP)
    high = theme.px(30)
    bottom = cell.bottom() - gap - theme.px(9)
    left = round(cell.left() + theme.px(15))
    right = round(cell.right() - gap - theme.px(13))
    return QRectF(left, round(bottom - high), right - left, high)


class AgentCards(QTableView):
    """The cards. Arrow keys move, Enter asks what the card offers, Tab leaves."""

    asked = Signal(str)  # an interface

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent)
        self.cards = AgentModel(clock)
        self.setModel(self.cards)
        self.setItemDelegate(AgentPainter(self, self.cards))
        self.setAccessibleName("Agents")
        self.setAccessibleDescription("Enter takes an agent out of the queues, or back in")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        be_plain(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        palette = self.palette()
        palette.setColor(palette.ColorRole.Base, colour(Ink.PAGE))
        self.setPalette(palette)

    def fill(self, agents: tuple[AgentRow, ...]) -> None:
        """Show these agents; whoever the keyboard is on stays under it."""
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
        """Enter asks what the card offers."""
        if event.key() in ENTER:
            self._ask(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on a card's button presses it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and button_box(QRectF(self.visualRect(index))).contains(
            event.position()
        ):
            self._ask(index)

    def _ask(self, index: Index) -> None:
        agent = self.cards.agent(index)
        if agent is not None and agent.interface:
            self.asked.emit(agent.interface)
