"""The floor, kept live: connects, draws the whole picture, moves it by events, connects again.

A view goes out at most every `SHOW_MS`, whatever comes in: a burst of 1,750 events a second must
not become as many repaints. After a loss the delay grows, with some chance in it, so that two
hundred desks do not all come back at once; the picture is drawn anew each time, as nobody knows
what was missed.
"""

import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from console.floor.ami import Message
from console.floor.day import Day
from console.floor.picture import Answered, Gone, Picture, Waiting
from console.floor.view import FeedState, FloorView
from console.queue_feed.link import AmiLink

if TYPE_CHECKING:
    from console.settings import FloorSettings

SHOW_MS: Final = 100
DRAW_MS: Final = 20_000  # within which a picture has to be whole
FIRST_DELAY_S: Final = 1.0
LONGEST_DELAY_S: Final = 30.0
MOST: Final = 20_000  # callers, or agents: more is no floor, it is a peer gone wrong
_PICTURE: Final = "picture"


class QueueFeed(QObject):
    """The feed. `changed` carries the whole floor as a `FloorView`; `abandoned` a `Gone`, for each
    caller who gave up, `wished` one for each who asked the PBX to be called back; `done` a
    `Supervision` for each call a supervisor took over or hung up; `refused` a sentence for an
    action the PBX would not do."""

    changed = Signal(object)
    abandoned = Signal(object)
    wished = Signal(object)
    done = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        settings: "FloorSettings",
        secret: Callable[[Callable[[str], None], Callable[[str], None]], None],
        *,
        clock: Callable[[], float] = time.time,
        first_delay_s: float = FIRST_DELAY_S,
        link: AmiLink | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`secret` is asked at each connection and gives the manager's secret to its first
        argument, or a sentence why there is none to its second, then or later."""
        super().__init__(parent)
        self._settings, self._secret, self._clock = settings, secret, clock
        self._first_delay = self._delay = first_delay_s
        self._picture = Picture(
            abandoned=self._on_abandoned,
            wished=self.wished.emit,
            answered=self._on_answered,
            done=self.done.emit,
        )
        self._day = Day(clock())
        self._state, self._trouble, self._lag = FeedState.CONNECTING, "", 0.0
        self._heard = 0.0
        self._drawn = self._on = False
        self._asked = 0
        self._link = link or AmiLink(self)
        self._link.joined.connect(self._draw)
        self._link.received.connect(self._take)
        self._link.ended.connect(self._on_ended)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._connect)
        self._soon = QTimer(self, interval=SHOW_MS, singleShot=True)
        self._soon.timeout.connect(self._show)
        self._undrawn = QTimer(self, interval=DRAW_MS, singleShot=True)
        self._undrawn.timeout.connect(lambda: self._drop("The PBX gave no whole picture."))

    def start(self) -> None:
        """Begin to connect."""
        self._on = True
        self._connect()

    def stop(self) -> None:
        """Leave for good."""
        self._on = False
        for timer in (self._again, self._soon, self._undrawn):
            timer.stop()
        self._link.close()

    @property
    def view(self) -> FloorView:
        """The floor now."""
        return FloorView(
            state=self._state,
            trouble=self._trouble,
            lag_s=self._lag,
            at=self._picture.at,
            heard=self._heard,
            waiting=tuple(self._picture.waiting.values()),
            agents=tuple(self._picture.agents.values()),
            supervised=tuple(self._picture.supervised.values()),
            since=self._day.since,
            day=dict(self._day.practices),
        )

    def pause(self, interface: str, *, paused: bool, reason: str = "") -> bool:
        """Ask that an agent be rung no more, or again, in every queue; False when the feed is away.
        What came of it is an event. Raises `ValueError` for a reason with a line's end in it."""
        self._asked += 1
        why = {"Reason": reason} if paused and reason else {}
        return self._link.send(
            "QueuePause",
            f"pause-{self._asked}",
            Interface=interface,
            Paused="true" if paused else "false",
            **why,
        )

    def move(self, caller: Waiting, *, to: str = "") -> bool:
        """Ask that a waiting caller go to the front of the queue, or to one desk (`desk-12`); False
        when the feed is away. What came of it is an event."""
        self._asked += 1
        return self._link.send(
            "QueueWithdrawCaller",
            f"move-{self._asked}",
            Queue=caller.queue,
            Caller=caller.channel,
            WithdrawInfo=to,
        )

    # --- the connection --------------------------------------------------------------------

    def _connect(self) -> None:
        def go(secret: str) -> None:
            if self._on:
                self._link.connect_to(self._settings, secret)

        self._secret(go, self._on_ended)

    def _draw(self) -> None:
        self._drawn = False
        self._picture.begin()
        self._undrawn.start()
        self._link.send("QueueStatus", _PICTURE)

    def _drop(self, why: str) -> None:
        self._link.close()
        self._on_ended(why)

    def _on_ended(self, why: str) -> None:
        if not self._on:
            return
        self._undrawn.stop()
        self._state, self._trouble = FeedState.AWAY, why
        self._again.start(round(self._delay * random.uniform(0.8, 1.2) * 1000))
        self._delay = min(self._delay * 2, LONGEST_DELAY_S)
        self._show()

    # --- what comes ------------------------------------------------------------------------

    def _take(self, message: Message) -> None:
        self._heard = self._clock()
        told = message.number("Timestamp")  # of an event, or of the answer to a Ping
        if told is not None:
            self._lag = max(0.0, self._heard - told)
        if message.event == "QueueStatusComplete":
            self._whole()
            return
        if message.get("Response") == "Error":
            self._on_refused(message)
            return
        if not self._picture.take(message):
            return
        if max(len(self._picture.waiting), len(self._picture.agents)) > MOST:
            self._picture.begin()
            self._drop("The PBX tells of more callers or desks than there can be.")
        elif self._drawn and not self._soon.isActive():
            self._soon.start()

    def _whole(self) -> None:
        """The picture is drawn: believe it, and forgive the losses before."""
        self._undrawn.stop()
        self._drawn = True
        self._delay = self._first_delay
        self._state, self._trouble = FeedState.LIVE, ""
        self._show()

    def _on_refused(self, message: Message) -> None:
        why = message.get("Message").rstrip(".") or "no reason given"
        if message.get("ActionID") == _PICTURE:
            self._drop(f"The PBX will not show its queues ({why}).")
        elif "No such caller" in why:
            self.refused.emit("The caller no longer waits: answered, or gone.")
        else:
            self.refused.emit(f"The PBX would not do it ({why}).")

    def _on_answered(self, answered: Answered) -> None:
        self._turn_day()
        self._day.answered(answered.practice, answered.waited_s)

    def _on_abandoned(self, gone: Gone) -> None:
        self._turn_day()
        self._day.abandoned(gone.practice)
        self.abandoned.emit(gone)

    def _turn_day(self) -> None:
        """Begin to count anew after midnight, this machine's."""
        now = self._clock()
        today = datetime.fromtimestamp(now).date()  # noqa: DTZ006 - the day as the clock shows it
        if datetime.fromtimestamp(self._day.since).date() != today:  # noqa: DTZ006
            midnight = datetime.combine(today, datetime.min.time())
            self._day = Day(midnight.timestamp())

    def _show(self) -> None:
        self._soon.stop()
        self._turn_day()
        self.changed.emit(self.view)
