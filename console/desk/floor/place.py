"""This desk's place in the queues: what the desk says, the queue does, and the other way round.

Not ready, a break, a lock, a phone that fails and an unfinished form pause the desk in every queue;
a call it has goes on, so a break asked for in a call begins after it. What the queue does by itself
(a ring missed) or by somebody else's hand becomes the desk's own state and is said. After a loss
the desk's word counts: the queue may have forgotten.
"""

from collections.abc import Callable
from typing import Final

from console.desk.stage import Stage
from console.desk.views import DeskState, Light, Status
from console.floor.pausing import MISSED, Pause, wrap_up_for
from console.floor.picture import Agent
from console.floor.view import FeedState, FloorView
from console.queue_feed.feed import QueueFeed

MISSED_TITLE: Final = "You missed a ring"
MISSED_TEXT: Final = (
    "Callers go to other desks, so that nobody waits for an empty chair. Press Ctrl+R when you are"
    " back."
)


def reason_to_pause(stage: Stage, status: Status | None) -> str:
    """Return why a desk shall not be rung, "" where it shall."""
    health = stage.health
    if health.locked:
        return Pause.LOCKED
    if status is not None and status.state is DeskState.WRAP_UP and not health.phone_fails:
        wrapping = health.wrap_up
        return wrap_up_for(wrapping.given_s) if wrapping is not None else Pause.WRAP_UP
    if not health.ready:
        return health.break_reason or Pause.NOT_READY
    return Pause.PHONE if health.phone_fails else ""


def taken_out(stage: Stage, reason: str) -> None:
    """The queue, or somebody's hand, has taken the desk out: it is not ready, and says so."""
    missed = reason == MISSED
    health = stage.health
    health.ready, health.ready_changed = False, stage.clock()
    health.break_reason = "missed a ring" if missed else reason or "taken out of the queues"
    if missed:
        stage.say(MISSED_TITLE, MISSED_TEXT, Light.WARN)
    else:
        stage.say("You were taken out of the queues", "Press Ctrl+R to be back.", Light.WARN)
    stage.show_status()


class QueuePlace:
    """One desk in the queues. `set_ready` is the desk's own, as a key would do it."""

    def __init__(
        self,
        stage: Stage,
        feed: QueueFeed,
        interface: str,
        set_ready: Callable[[bool], None],
    ) -> None:
        self._stage, self._feed, self._interface = stage, feed, interface
        self._set_ready = set_ready
        self._status: Status | None = None
        self._told: str | None = None  # the reason last told, "" for none
        self._asked: bool | None = None  # whether paused, while the queue has not said so
        self._seen: tuple[bool, str] | None = None
        self._said = ""  # the last reason this desk paused itself with
        feed.changed.connect(self._on_view)
        feed.refused.connect(lambda _: self._forget_asked())
        stage.out.status_changed.connect(self._on_status)

    def _wanted(self) -> str:
        return reason_to_pause(self._stage, self._status)

    def _on_status(self, status: Status) -> None:
        self._status = status
        wanted = self._wanted()
        if wanted != self._told:
            self._told = wanted
            late = self._asked is not None  # what is seen is not yet what was asked for
            if self._seen is not None and (late or self._seen != (bool(wanted), wanted)):
                self._push(wanted)

    def _push(self, wanted: str) -> None:
        if self._feed.pause(self._interface, paused=bool(wanted), reason=wanted):
            self._asked = bool(wanted)
            self._said = wanted or self._said

    def _forget_asked(self) -> None:
        self._asked = None

    def _on_view(self, view: FloorView) -> None:
        if view.state is not FeedState.LIVE:
            self._seen = self._asked = None
            return
        own = next((each for each in view.agents if each.interface == self._interface), None)
        if own is None:
            return
        now, before = (own.paused, own.pause_reason), self._seen
        self._seen = now
        wanted = self._told = self._wanted()
        if before is None:
            if now != (bool(wanted), wanted):  # the reason too: a PBX that reloads forgets it
                self._push(wanted)
        elif now != before:
            self._moved(own, wanted)

    def _moved(self, own: Agent, wanted: str) -> None:
        """The queue says something else than before: what was asked for, or somebody's doing."""
        if self._asked is own.paused:
            self._asked = None
        elif own.paused and not wanted:
            if own.pause_reason != self._said:
                taken_out(self._stage, own.pause_reason)
            elif self._asked is None:  # our own pause, told after it was over
                self._push(wanted)
        elif not own.paused and wanted and self._asked is None:
            if not self._stage.health.ready and wanted != Pause.LOCKED:
                self._set_ready(True)
            else:
                self._push(wanted)
