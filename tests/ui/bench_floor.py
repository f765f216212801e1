"""What the supervisor's page costs at 1,000 agents and 500 waiting, and the feed in a burst.

`xvfb-run python -m tests.ui.bench_floor` prints milliseconds of the processor's time: `build`, the
page out of the feed's view with every tenth agent changed; `show`, that page on the window, drawn;
`tick`, the second's repaint of all running times; `small`, the same as `show` with the design's six
agents, to compare with. A frame at 60 a second has 16.7 ms. `event` is one of the queue's events
from its bytes into the picture, in microseconds; a burst is 1,750 of them a second.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QApplication

from console.desk.floor.building import agent_row, page
from console.desk.floor.views import AgentRow, FloorPage
from console.floor.ami import BANNER, Reader
from console.floor.picture import Agent, Picture
from console.store.floor import FloorRows
from console.ui.floor.page import FloorPanel
from console.ui.main_window import MainWindow
from console.ui.theme import dress
from tests.ui import floor_samples, samples
from tests.ui.fake_desk import FakeDesk

ROUNDS = 100


def timed(work: Callable[[int], object]) -> list[float]:
    """Milliseconds of the processor's time of each round."""
    found = []
    for number in range(ROUNDS):
        began = time.process_time()
        work(number)
        found.append((time.process_time() - began) * 1000)
    return found


def say(name: str, found: list[float], unit: str = "ms") -> None:
    worst = statistics.quantiles(found, n=100)[98]
    print(f"{name:>6}  median {statistics.median(found):7.2f} {unit}  p99 {worst:7.2f} {unit}")


class Pages:
    """Pages as the keeper makes them: a card is made anew only for an agent that has changed."""

    def __init__(self) -> None:
        self.view = floor_samples.large()
        self._cards: dict[str, tuple[Agent, AgentRow]] = {}

    def change(self, number: int) -> None:
        agents = tuple(
            replace(agent, since=agent.since - 1) if at % 10 == number % 10 else agent
            for at, agent in enumerate(self.view.agents)
        )
        self.view = replace(self.view, agents=agents)

    def build(self) -> FloorPage:
        names, now = floor_samples.names(), floor_samples.NOW
        agents = tuple(
            sorted((self._card(agent) for agent in self.view.agents), key=lambda row: row.name)
        )
        return page(self.view, FloorRows(), agents, names, now)

    def _card(self, agent: Agent) -> AgentRow:
        kept = self._cards.get(agent.interface)
        if kept is None or kept[0] is not agent:
            row = agent_row(agent, floor_samples.names(), floor_samples.NOW)
            kept = self._cards[agent.interface] = (agent, row)
        return kept[1]


def burst() -> list[float]:
    """Microseconds an event, in chunks of a hundred."""
    picture, reader = Picture(), Reader()
    list(reader.feed(f"{BANNER}/11.0.0\r\n".encode()))
    found = []
    for chunk in range(ROUNDS):
        told = "".join(
            f"Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nTimestamp: {chunk}.5\r\n"
            f"Queue: answering\r\nMemberName: Agent {n}\r\nInterface: PJSIP/desk-{n}\r\n"
            "StateInterface: PJSIP/desk\r\nMembership: static\r\nPenalty: 0\r\nCallsTaken: 3\r\n"
            f"LastCall: 900\r\nLastPause: 0\r\nLoginTime: 1\r\nInCall: 0\r\nStatus: {1 + n % 3}\r\n"
            "Paused: 0\r\nPausedReason: \r\nRinginuse: 0\r\nWrapuptime: 20\r\n\r\n"
            for n in range(chunk, chunk + 100)
        ).encode()
        began = time.process_time()
        for message in reader.feed(told):
            picture.take(message)
        found.append((time.process_time() - began) * 1e4)
    return found


def main() -> None:
    app = QApplication([])
    dress(app)
    desk = FakeDesk()
    window = MainWindow(desk, clock=lambda: samples.NOW)
    window.show()
    desk.status_changed.emit(samples.IDLE)
    window.pages.toggle_floor()
    panel = window.pages.current
    assert isinstance(panel, FloorPanel)
    pages = Pages()

    def show(of: Callable[[int], FloorPage]) -> Callable[[int], None]:
        def one(number: int) -> None:
            told = of(number)
            began = time.process_time()
            panel.show_floor(told)
            panel.table.view.viewport().repaint()
            panel.agents.viewport().repaint()
            app.processEvents()
            shown.append((time.process_time() - began) * 1000)

        return one

    shown: list[float] = []
    built: list[float] = []

    def small(number: int) -> FloorPage:
        view = floor_samples.view()
        changed = tuple(replace(each, since=each.since - number) for each in view.agents)
        agents = tuple(
            agent_row(each, floor_samples.names(), floor_samples.NOW) for each in changed
        )
        return page(view, FloorRows(), agents, floor_samples.names(), floor_samples.NOW)

    def large(number: int) -> FloorPage:
        pages.change(number)
        began = time.process_time()
        told = pages.build()
        built.append((time.process_time() - began) * 1000)
        return told

    def tick(_: int) -> None:
        panel.tick()
        app.processEvents()

    timed(show(small))
    say("small", shown[5:])
    shown.clear()
    timed(show(large))
    say("show", shown[5:])
    say("build", built)
    say("tick", timed(tick))
    say("event", burst(), "us")


if __name__ == "__main__":
    main()
