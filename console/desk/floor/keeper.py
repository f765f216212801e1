"""The floor at this desk: hears the feed, asks the records, tells the bar and the page.

The bar's figures change with the queue on every desk; the page is built while somebody looks at it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.desk.floor.alarm import Alarm
from console.desk.floor.beside import at_view, beside_words, caller_rows
from console.desk.floor.building import Names, agent_row, desk_rows, page, waits_of
from console.desk.floor.places import QueuePlaces
from console.desk.floor.supervising import Supervising
from console.desk.floor.views import AgentRow, FloorPage
from console.desk.floor.wall_keeper import WallKeeper
from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.status import QueueFigures
from console.desk.views import Lamp, Light
from console.floor.breach import USUAL_RULES, FloorRules
from console.floor.day import together
from console.floor.picture import Agent, AgentState
from console.floor.view import FeedState, FloorView
from console.queue_feed.feed import QueueFeed

if TYPE_CHECKING:
    from console.store.floor import FloorRows

LOOK_MS: Final = 5_000  # how often the records are asked while the page is shown
SOON_MS: Final = 500  # after a change, and at most this often
_LAMPS: Final = {
    FeedState.LIVE: Lamp(Light.GOOD, "Queue feed live"),
    FeedState.CONNECTING: Lamp(Light.WARN, "Queue feed connecting"),
    FeedState.AWAY: Lamp(Light.WARN, "Queue feed away"),
}


class FloorKeeper(QObject):
    """The floor. `changed` carries the page while it is shown."""

    changed = Signal(object)  # FloorPage

    def __init__(
        self,
        stage: Stage,
        feed: QueueFeed | None,
        parent: QObject,
        *,
        rules: FloorRules = USUAL_RULES,
        interface: str = "",
    ) -> None:
        """`interface` is this desk's own phone at the PBX."""
        super().__init__(parent)
        self._stage, self._feed, self._limits = stage, feed, rules.limits
        self.alarm = Alarm(stage, rules, self)
        self.alarm.changed.connect(self._tell)
        self.supervising = Supervising(stage, feed, interface, self._tell, self)
        self.places = QueuePlaces(stage, feed, lambda: self._view)
        self._view: FloorView | None = feed.view if feed is not None else None
        self._rows: FloorRows | None = None
        self._names = Names(stage.library)
        self._cards: dict[str, tuple[Agent, AgentRow, float]] = {}
        self._interface = interface
        self.wall = WallKeeper(
            feed,
            self._look_up,
            self._known_names,
            clock=stage.clock,
            limits=rules.limits,
            parent=self,
        )
        self._shown = self._asking = False
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._ask)
        self._soon = QTimer(self, interval=SOON_MS, singleShot=True)
        self._soon.timeout.connect(self._ask)
        stage.book.changed.connect(self._on_written)
        if feed is not None:
            feed.changed.connect(self._on_view)
            feed.refused.connect(lambda why: stage.say("Not done", why, Light.WARN))
            self._tell_bar()

    def start(self) -> None:
        """Begin to hear the queues, where there are any."""
        self.supervising.start()
        if self._feed is not None:
            self._feed.start()

    def stop(self) -> None:
        """Hear no more, and listen to nobody."""
        self.leave()
        self.supervising.close()
        self.wall.leave()
        if self._feed is not None:
            self._feed.stop()

    # --- the page --------------------------------------------------------------------------

    def show(self) -> bool:
        """Show the page to who may see it, and keep it live; tell whether it is to be shown."""
        if not self._stage.allowed(Permission.SEE_FLOOR):
            return False
        self._shown = True
        self._look.start()
        self._ask()
        self._tell()
        return True

    def leave(self) -> None:
        """Nobody looks at the page any more."""
        self._shown = False
        self._look.stop()
        self._soon.stop()
        if self._feed is None:
            self.alarm.stop()  # without a PBX the records are asked only for the page

    def may_open_wall(self) -> bool:
        """Tell whether whoever sits here may have the wallboard shown."""
        return self._stage.allowed(Permission.SEE_FLOOR)

    # --- what comes ------------------------------------------------------------------------

    def _on_view(self, view: FloorView) -> None:
        self._view = view
        self._tell_bar()
        self._tell()
        if view.state is FeedState.LIVE:
            self.alarm.look(waits_of(view, self._rows), self._known_names())
        else:
            self.alarm.stop()

    def _tell_bar(self) -> None:
        """Put the queue's figures in the bar; none while the feed is away: old ones would be
        believed."""
        view, health = self._view, self._stage.health
        if view is None:
            return
        figures = None
        if view.state is FeedState.LIVE:
            since = view.longest_since
            share = together(view.day).share
            figures = QueueFigures(
                waiting=len(view.waiting),
                longest_since=None if since is None else _moment(since),
                answered_in_20="–" if share is None else f"{round(share * 100)} %",
            )
        lamp = _LAMPS[view.state]
        if (figures, lamp) != (health.queue, health.feed):
            health.queue, health.feed = figures, lamp
            self._stage.show_status()

    def _on_written(self) -> None:
        if self._shown and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self._look_up(self._on_rows)

    def _look_up(self, then: "Callable[[FloorRows | None], None]") -> None:
        from console.desk.floor.asking import look  # noqa: PLC0415 - the database's library

        now = self._stage.clock()
        midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        self._stage.book.ask(lambda ledger: look(ledger, midnight, now), then=then)

    def _on_rows(self, rows: "FloorRows | None") -> None:
        self._asking = False
        if rows is not None:
            self._rows = rows
            if self._view is None and self._shown:
                self.alarm.look(waits_of(None, rows), self._known_names())
        self._tell()

    def _tell(self) -> None:
        if not self._shown or self._rows is None:
            return
        self._known_names()
        now = self._stage.clock().timestamp()
        self.changed.emit(self._page(self._rows, now))

    def _known_names(self) -> Names:
        if self._names.library is not self._stage.library:
            self._names = Names(self._stage.library)
            self._cards.clear()
        return self._names

    def _page(self, rows: "FloorRows", now: float) -> FloorPage:
        view, names = self._view, self._names
        if view is None:
            agents = desk_rows(rows, names, now)
        else:
            beside = beside_words(view, self._interface)
            agents = tuple(
                sorted(
                    (self._card(each, beside.get(each.interface, ""), now) for each in view.agents),
                    key=lambda row: (row.name, row.interface),
                )
            )
        shown = page(view, rows, agents, names, now, limits=self._limits)
        sound = "" if not self.alarm.is_heard else "off" if self.alarm.silenced else "on"
        may_act = self._stage.rights.may(Permission.SUPERVISE, now=self._stage.clock())
        return replace(
            shown,
            sound=sound,
            callers=caller_rows(view, names),
            at=at_view(self.supervising.at),
            may_act=may_act,
        )

    def _card(self, agent: Agent, beside: str, now: float) -> AgentRow:
        """Return an agent's card: the one made before, while the agent is the same."""
        kept = self._cards.get(agent.interface)
        if kept is not None and kept[0] is agent and kept[1].beside == beside and now < kept[2]:
            return kept[1]
        row = replace(agent_row(agent, self._names, now), beside=beside)
        good_until = agent.wrap_up_until if agent.state(now) is AgentState.WRAP_UP else inf
        self._cards[agent.interface] = (agent, row, good_until)
        return row


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()
