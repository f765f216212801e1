"""Asterisk's own log of its queues (`queue_log`), read into contacts.

One line an event: `seconds|call|queue|agent|EVENT|data…` (Asterisk, “Queue Logs”). Times are whole
seconds. A caller who goes from one queue to the next is one contact from entering the first. What
the PBX does not log by itself, `frontdesk pbx write` has it log: FRONTDESK with the practice and
the mode, FRONTDESKFALLBACK when the practice's own fallback answered, FRONTDESKCALLBACK when the
caller asked to be called back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from console.floor.figures import Contact, Ending
from console.floor.pausing import wrap_up_of

_COMPLETE: Final = frozenset({"COMPLETECALLER", "COMPLETEAGENT"})
_TRANSFER: Final = frozenset({"BLINDTRANSFER", "ATTENDEDTRANSFER"})
_PAUSED: Final = frozenset({"PAUSE", "PAUSEALL"})
_BACK: Final = frozenset({"UNPAUSE", "UNPAUSEALL"})
_PLACES: Final = 5  # before the data


@dataclass(slots=True)
class _Caller:
    """A call as it grows; moments are seconds since the epoch."""

    call: str
    entered: int
    practice: str = ""
    agent: str = ""
    left: int = 0  # the last moment known of its waiting
    ending: Ending | None = None
    answered: int = 0
    talk_s: float | None = None
    wrap_s: float = 0.0
    transferred: bool = False


class QueueLog:
    """Reads lines in their order; what is no line of a queue log is counted and left out."""

    def __init__(self) -> None:
        self.skipped = 0
        self._callers: dict[str, _Caller] = {}
        self._practices: dict[str, str] = {}
        self._last: dict[str, _Caller] = {}  # each agent's last call
        self._wrapping: dict[str, int] = {}  # since when

    def read(self, lines: Iterable[str]) -> "QueueLog":
        """Take in lines; return itself."""
        for line in lines:
            parts = line.rstrip("\n").split("|")
            if len(parts) < _PLACES or not parts[0].isdecimal():
                self.skipped += bool(line.strip())
                continue
            self._take(int(parts[0]), parts[1], parts[3], parts[4], parts[_PLACES:])
        return self

    def contacts(self) -> list[Contact]:
        """Return the callers whose wait is over, in the order they came."""
        return [_contact(each) for each in self._callers.values() if _is_over(each)]

    def waiting(self) -> int:
        """Return how many callers the log has left in a queue."""
        return sum(not _is_over(each) for each in self._callers.values())

    def _take(self, at: int, call: str, agent: str, event: str, data: list[str]) -> None:
        if event in _PAUSED | _BACK:
            self._pause(at, agent, event, data)
            return
        if event == "FRONTDESK":
            self._practices[call] = data[0] if data else ""
        caller = self._callers.get(call)
        if event == "ENTERQUEUE" and caller is None:
            caller = self._callers[call] = _Caller(call, at, self._practices.get(call, ""))
        if caller is None:
            return
        self._move(caller, at, agent, event, data)

    def _move(self, caller: _Caller, at: int, agent: str, event: str, data: list[str]) -> None:
        if event == "FRONTDESK":
            caller.practice = self._practices[caller.call]
        elif event == "ENTERQUEUE":
            caller.ending = None  # the next queue: it waits on
        elif event == "CONNECT":
            caller.ending, caller.answered, caller.agent = Ending.ANSWERED, at, agent
            self._last[agent] = caller
        elif event in _COMPLETE:
            caller.talk_s = _seconds(data, 1)
        elif event in _TRANSFER:
            caller.talk_s, caller.transferred = float(at - caller.answered), True
        elif event == "ABANDON":
            caller.ending, caller.left = Ending.ABANDONED, at
        elif event == "FRONTDESKFALLBACK":
            caller.ending, caller.left = Ending.PASSED_ON, at
        elif event == "FRONTDESKCALLBACK":
            caller.ending, caller.left = Ending.CALL_BACK, at
        elif event.startswith("EXIT"):
            # Into the next queue, unless nothing follows: then the caller hung up between two
            caller.ending, caller.left = Ending.ABANDONED, at

    def _pause(self, at: int, agent: str, event: str, data: list[str]) -> None:
        if event in _PAUSED and data and wrap_up_of(data[0]) is not None:
            self._wrapping.setdefault(agent, at)
        elif event in _BACK:
            since, caller = self._wrapping.pop(agent, None), self._last.get(agent)
            if since is not None and caller is not None and caller.talk_s is not None:
                caller.wrap_s = float(at - since)


def _is_over(caller: _Caller) -> bool:
    return caller.ending is not None


def _contact(caller: _Caller) -> Contact:
    assert caller.ending is not None
    until = caller.answered if caller.ending is Ending.ANSWERED else caller.left
    return Contact(
        call=caller.call,
        at=datetime.fromtimestamp(caller.entered, UTC),
        ending=caller.ending,
        waited_s=float(max(0, until - caller.entered)),
        practice=caller.practice,
        agent=caller.agent,
        talk_s=caller.talk_s,
        wrap_s=caller.wrap_s,
        transferred=caller.transferred,
    )


def _seconds(data: list[str], place: int) -> float:
    text = data[place] if place < len(data) else ""
    return float(text) if text.isdecimal() else 0.0
