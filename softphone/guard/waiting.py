"""Callers beyond the last line: the guard answers 182 Queued and keeps their place.

A busy signal sends a patient away. This is the guard's own small user agent server for INVITEs it
cannot pass on yet (RFC 3261 17.2.1): provisional answers, CANCEL, the refusal after the longest
wait and its retransmission. It knows no sockets and no clock; the guard's thread hands both in.
"""

import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from softphone.guard.forward import Target, reply, reply_address
from softphone.packet import Packet

T1: Final = 0.5  # seconds, RFC 3261 17.1.1.1
T2: Final = 4.0
REPEAT_QUEUED: Final = 60.0  # RFC 3261 13.3.1.1: a provisional answer at least every minute
REMEMBER: Final = 32.0  # timer H: how long a refusal waits for its ACK


@dataclass(slots=True)
class Waiter:
    """An INVITE not yet passed on."""

    key: str
    call: str
    invite: Packet  # stamped and mended
    since: float
    to_tag: bytes = field(default_factory=lambda: secrets.token_hex(6).encode())
    announced: bool = False  # told to be queued, and the desk told of the caller
    repeat_at: float = 0.0

    @property
    def branch(self) -> bytes:
        """The INVITE's own branch, which its CANCEL shares."""
        return self.invite.via.param(b"branch") or b""


@dataclass(slots=True)
class Refusal:
    """A final answer of the guard's own, repeated until it is acknowledged."""

    data: bytes
    to: Target
    gone_at: float
    next_at: float
    interval: float = T1


Send = Callable[[bytes, Target], None]


class WaitingRoom:
    """Who waits, in the order they came, and the refusals still to be acknowledged."""

    def __init__(self, send: Send, *, most: int, longest: float) -> None:
        self._send = send
        self.most = most
        self.longest = longest
        self._waiters: OrderedDict[str, Waiter] = OrderedDict()
        self._refusals: dict[str, Refusal] = {}

    def __len__(self) -> int:
        return len(self._waiters)

    def get(self, key: str) -> Waiter | None:
        """Return the caller waiting under a key."""
        return self._waiters.get(key)

    def by_call(self, call: str) -> Waiter | None:
        """Return the caller waiting with this call id."""
        return next((w for w in self._waiters.values() if w.call == call), None)

    @property
    def full(self) -> bool:
        """Whether nobody more can wait."""
        return len(self._waiters) >= self.most

    @property
    def first(self) -> Waiter | None:
        """Whoever has waited longest."""
        return next(iter(self._waiters.values()), None)

    def add(self, waiter: Waiter) -> None:
        """Give a caller a place, and stop their INVITE's retransmissions with 100."""
        self._waiters[waiter.key] = waiter
        self._provisional(waiter)

    def announce(self, waiter: Waiter, now: float) -> None:
        """Tell the caller they are queued."""
        waiter.announced = True
        waiter.repeat_at = now + REPEAT_QUEUED
        self._provisional(waiter)

    def unannounced(self) -> list[Waiter]:
        """Callers who have not been told yet that they are queued."""
        return [w for w in self._waiters.values() if not w.announced]

    def repeat(self, key: str) -> bool:
        """Answer a retransmitted INVITE as before. False when the key is not known here."""
        if key in self._waiters:
            self._provisional(self._waiters[key])
        elif key in self._refusals:
            refusal = self._refusals[key]
            self._send(refusal.data, refusal.to)
        else:
            return False
        return True

    def remove(self, key: str) -> None:
        """Let a caller go on to pjsua2."""
        self._waiters.pop(key, None)

    def cancel(self, cancel: Packet, now: float) -> Waiter | None:
        """Answer a CANCEL (RFC 3261 9.2); return whoever left, None for nobody here."""
        waiter = self._waiters.get(cancel.dialog_key)
        if waiter is None or waiter.branch != (cancel.via.param(b"branch") or b""):
            return None
        self._send(reply(cancel, 200, to_tag=waiter.to_tag), reply_address(cancel))
        self.refuse(waiter, 487, now)
        return waiter

    def refuse(
        self, waiter: Waiter, code: int, now: float, extra: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        """Turn a caller away, and say so until it is acknowledged."""
        self._waiters.pop(waiter.key, None)
        data = reply(waiter.invite, code, to_tag=waiter.to_tag, extra=extra)
        to = reply_address(waiter.invite)
        self._refusals[waiter.key] = Refusal(data, to, now + REMEMBER, now + T1)
        self._send(data, to)

    def acknowledge(self, key: str) -> bool:
        """Take the ACK of a refusal. False when it belongs to pjsua2."""
        return self._refusals.pop(key, None) is not None

    def tick(self, now: float) -> list[Waiter]:
        """Do what time asks for; return whoever has now waited too long, refused with 480."""
        for key, refusal in list(self._refusals.items()):
            if now >= refusal.gone_at:
                del self._refusals[key]
            elif now >= refusal.next_at:
                self._send(refusal.data, refusal.to)
                refusal.interval = min(2 * refusal.interval, T2)
                refusal.next_at = now + refusal.interval
        for waiter in self._waiters.values():
            if waiter.announced and now >= waiter.repeat_at:
                self.announce(waiter, now)
        late = [w for w in self._waiters.values() if now - w.since >= self.longest]
        for waiter in late:
            self.refuse(waiter, 480, now)
        return late

    @property
    def next_due(self) -> float | None:
        """The moment `tick` has work again."""
        due = [refusal.next_at for refusal in self._refusals.values()]
        due += [w.repeat_at for w in self._waiters.values() if w.announced]
        if self._waiters:
            due.append(next(iter(self._waiters.values())).since + self.longest)
        return min(due, default=None)

    def empty(self) -> deque[Waiter]:
        """Take everybody out, for the engine's end."""
        everybody = deque(self._waiters.values())
        self._waiters.clear()
        return everybody

    def _provisional(self, waiter: Waiter) -> None:
        # A caller who insists on reliable provisional answers gets 100 only (RFC 3262 3)
        reliable = b"100rel" in (waiter.invite.get(b"require") or b"")
        code = 182 if waiter.announced and not reliable else 100
        tag = waiter.to_tag if code == 182 else b""
        self._send(reply(waiter.invite, code, to_tag=tag), reply_address(waiter.invite))
