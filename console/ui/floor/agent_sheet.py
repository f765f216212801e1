"""The sheet behind Enter on an agent's card: everything a supervisor can do, each with its key."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk.floor.views import AgentRow, FloorPage
from console.floor.pausing import BREAKS
from console.floor.supervision import BESIDE, Act
from console.ui.floor.agents import stands
from console.ui.sheets.base import Sheet, WideButton, label
from console.ui.theme import Ink, Type

ACTS: Final = (
    (Act.LISTEN, "L", "Listen: nobody hears you"),
    (Act.COACH, "C", "Coach: only the receptionist hears you"),
    (Act.JOIN, "J", "Join: both hear you"),
    (Act.TAKE_OVER, "T", "Take over: the caller comes to your desk"),
    (Act.HANG_UP, "H", "Hang up; asks once more"),
)


class AgentSheet(Sheet):
    """`acted` does something with the agent's call, `paused` takes them out of the queues for a
    reason ("" for none), or back in."""

    acted = Signal(object, str)  # Act, an interface
    paused = Signal(str, str)  # an interface, a reason
    WIDTH = 480

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "")
        self.agent: AgentRow | None = None
        self.state = label("", Type.BODY, Ink.SOFT, self)
        self.column.addWidget(self.state)
        self.acts: dict[Act, WideButton] = {}
        for act, key, words in ACTS:
            self.acts[act] = self._add(words, key)
            self.acts[act].clicked.connect(lambda _=False, each=act: self._act(each))
        self.out = self._add("", "P")
        self.out.clicked.connect(lambda: self._pause(""))
        self.breaks: list[WideButton] = []
        for number, reason in enumerate(BREAKS, start=1):
            button = self._add(f"Out of the queues: {reason.lower()}", str(number))
            button.clicked.connect(lambda _=False, each=reason: self._pause(each))
            self.breaks.append(button)

    def fill(self, agent: AgentRow, page: FloorPage) -> None:
        """Show an agent as they stand."""
        self.agent = agent
        self.set_title(agent.name)
        words = stands(agent)
        self.state.setText(f"{words} · ◉ {agent.beside}" if agent.beside else words)
        self.setAccessibleDescription(self.state.text())
        at = page.at
        for act, key, does in ACTS:
            mine = at is not None and (at.interface, at.act) == (agent.interface, act)
            leaves = mine and act in BESIDE
            self.acts[act].set_words("Leave the call" if leaves else does, key)
            self.acts[act].setVisible(agent.talks)
        self.out.set_words(
            "Back into the queues" if agent.paused else "Take out of the queues", "P"
        )
        for button in self.breaks:
            button.setVisible(not agent.paused)

    def first_stop(self) -> QWidget:
        """Start on what is most often asked."""
        return self.acts[Act.LISTEN] if self.agent and self.agent.talks else self.out

    def _add(self, words: str, key: str) -> WideButton:
        button = WideButton(words, key, self)
        self.column.addWidget(button)
        return button

    def _act(self, act: Act) -> None:
        if self.agent is not None:
            self.acted.emit(act, self.agent.interface)
            if act is not Act.HANG_UP:  # which asks once more
                self.closed.emit()

    def _pause(self, reason: str) -> None:
        if self.agent is not None:
            self.paused.emit(self.agent.interface, reason)
            self.closed.emit()
