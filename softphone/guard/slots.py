"""How many calls pjsua2 holds, counted on both sides of the guard.

The guard takes a slot before an INVITE goes in; the engine gives it back once the call's object is
gone, and takes one itself before it dials out. The count lives here, behind a lock, because the
guard and the engine run on different threads.
"""

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

REMEMBERED: Final = 256  # calls given up as ignored, whose ids are kept for a pjsua2 that was late


def new_call_id() -> str:
    """Return a fresh id for a call, as the wire knows it."""
    return uuid.uuid4().hex[:16]


@dataclass(slots=True)
class _Slot:
    call: str
    taken_at: float
    claimed: bool = False  # pjsua2 has shown the engine a call for it


class Slots:
    """The lines, as a counted resource. Keys are dialog keys for callers, call ids for our own."""

    def __init__(self, capacity: int, kept_for_outgoing: int = 0) -> None:
        self.capacity = capacity
        self._kept = kept_for_outgoing
        self._taken: dict[str, _Slot] = {}
        self._given_up: OrderedDict[str, str] = OrderedDict()  # ids by key
        self._lock = threading.Lock()

    def take_incoming(self, key: str, call: str, now: float) -> bool:
        """Take a slot for a caller; False when there is none."""
        with self._lock:
            if len(self._taken) >= self.capacity - self._kept:
                return False
            self._taken[key] = _Slot(call, now)
            return True

    def take_outgoing(self, call: str, now: float) -> bool:
        """Take a slot for a call of our own; False when there is none."""
        with self._lock:
            if len(self._taken) >= self.capacity:
                return False
            self._taken[call] = _Slot(call, now, claimed=True)
            return True

    def has(self, key: str) -> bool:
        """Tell whether the key holds a slot."""
        return key in self._taken

    @property
    def free_for_callers(self) -> bool:
        """Whether the next caller would get a slot."""
        return len(self._taken) < self.capacity - self._kept

    def claim(self, key: str, now: float) -> str:
        """Say that pjsua2 has a call for this key, and return the call's id.

        A key given up as ignored is counted again, under the id it had: pjsua2 was late, not deaf,
        and one caller is one call to whoever writes it down.
        """
        with self._lock:
            known = self._given_up.pop(key, None)
            slot = self._taken.setdefault(key, _Slot(known or new_call_id(), now))
            slot.claimed = True
            return slot.call

    def release(self, key: str) -> None:
        """Give a slot back; one not taken is no matter."""
        with self._lock:
            self._taken.pop(key, None)

    def release_unclaimed(self, key: str) -> bool:
        """Give back the slot of an INVITE that pjsua2 turned away without showing it."""
        with self._lock:
            slot = self._taken.get(key)
            if slot is None or slot.claimed:
                return False
            del self._taken[key]
            self._given_up[key] = slot.call
            if len(self._given_up) > REMEMBERED:
                self._given_up.popitem(last=False)
            return True

    def unclaimed_since(self, before: float) -> list[str]:
        """Return the keys that were taken before a moment and never claimed."""
        with self._lock:
            return [k for k, s in self._taken.items() if not s.claimed and s.taken_at < before]
