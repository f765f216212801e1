"""The time a caller has chosen, held in the records while the form is filled, and the times others
have taken meanwhile.

What is held is renewed while the call's record is unfinished, so that a desk that dies holds
nothing for long. While the records are away nothing is held, and the booking is to be confirmed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QTimer

from console.desk.kept import TimesTaken, TriedHold
from console.desk.live_call import LiveCall
from console.desk.own_calendar import unheard
from console.desk.stage import Stage
from scripts.openings import OpenTime
from scripts.questions import Control, Feed

RENEW_MS = 30_000
PAUSE_MS = 200  # after a change, before the look
AFTERWARDS: Final = timedelta(
    minutes=10
)  # held on without a caller; a touch of the form begins anew


class HeldTimes:
    """Holds what the forms of this desk's calls have chosen. `taken` is called with a call whose
    time somebody else has."""

    def __init__(self, stage: Stage, taken: Callable[[LiveCall], None]) -> None:
        self._stage = stage
        self._taken = taken
        self._held: dict[str, OpenTime] = {}  # by call; asked for, and not known to be refused
        self._renew = QTimer(stage.out, interval=RENEW_MS)
        self._renew.timeout.connect(self._hold_on)
        self._pause = QTimer(stage.out, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._look_again)
        stage.book.changed.connect(self._on_changed)
        stage.book.closing.connect(self._on_closing)
        stage.out.call_gone.connect(self._let_go)

    def follow(self, call: LiveCall) -> None:
        """Hold what the form has chosen now, and nothing else."""
        wanted = _chosen(call)
        if wanted == self._held.get(call.call):
            return
        if wanted is None:
            self._let_go(call.call)
        else:
            self._held[call.call] = wanted
            self._hold(call, wanted)
            self._renew.start()

    def finished(self, call: LiveCall, *, written: bool) -> None:
        """The call's record is in the records; or `written` is False, and it waits on this machine:
        what is held then runs out by itself, so that a booking written soon still gets its time."""
        if written:
            self._let_go(call.call)
        else:
            self._held.pop(call.call, None)

    def _hold(self, call: LiveCall, time: OpenTime) -> None:
        practice, now = call.practice.id, self._stage.clock()
        own = [each.row for each in call.known_bookings]

        def tried(result: TriedHold | None) -> None:
            if result is None or self._held.get(call.call) != time:
                return  # the records are away, or another was chosen meanwhile
            known_before = call.unheard
            self._know(call, result.taken)
            if call.unheard != known_before:
                self._stage.show_form(call)
            if not result.held and not call.saving and call.outcome is None:
                del self._held[call.call]
                self._taken(call)

        self._stage.book.ask(
            lambda ledger: ledger.hold_time(call.call, practice, time, now, own=own), then=tried
        )

    def _let_go(self, call: str) -> None:
        if self._held.pop(call, None) is not None:
            self._stage.book.ask(lambda ledger: ledger.let_time_go(call))
        if not self._held:
            self._renew.stop()

    def _hold_on(self) -> None:
        for name, time in list(self._held.items()):
            call = self._stage.lines.get(name)
            if call is None or call.outcome is not None or self._is_left(call):
                self._let_go(name)
            elif not call.saving:
                self._hold(call, time)

    def _is_left(self, call: LiveCall) -> bool:
        """Tell whether the caller has long gone and nobody finishes the form."""
        return call.ended_at is not None and self._stage.clock() > call.ended_at + AFTERWARDS

    def _on_changed(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _look_again(self) -> None:
        """See what is taken now, for the call that is being offered times."""
        call = self._stage.lines.current
        if call is None or call.busy is None or call.outcome is not None or not _offers(call):
            return
        name, practice, now = call.call, call.practice.id, self._stage.clock()
        own = [each.row for each in call.known_bookings]

        def found(taken: TimesTaken | None) -> None:
            before = call.busy, call.unheard
            if taken is not None:
                self._know(call, taken)
            if (call.busy, call.unheard) != before:
                self._stage.show_form(call)

        self._stage.book.ask(
            lambda ledger: ledger.taken(practice, now, besides=name, own=own), then=found
        )

    def _know(self, call: LiveCall, taken: TimesTaken) -> None:
        call.busy = taken.busy
        call.unheard = unheard(call.practice, taken.read, self._stage.clock())

    def _on_closing(self) -> None:
        self._stage.book.changed.disconnect(self._on_changed)
        self._pause.stop()
        for call in list(self._held):
            self._let_go(call)


def _chosen(call: LiveCall) -> OpenTime | None:
    """Return the time a form that is being filled has chosen."""
    interview = call.interview
    slot = interview.fed(Feed.SLOT) if interview and call.outcome is None else None
    return OpenTime.from_key(slot.value) if slot else None


def _offers(call: LiveCall) -> bool:
    steps = call.interview.steps if call.interview else ()
    return any(
        question.control is Control.OPEN_TIMES for step in steps for question in step.questions
    )
