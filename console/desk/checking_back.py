"""A caller who refuses 911 is asked after every minute, for as long as they are on the line.

Whether they are is read off each call as it stands, so that a draft taken up again, another kind of
call chosen or an end need nothing done here. Each check goes into the escalation's time-line.
"""

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QTimer

from console.desk.live_call import LiveCall
from console.desk.stage import Stage
from console.desk.views import Light
from console.store.work import NotedReach
from scripts.calltypes import CallType

EVERY: Final = timedelta(seconds=60)
LOOK_MS: Final = 1_000


class CheckingBack:
    """Begins, counts and ends the checks of every call."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._timer = QTimer(stage.out, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        stage.book.closing.connect(self._timer.stop)

    def begin(self) -> None:
        """Begin to look."""
        self._timer.start()

    def look(self) -> None:
        """Begin what is to be checked, end what is not, and say what is due."""
        now = self._stage.clock()
        for call in self._stage.lines:
            if not _refuses(call):
                if call.check_back_at is not None:
                    call.check_back_at = call.told_to_check_at = None
                    self._stage.show_pop(call)
            elif call.check_back_at is None:
                call.check_back_at = now + EVERY
                self._stage.show_pop(call)
            elif now >= call.check_back_at:
                self._tell(call, call.check_back_at, now)

    def checked(self) -> None:
        """The receptionist has asked: the next minute begins."""
        call = self._stage.lines.current
        if call is None or call.check_back_at is None:
            return
        now = self._stage.clock()
        call.check_back_at, call.told_to_check_at = now + EVERY, None
        call.checks = (*call.checks, now)
        self._stage.show_pop(call)
        self.note(call)

    def _tell(self, call: LiveCall, due: datetime, now: datetime) -> None:
        told = call.told_to_check_at
        if told is not None and now - told < EVERY:
            return
        call.told_to_check_at = now
        late = int((now - due).total_seconds())
        since = f" It was due {late} seconds ago." if late >= EVERY.total_seconds() else ""
        self._stage.say(
            "Check back with the caller now",
            f"{call.practice.name}: 911 was refused.{since} Shift+F7 when you have asked.",
            Light.BAD,
        )
        self._stage.show_pop(call)

    def note(self, call: LiveCall) -> None:
        """Write every check: those before the escalation was on record too, each once."""
        for number, at in enumerate(call.checks, start=1):
            self._stage.book.write(
                NotedReach(
                    uid=call.call,
                    key=f"checked_back.{number}",
                    what="checked_back",
                    whom="",
                    at=at,
                    by=self._stage.agent,
                )
            )

    def on_finished(self, call_id: str, _saved: object) -> None:
        """The form has put the escalation on record: the checks belong to it."""
        call = self._stage.lines.get(call_id)
        if call is not None:
            self.note(call)


def _refuses(call: LiveCall) -> bool:
    interview = call.interview
    return (
        call.is_up
        and call.was_answered
        and interview is not None
        and interview.call_type is CallType.URGENT
        and interview.refused_911
    )
