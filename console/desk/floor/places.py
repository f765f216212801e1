"""A supervisor's hand in the queues: an agent's state, and the place of a caller who waits.

What came of it is the queue's own event; each is on record as it is asked.
"""

from collections.abc import Callable
from typing import Final

from console.desk.permissions import Permission
from console.desk.stage import Stage
from console.desk.views import Light
from console.floor.picture import Agent, AgentState, Waiting
from console.floor.view import FloorView
from console.queue_feed.feed import QueueFeed
from console.store.audit.events import Event

BY_HAND: Final = "By the supervisor"
NOT_DONE: Final = "Not done"
AWAY: Final = "The queue feed is away."


class QueuePlaces:
    """The queues, changed by hand. `view` is the floor as it was last told."""

    def __init__(
        self, stage: Stage, feed: QueueFeed | None, view: Callable[[], FloorView | None]
    ) -> None:
        self._stage, self._feed, self._view = stage, feed, view

    def pause(self, interface: str, reason: str = BY_HAND) -> None:
        """Take an agent out of the queues for a reason, or back in; a call they have goes on."""
        agent = self._agent(interface)
        if self._feed is None or agent is None or not self._stage.allowed(Permission.SUPERVISE):
            return
        if not self._feed.pause(interface, paused=not agent.paused, reason=reason):
            self._stage.say(NOT_DONE, AWAY, Light.WARN)
            return
        why = "" if reason == BY_HAND else ":" + reason.lower().replace(" ", "_")
        self._stage.record.did(
            Event.CHANGED,
            kind="agent",
            row=interface.rpartition("/")[2],
            detail="back_in" if agent.paused else f"taken_out{why}",
        )

    def move(self, call_id: str, interface: str = "") -> None:
        """Bring a waiting caller to the front of the queue, or to one desk that is free."""
        view = self._view()
        if view is None or self._feed is None or not self._stage.allowed(Permission.SUPERVISE):
            return
        caller = next((each for each in view.waiting if each.call_id == call_id), None)
        agent = self._agent(interface) if interface else None
        why = _why_not(caller, interface, agent, view.at)
        if why or caller is None:
            self._stage.say(NOT_DONE, why, Light.WARN)
            return
        desk = interface.partition("/")[2]
        if not self._feed.move(caller, to=desk):
            self._stage.say(NOT_DONE, AWAY, Light.WARN)
            return
        practice = self._stage.library.by_id(caller.practice) if caller.practice else None
        self._stage.record.did(
            Event.MOVED_CALLER,
            kind="call",
            row=call_id,
            practice=practice.id if practice is not None else None,
            detail=f"to:{desk}" if desk else "to_the_front",
        )

    def _agent(self, interface: str) -> Agent | None:
        view = self._view()
        agents = view.agents if view is not None else ()
        return next((each for each in agents if each.interface == interface), None)


def _why_not(caller: Waiting | None, interface: str, agent: Agent | None, now: float) -> str:
    if caller is None:
        return "The caller no longer waits: answered, or gone."
    if interface and (agent is None or agent.state(now) is not AgentState.AVAILABLE):
        return f"{agent.name if agent else 'The desk'} is not free now."
    return ""
