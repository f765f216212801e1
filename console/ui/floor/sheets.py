"""What lies over the floor: an agent's sheet and the callers who wait, kept up with the page."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from console.ui.floor.agent_sheet import AgentSheet
from console.ui.floor.page import FloorPanel
from console.ui.floor.waiting_sheet import WaitingSheet

if TYPE_CHECKING:
    from console.ui.main_window import MainWindow


class FloorSheets(QObject):
    """Opens them, and tells the desk what was asked on them."""

    def __init__(self, window: "MainWindow", page: FloorPanel) -> None:
        super().__init__(window)
        self._page, self._sheets = page, window.sheets
        self.agent = AgentSheet(window)
        self.waiting = WaitingSheet(window, window.clock)
        for sheet in (self.agent, self.waiting):
            sheet.closed.connect(window.sheets.leave)
        self.agent.acted.connect(page.desk.supervising.do)
        self.agent.paused.connect(self._pause)
        self.waiting.moved.connect(page.desk.places.move)
        page.agents.opened.connect(self.open_agent)
        page.refreshed.connect(self._refresh)

    def open_agent(self, interface: str) -> None:
        """Show everything there is to do with an agent."""
        agent = next((a for a in self._page.view.agents if a.interface == interface), None)
        if agent is not None:
            self.agent.fill(agent, self._page.view)
            self._sheets.open(self.agent)

    def open_waiting(self) -> None:
        """Show who waits, to whoever may move them."""
        if self._page.view.may_act:
            self.waiting.fill(self._page.view)
            self._sheets.open(self.waiting)

    def _pause(self, interface: str, reason: str) -> None:
        if reason:
            self._page.desk.places.pause(interface, reason)
        else:
            self._page.desk.places.pause(interface)

    def _refresh(self) -> None:
        """Keep an open sheet as the floor is; of an agent who is gone nothing is left to do."""
        if self._sheets.current is self.waiting:
            self.waiting.fill(self._page.view)
        elif self._sheets.current is self.agent and self.agent.agent is not None:
            known = self.agent.agent.interface
            agent = next((a for a in self._page.view.agents if a.interface == known), None)
            if agent is None:
                self._sheets.leave()
            elif agent is not self.agent.agent:
                self.agent.fill(agent, self._page.view)
