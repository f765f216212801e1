"""The desk's wrap-up: begins as a caller goes, is extended by a key, and ends in desk and queue at
once.

The desk's state follows from it (`status`), and the queue's pause from the desk's state
(`floor.place`), so that the two cannot differ. Time the queue itself gives an agent after a call is
shown as what it is: nothing rings meanwhile.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QTimer

from console.desk.stage import Stage
from console.desk.views import DeskState, Light, Status
from console.floor.view import FeedState, FloorView
from console.floor.wrapping import Wrapping, WrapUpRules
from console.queue_feed.feed import QueueFeed
from softphone import wire

TICK_MS: Final = 250


class WrapUp:
    """Keeps `Health.wrap_up`. It hears the engine before the switchboard does, so that the desk's
    first word of a wrap-up has its time in it."""

    def __init__(
        self, stage: Stage, rules: WrapUpRules, feed: QueueFeed | None, interface: str
    ) -> None:
        self._stage, self._rules, self._interface = stage, rules, interface
        stage.health.wrap_up_rules = rules
        self._status: Status | None = None
        self._tick = QTimer(stage.out, interval=TICK_MS)
        self._tick.timeout.connect(self._look)
        stage.engine.received.connect(self._on_event)
        stage.out.status_changed.connect(self._on_status)
        stage.book.closing.connect(self._tick.stop)
        if feed is not None and interface:
            feed.changed.connect(self._on_view)

    def extend(self) -> None:
        """Ask for more time."""
        health, status, now = self._stage.health, self._status, self._stage.clock()
        if status is None or status.state is not DeskState.WRAP_UP:
            return
        wrapping = health.wrap_up or Wrapping(status.since or now, now)  # a form taken up again
        if wrapping.extended >= self._rules.times:
            times = {0: "is not extended here", 1: "is extended once"}.get(
                self._rules.times, f"is extended {self._rules.times} times"
            )
            self._stage.say(
                "No more time",
                f"A wrap-up {times}. Save the form, or take a break after it: Ctrl+Shift+R.",
                Light.WARN,
            )
            return
        self._put(wrapping.extend(self._rules, now))

    def end_early(self) -> bool:
        """The time that was asked for is not needed after all; tell whether it had kept the desk.
        The queue's own is not ours."""
        wrapping = self._stage.health.wrap_up
        if wrapping is None or not wrapping.extended or wrapping.held_until is None:
            return False
        self._stage.health.wrap_up = replace(wrapping, held_until=None)
        return True

    def _on_event(self, event: wire.Event) -> None:
        if not isinstance(event, wire.CallEnded):
            return
        call = self._stage.lines.get(event.call)
        if call is None or not call.was_answered or call.outcome is not None:
            return
        now = self._stage.clock()
        self._stage.health.wrap_up = Wrapping(now, now + self._rules.lasts)
        self._tick.start()

    def _on_view(self, view: FloorView) -> None:
        """The queue may give this agent time of its own after a call."""
        if view.state is not FeedState.LIVE:
            return
        own = next((each for each in view.agents if each.interface == self._interface), None)
        now = self._stage.clock()
        if own is None or own.wrap_up_until <= now.timestamp():
            return
        until = datetime.fromtimestamp(own.wrap_up_until).astimezone()
        known = self._stage.health.wrap_up
        if known is None or known.held_until is None or known.held_until < until:
            self._put((known or Wrapping(now, until)).at_least(until))

    def _on_status(self, status: Status) -> None:
        self._status = status
        wrapping = self._stage.health.wrap_up
        if wrapping is not None and wrapping.held_until is None and not self._unfinished:
            self._stage.health.wrap_up = None
            self._tick.stop()

    @property
    def _unfinished(self) -> bool:
        """Whether a form has no outcome yet, or a call that is up may come to want one."""
        return any(call.in_wrap_up or call.is_up for call in self._stage.lines)

    def _put(self, wrapping: Wrapping) -> None:
        self._stage.health.wrap_up = wrapping
        self._tick.start()
        self._stage.show_status()

    def _look(self) -> None:
        wrapping, now = self._stage.health.wrap_up, self._stage.clock()
        if wrapping is None:
            self._tick.stop()
            return
        later = wrapping.at(now)
        if now >= later.until and not later.told and self._waits_for_outcome:
            later = replace(later, told=True)
            self._say_over(later)
        if later != wrapping:
            self._put(later)

    @property
    def _waits_for_outcome(self) -> bool:
        """Whether a form is what keeps the desk, and no other call."""
        wrapping = self._status is not None and self._status.state is DeskState.WRAP_UP
        return wrapping and any(call.in_wrap_up for call in self._stage.lines)

    def _say_over(self, wrapping: Wrapping) -> None:
        left = self._rules.times - wrapping.extended
        more = f" Ctrl+Shift+T gives {self._rules.more.seconds} s more." if left > 0 else ""
        self._stage.say(
            "Wrap-up is over its time",
            f"Save the form to be available again: Ctrl+Return.{more}",
            Light.WARN,
        )
